# ---
# jupyter: {jupytext: {text_representation: {extension: .py, format_name: percent}}}
# ---
# %% [markdown] lang="zh"
# # 遗失的数据字典：这张表里记的是什么？
#
# 云杉县医院要换系统了。十二年前那套生命体征记录系统的厂家早已倒闭，说明书没有了，当年的工程师也联系不上。
# 赵工费了好大劲，只导出了一张表：
#
# > “列名是 c01 到 c14。没有单位，没有说明。新厂家说，没有**数据字典**，他们一行也不接。”
#
# 重症医学科的林医生急了：
#
# > “里面有几万次测量！我们的脓毒症研究就靠它。你们能不能猜出来？”
#
# “不是猜，”赵工说，“是**推断**，而且每一条都要有证据。”
#
# 今天你来做这件事：把每一列是什么、单位是什么、编码是什么意思、哪些数字其实表示“没有测”，一条一条找出来，最后写一个转换程序。
# 大约 80 分钟。**没有编过程也不要紧**：前两题照着示例填表就行。
# %% [markdown] lang="en"
# # The missing data dictionary: what does this table say?
#
# Yunshan County Hospital is getting a new system. The vendor of the old one, which has recorded vital signs for twelve
# years, no longer exists; the manual is lost, and nobody can reach the engineer who built it. With some effort Engineer
# Zhao has got one table out of it:
#
# > "The columns are called c01 to c14. No units, no explanation. Without a **data dictionary**, says the new vendor, they
# > will not take a single row."
#
# Dr Lin from intensive care is alarmed:
#
# > "There are tens of thousands of measurements in there! Our sepsis study lives on them. Can't you guess?"
#
# "Not guess," says Zhao. "**Infer**, with evidence for every line."
#
# Today that is your job: find out what each column is, in which unit, what its codes mean and which numbers really say
# "not measured"; then write the converter. It takes about 80 minutes. **You need not have programmed before**: for the
# first two items it is enough to fill in a table after the example.
# %% nb="locked" id="setup"
# 读取数据,准备工具。运行一次即可,不必读懂。 · Reads the data and lays out the tools: run it once, no need to read it.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

export = pd.read_csv("data/export.csv")
wards = pd.read_csv("data/wards.csv")
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"
plt.rcParams.update({"figure.figsize": (8, 2.8), "axes.spines.top": False, "axes.spines.right": False})
ROLES = [
    "record_id", "patient_id", "sex", "birth_date", "visit_kind", "ward", "measured_at",
    "temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2", "weight",
]  # fmt: skip


def portrait(table):
    """One line for each column: its type, how many different values, how much is blank, and how the numbers spread."""
    lines = {}
    for name, column in table.items():
        numbers = pd.to_numeric(column, errors="coerce")
        lines[name] = {
            "example": column.dropna().iloc[0],
            "different": column.nunique(),
            "blank %": round(100 * column.isna().mean(), 1),
            "min": numbers.min(),
            "median": numbers.median(),
            "max": numbers.max(),
        }
    return pd.DataFrame(lines).T


def form(name, answer, keys=None):
    """Say whether an answer has the right form; whether it is right, you learn after handing in."""
    if not isinstance(answer, dict) or not answer:
        print("还没有写,或者不是字典 · not written yet, or not a dict:", name)
    elif keys is not None and (unknown := sorted(set(map(str, answer)) - set(keys))):
        print("✗ 这些键不认识 · unknown keys:", unknown)
    else:
        print("✓ 形式正确 · the form is right:", name)
