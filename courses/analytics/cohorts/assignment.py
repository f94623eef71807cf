# ---
# jupyter: {jupytext: {text_representation: {extension: .py, format_name: percent}}}
# ---
# %% [markdown] lang="zh"
# # 用 SQL 建队列：心衰病人出院后，有多少又回来了？
#
# 云杉县医院的质量分析会上，议题只有一个：心力衰竭（心衰）病人出院 30 天内，有多少人又回来了？
#
# 孙护士长先说：
#
# > “快一半！出院一个月，熟面孔又都见着了。”
#
# 医保办的高老师翻开自己的报表：
#
# > “没那么多。我查的是再入院，十几次出院里头才有一次。”
#
# 信息科的赵工看了看两个人的查询语句：“你们查的是**同一个数据库**。语句都没写错，跑起来也没报错。”
#
# 重症医学科的林医生放下茶杯：“那就别先问‘多少’，先问：**你们说的是哪些病人，从哪一天算起？**”
#
# 回答这个问题的东西叫**队列**。今天你用 SQL 一步一步把它建起来，再用你自己的队列告诉院长，那两个数字各差在哪里。
#
# 整个模块大约 90 分钟。**没有编过程也不要紧**：前两题只要照着示例改几个字就能完成。
# %% [markdown] lang="en"
# # Cohorts in SQL: how many heart failure patients come back?
#
# The quality meeting of Yunshan County Hospital has one question on its agenda: of the patients who go home after heart
# failure, how many are back within 30 days?
#
# Head Nurse Sun speaks first:
#
# > "Nearly half! A month later I see the same faces again."
#
# Ms Gao from the insurance office opens her report:
#
# > "Not nearly so many. I looked up readmissions: one discharge in a dozen or so."
#
# Engineer Zhao looks at both queries. "You asked **one and the same database**. Neither query has a mistake in it, and
# neither raised an error."
#
# Dr Lin from intensive care puts down her tea. "Then do not begin with *how many*. Begin with: **which patients do you mean,
# and counted from which day?**"
#
# What answers this is called a **cohort**. Today you build one in SQL, step by step, and then tell the director, with your
# own cohort, where the two figures come from.
#
# The module takes about 90 minutes. **You need not have programmed before**: for the first two items it is enough to change
# a few words of an example.
# %% nb="locked" id="setup"
# 读取数据，准备工具。运行一次即可，不必读懂。 · Reads the data and lays out the tools: run it once, no need to read it.
import duckdb
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

database = duckdb.connect()
TABLES = ["patients", "encounters", "diagnoses", "lab_results", "drug_orders", "study"]
for table in TABLES:
    database.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet('data/{table}.parquet')")
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"
plt.rcParams.update({"figure.figsize": (8, 3.2), "axes.spines.top": False, "axes.spines.right": False})


def sql(query):
    """Run one query and show what it finds."""
    return database.sql(query).df()


def look(step, *columns):
    """Run your answer on your own data: is the form right? If so, keep it as a table for the steps that follow."""
    name = step.__name__
    database.execute(f"DROP TABLE IF EXISTS {name}")
    try:
        found = sql(step())
    except NotImplementedError:
        print("还没有写 · not written yet")
        return None
    except duckdb.CatalogException as error:
        print("✗ 有一张表还没有：先完成前面的题，或检查表名 · a table is missing: finish the items before, or check its name")
        print(error)
        return None
    except duckdb.Error as error:
        print("✗", error)
        return None
    found.columns = found.columns.str.lower()
    if missing := [column for column in columns if column not in found]:
        print("✗ 缺少列 · columns missing:", ", ".join(missing))
        return None
    database.register("_found", found)
    database.execute(f"CREATE TABLE {name} AS SELECT * FROM _found")
    database.unregister("_found")
    print(f"✓ 形式正确 · the form is right: {len(found)} 行 rows")
    return found.head()


def made(*steps):
    """Tell whether these steps are there already."""
    there = set(sql("SELECT table_name FROM information_schema.tables")["table_name"])
    return there.issuperset(steps)


def flow_chart(table, labels):
    """Draw the flow of exclusions."""
    table = table.sort_values("step").reset_index(drop=True)
    figure, axes = plt.subplots(figsize=(8, 1.25 * len(table)))
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "linewidth": 1.5}
    for row in table.itertuples():
        y, (kept, lost) = -row.Index, labels[row.Index]
        axes.text(0, y, f"{kept}\nn = {row.remaining:.0f}", ha="center", va="center", bbox={**box, "edgecolor": BLUE})
        if row.Index:
            axes.annotate("", (0, y + 0.28), (0, y + 0.72), arrowprops={"arrowstyle": "->", "color": GREY})
            axes.annotate("", (0.95, y + 0.5), (0, y + 0.5), arrowprops={"arrowstyle": "->", "color": GREY})
            axes.text(1, y + 0.5, f"{lost}: {row.excluded:.0f}", va="center", bbox={**box, "edgecolor": ORANGE})
    axes.set(xlim=(-1.1, 2.6), ylim=(-len(table) + 0.5, 0.5))
    axes.axis("off")
    axes.set_title("Flow of patients", loc="left")
    plt.show()


def cumulative_incidence(days, status):
    """Give times and the share readmitted by then; death competes, censored patients leave the count (Aalen-Johansen)."""
    order = np.argsort(days)
    days, status = np.asarray(days, float)[order], np.asarray(status)[order]
    at_risk = len(days) - np.arange(len(days))
    back, gone = status == "readmitted", np.isin(status, ["readmitted", "died"])
    free = np.concatenate([[1.0], np.cumprod(1 - gone / at_risk)[:-1]])
    return np.concatenate([[0], days, [30]]), np.concatenate([[0], np.cumsum(free * back / at_risk), [np.nan]])
