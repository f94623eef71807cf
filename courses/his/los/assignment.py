# %% [markdown] lang="zh"
# # 床位与住院日:病区真的天天满床吗?
# %% [markdown] lang="en"
# # Beds and length of stay: is the ward really always full?
# %% nb="locked" id="setup"
import pandas as pd

stays = pd.read_csv("data/stays.csv", parse_dates=["admitted_at", "discharged_at"])
wards = pd.read_csv("data/wards.csv")
case = pd.read_csv("data/case.csv", parse_dates=["start", "end", "now"]).iloc[0]
# %% [markdown] lang="zh"
# **第 1 题(4 分)** 写一个函数,计算每次住院的住院日(天,可带小数)。还没有出院的病人也占着床:按统计时刻 `now` 计算到目前为止的天数。
# %% [markdown] lang="en"
# **Item 1 (4 points)** Write a function that gives each stay's length in days (fractions count). Patients who are still here occupy a bed too: count them up to `now`.
# %% nb="solution" id="los_days"
def los_days(stays: pd.DataFrame, now: pd.Timestamp) -> pd.Series:
    """stays has admitted_at and discharged_at (NaT while the patient is still here); returns days, same index."""
    ### BEGIN SOLUTION
    end = stays["discharged_at"].fillna(now)
    return (end - stays["admitted_at"]).dt.total_seconds() / 86400
    ### END SOLUTION
# %% nb="test" id="los_days_mark" points=4
