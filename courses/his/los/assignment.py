# ---
# jupyter: {jupytext: {text_representation: {extension: .py, format_name: percent}}}
# ---
# %% [markdown] lang="zh"
# # 床位与住院日：病区真的天天满床吗？
#
# 云杉县医院的院周会上，孙护士长先开了口：
#
# > “我们病区天天满床。昨天又有两位病人在急诊走廊里等了一夜。”
#
# 信息科的赵工翻开月报：
#
# > “可是月报上，你们病区的床位使用率离百分之百还远着呢。”
#
# 院长看看左边，又看看右边：“你们俩，**谁说得对？**”
#
# 两个人手里都有数据，而且是同一批数据。今天由你来回答院长：先学会把一次次住院变成数字，再用你自己算出的数字下结论。
#
# 整个模块大约 75 分钟。**没有编过程也不要紧**：前两题只要照着示例改几个字就能完成。
# %% [markdown] lang="en"
# # Beds and length of stay: is the ward really always full?
#
# At the weekly meeting of Yunshan County Hospital, Head Nurse Sun speaks first:
#
# > "My ward is full, day after day. Last night two more patients waited in the emergency corridor until morning."
#
# Engineer Zhao from the information department opens the monthly report:
#
# > "But the report puts your ward's bed occupancy well below one hundred per cent."
#
# The director looks left, then right. "So, **which of you is right?**"
#
# Both have data, and they are the same data. Today you answer the director: first turn stays into numbers, then draw your
# conclusion from numbers of your own.
#
# The module takes about 75 minutes. **You need not have programmed before**: for the first two items it is enough to
# change a few words of an example.
# %% nb="locked" id="setup"
# 读取数据，准备工具。运行一次即可，不必读懂。 · Reads the data and lays out the tools: run it once, no need to read it.
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

stays = pd.read_csv("data/stays.csv", parse_dates=["admitted_at", "discharged_at"])
wards = pd.read_csv("data/wards.csv")
case = pd.read_csv("data/case.csv", parse_dates=["start", "end", "now"]).iloc[0]
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"
plt.rcParams.update({"figure.figsize": (8, 2.8), "axes.spines.top": False, "axes.spines.right": False})


def form(function, *arguments, gives, index=None):
    """Say whether an answer has the right form; whether it is right, you learn after handing in."""
    try:
        answer = function(*arguments)
    except NotImplementedError:
        print("还没有写 · not written yet")
        return
    if not isinstance(answer, gives):
        print("✗ 返回值的类型不对 · the answer has the wrong type:", type(answer).__name__)
    elif index is not None and list(answer.index) != list(index):
        print("✗ 索引(行)不对 · the index (the rows) is wrong")
    else:
        print("✓ 形式正确 · the form is right:", answer if np.isscalar(answer) else list(np.round(answer, 2)))


def daily(axis):
    """Label the time axis day by day."""
    axis.xaxis.set_major_locator(mdates.DayLocator())
    axis.xaxis.set_major_formatter(mdates.DateFormatter("%d %b"))