# %% [markdown] lang="zh"
# ## 需要知道的一件事：先定时间零点
#
# **队列**是这样一群人：符合同一套条件，从各自的**时间零点**开始，被同样地观察下去。时间零点叫**索引日**（index date）。
# 每位病人的时间轴由它分成三段：
#
# | 时间段 | 用来做什么 | 常见的错误 |
# |---|---|---|
# | **回溯期**（look-back） | 索引日以前的固定一段，看他是不是早就有这个病。有过的排除，这一步叫**洗脱**（wash-out） | 把同一次发病算成既往史 |
# | **索引日**（index date） | 第一次符合全部条件的那一刻 | 一个人有几个索引日 |
# | **随访期**（follow-up） | 从出院起的固定一段，看发生了什么 | 没看满的当成没发生 |
#
# 下图是五位编出来的病人，横轴是距索引日的天数。
# %% [markdown] lang="en"
# ## The one thing you need to know: time zero comes first
#
# A **cohort** is a group of people who meet one set of conditions and are watched in one way, each from a **time zero** of
# their own. Time zero is called the **index date**. It divides every patient's time axis into three stretches:
#
# | stretch | what it is for | the usual mistake |
# |---|---|---|
# | **look-back** | a fixed time before the index date: did they have the disease already? Those who did are excluded, which is called the **wash-out** | counting the same illness as history |
# | **index date** | the moment at which all conditions are first met | one person with several of them |
# | **follow-up** | a fixed time from discharge: what happens? | taking "not seen to the end" for "did not happen" |
#
# The picture shows five patients who were made up; across are the days from the index date.
# %%
fig, axis = plt.subplots(figsize=(8.5, 3.4))
axis.axvspan(-90, -1, color="#eeeeee", zorder=-1)
toy_stays = {"A": (0, 7), "B": (0, 9), "C": (0, 6), "D": (0, 8), "E": (0, 10)}
toy_ends = {"A": 37, "B": 21, "C": 36, "D": 20, "E": 10}
for row, (patient, (first, last)) in enumerate(toy_stays.items()):
    axis.plot([-95, toy_ends[patient]], [row, row], color="#cccccc", linewidth=1, zorder=0)
    axis.plot([first, last], [row, row], color=BLUE, linewidth=8, solid_capstyle="butt")
    axis.plot([last, toy_ends[patient]], [row, row], color=GREEN, linewidth=3)
axis.plot([21, 26], [1, 1], color=ORANGE, linewidth=8, solid_capstyle="butt")
axis.plot(-40, 2, marker="D", color=ORANGE, markersize=8)
axis.plot(-0.4, 0, marker="D", color=ORANGE, markersize=8)
axis.plot(20, 3, marker="|", color="black", markersize=16)
axis.plot(10, 4, marker="X", color="black", markersize=9)
axis.axvline(0, color=GREY, linestyle=":")
axis.set_yticks(range(5), list(toy_stays))
axis.set_xlabel("days from the index date")
axis.set_title("Grey area: look-back; blue: index stay; green: follow-up; diamonds: heart failure recorded", fontsize=10)
plt.show()
# %% [markdown] lang="zh"
# **图 1** 灰底是回溯期，蓝条是索引住院，绿线是随访。A 入院前几小时在急诊有过心衰诊断（菱形）：那是**同一次**发病，不算既往史。
# B 在随访期里又住院了（橙条）：再入院。C 四十天前在门诊就诊断了心衰（菱形）：洗脱时排除。D 的数据到竖线为止，没有看满 30 天：**删失**。
# E 在住院期间去世（叉号）：他没有“出院以后”。
#
# **左闭右开。** 本模块里的时间段都包括起点、不包括终点：`>= 起点 AND < 终点`。首尾相接的两段，才不会把同一刻数两次。
#
# ### 数据
#
# 六张表，时间都到秒。除了检验结果，都是当地时间（北京时间）。
#
# | 表 | 一行是 | 要留心 |
# |---|---|---|
# | `patients` | 一位患者 | `died_at`：死亡登记的时间，没有就是空 |
# | `encounters` | 一次就诊 | `kind`：`outpatient` 门诊、`emergency` 急诊、`inpatient` 住院；还没结束的 `ended_at`、`outcome` 为空；`outcome` 为 `died` 是死亡。编号**不**按时间排 |
# | `diagnoses` | 一条诊断 | 一次就诊有好几条；ICD-10 编码 |
# | `lab_results` | 一项结果 | 检验系统只知道患者，不知道就诊；`collected_utc` 是**世界时**，当地时间 = 世界时 + 8 小时 |
# | `drug_orders` | 一条药物医嘱 | 药房窗口零售的没有 `patient_id` |
# | `study` | 研究方案 | 只有一行：入组期 `window_start`～`window_end`、阈值 `nt_probnp`、回溯天数 `lookback_days`、随访天数 `followup_days`、数据截止 `data_end` |
# %% [markdown] lang="en"
# **Figure 1** Grey is the look-back, blue the index stay, green the follow-up. A had heart failure recorded in the emergency
# department hours before (diamond): that is the **same** illness, not history. B was admitted again during follow-up (orange
# bar): readmitted. C had heart failure recorded in a clinic forty days earlier (diamond): excluded by the wash-out. D's
# data end at the tick, before 30 days were over: **censored**. E died in hospital (cross): there is no "after discharge".
#
# **In at the beginning, out at the end.** All intervals of this module include their beginning and exclude their end:
# `>= beginning AND < end`. Then two intervals that follow each other never count one moment twice.
#
# ### The data
#
# Six tables, times to the second. All are local time (Beijing) except the laboratory's.
#
# | table | one row is | mind |
# |---|---|---|
# | `patients` | one patient | `died_at`: when a death was registered; empty otherwise |
# | `encounters` | one visit or stay | `kind`: `outpatient`, `emergency`, `inpatient`; while open, `ended_at` and `outcome` are empty; `outcome` may be `died`. Numbers do **not** follow time |
# | `diagnoses` | one diagnosis | an encounter has several; ICD-10 codes |
# | `lab_results` | one result | the laboratory knows the patient, not the encounter; `collected_utc` is **UTC**: local time is UTC + 8 hours |
# | `drug_orders` | one medication order | sales over the counter have no `patient_id` |
# | `study` | the protocol | one row: the window from `window_start` to `window_end`, the threshold `nt_probnp`, `lookback_days`, `followup_days`, the end of the data `data_end` |
# %%
for table in TABLES:
    print(f"{table:12}{sql(f'SELECT count(*) AS n FROM {table}')['n'][0]:7,} rows   {', '.join(sql(f'SELECT * FROM {table} LIMIT 0'))}")