# %% [markdown] lang="zh"
# ## 先看看数据
# %% [markdown] lang="en"
# ## Look at the data first
# %%
export.head(8)
# %%
portrait(export)
# %%
wards
# %% [markdown] lang="zh"
# 每个人拿到的列顺序、编码和单位都不一样，邻座同学的答案帮不了你。
# 只有 `wards`（病区代码与名称）是可靠的：那是赵工从墙上的指示牌抄来的。
#
# **先猜再看**：在这家医院量过血压的人里，有老人、有孕妇，也有孩子。你估计所有人收缩压的**中位数**大约是多少毫米汞柱？
# 把你的估计记在心里，第 4 题会用到。
# %% [markdown] lang="en"
# Everyone's columns stand in another order, with other codes and other units, so your neighbour's answer will not help you.
# Only `wards` (ward codes and names) can be trusted: Zhao copied it from the signs on the wall.
#
# **Guess before you look**: among all whose blood pressure was taken here there are old people, pregnant women and children.
# What do you think the **median** systolic pressure of them all is, in millimetres of mercury? Keep your guess in mind;
# item 4 will come back to it.
# %% [markdown] lang="zh"
# ## 需要知道的一件事：一列数据会自己说话
#
# 一列数有三样东西会泄露它的身份：
#
# 1. **形状**：有几种不同的值？有没有小数？有没有跨不过去的上限？
# 2. **关系**：和别的列放在一起，谁会重复，谁总比谁大，谁只和谁一起出现？
# 3. **异类**：远离所有邻居、却反复出现的同一个值，多半不是测量结果，而是一句话：“没有测”。
#
# 看一个例子。下面是另一台设备（血糖仪）的导出表，和你的数据无关。
# %% [markdown] lang="en"
# ## The one thing you need to know: a column speaks for itself
#
# Three things give a column of numbers away:
#
# 1. **Its shape**: how many different values, any decimals, a ceiling that is never passed?
# 2. **Its relations**: next to another column, what repeats, what is always larger, what comes only together with what?
# 3. **Its strangers**: one value, far from all neighbours yet there again and again, is usually no measurement but a
#    sentence: "not measured".
#
# Here is an example: the export of another device, a glucose meter. It has nothing to do with your data.
# %%
rng = np.random.default_rng(7)
toy = pd.DataFrame({"a": np.arange(1, 301) * 5, "b": rng.integers(1, 90, 300), "c": np.round(np.exp(rng.normal(4.65, 0.3, 300)))})
toy.loc[rng.random(300) < 0.05, "c"] = 888
portrait(toy)
# %%
fig, axis = plt.subplots()
axis.hist(toy["c"], bins=100, color=BLUE)
axis.axvspan(70, 140, color=GREY, alpha=0.25)
axis.annotate("888, fifteen times:\nnobody's glucose", (880, 20), ha="right", color=ORANGE)
axis.set_xlabel("column c")
axis.set_title("Grey: healthy fasting glucose and a little above, if the unit were mg/dL")
plt.show()
# %% [markdown] lang="zh"
# 图：`c` 列的直方图。灰色带是健康人的血糖范围（按 mg/dL 计）。
#
# - `a` 每行都不同，只增不减：这是**记录号**。`b` 会重复：同一位**患者**测了好几次。
# - `c` 的中位数在 105 左右。血糖如果以 mmol/L 计，健康人是 5 左右；以 mg/dL 计是 100 左右。所以单位是 **mg/dL**。
# - 888 孤零零地立在最右边，一模一样地出现了十几次：它不是血糖，它的意思是“没有测”。
#
# 把这些结论写成程序认识的样子，就是几本小**字典**(`dict`)：左边是列名，右边是结论。
# %% [markdown] lang="en"
# Figure: a histogram of column `c`. The grey band is where healthy people's glucose lies, in mg/dL.
#
# - `a` differs in every row and only grows: a **record number**. `b` repeats: the same **patient**, measured several times.
# - The median of `c` is about 105. In mmol/L a healthy person's glucose is about 5, in mg/dL about 100. So the unit is **mg/dL**.
# - 888 stands alone at the far right, exactly the same value more than a dozen times: not a glucose but the sentence "not measured".
#
# Written down so that a program understands it, these are a few small **dictionaries** (`dict`): a column's name on the left,
# your conclusion on the right.
# %%
toy_roles = {"a": "record_id", "b": "patient_id", "c": "glucose"}
toy_missing = {"c": [888]}
toy_units = {"c": "mg/dL"}
# %% [markdown] lang="zh"
# ## 第 1 题（4 分）：每一列是什么
#
# 填好字典 `roles`：左边是列名，右边是下面十四个名字之一，每个名字正好用一次。
#
# | 名字 | 意思 | 名字 | 意思 |
# |---|---|---|---|
# | `record_id` | 记录号 | `temperature` | 体温 |
# | `patient_id` | 患者号 | `heart_rate` | 心率 |
# | `sex` | 性别（编码） | `respiratory_rate` | 呼吸频率 |
# | `birth_date` | 出生日期 | `systolic` | 收缩压 |
# | `visit_kind` | 就诊类型（编码：门诊、急诊、住院） | `diastolic` | 舒张压 |
# | `ward` | 病区 | `spo2` | 血氧饱和度 |
# | `measured_at` | 测量时间 | `weight` | 体重（不是每次都称） |
#
# 有用的问法：`export["c03"].nunique()` 有几种值；`export["c03"].hist(bins=80)` 画直方图；`(export["c03"] > export["c05"]).mean()` 有多大比例的行前者更大。
# %% [markdown] lang="en"
# ## Item 1 (4 points): what each column is
#
# Fill in the dictionary `roles`: a column's name on the left; on the right one of these fourteen names, each used exactly once.
#
# | name | meaning | name | meaning |
# |---|---|---|---|
# | `record_id` | number of the record | `temperature` | body temperature |
# | `patient_id` | number of the patient | `heart_rate` | heart rate |
# | `sex` | sex (a code) | `respiratory_rate` | respiratory rate |
# | `birth_date` | date of birth | `systolic` | systolic blood pressure |
# | `visit_kind` | kind of visit (a code: clinic, emergency, ward) | `diastolic` | diastolic blood pressure |
# | `ward` | ward | `spo2` | oxygen saturation |
# | `measured_at` | time of measurement | `weight` | body weight (not taken each time) |
#
# Useful questions: `export["c03"].nunique()`, how many different values; `export["c03"].hist(bins=80)`, a histogram;
# `(export["c03"] > export["c05"]).mean()`, in what share of rows the first is larger.
# %% nb="solution" id="roles"
# roles = {"c01": "…", "c02": "…", …}
### BEGIN SOLUTION
def looks(table):
    """column -> role, from shape and relations alone."""
    found = {}
    numeric = {name: column for name, column in table.items() if pd.api.types.is_numeric_dtype(column)}
    found["ward"] = next(name for name in table if name not in numeric)
    for name, column in numeric.items():
        if column.max() > 1e8:
            found["measured_at"] = name
        elif column.dropna().between(19000101, 21000101).all():
            found["birth_date"] = name
        elif column.is_unique:
            found["record_id"] = name
        elif column.median() > 200_000:
            found["patient_id"] = name
        elif column.nunique() == 2:
            found["sex"] = name
        elif column.nunique() == 3:
            found["visit_kind"] = name
        elif column.isna().mean() > 0.5:
            found["weight"] = name
    signs = [name for name in numeric if name not in found.values()]
    trimmed = {name: table[name][table[name].between(*table[name].quantile([0.08, 0.92]))] for name in signs}
    spread = {name: values.std() / values.median() for name, values in trimmed.items()}
    steady = sorted(signs, key=spread.get)[:2]  # temperature and saturation hardly vary
    whole = [name for name in steady if table[name].max() <= 100 and (table[name] % 1 == 0).all()]
    found["spo2"] = whole[0]
    found["temperature"] = next(name for name in steady if name != whole[0])
    rest = [name for name in signs if name not in steady]
    couples = [(a, b) for a in rest for b in rest if a < b]
    ratio = {pair: (table[pair[0]] / table[pair[1]].where(table[pair[1]] > 0)).quantile([0.1, 0.5, 0.9]) for pair in couples}
    pair = set(min(couples, key=lambda pair: (ratio[pair][0.9] - ratio[pair][0.1]) / ratio[pair][0.5]))  # one heart, two pressures
    found["diastolic"], found["systolic"] = sorted(pair, key=lambda name: table[name].median())
    found["respiratory_rate"], found["heart_rate"] = sorted(set(rest) - pair, key=lambda name: table[name].median())
    return {name: role for role, name in found.items()}