WHOLE, NUMBER = (int, np.integer), (int, float, np.number)
# %% [markdown] lang="zh"
# ## 先看看数据
#
# `stays` 里每一行是**一位病人在一个病区里的一段时间**：什么时候进来，什么时候离开。转过科的病人会有两行或更多行，它们的 `visit_id`（住院号）相同。
# 导出数据的那一刻还没离开的病人，`discharged_at`（离开时间）是空的，pandas 把它显示成 `NaT`。
# %% [markdown] lang="en"
# ## Look at the data first
#
# Each row of `stays` is **one patient's time in one ward**: when they came, when they left. A patient who was transferred
# has two rows or more, with the same `visit_id`. Whoever had not left when the data were exported has no `discharged_at`;
# pandas shows it as `NaT`, "not a time".
# %%
stays.tail(8)
# %%
wards
# %% [markdown] lang="zh"
# 下面是你的任务。每个人拿到的病区和日期都不一样，所以邻座同学的答案帮不了你。
#
# - `ward`：院长问的是哪个病区
# - `start`、`end`：月报的统计期，从 `start` 的零点起，到 `end` 的零点为止（`end` 那一天不算在内）
# - `now`：导出数据的时刻
# %% [markdown] lang="en"
# And this is your case. Everyone has another ward and other dates, so your neighbour's answer will not help you.
#
# - `ward`: the ward the director asks about
# - `start`, `end`: the period of the monthly report, from midnight at the beginning of `start` to midnight at the beginning
#   of `end` (the day `end` itself is not part of it)
# - `now`: the moment of the export
# %%
case
# %% [markdown] lang="zh"
# ## 需要知道的一件事：住院是一段时间
#
# 一次住院不是一个点，而是时间轴上的**一条线段**。先看一个只有五位病人、三张床的小例子。这里的数据是编的，和你的数据无关。
# %% [markdown] lang="en"
# ## The one thing you need to know: a stay is a stretch of time
#
# A stay is not a point but **a line on the time axis**. Here is a small example with five patients and three beds; it is
# made up and has nothing to do with your data.
# %%
toy = pd.DataFrame(
    {
        "patient": ["A", "B", "C", "D", "E"],
        "ward": ["T1", "T1", "T1", "T1", "T2"],
        "admitted_at": ["2025-05-01 08:00", "2025-05-01 10:00", "2025-05-02 09:00", "2025-05-02 14:00", "2025-05-03 10:00"],
        "discharged_at": ["2025-05-03 08:00", "2025-05-01 22:00", "2025-05-03 15:00", None, None],
    }
)
for column in ("admitted_at", "discharged_at"):
    toy[column] = pd.to_datetime(toy[column])
toy_now = pd.Timestamp("2025-05-03 18:00")
toy
# %%
fig, axis = plt.subplots()
for row, patient in enumerate(toy.itertuples()):
    here = pd.isna(patient.discharged_at)
    until = toy_now if here else patient.discharged_at
    color = ORANGE if here else BLUE
    axis.plot([patient.admitted_at, until], [row, row], color=color, linewidth=7, solid_capstyle="butt")
    axis.plot(until, row, marker=">" if here else "|", color=color, markersize=11)