sql("SELECT * FROM study")
# %% [markdown] lang="zh"
# 方案里的日期和天数，**每位学员不同，评分时又是另一套**。所以查询里不要写死，从 `study` 表里取：它只有一行，用 `CROSS JOIN study AS s` 接上以后，每一行都能用 `s.window_start`、`s.lookback_days` 等。
#
# 下面这个查询只是看一眼：心衰在各类就诊里有多少条诊断。
# %% [markdown] lang="en"
# The dates and days of the protocol **differ for every learner and are different again when your answers are marked**. So do
# not write them into a query, take them from `study`: it has one row, and after `CROSS JOIN study AS s` every row can use
# `s.window_start`, `s.lookback_days` and so on.
#
# The next query just takes a look: how many diagnoses of heart failure are there in each kind of encounter?
# %%
sql("""
SELECT e.kind, d.code, any_value(d.name_zh) AS name_zh, any_value(d.name_en) AS name_en, count(*) AS n
FROM diagnoses AS d
JOIN encounters AS e ON e.encounter_id = d.encounter_id
WHERE d.code LIKE 'I50%' OR d.code LIKE 'I11%'
GROUP BY e.kind, d.code
ORDER BY d.code, e.kind
""")
# %% [markdown] lang="zh"
# ## 先猜一猜
#
# 还没算之前，写下你的直觉。不计分，最后回来对答案。
# %% [markdown] lang="en"
# ## Guess first
#
# Before you compute anything, write down what you expect. It is not marked; we come back to it at the end.
# %% id="prediction"
my_guess = {
    "kept_percent": None,  # 入组期里因心衰住院的人，最后有百分之几留在队列里 · of those with a stay in the window, per cent kept
    "readmitted_percent": None,  # 队列里 30 天内再入院的百分比 · of the cohort, per cent readmitted within 30 days
}
# %% [markdown] lang="zh"
# ## 第 1 题的示例：肺炎
#
# 先看一个小例子（手写的数据）：找出因肺炎（编码 `J18` 开头）**住院**的就诊。
# `JOIN … ON …` 把两张表按编号接起来，`WHERE` 留下符合条件的行，`LIKE 'J18%'` 是“以 J18 开头”。
# %% [markdown] lang="en"
# ## Worked example for item 1: pneumonia
#
# A small example first (data made by hand): find the **stays** with pneumonia, whose codes begin with `J18`. `JOIN … ON …`
# puts two tables together by a number, `WHERE` keeps the rows that meet a condition, `LIKE 'J18%'` means "begins with J18".
# %%
database.execute("""
CREATE OR REPLACE TABLE toy_encounters AS SELECT * FROM (VALUES
    (71, 'Li',   'inpatient',  TIMESTAMP '2025-03-03 10:10'),
    (72, 'Wang', 'outpatient', NULL),
    (73, 'Zhou', 'inpatient',  TIMESTAMP '2025-03-04 16:30'),
    (74, 'Chen', 'inpatient',  TIMESTAMP '2025-03-05 09:00')
) AS t(encounter_id, patient, kind, admitted_at);
CREATE OR REPLACE TABLE toy_diagnoses AS SELECT * FROM (VALUES
    (71, 'J18.0'), (71, 'J18.9'), (71, 'I10'), (72, 'J18.9'), (73, 'I10'), (74, 'J18.9')
) AS t(encounter_id, code);
""")
sql("""
SELECT e.encounter_id, e.patient, e.admitted_at
FROM toy_encounters AS e
JOIN toy_diagnoses AS d ON d.encounter_id = e.encounter_id
WHERE e.kind = 'inpatient' AND d.code LIKE 'J18%'
""")
# %% [markdown] lang="zh"
# 三行，可是只有两次住院：71 号有两条肺炎诊断，连接之后就成了两行。**没有报错，只是多了一行。** 在 `SELECT` 后面加上 `DISTINCT`，完全相同的行就只留一行。
#
# ## 第 1 题（5 分） 候选住院
#
# 查出所有**候选住院**，每次住院恰好一行，列为 `encounter_id`、`patient_id`、`admitted_at`：
#
# - 住院（`kind = 'inpatient'`），不论是否已经出院，不论哪一年；
# - 至少有一条心衰诊断，主要诊断或次要诊断都行：编码以 `I50` 开头，**或者**等于 `I11.0`（高血压性心脏病伴心力衰竭）；
# - 入院时年满 18 岁，18 岁生日当天也算：`admitted_at >= birth_date + INTERVAL 18 YEAR`。
#
# 答案是一个返回 SQL 文本的函数：把查询写在两个 `"""` 之间，并删掉 `raise NotImplementedError()`。出生日期在 `patients` 里，还要再接一张表。条件里既有 `AND` 又有 `OR` 时，记得给 `OR` 的部分加括号。
# %% [markdown] lang="en"
# Three rows but two stays: number 71 has two diagnoses of pneumonia and becomes two rows when joined. **There is no error,
# just a row too many.** With `DISTINCT` after `SELECT`, rows that are wholly alike are kept once.
#
# ## Item 1 (5 points): candidate stays
#
# Find all **candidate stays**, each exactly once, with the columns `encounter_id`, `patient_id`, `admitted_at`:
#
# - a stay (`kind = 'inpatient'`), discharged or not, in whatever year;
# - with at least one diagnosis of heart failure, main or secondary: the code begins with `I50` **or** equals `I11.0`
#   (hypertensive heart disease with heart failure);
# - at least 18 years old when admitted, the eighteenth birthday included: `admitted_at >= birth_date + INTERVAL 18 YEAR`.
#
# The answer is a function that returns the text of a query: write it between the two `"""` and delete `raise
# NotImplementedError()`. Dates of birth are in `patients`, one more table to join. Where both `AND` and `OR` occur, put the
# `OR` part in brackets.
# %% nb="solution" id="candidates"
def candidates() -> str:
    """The text of one SELECT; columns encounter_id, patient_id, admitted_at."""
    ### BEGIN SOLUTION
    return """
    SELECT DISTINCT e.encounter_id, e.patient_id, e.admitted_at
    FROM encounters AS e
    JOIN diagnoses AS d ON d.encounter_id = e.encounter_id
    JOIN patients AS p ON p.patient_id = e.patient_id
    WHERE e.kind = 'inpatient'
      AND (d.code LIKE 'I50%' OR d.code = 'I11.0')
      AND e.admitted_at >= p.birth_date + INTERVAL 18 YEAR
    """
    ### END SOLUTION