roles = looks(export)
### END SOLUTION
# %%
form("roles", globals().get("roles"), keys=export.columns)
# %% nb="test" id="roles_mark" points=4
# %% [markdown] lang="zh"
# ## 第 2 题（4 分）：表示“没有测”的数字
#
# 有几列测量值里混进了表示“没有测”的数字。填好字典 `missing`：左边是列名，右边是一个列表，例如 `{"c03": [888]}`。没有这种数字的列不用写；空白格子已经是缺失，也不用写。
#
# 当心两个陷阱：**少见不等于没测**（高热的病人、刚出生的孩子都是真的），**编码不是测量值**（在编码里，任何数字都可以是一类病人）。
# %% [markdown] lang="en"
# ## Item 2 (4 points): numbers that mean "not measured"
#
# Into several columns of measurements have crept numbers that mean "not measured". Fill in the dictionary `missing`: a
# column's name on the left, a list on the right, for example `{"c03": [888]}`. Leave out columns that have none; blank
# cells are missing already and need no entry.
#
# Mind two traps: **rare is not missing** (patients with high fever and newborn children are real), and **a code is not a
# measurement** (in a code, any number may stand for a kind of patient).
# %% nb="solution" id="missing"
# missing = {"c03": [888], …}
### BEGIN SOLUTION
def strangers(column):
    """Values far outside the middle of a column that come again and again."""
    values = column.dropna()
    often = values.value_counts()
    steps = np.sort(often.index.to_numpy())
    spread = 2 * (values.quantile(0.75) - values.quantile(0.25))
    gap = {value: np.min(np.abs(np.delete(steps, k) - value)) for k, value in enumerate(steps)}
    return [float(value) for value in steps if value <= 0 or (often[value] >= 5 and gap[value] > spread)]