axis.axvline(toy_now, color=GREY, linestyle=":")
axis.annotate("now ", (toy_now, 0.3), color=GREY, ha="right")
axis.set_yticks(range(len(toy)), toy["patient"])
daily(axis)
axis.set_title("Five stays; orange: still here")
plt.show()
# %% [markdown] lang="zh"
# 图里每条横线是一次住院，右端的竖线是出院，橙色箭头表示人还在。虚线是导出数据的时刻 `now`。
#
# 记住三条，后面的每一题都用得上：
#
# 1. **还没出院的人也占着床。** D 和 E 没有离开时间，但他们此刻就躺在床上。
# 2. **时长可以带小数。** B 住了 12 小时，就是 0.5 天，而不是 0 天。
# 3. **一条线段可能越过统计期的边界。** 只看 5 月 2 日这一天，A 占了 1 天，而不是 2 天。
#
# ### 示例：数一数
#
# 全院此刻有几位病人在床上？先问每一行“离开时间是不是空的”，再数一数有几个“是”。
# %% [markdown] lang="en"
# Each bar is one stay; a vertical tick at its right end is a discharge, an orange arrow means "still here". The dotted line
# is `now`, the moment of the export.
#
# Three things to remember; every item below needs one of them:
#
# 1. **Whoever has not left yet occupies a bed, too.** D and E have no time of leaving, but they are lying in a bed right now.
# 2. **Lengths have fractions.** B stayed 12 hours: that is 0.5 days, not 0.
# 3. **A stay may reach across the edge of a period.** If you look at 2 May alone, A takes up 1 day, not 2.
#
# ### Worked example: counting
#
# How many patients are in bed right now, in all wards together? Ask each row "is the time of leaving empty?", then count the yeses.
# %%
still_here = toy["discharged_at"].isna()  # 每一行：是 True，否 False · for each row: True or False
print(list(still_here))
print("在床 · in bed now:", still_here.sum())
# %%
# 两个条件同时成立，用 & 连接，各自加括号 · two conditions at once: join them with &, each in brackets
came_to_t1_after_b = (toy["ward"] == "T1") & (toy["admitted_at"] > "2025-05-01 10:00")
print("B 之后来 T1 的病人 · came to T1 after B:", came_to_t1_after_b.sum())
# %% [markdown] lang="zh"
# ## 先猜一猜
#
# 还没算之前，先写下你的直觉。猜得准不准不计分，但是**先猜再看**会让你记得更牢。把 `None` 换成你的猜测。
# %% [markdown] lang="en"
# ## Guess first
#
# Before you compute anything, write down what you expect. Nobody marks your guess, but **guessing before looking** is how
# you will remember the answer. Replace each `None`.
# %% id="prediction"
my_guess = {
    "occupancy": None,  # 你的病区这个月的床位使用率，0 到 1 · your ward's bed occupancy this month, 0 to 1
    "busiest_hour": None,  # 一天里几点钟床上的人最多，0 到 23 · the hour of the day with most patients in bed, 0 to 23
}
# %% [markdown] lang="zh"
# ## 第 1 题（2 分） 此刻有几个人在床上
#
# 写一个函数，数出**某一个病区**此刻还有几位病人在床。没有人在床的病区，答案是 0。
#
# 提示：把上面示例里的两个条件合起来，再把 `toy` 换成 `stays`。
# %% [markdown] lang="en"
# ## Item 1 (2 points): how many are in bed right now
#
# Write a function that counts the patients who are in bed right now in **one ward**. For a ward with nobody in bed the answer is 0.
#
# Hint: put the two conditions of the examples together, and write `stays` instead of `toy`.
# %% nb="solution" id="in_bed_now"
def in_bed_now(stays: pd.DataFrame, ward: str) -> int:
    """stays has the columns ward and discharged_at (NaT while the patient is still here); returns a whole number."""
    ### BEGIN SOLUTION
    return int(((stays["ward"] == ward) & stays["discharged_at"].isna()).sum())
    ### END SOLUTION
# %%
# 自查：小例子里 T1 此刻只有 D 一个人 · check yourself: in the example only D is in T1 right now
form(in_bed_now, toy, "T1", gives=WHOLE)
# %% nb="test" id="in_bed_now_mark" points=2
# %% [markdown] lang="zh"
# ## 第 2 题（4 分） 住院日
#
# 写一个函数，算出每一行的住院日（单位：天，可以带小数）。还没离开的病人也占着床：算到 `now` 为止。
#
# 需要的两样工具：
#
# - `列.fillna(值)`：把空着的地方填上一个值
# - 两个时间相减得到一段时长，`时长.dt.total_seconds()` 把它变成秒；一天有 86400 秒
# %% [markdown] lang="en"
# ## Item 2 (4 points): length of stay
#
# Write a function that gives the length of each row's stay in days (fractions count). Patients who are still here occupy a
# bed too: count them up to `now`.
#
# The two tools you need:
#
# - `column.fillna(value)` puts a value where there is none
# - one time minus another is a duration; `duration.dt.total_seconds()` turns it into seconds, and a day has 86,400 of them
# %%
# 示例：如果 now 是 5 月 4 日零点，D 和 E 的“结束”是什么？ · example: what would "the end" be for D and E if now were midnight on 4 May?
toy["discharged_at"].fillna(pd.Timestamp("2025-05-04"))
# %% nb="solution" id="los_days"
def los_days(stays: pd.DataFrame, now: pd.Timestamp) -> pd.Series:
    """stays has admitted_at and discharged_at (NaT while the patient is still here); returns days, same index."""
    ### BEGIN SOLUTION
    end = stays["discharged_at"].fillna(now)
    return (end - stays["admitted_at"]).dt.total_seconds() / 86400
    ### END SOLUTION