# %%
# 自查：只看形式，不看对错 · check yourself: says whether the form is right, never whether the idea is
look(candidates, "encounter_id", "patient_id", "admitted_at")
# %% nb="test" id="candidates_mark" points=5
# %% [markdown] lang="zh"
# ## 第 2 题（4 分） 索引日
#
# 一位病人可能住过几次院，队列里却只能有他一行。**索引住院**是他在入组期内**最早**的一次候选住院，那次的入院时间就是索引日。
#
# 怎样在每个人的几行里取最早的一整行？给每个人的行编号，只留 1 号：
# %% [markdown] lang="en"
# ## Item 2 (4 points): the index date
#
# A patient may have had several stays, but has one row in a cohort. The **index stay** is the **earliest** candidate stay
# within the window, and its admission is the index date.
#
# How do you take the earliest whole row of each person? Number each person's rows and keep number 1:
# %%
sql("""
SELECT patient, ward, came
FROM (VALUES ('Li', 'w02', DATE '2025-05-09'), ('Li', 'w07', DATE '2025-03-02'), ('Wang', 'w01', DATE '2025-04-11'))
    AS t(patient, ward, came)
QUALIFY row_number() OVER (PARTITION BY patient ORDER BY came) = 1
""")
# %% [markdown] lang="zh"
# `PARTITION BY patient` 是“每个人各编各的号”，`ORDER BY came` 是“按时间先后编”，`QUALIFY … = 1` 只留每人的第一行。李的第一行在 `w07`，不在编号更小的 `w02`。
#
# 写出查询：列为 `patient_id`、`encounter_id`、`index_at`（即 `admitted_at`），每位病人一行。
#
# - 只考虑入组期内入院的候选住院：`window_start` 那一刻算，`window_end` 那一刻不算；
# - 入组期**以前**也住过院的病人，仍然从入组期内的第一次算起（以前的病史留给第 4 题）。
#
# 第 1 题的结果已经存成了表 `candidates`，直接用。评分时，这张表由参考答案给出，前一题的错不会连累这一题。
# %% [markdown] lang="en"
# `PARTITION BY patient` numbers each person's rows on their own, `ORDER BY came` numbers them in order of time, `QUALIFY …
# = 1` keeps everyone's first. Li's first row is in `w07`, not in `w02`, though that comes first by name.
#
# Write the query: columns `patient_id`, `encounter_id`, `index_at` (which is `admitted_at`), one row for each patient.
#
# - Only candidate stays admitted within the window count: the moment `window_start` is in it, the moment `window_end` is not.
# - Patients who had a stay **before** the window as well still begin with their first one inside (earlier history is the
#   business of item 4).
#
# The result of item 1 is kept as a table `candidates`: use it. When your answer is marked, that table comes from the
# reference, so a mistake in one item does not spoil the next.
# %% nb="solution" id="index_stays"
def index_stays() -> str:
    """The text of one SELECT on candidates and study; columns patient_id, encounter_id, index_at."""
    ### BEGIN SOLUTION
    return """
    SELECT c.patient_id, c.encounter_id, c.admitted_at AS index_at
    FROM candidates AS c
    CROSS JOIN study AS s
    WHERE c.admitted_at >= s.window_start AND c.admitted_at < s.window_end
    QUALIFY row_number() OVER (PARTITION BY c.patient_id ORDER BY c.admitted_at) = 1
    """
    ### END SOLUTION