CODES = {"record_id", "patient_id", "sex", "birth_date", "visit_kind", "ward", "measured_at"}
missing = {name: found for name, role in roles.items() if role not in CODES and (found := strangers(export[name]))}
### END SOLUTION
# %%
form("missing", globals().get("missing"), keys=export.columns)
# %% nb="test" id="missing_mark" points=4
# %% [markdown] lang="zh"
# ## 第 3 题（4 分）：编码是什么意思
#
# 填好字典 `codes`，里面有两本小字典：
#
# - `codes["sex"]`：编码 → `"male"` 或 `"female"`
# - `codes["visit_kind"]`：编码 → `"outpatient"`（门诊）、`"emergency"`（急诊）或 `"inpatient"`（住院）
#
# 编码本身不会告诉你答案，证据在**别的列**里。去病房里想一想：哪个病区只收女病人？谁才会有病区？半夜两点，哪里还开着门？
# （测量时间是从 1970 年 1 月 1 日零点数起的，按世界时计。）
# %% [markdown] lang="en"
# ## Item 3 (4 points): what the codes mean
#
# Fill in the dictionary `codes`, which holds two small ones:
#
# - `codes["sex"]`: code → `"male"` or `"female"`
# - `codes["visit_kind"]`: code → `"outpatient"`, `"emergency"` or `"inpatient"`
#
# A code alone will not tell; the evidence is in the **other columns**. Think yourself into the hospital: which ward takes
# only women? Who has a ward at all? What is still open at two in the morning?
# (The time of measurement is counted from midnight, 1 January 1970, in universal time.)
# %% nb="solution" id="codes"
# codes = {"sex": {…}, "visit_kind": {…}}
### BEGIN SOLUTION
at = {role: name for name, role in roles.items()}
obstetrics = wards.loc[wards["name_en"].str.contains("Obstetrics"), "ward"]
mothers = export.loc[export[at["ward"]].isin(obstetrics), at["sex"]].mode().iloc[0]
sex = {int(code): "female" if code == mothers else "male" for code in export[at["sex"]].unique()}