# %%
# 自查：A 住了整整 2.0 天，B 半天 · check yourself: A stayed exactly 2.0 days, B half a day
form(los_days, toy, toy_now, gives=pd.Series, index=toy.index)
# %% nb="test" id="los_days_mark" points=4
# %% [markdown] lang="zh"
# ## 第 3 题（4 分） 某一时刻有多少人
#
# 医院每天夜里零点清点一次人数，叫**在院人数**（census）。我们不限于零点：给你一串时刻，请数出每个时刻床上有多少人。
#
# 边界要说清楚，否则换床的那一分钟里，同一张床会被数两次。约定：
#
# - **进来的那一刻起就算**：10:00 入区的人，10:00 这一刻算在床上；
# - **离开的那一刻起就不算**：10:00 离开的人，10:00 这一刻已经不在床上。
#
# 还没离开的病人，从进来那一刻起一直都算。没有人在床的时刻，答案是 0。
# %% [markdown] lang="en"
# ## Item 3 (4 points): how many at a given moment
#
# Hospitals count their patients every night at midnight; the number is called the **census**. We are not tied to midnight:
# you are given a list of moments and say how many patients were in bed at each of them.
#
# The edges need a rule, or else one bed counts twice in the minute in which it changes hands. The rule:
#
# - **from the moment of arrival a patient counts**: in at 10:00 means in bed at 10:00;
# - **from the moment of leaving a patient no longer counts**: out at 10:00 means no longer in bed at 10:00.
#
# Patients who are still here count from their arrival on. For a moment at which nobody is in bed the answer is 0.
# %% nb="solution" id="census"
def census(stays: pd.DataFrame, moments: pd.Series) -> pd.Series:
    """moments is a Series of times; returns how many are in bed at each of them, with the index of moments."""
    ### BEGIN SOLUTION
    def count(moment: pd.Timestamp) -> int:
        come = stays["admitted_at"] <= moment
        gone = stays["discharged_at"] <= moment  # NaT is never <= anything, so whoever is still here is not gone
        return int((come & ~gone).sum())

    return moments.map(count)
    ### END SOLUTION
# %%
# 自查：5 月 1 日零点没有人；5 月 1 日 12:00 有 A 和 B · check yourself: nobody at midnight on 1 May; A and B at noon
toy_moments = pd.Series(pd.to_datetime(["2025-05-01 00:00", "2025-05-01 12:00"]))
form(census, toy, toy_moments, gives=pd.Series, index=toy_moments.index)
# %% nb="test" id="census_mark" points=4
# %% [markdown] lang="zh"
# 写好之后运行下面这一格：你的病区在统计期里，每小时有多少人在床。橙色虚线是床位数。
# %% [markdown] lang="en"
# When you have written it, run the next cell: the patients in bed in your ward, hour by hour, over the period of the report.
# The dashed orange line is the number of beds.
# %%
hours = pd.Series(pd.date_range(case["start"], case["end"], freq="h", inclusive="left"))
mine = stays[stays["ward"] == case["ward"]]
beds = int(wards.set_index("ward").loc[case["ward"], "beds"])
try:
    in_bed = census(mine, hours)
    fig, axis = plt.subplots()
    axis.step(hours, in_bed, where="post", color=BLUE)
    axis.axhline(beds, color=ORANGE, linestyle="--")
    axis.set_ylim(0, beds * 1.15)
    axis.set_ylabel("patients in bed")
    axis.set_title(f"Ward {case['ward']}: {beds} beds")
    fig.autofmt_xdate()
    plt.show()
except NotImplementedError:
    print("先完成第 3 题 · finish item 3 first")