# %%
look(index_stays, "patient_id", "encounter_id", "index_at")
# %% nb="test" id="index_stays_mark" points=4
# %% [markdown] lang="zh"
# ## 第 3 题（5 分） 检验确认
#
# 编码可能为结算而写，也可能是“待排”。林医生要求再加一条证据：**NT-proBNP**（N 末端脑钠肽前体）。心脏被撑大时它进入血液；急性起病时低于 300 pg/mL，基本可以排除急性心衰。
#
# 查出得到确认的索引病人，列为 `patient_id`、`peak`，每人一行：
#
# - `lab_results` 里 `test = 'nt_probnp'`；
# - 采样在索引日**前 24 小时到后 48 小时**之间（左闭右开）。急诊抽的第一管血也要算；
# - `peak` 是这段时间里的**最高**值，`peak` 不低于 `study.nt_probnp` 的病人才留下。
#
# 时间可以加减：`时间 + INTERVAL 8 HOUR`。一位病人有几行时，用 `GROUP BY` 归成一行，`max(…)` 取最高。
# %% [markdown] lang="en"
# ## Item 3 (5 points): confirmed by the laboratory
#
# A code may be written for the bill, or mean "to be ruled out". Dr Lin wants one more piece of evidence: **NT-proBNP**. It
# enters the blood when the heart is stretched; with an acute onset, less than 300 pg/mL makes acute heart failure unlikely.
#
# Find the index patients who are confirmed: columns `patient_id`, `peak`, one row each:
#
# - rows of `lab_results` with `test = 'nt_probnp'`;
# - collected from **24 hours before to 48 hours after** the index date (the beginning included, the end not). The first tube,
#   drawn in the emergency department, counts too;
# - `peak` is the **highest** value of that time, and patients stay whose `peak` is at least `study.nt_probnp`.
#
# Times can be added to: `time + INTERVAL 8 HOUR`. Where a patient has several rows, `GROUP BY` makes one of them, and
# `max(…)` takes the highest.
# %% nb="solution" id="confirmed"
def confirmed() -> str:
    """The text of one SELECT on index_stays, lab_results and study; columns patient_id, peak."""
    ### BEGIN SOLUTION
    return """
    SELECT i.patient_id, max(l.value) AS peak
    FROM index_stays AS i
    CROSS JOIN study AS s
    JOIN lab_results AS l ON l.patient_id = i.patient_id
    WHERE l.test = 'nt_probnp'
      AND l.collected_utc + INTERVAL 8 HOUR >= i.index_at - INTERVAL 24 HOUR
      AND l.collected_utc + INTERVAL 8 HOUR < i.index_at + INTERVAL 48 HOUR
      AND l.value >= s.nt_probnp
    GROUP BY i.patient_id
    """
    ### END SOLUTION
# %%
look(confirmed, "patient_id", "peak")
# %% nb="test" id="confirmed_mark" points=5
# %% [markdown] lang="zh"
# 写好之后运行下面这一格。每个点是索引病人的一份 NT-proBNP 标本：横轴是采样距索引日的小时数（已换成当地时间），纵轴是结果（对数刻度），灰底是算数的时间段，虚线是阈值。
# %% [markdown] lang="en"
# When you have written it, run the next cell. Each dot is one NT-proBNP sample of an index patient: across, the hours from the
# index date (in local time); up, the result (logarithmic). Grey is the time that counts, the dashed line the threshold.
# %%
if made("index_stays"):
    drawn = sql("""
    SELECT epoch(l.collected_utc + INTERVAL 8 HOUR - i.index_at) / 3600 AS hours, l.value
    FROM index_stays AS i JOIN lab_results AS l ON l.patient_id = i.patient_id
    WHERE l.test = 'nt_probnp'
    """)
    drawn = drawn[drawn["hours"].between(-60, 200)]
    counts = drawn["hours"].between(-24, 48, inclusive="left")
    fig, axis = plt.subplots()
    axis.axvspan(-24, 48, color="#eeeeee")
    axis.scatter(drawn["hours"][counts], drawn["value"][counts], s=14, color=BLUE, label="counts")
    axis.scatter(drawn["hours"][~counts], drawn["value"][~counts], s=18, color=ORANGE, marker="x", label="does not count")
    axis.axhline(300, color=GREY, linestyle="--")
    axis.set(yscale="log", xlabel="hours from the index date", ylabel="NT-proBNP, pg/mL")
    axis.set_title("When the samples of the index patients were drawn")
    axis.legend(frameon=False, loc="upper right")
    plt.show()
else:
    print("先完成第 2 题 · finish item 2 first")