kind = export[at["visit_kind"]]
in_ward = export[at["ward"]].notna().groupby(kind).mean().idxmax()
ticks = export[at["measured_at"]]
hour = pd.to_datetime(ticks, unit="ms" if ticks.median() > 1e11 else "s", utc=True).dt.tz_convert("Asia/Shanghai").dt.hour
others = kind[kind != in_ward]
night = hour[others.index].isin([22, 23, 0, 1, 2, 3, 4, 5]).groupby(others).mean()
visit_kind = {int(in_ward): "inpatient", int(night.idxmax()): "emergency", int(night.idxmin()): "outpatient"}
codes = {"sex": sex, "visit_kind": visit_kind}
### END SOLUTION
# %%
form("codes", globals().get("codes"), keys=["sex", "visit_kind"])
# %% nb="test" id="codes_mark" points=4
# %% [markdown] lang="zh"
# ## 第 4 题（4 分）：单位
#
# 填好字典 `units`，五个键都要有：
#
# | 键 | 可能的单位 |
# |---|---|
# | `temperature` | `"Cel"` 摄氏度、`"[degF]"` 华氏度、`"0.1 Cel"` 十分之一摄氏度 |
# | `systolic`、`diastolic` | `"mm[Hg]"` 毫米汞柱、`"kPa"` 千帕、`"0.1 kPa"` 十分之一千帕 |
# | `weight` | `"kg"` 千克、`"[jin]"` 斤、`"0.1 kg"` 十分之一千克 |
# | `measured_at` | `"min"` 分钟、`"s"` 秒、`"ms"` 毫秒（从 1970 年数起） |
#
# 还记得开头你对收缩压中位数的估计吗？现在拿它和表里的数字比一比。看着眼熟的数字，单位不一定眼熟。
# %% [markdown] lang="en"
# ## Item 4 (4 points): units
#
# Fill in the dictionary `units`, with all five keys:
#
# | key | possible units |
# |---|---|
# | `temperature` | `"Cel"` degrees Celsius, `"[degF]"` degrees Fahrenheit, `"0.1 Cel"` tenths of a degree Celsius |
# | `systolic`, `diastolic` | `"mm[Hg]"` millimetres of mercury, `"kPa"` kilopascals, `"0.1 kPa"` tenths of a kilopascal |
# | `weight` | `"kg"` kilograms, `"[jin]"` jin (half a kilogram), `"0.1 kg"` tenths of a kilogram |
# | `measured_at` | `"min"` minutes, `"s"` seconds, `"ms"` milliseconds (since 1970) |
#
# Remember your guess at the median systolic pressure? Hold it against the numbers in the table now. A number may look
# familiar while its unit is not.
# %% nb="solution" id="units"
# units = {"temperature": "…", …}
### BEGIN SOLUTION
at = {role: name for name, role in roles.items()}
middle = {role: export[name].median() for role, name in at.items() if role not in {"ward"}}
born = pd.to_datetime(export[at["birth_date"]].astype(str), format="%Y%m%d")
grown = export.loc[born < born.max() - pd.Timedelta(days=365 * 20), at["weight"]]
pressure = "kPa" if middle["systolic"] < 40 else "0.1 kPa" if middle["systolic"] > 140 else "mm[Hg]"
units = {
    "temperature": "0.1 Cel" if middle["temperature"] > 200 else "[degF]" if middle["temperature"] > 60 else "Cel",
    "systolic": pressure,
    "diastolic": pressure,
    "weight": "0.1 kg" if grown.median() > 250 else "[jin]" if grown.median() > 95 else "kg",
    "measured_at": "ms" if middle["measured_at"] > 1e11 else "s" if middle["measured_at"] > 1e8 else "min",
}
### END SOLUTION
# %%
form("units", globals().get("units"), keys=["temperature", "systolic", "diastolic", "weight", "measured_at"])
# %% nb="test" id="units_mark" points=4
# %% [markdown] lang="zh"
# ## 第 5 题（6 分）：转换程序
#
# 字典是写给人看的，转换程序是给机器用的。写一个函数，把**这套旧系统**的任何一张导出表（列名、编码、单位都和你的一样，但病人你没见过，行的顺序也是乱的）变成标准表。每条记录一行，至少有这些列：
#
# | 列 | 要求 |
# |---|---|
# | `record_id` | 原样 |
# | `sex`、`visit_kind` | 文字，和第 3 题相同 |
# | `measured_at` | 北京时间（`Timestamp`，不带时区，或带时区 `Asia/Shanghai`） |
# | `temperature_c` | 摄氏度 |
# | `systolic_mmhg`、`diastolic_mmhg` | 毫米汞柱（1 kPa = 7.50062 mmHg） |
# | `weight_kg` | 千克（1 千克 = 2 斤） |
# | `heart_rate` | 次/分 |
#
# 没有测的，留空（`NaN`）；行一条也不能丢。函数里可以直接用你前面填好的 `roles`、`missing`、`codes`、`units`。
# %% [markdown] lang="en"
# ## Item 5 (6 points): the converter
#
# A dictionary is for people; a converter is for machines. Write a function that turns any export **of this old system**
# (the same columns, codes and units as yours, but patients you have not seen, in no particular order) into a standard
# table. One row for each record, with at least these columns:
#
# | column | what it must be |
# |---|---|
# | `record_id` | as it was |
# | `sex`, `visit_kind` | words, as in item 3 |
# | `measured_at` | Beijing time (a `Timestamp` without time zone, or with `Asia/Shanghai`) |
# | `temperature_c` | degrees Celsius |
# | `systolic_mmhg`, `diastolic_mmhg` | millimetres of mercury (1 kPa = 7.50062 mmHg) |
# | `weight_kg` | kilograms (1 kilogram = 2 jin) |
# | `heart_rate` | beats per minute |
#
# What was not measured stays empty (`NaN`), and no row may be lost. Inside the function you may use your `roles`,
# `missing`, `codes` and `units`.
# %% nb="solution" id="to_standard"
def to_standard(export: pd.DataFrame) -> pd.DataFrame:
    """export: rows of the old system; returns one row for each record, with names, units and times people can read."""
    ### BEGIN SOLUTION
    table = export.copy()
    for name, values in missing.items():
        table[name] = table[name].mask(table[name].isin(values))
    table = table.rename(columns=roles)
    factor = {"mm[Hg]": 1, "kPa": 7.50062, "0.1 kPa": 0.750062}[units["systolic"]]
    celsius = {"Cel": lambda t: t, "[degF]": lambda t: (t - 32) * 5 / 9, "0.1 Cel": lambda t: t / 10}
    at = pd.to_datetime(table["measured_at"], unit=units["measured_at"], utc=True)
    return pd.DataFrame(
        {
            "record_id": table["record_id"],
            "patient_id": table["patient_id"],
            "sex": table["sex"].map(codes["sex"]),
            "visit_kind": table["visit_kind"].map(codes["visit_kind"]),
            "ward": table["ward"],
            "measured_at": at.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None),
            "temperature_c": celsius[units["temperature"]](table["temperature"]),
            "heart_rate": table["heart_rate"],
            "respiratory_rate": table["respiratory_rate"],
            "systolic_mmhg": table["systolic"] * factor,
            "diastolic_mmhg": table["diastolic"] * factor,
            "spo2": table["spo2"],
            "weight_kg": table["weight"] / {"kg": 1, "[jin]": 2, "0.1 kg": 10}[units["weight"]],
        }
    )
    ### END SOLUTION