# %% [markdown] lang="zh"
# ## 第 4 题（5 分） 床位使用率
#
# 月报里的**床位使用率**这样计算：
#
# > **床位使用率 = 统计期内实际占用的床日 ÷ （床位数 × 统计期的天数）**
#
# “床日”就是一张床被占用一天。一次住院占用多少床日？是它的线段**落在统计期以内的那一部分**的长度。下图还是那五位病人，只看 5 月 2 日这一天：深色的部分才计入这一天的床日。
# %% [markdown] lang="en"
# ## Item 4 (5 points): bed occupancy
#
# The monthly report computes **bed occupancy** like this:
#
# > **occupancy = bed-days used within the period ÷ (number of beds × days in the period)**
#
# A bed-day is one bed in use for one day. How many bed-days does one stay use? The length of **the part of its line that
# falls within the period**. The picture shows the same five patients and looks at 2 May alone: only the dark parts are
# bed-days of that day.
# %%
day, next_day = pd.Timestamp("2025-05-02"), pd.Timestamp("2025-05-03")
fig, axis = plt.subplots()
axis.axvspan(day, next_day, color="#eeeeee")
for row, patient in enumerate(toy.itertuples()):
    until = toy_now if pd.isna(patient.discharged_at) else patient.discharged_at
    axis.plot([patient.admitted_at, until], [row, row], color="#9ecae1", linewidth=7, solid_capstyle="butt")
    left, right = max(patient.admitted_at, day), min(until, next_day)
    if left < right:
        axis.plot([left, right], [row, row], color=BLUE, linewidth=7, solid_capstyle="butt")
        days = (right - left) / pd.Timedelta(days=1)
        axis.annotate(f"{days:.2f}", (right, row + 0.25), ha="right", fontsize=9)