# %% [markdown] lang="zh"
# ## 第 4 题（5 分） 洗脱期
#
# 院长问的是**新识别**的心衰：早就得了病、反复住院的老病人，结局和新病人不一样。所以要排除回溯期里已有心衰证据的人。
#
# 查出**没有**既往证据的索引病人，只要一列 `patient_id`（不必管第 3 题是否确认）。既往证据是下面两样，**有其一即排除**：
#
# - 任何就诊（门诊、急诊、住院都算）里的心衰诊断：编码以 `I50` 开头或等于 `I11.0`，时间看 `diagnosed_at`；
# - 呋塞米医嘱：`drug = 'furosemide'`，时间看 `ordered_at`。
#
# 回溯期从索引日前 `lookback_days` 天起，到索引日前 **24 小时**为止（左闭右开）。最后 24 小时不算，因为那是同一次发病：急诊先诊断、先用药，再收住院。
#
# “不存在这样的行”写作 `NOT EXISTS (SELECT 1 FROM … WHERE …)`。天数放在列里时，用 `to_days(s.lookback_days)` 得到一段时长。
# %% [markdown] lang="en"
# ## Item 4 (5 points): the wash-out
#
# The director asks about **newly identified** heart failure: patients who have had it for long and come again and again fare
# differently. So those with evidence of it in the look-back are excluded.
#
# Find the index patients **without** earlier evidence, one column `patient_id` (whether item 3 confirmed them does not
# matter here). Either of two things is evidence, and **one of them is enough to exclude**:
#
# - a diagnosis of heart failure in any encounter (clinic, emergency or stay): the code begins with `I50` or equals `I11.0`;
#   its time is `diagnosed_at`;
# - an order of furosemide: `drug = 'furosemide'`; its time is `ordered_at`.
#
# The look-back runs from `lookback_days` before the index date to **24 hours** before it (the beginning included, the end
# not). The last 24 hours do not count because they are the same illness: the emergency department makes the diagnosis and
# gives the first dose, then the ward takes over.
#
# "There is no such row" is `NOT EXISTS (SELECT 1 FROM … WHERE …)`. Where the days are in a column, `to_days(s.lookback_days)`
# makes a duration of them.
# %% nb="solution" id="no_prior"
def no_prior() -> str:
    """The text of one SELECT on index_stays, diagnoses, drug_orders and study; column patient_id."""
    ### BEGIN SOLUTION
    return """
    WITH evidence AS (
        SELECT patient_id, diagnosed_at AS at FROM diagnoses WHERE code LIKE 'I50%' OR code = 'I11.0'
        UNION ALL
        SELECT patient_id, ordered_at FROM drug_orders WHERE drug = 'furosemide'
    )
    SELECT i.patient_id
    FROM index_stays AS i
    CROSS JOIN study AS s
    WHERE NOT EXISTS (
        SELECT 1 FROM evidence AS v
        WHERE v.patient_id = i.patient_id
          AND v.at >= i.index_at - to_days(s.lookback_days)
          AND v.at < i.index_at - INTERVAL 1 DAY
    )
    """
    ### END SOLUTION
# %%
look(no_prior, "patient_id")
# %% nb="test" id="no_prior_mark" points=5
# %% [markdown] lang="zh"
# ## 第 5 题（4 分） 排除流程表
#
# 读者要能看出人是在哪一步少下去的。按下面的顺序排除，每人只在**第一个**适用的步骤被排除一次：
#
# | `step` | 留下 | 这一步排除 |
# |---|---|---|
# | 1 | 全部索引病人 | 0 |
# | 2 | 检验确认的（`confirmed`） | 没有确认的 |
# | 3 | 没有既往证据的（`no_prior`） | 有既往证据的 |
# | 4 | 到数据截止时已经**活着**出院的 | 在索引住院期间去世的，和还在院的 |
#
# 写出查询，列为 `step`、`excluded`（这一步排除的人数）、`remaining`（这一步之后剩下的人数），共四行。
# 前面的结果在表 `index_stays`、`confirmed`、`no_prior` 里；索引住院怎样结束，看 `encounters` 的 `ended_at` 和 `outcome`。
#
# 有用的工具：`count(*) FILTER (WHERE …)` 只数符合条件的行；几个 `SELECT` 用 `UNION ALL` 上下拼起来；`patient_id IN (SELECT patient_id FROM confirmed)` 得到是或否。
# %% [markdown] lang="en"
# ## Item 5 (4 points): the flow of exclusions
#
# Readers must see at which step people went. Exclude in this order, everyone once, at the **first** step that applies:
#
# | `step` | kept | excluded here |
# |---|---|---|
# | 1 | all index patients | 0 |
# | 2 | confirmed by the laboratory (`confirmed`) | those not confirmed |
# | 3 | without earlier evidence (`no_prior`) | those with earlier evidence |
# | 4 | who have left **alive** by the end of the data | who died during the index stay, and who are still there |
#
# Write the query: columns `step`, `excluded` (how many go at this step), `remaining` (how many are left after it), four
# rows. The earlier results are in the tables `index_stays`, `confirmed`, `no_prior`; how the index stay ended is in
# `encounters`, columns `ended_at` and `outcome`.
#
# Useful tools: `count(*) FILTER (WHERE …)` counts only rows that meet a condition; `UNION ALL` puts several `SELECT`s one
# below the other; `patient_id IN (SELECT patient_id FROM confirmed)` gives yes or no.
# %% nb="solution" id="attrition"
def attrition() -> str:
    """The text of one SELECT; columns step (1 to 4), excluded, remaining."""
    ### BEGIN SOLUTION
    return """
    WITH checked AS (
        SELECT
            i.patient_id IN (SELECT patient_id FROM confirmed) AS is_confirmed,
            i.patient_id IN (SELECT patient_id FROM no_prior) AS is_new,
            e.ended_at IS NOT NULL AND e.outcome <> 'died' AS went_home
        FROM index_stays AS i
        JOIN encounters AS e ON e.encounter_id = i.encounter_id
    ),
    counted AS (
        SELECT 1 AS step, count(*) AS remaining FROM checked
        UNION ALL SELECT 2, count(*) FROM checked WHERE is_confirmed
        UNION ALL SELECT 3, count(*) FROM checked WHERE is_confirmed AND is_new
        UNION ALL SELECT 4, count(*) FROM checked WHERE is_confirmed AND is_new AND went_home
    )
    SELECT step, coalesce(lag(remaining) OVER (ORDER BY step) - remaining, 0) AS excluded, remaining
    FROM counted
    ORDER BY step
    """
    ### END SOLUTION