# %%
try:
    standard = to_standard(export.head(200))
    print(standard.dtypes if isinstance(standard, pd.DataFrame) else "✗ 要返回一张表 · a table is needed")
except NotImplementedError:
    print("还没有写 · not written yet")
# %% nb="test" id="to_standard_mark" points=6
# %% [markdown] lang="zh"
# ## 所以呢
#
# 用两句话写给新厂家：以后每次导出数据，除了数据本身，还必须附上什么？用你今天遇到的一个具体的坑来说明。（由老师阅读，不计入自动评分。）
# %% [markdown] lang="en"
# ## So what
#
# Write two sentences to the new vendor: besides the data, what must come with every export from now on? Use one trap you
# met today as your example. (Read by your teacher; not part of the automatic mark.)
# %% [markdown] nb="manual" id="letter" points=0
# 写在这里 · write here
# %% [markdown] lang="zh"
# ## 再往前走
#
# - **真实的医院里**，数据字典由信息科维护，卫生行业标准 WS 445（电子病历基本数据集）和 WS 363（卫生信息数据元目录）规定了数据元的名称、类型和值域。
# - **单位**有一套机器可读的写法 UCUM（`mm[Hg]`、`Cel`、`kPa`）；斤不在其中，方括号是仿照它的写法。
# - **我们简化了什么**：真实的旧系统还会在升级时悄悄更换编码，会把两种单位混在同一列里，会把备注写进数字栏。
# - 本模块是教学材料，不是医疗建议；所有患者均为虚构。
# %% [markdown] lang="en"
# ## Go deeper
#
# - **In real hospitals** the information department keeps the data dictionary. In China the health standards WS 445 (basic
#   data set of electronic medical records) and WS 363 (directory of health data elements) fix names, types and value domains.
# - **Units** have a notation that machines can read, UCUM (`mm[Hg]`, `Cel`, `kPa`); jin is not part of it, the brackets only
#   follow its style.
# - **What we simplified**: real old systems also change codes quietly in an upgrade, mix two units in one column, and have
#   remarks typed into fields for numbers.
# - This module is teaching material, not medical advice; all patients are invented.