axis.set_yticks(range(len(toy)), toy["patient"])
daily(axis)
axis.set_title("Bed-days within 2 May (grey): only the dark parts count")
plt.show()
# %% [markdown] lang="zh"
# 写一个函数，算出**每个病区**在 `start` 到 `end` 之间的床位使用率（0 到 1 之间的小数，不是百分数）。
#
# - 还没离开的病人一直住到统计期结束（`end` 不会晚于导出数据的时刻）。
# - 一个病人也没有收的病区，使用率是 0，不能从结果里消失。
#
# 有用的工具：`列.clip(下限, 上限)` 把超出范围的时间拉回到边界上。
# %% [markdown] lang="en"
# Write a function that gives the occupancy of **each ward** between `start` and `end` (a fraction from 0 to 1, not per cent).
#
# - Patients who are still here stay to the end of the period (`end` is never later than the export).
# - A ward that had no patients has an occupancy of 0; it must not vanish from the result.
#
# A useful tool: `column.clip(lower, upper)` pulls times that lie outside back to the edge.
# %% nb="solution" id="occupancy"
def occupancy(stays: pd.DataFrame, wards: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """wards has the columns ward and beds; returns a fraction for each ward, indexed by the ward's code."""
    ### BEGIN SOLUTION
    first = stays["admitted_at"].clip(lower=start)
    last = stays["discharged_at"].fillna(end).clip(upper=end)
    used = ((last - first).dt.total_seconds() / 86400).clip(lower=0)
    bed_days = used.groupby(stays["ward"]).sum().reindex(wards["ward"], fill_value=0)
    return bed_days / (wards.set_index("ward")["beds"] * ((end - start).days))
    ### END SOLUTION
# %%
# 自查：三张床，5 月 2 日这一天，T1 用了 1.00 + 0.62 + 0.42 床日，使用率约 0.68 · check yourself: about 0.68 for T1 on 2 May
toy_wards = pd.DataFrame({"ward": ["T1", "T2"], "beds": [3, 2]})
form(occupancy, toy, toy_wards, day, next_day, gives=pd.Series, index=toy_wards["ward"])
# %% nb="test" id="occupancy_mark" points=5
# %% [markdown] lang="zh"
# ## 第 5 题（3 分） 平均住院日
#
# 高老师从医保办打来电话：“上级要报**出院者平均住院日**。”它只有一句话的定义，却最容易算错：
#
# > 统计**已经出院**的病人，平均每人**从第一次入区到最后离开**住了多少天。
#
# 注意两件事：转过科的病人在 `stays` 里有好几行，却只出院一次；有的病人离开了第一个病区，此刻却还躺在第二个病区里，他并没有出院。
#
# 同一次住院的各行 `visit_id` 相同，`groupby("visit_id")` 可以把它们归到一起。
# %% [markdown] lang="en"
# ## Item 5 (3 points): average length of stay
#
# Ms Gao calls from the insurance office: "The authority wants the **average stay of discharged patients**." Its definition
# is one sentence long and easily got wrong:
#
# > Of the patients who **have left the hospital**, how many days did each stay on average, **from first coming to a ward
# > to finally leaving**?
#
# Mind two things. A transferred patient has several rows in `stays` but leaves the hospital only once. And some patients
# have left their first ward while lying in a second one right now: they have not been discharged.
#
# The rows of one stay in hospital share their `visit_id`; `groupby("visit_id")` brings them together.
# %% nb="solution" id="average_stay"
def average_stay(stays: pd.DataFrame) -> float:
    """stays has visit_id, admitted_at and discharged_at; returns the average days of those who have left."""
    ### BEGIN SOLUTION
    visits = stays.groupby("visit_id").agg(
        came=("admitted_at", "min"),
        left=("discharged_at", "max"),
        here=("discharged_at", lambda times: times.isna().any()),
    )
    gone = visits[~visits["here"]]
    return float(((gone["left"] - gone["came"]).dt.total_seconds() / 86400).mean())
    ### END SOLUTION
# %%
# 自查：A、B、C 出院了，分别住了 2、0.5、1.25 天 · check yourself: A, B and C have left, after 2, 0.5 and 1.25 days
form(average_stay, toy.assign(visit_id=toy["patient"]), gives=NUMBER)
# %% nb="test" id="average_stay_mark" points=3
# %% [markdown] lang="zh"
# ## 第 6 题（4 分） 谁说得对
#
# 现在回到院长的问题。用你写好的函数，算出**你的病区**（`case["ward"]`）在统计期里的四个数，放进字典 `who_is_right`：
#
# | 键 | 内容 |
# |---|---|
# | `"report"` | 月报的床位使用率（第 4 题的函数，取你的病区），0 到 1 |
# | `"midnight"` | 统计期里每天零点（从 `start` 起，共 28 个零点）在床人数的平均值 ÷ 床位数 |
# | `"busiest_hour"` | 把同一钟点的在床人数求平均，哪个钟点最高：0 到 23 的整数 |
# | `"crowded_share"` | 在统计期的所有整点里，在床人数达到床位数 90% 的整点占多大比例，0 到 1 |
#
# 第 3 题下面那张图已经准备好了 `hours`（所有整点）、`mine`（你的病区的 `stays`）、`beds`（床位数）和 `in_bed`（每个整点的在床人数）。`hours.dt.hour` 给出每个整点是几点钟。
# %% [markdown] lang="en"
# ## Item 6 (4 points): who is right
#
# Back to the director. With the functions you have written, compute four numbers for **your ward** (`case["ward"]`) in the
# period of the report, and put them into the dict `who_is_right`:
#
# | key | what it is |
# |---|---|
# | `"report"` | the report's occupancy (your function of item 4, your ward), 0 to 1 |
# | `"midnight"` | the average number in bed at midnight (28 midnights, the first is `start`) ÷ number of beds |
# | `"busiest_hour"` | average the number in bed over all days, for each hour of the day: the hour with the highest average, a whole number from 0 to 23 |
# | `"crowded_share"` | of all full hours of the period, the share at which at least 90% of the beds were taken, 0 to 1 |
#
# The picture below item 3 has left you `hours` (all full hours), `mine` (your ward's `stays`), `beds` (its number of beds)
# and `in_bed` (the number in bed at each of these hours). `hours.dt.hour` says which hour of the day each of them is.
# %% nb="solution" id="who_is_right"
### BEGIN SOLUTION
by_hour = in_bed.groupby(hours.dt.hour).mean()
who_is_right = {
    "report": float(occupancy(stays, wards, case["start"], case["end"])[case["ward"]]),
    "midnight": float(by_hour[0] / beds),
    "busiest_hour": int(by_hour.idxmax()),
    "crowded_share": float((in_bed >= 0.9 * beds).mean()),
}
### END SOLUTION
# %%
# 自查与对照：四个键都在吗？和你先前的猜测差多少？ · check yourself: are all four keys there, and how far off was your guess?
try:
    for key in ("report", "midnight", "busiest_hour", "crowded_share"):
        print(f"{key:>14}:", who_is_right[key])
    print("my_guess:", my_guess)
    fig, axis = plt.subplots()
    axis.plot(in_bed.groupby(hours.dt.hour).mean() / beds, marker="o", color=BLUE)
    axis.axhline(who_is_right["report"], color=GREY, linestyle=":")
    axis.set_xlabel("hour of the day")
    axis.set_ylabel("mean occupancy")
    axis.set_title("The same ward, hour by hour; dotted: the monthly report")
    plt.show()
except (NameError, KeyError):
    print("还没有写完 · not finished yet")
# %% nb="test" id="who_is_right_mark" points=4
# %% [markdown] lang="zh"
# ## 那么，怎么回答院长？
#
# 用你自己的数字，写两句话：孙护士长和赵工，谁说得对？为什么？（选做，由老师阅读，不计入自动评分。）
# %% [markdown] lang="en"
# ## So what do you tell the director?
#
# With your own numbers, in two sentences: Head Nurse Sun or Engineer Zhao, who is right, and why? (Optional; your
# instructor reads it, and it does not count towards the automatic mark.)
# %% [markdown] nb="manual" id="so_what" points=0
# 写在这里 · write here
# %% [markdown] lang="zh"
# ## 想知道更多
#
# - **平均值掩盖高峰。** 床位使用率是整整一个月的平均。只要到达有多有少，平均 85% 的病区就会常常碰上满床；病区越小，碰上得越多。排队论说的就是这件事：要让病人几乎不必等床，平均使用率就得留有余地。第 6 题的 `crowded_share` 把它变成了一个数。
# - **真实的报表怎么算。** 我国医院统计里，实际占用总床日数是把每天夜里 12 点的在院人数加起来；当天入院当天出院的病人按 1 天计。所以官方数字更接近你的 `midnight`，而不是 `report`。看到一个“使用率”，先问它数的是哪一刻。
# - **平均住院日也有陷阱。** 它只看已经出院的人。住得特别久的病人还没出院，就还没进入统计；等他们一出院，当月的数字会突然变高。
# - **我们的模拟简化了什么。** 模拟的医院没有加床，也没有“挂床”（人不在、床占着）；床空出来马上就能收下一位，没有清洁和交接的时间。这些在真实数据里都会遇到。
# - **接着读：** 《国家卫生健康统计调查制度》中医疗机构运营的指标说明；A. Bagust 等，*Dynamics of bed use in accommodating emergency admissions*，BMJ 1999;319:155–158（一个简单的模拟，说明为什么使用率超过 85% 就会频繁缺床）。
# %% [markdown] lang="en"
# ## Go deeper
#
# - **Averages hide peaks.** Occupancy is the average of a whole month. As long as arrivals come and go in waves, a ward with
#   an average of 85% is often full, and the smaller the ward, the more often. That is what queueing theory says: if patients
#   are hardly ever to wait for a bed, the average must leave room. Your `crowded_share` of item 6 makes a number of it.
# - **How real reports count.** Hospital statistics in China add up the census of every midnight; a patient who comes and
#   leaves on one day counts as one day. So the official figure is nearer to your `midnight` than to your `report`. When you
#   see an "occupancy", first ask which moment it counted.
# - **The average stay has a trap of its own.** It looks only at those who have left. Patients with very long stays are not
#   in it until they leave, and then the month's figure jumps.
# - **What our simulation leaves out.** Its hospital never puts extra beds in the corridor, no bed is held for someone who is
#   away, and a bed that is left can be used at once, with no time for cleaning and handover. You will meet all of these in real data.
# - **Read on:** A. Bagust et al., *Dynamics of bed use in accommodating emergency admissions*, BMJ 1999;319:155–158 (a simple
#   simulation of why beds run out often once occupancy exceeds 85%); the definitions of hospital indicators in China's
#   National Health Statistics Survey System.