# %%
look(attrition, "step", "excluded", "remaining")
# %% nb="test" id="attrition_mark" points=4
# %% [markdown] lang="zh"
# 把你的表画成论文里的流程图：左边蓝框是留下的人，右边橙框是每一步排除的人。
# %% [markdown] lang="en"
# Your table as the flow chart that a paper prints: blue boxes on the left are those kept, orange boxes on the right those
# excluded at each step.
# %%
if made("attrition"):
    flow_chart(
        sql("SELECT * FROM attrition"),
        [
            ("Stay with heart failure in the window", ""),
            ("Confirmed by NT-proBNP", "Not confirmed"),
            ("No earlier evidence", "Earlier heart failure or furosemide"),
            ("Left hospital alive", "Died in hospital or still there"),
        ],
    )
else:
    print("先完成第 5 题 · finish item 5 first")
# %% [markdown] lang="zh"
# ## 第 6 题（6 分） 随访与删失
#
# 最后一步：对每位**活着出院**的索引病人，说出随访怎样结束、过了多少天。（这里对 `index_stays` 里所有活着出院的人都算；最后再取队列里的那些人。）
#
# 随访从索引住院的出院时刻（`ended_at`）开始，到下面四个时刻里**最早**的一个结束：
#
# | `status` | 时刻 |
# |---|---|
# | `readmitted` | 下一次**住院**的入院时间（不论什么病；门诊、急诊不算），不到 30 天 |
# | `died` | 死亡时间（`patients.died_at`），不到 30 天 |
# | `censored` | 数据截止（`data_end`），这时还不到 30 天 |
# | `complete` | 第 30 天期满（`followup_days`），平安无事 |
#
# 写出查询，列为 `patient_id`、`status`、`days`（出院到结束的天数，可带小数），每人一行。死在索引住院里的和还在院的，不在结果里。
#
# 有用的工具：`least(a, b, c)` 取最早的（空值不算）；`epoch(后 - 前) / 86400` 把时长变成天；`CASE WHEN … THEN … ELSE … END`；`LEFT JOIN` 保留没有对上的行。
# %% [markdown] lang="en"
# ## Item 6 (6 points): follow-up and censoring
#
# The last step: for every index patient who **left alive**, say how follow-up ended and after how many days. (Do it for
# everybody in `index_stays` who left alive; those of the cohort are picked at the end.)
#
# Follow-up begins when the index stay ends (`ended_at`) and stops at the **earliest** of four moments:
#
# | `status` | moment |
# |---|---|
# | `readmitted` | the next admission as an **inpatient**, for whatever disease (clinic and emergency visits do not count), at less than 30 days |
# | `died` | death (`patients.died_at`), at less than 30 days |
# | `censored` | the end of the data (`data_end`), if that comes before 30 days |
# | `complete` | the end of day 30 (`followup_days`), nothing having happened |
#
# Write the query: columns `patient_id`, `status`, `days` (from discharge to the end, with fractions), one row each. Those who
# died in the index stay and those still there are not in the result.
#
# Useful tools: `least(a, b, c)` gives the earliest (missing ones do not count); `epoch(later - earlier) / 86400` turns a
# duration into days; `CASE WHEN … THEN … ELSE … END`; a `LEFT JOIN` keeps rows that have no partner.
# %% nb="solution" id="outcomes"
def outcomes() -> str:
    """The text of one SELECT; columns patient_id, status, days."""
    ### BEGIN SOLUTION
    return """
    WITH home AS (
        SELECT i.patient_id, e.ended_at AS left_at, p.died_at, s.data_end,
               e.ended_at + to_days(s.followup_days) AS last_day
        FROM index_stays AS i
        CROSS JOIN study AS s
        JOIN encounters AS e ON e.encounter_id = i.encounter_id
        JOIN patients AS p ON p.patient_id = i.patient_id
        WHERE e.ended_at IS NOT NULL AND e.outcome <> 'died'
    ),
    again AS (
        SELECT h.patient_id, min(e.admitted_at) AS back_at
        FROM home AS h
        JOIN encounters AS e ON e.patient_id = h.patient_id
        WHERE e.kind = 'inpatient' AND e.admitted_at >= h.left_at AND e.admitted_at < h.last_day
        GROUP BY h.patient_id
    )
    SELECT
        h.patient_id,
        CASE
            WHEN a.back_at IS NOT NULL THEN 'readmitted'
            WHEN h.died_at < h.last_day THEN 'died'
            WHEN h.data_end < h.last_day THEN 'censored'
            ELSE 'complete'
        END AS status,
        epoch(least(a.back_at, h.died_at, h.data_end, h.last_day) - h.left_at) / 86400 AS days
    FROM home AS h
    LEFT JOIN again AS a ON a.patient_id = h.patient_id
    """
    ### END SOLUTION
# %%
look(outcomes, "patient_id", "status", "days")
# %% nb="test" id="outcomes_mark" points=6
# %% [markdown] lang="zh"
# ## 三个数字，同一个数据库
#
# 下面把三种算法放在一起：孙护士长数的是“又来过”（任何就诊，按人次），高老师数的是“又住院”（按出院人次，老病人、没看满 30 天的都在分母里），第三个是你的队列：新识别、有检验确认、活着出院的病人，按人算，并且考虑了删失。
#
# 曲线是队列里到第几天为止已经再入院的比例。删失的病人看到哪天就算到哪天；死亡是竞争事件。
# %% [markdown] lang="en"
# ## Three figures, one database
#
# The next cell puts three ways of counting side by side: Head Nurse Sun counts "came again" (any encounter, per stay), Ms Gao
# "was admitted again" (per discharge, with long-standing patients and unfinished 30 days in the denominator), and the third is
# your cohort: newly identified, confirmed by the laboratory, left alive, counted per person, with censoring.
#
# The curve is the share of the cohort that has been readmitted by each day. Censored patients count for as long as they were
# seen; death competes.
# %%
if made(*["candidates", "index_stays", "confirmed", "no_prior", "attrition", "outcomes"]):
    again = sql("""
    SELECT avg(CASE WHEN EXISTS (SELECT 1 FROM encounters AS f WHERE f.patient_id = e.patient_id
        AND f.registered_at > e.ended_at AND f.registered_at < e.ended_at + INTERVAL 30 DAY) THEN 1.0 ELSE 0 END) AS came,
        avg(CASE WHEN EXISTS (SELECT 1 FROM encounters AS f WHERE f.patient_id = e.patient_id AND f.kind = 'inpatient'
        AND f.admitted_at > e.ended_at AND f.admitted_at < e.ended_at + INTERVAL 30 DAY) THEN 1.0 ELSE 0 END) AS admitted
    FROM candidates AS c JOIN encounters AS e ON e.encounter_id = c.encounter_id
    WHERE e.ended_at IS NOT NULL
    """).iloc[0]
    cohort = sql("SELECT o.* FROM outcomes AS o JOIN confirmed USING (patient_id) JOIN no_prior USING (patient_id)")
    days, share = cumulative_incidence(cohort["days"], cohort["status"])
    share[-1] = share[-2]
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.4), gridspec_kw={"width_ratios": [3, 2]})
    left.step(days, 100 * share, where="post", color=BLUE)
    left.set(xlabel="days after discharge", ylabel="readmitted, per cent", xlim=(0, 30), ylim=(0, None))
    left.set_title(f"Cohort of {len(cohort)} patients", loc="left")
    names = ["came again\n(per stay)", "admitted again\n(per stay)", "cohort\n(per person)"]
    heights = [100 * again["came"], 100 * again["admitted"], 100 * share[-1]]
    bars = right.bar(names, heights, color=[GREY, ORANGE, BLUE])
    right.bar_label(bars, fmt="%.0f%%")
    right.tick_params(axis="x", labelsize=8)
    right.set_title("Within 30 days", loc="left")
    plt.tight_layout()
    plt.show()
    print(cohort["status"].value_counts().to_dict())
    print("my_guess:", my_guess)
else:
    print("先完成全部六题 · finish all six items first")
# %% [markdown] lang="zh"
# ## 写给院长的两句话
#
# 用你自己的数字写两句：三个数字各说的是谁？院长该把哪一个写进报告？（选做，由老师阅读，不计入自动评分。）
# %% [markdown] lang="en"
# ## Two sentences for the director
#
# With your own figures, in two sentences: whom does each of the three speak of, and which one belongs in the report?
# (Optional; your instructor reads it, and it does not count towards the automatic mark.)
# %% [markdown] nb="manual" id="so_what" points=0
# 写在这里 · write here
# %% [markdown] lang="zh"
# ## 想知道更多
#
# - **方案先于查询。** 真实研究在看结局之前就把编码、时间段、排除顺序写成方案并登记。看着结果改条件，总能改出想要的数字。
# - **编码会错。** 病案首页的诊断受结算影响；正规研究会抽样翻病历，报告编码的阳性预测值。
# - **呋塞米不等于心衰。** 肝硬化、肾病也用它。把它当作既往心衰的标志会多排除一些人：宁可少，也要纯。NT-proBNP 也一样：300 pg/mL 是排除急性心衰的界值（2021 年欧洲心脏病学会心衰指南），确诊还要看年龄、肾功能和超声。
# - **看不见的医院。** 病人可能住进了别的医院，我们的数据里就成了“平安期满”。区域平台（模块 5.2）能补上一部分。
# - **我们的模拟简化了什么。** 诊断很少写错；出院后的死亡是登记里直接给出的；为了让每份数据都遇得到端点、时区这些情形，我们在自然产生的病人之外加进了几十位这样的病人，所以再入院率不能当作真实医院的数字引用。
# - **接着读：** von Elm E 等，*The STROBE Statement*，Lancet 2007;370:1453–1457（观察性研究的报告规范）；OHDSI，*The Book of OHDSI*，第 10 章“Defining Cohorts”。
# %% [markdown] lang="en"
# ## Go deeper
#
# - **The protocol comes before the query.** Real studies write down codes, intervals and the order of exclusions, and register
#   them, before anybody looks at outcomes. Whoever changes criteria while watching the result will get the result they want.
# - **Codes are wrong at times.** What stands on a front page is shaped by payment; good studies read a sample of records and
#   report the codes' positive predictive value.
# - **Furosemide is not heart failure.** It is given in cirrhosis and kidney disease too. Taking it for a sign of earlier heart
#   failure excludes too many: fewer, but purer. So with NT-proBNP: 300 pg/mL is the limit for ruling acute heart failure out
#   (2021 guideline of the European Society of Cardiology); making the diagnosis takes age, kidneys and an echocardiogram.
# - **Hospitals we cannot see.** A patient may have been admitted elsewhere and is "complete" in our data. A regional platform
#   (module 5.2) fills some of that gap.
# - **What our simulation leaves out.** Diagnoses are rarely wrong; deaths after discharge are simply given by the register;
#   and so that everybody's data hold the ends of intervals, the time zones and the rest, a few dozen such patients were added
#   to those who fell ill by themselves. Do not quote the readmission rate as a real hospital's.
# - **Read on:** von Elm E et al., *The STROBE Statement*, Lancet 2007;370:1453–1457 (how to report observational studies);
#   OHDSI, *The Book of OHDSI*, chapter 10, "Defining Cohorts".
