# %% [markdown] lang="zh"
# # 患者就诊流程：这几个小时是谁的？
#
# 云杉县医院，周一早会。医患沟通办公室念了一条投诉：
#
# > “就为了等一个血钾结果，我在急诊耗了大半天！”
#
# 检验科先说话：“标本到我们手上，很快就出报告了，周转时间达标。”
# 急诊医生说：“看完病人我马上就开了单。”孙护士长说：“单子一到我们就采血，采完就送。”
# 重症医学科的林医生提醒大家：血钾太高，心脏会停，这种结果差半小时都要紧。
#
# 信息科赵工把几个系统的导出表摊在桌上：“每个人说的可能都是真的。可是没有哪一张表，写着这位病人从进门到离开经历了什么。”
#
# 这张表得有人做出来。今天由你来做。
# %% [markdown] lang="en"
# # Patient journey: whose hours were they?
#
# Yunshan County Hospital, the Monday meeting. The patient office reads out a complaint:
#
# > "I lost half a day in your emergency department, waiting for one potassium result!"
#
# The laboratory answers first: "Once the tube was in our hands the report was out quickly. Our turnaround is on target."
# The emergency doctor: "I wrote the order as soon as I had seen the patient." Head Nurse Sun: "We draw blood when the order
# comes, and the tube leaves at once." Dr Lin from intensive care reminds them why it matters: too much potassium stops the
# heart; half an hour counts.
#
# Engineer Zhao lays the exports of several systems on the table. "All of you may be telling the truth. But no table here
# says what this patient went through from the door in to the door out."
#
# Somebody has to make that table. Today it is you.
# %% nb="locked" id="setup"
# 读取数据、准备画图工具。运行一次即可,不必读懂。  Reads the data and prepares the drawings: run it once, no need to read it.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd


def read(name, *times):
    """Read one file; the columns named are points in time."""
    return pd.read_csv(f"data/{name}.csv", parse_dates=list(times))


visits = read("visits", "registered_at", "triaged_at", "seen_at", "left_at")
orders = read("orders", "ordered_at")
lab = read("lab", "collected_at", "received_at", "resulted_at")
imaging = read("imaging", "performed_at", "reported_at")
prescriptions = read("prescriptions", "prescribed_at")
stays = read("stays", "admitted_at", "discharged_at")
charges = read("charges", "charged_at")
settlements = read("settlements", "settled_at")
complaint = read("complaint").iloc[0]

LANES = {
    "registered": "Registration", "triaged": "Triage", "seen": "Doctor", "ordered": "Doctor", "prescribed": "Doctor",
    "collected": "Nurse", "received": "Laboratory", "resulted": "Laboratory", "performed": "Imaging",
    "reported": "Imaging", "settled": "Cashier", "admitted": "Ward", "discharged": "Ward", "left": "Exit",
}  # fmt: skip
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"


def draw_journey(log, spans=(), title=""):
    """Draw one patient's events, a lane for each department; spans: (label, from activity, to activity, colour)."""
    lanes = [lane for lane in dict.fromkeys(LANES.values()) if lane in set(log["activity"].map(LANES))]
    start = log["time"].min()
    minutes = (log["time"] - start) / pd.Timedelta(minutes=1)
    height = log["activity"].map(LANES).map(lanes.index)
    figure, axes = plt.subplots(figsize=(10, 0.55 * (len(lanes) + len(spans)) + 1.2))
    axes.step(minutes, height, where="post", color=GREY, linewidth=1, zorder=1)
    axes.scatter(minutes, height, color=BLUE, s=45, zorder=2)
    free = {}  # lane -> where its last upper label ends
    for x, y, name in sorted(zip(minutes, height, log["activity"])):
        above = x >= free.get(y, -1)
        free[y] = x + 0.012 * len(name) * minutes.max() if above else free[y]
        axes.annotate(name, (x, y), xytext=(4, 6 if above else -13), textcoords="offset points", fontsize=8)
    for n, (label, first, last, colour) in enumerate(spans):
        a, b = (minutes[log["activity"] == name].iloc[0] for name in (first, last))
        y = -1.1 - 0.8 * n
        axes.annotate("", (b, y), (a, y), arrowprops={"arrowstyle": "<->", "color": colour, "linewidth": 2})
        axes.text(b, y, f"  {label}: {b - a:.0f} min", color=colour, va="center", fontsize=9)
    axes.set_yticks(range(len(lanes)), lanes)
    axes.set_ylim(len(lanes) - 0.5, -1.3 - 0.8 * max(len(spans) - 1, 0) if spans else -0.8)
    axes.set_xlim(right=minutes.max() * 1.12 + 1)
    axes.set_xlabel(f"minutes since registration ({start:%Y-%m-%d %H:%M}, local time)")
    axes.set_title(title, loc="left", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    plt.show()


def attempt(function, *tables):
    """Call your function; None while it is not written yet."""
    try:
        return function(*tables)
    except NotImplementedError:
        print("还没有写 / not written yet:", function.__name__)


def form(answer, *columns):
    """Say, and return, whether an answer has the form asked for; never whether it is right."""
    if answer is None:
        return False
    if not isinstance(answer, pd.DataFrame):
        print("应当是一张 DataFrame / should be a DataFrame, got", type(answer).__name__)
        return False
    if missing := [name for name in columns if name not in answer.reset_index()]:
        print("缺少列 / columns missing:", ", ".join(missing))
        return False
    print(f"形式正确 / the form is right ({len(answer)} 行 rows)")
    return True
# %% [markdown] lang="zh"
# ## 要懂的一件事：事件日志是做出来的
#
# **事件日志**是一张只有三样内容的表：谁（哪一次就诊）、做了什么、什么时候。一行一件事。
#
# | visit_id | activity | time |
# |---|---|---|
# | 7001 | registered | 09:02 |
# | 7001 | triaged | 09:06 |
# | 7001 | seen | 09:51 |
#
# 医院里没有哪个系统天生就有这张表。挂号在 HIS，化验在 LIS，影像在 PACS，各记各的，各用各的编号。
# 把它们拼成一张表，每一步都要做判断：什么算“一件事”，哪个时间算“它发生的时间”，哪一行属于哪一位病人。
#
# ### 病区里的词
#
# | 日志里的名称 | 中文 | 是谁、在什么时候记下的 |
# |---|---|---|
# | `registered` | 挂号 | 窗口或自助机建立这次就诊 |
# | `triaged` | 分诊 | 急诊护士看一眼、问几句、量体征，按危险程度分 Ⅰ~Ⅳ 级。Ⅰ级是濒危，马上抢救；Ⅳ级可以等。急诊不是先来先看 |
# | `seen` | 接诊 | 医生第一次看到病人 |
# | `ordered` | 开单 | 医生开出检验、检查或手术医嘱 |
# | `collected` | 采样 | 护士采到标本（例如抽血），扫条码 |
# | `received` | 接收（核收） | 检验科扫码收下标本。从这一刻起，标本才归检验科 |
# | `resulted` | 发报告 | 检验结果审核发布 |
# | `performed` | 检查 | 影像检查开始。每次检查有一个检查号（accession number），图像和报告靠它对上 |
# | `reported` | 出检查报告 | 影像科医生签发报告 |
# | `prescribed` | 开处方 | 医生开药。一张处方可以有好几种药 |
# | `admitted` / `discharged` | 入院 / 出院 | 从门急诊收住院后，进入病区、离开医院 |
# | `settled` | 结算 | 收费处结清这次就诊的费用 |
# | `left` | 离开 | 就诊结束。有的病人没等到医生就走了 |
#
# ### 同一个“周转时间”，三只钟
#
# 下面是杏林医院一位急诊病人的一上午（手写的例子，不是你的数据）。
# “周转时间”（turnaround time,TAT）听上去只有一个意思，可起点放在哪里，差别很大：
# **检验科**从接收算起，**医生**从开单算起，**病人**从挂号算起。终点都是发报告。
# %% [markdown] lang="en"
# ## The one thing to understand: an event log is made, not given
#
# An **event log** is a table that says three things: who (which visit), what happened, and when. One row, one event.
#
# | visit_id | activity | time |
# |---|---|---|
# | 7001 | registered | 09:02 |
# | 7001 | triaged | 09:06 |
# | 7001 | seen | 09:51 |
#
# No system in a hospital is born with this table. Registration lives in the HIS (hospital information system), tests in the
# LIS (laboratory), pictures in the PACS (imaging); each keeps its own records under its own numbers. Putting them together
# takes a judgement at every step: what counts as *one* event, which time is *its* time, whose row is this?
#
# ### Words of the ward
#
# | in the log | who writes it down, and when |
# |---|---|
# | `registered` | the desk, or a kiosk, opens this visit |
# | `triaged` | an emergency nurse looks, asks, measures, and sorts by danger into levels 1 to 4. Level 1 is resuscitated now; level 4 can wait. An emergency department is not first come, first served |
# | `seen` | a doctor sees the patient for the first time |
# | `ordered` | the doctor orders a laboratory test, an imaging study or a procedure |
# | `collected` | a nurse takes the specimen (draws the blood, say) and scans its barcode |
# | `received` | the laboratory scans the tube in. Only from this moment is the specimen theirs |
# | `resulted` | the laboratory result is verified and released |
# | `performed` | the imaging study begins. Each study has an accession number, which ties pictures and report together |
# | `reported` | a radiologist signs the report |
# | `prescribed` | the doctor prescribes. One prescription may hold several drugs |
# | `admitted` / `discharged` | for those taken in from the clinic or the emergency department: into the ward, out of the hospital |
# | `settled` | the cashier settles the bill of this visit |
# | `left` | the visit ends. Some patients leave before any doctor has seen them |
#
# ### One "turnaround time", three clocks
#
# Below is one emergency patient's morning at Xinglin Hospital (made by hand, not your data). "Turnaround time" (TAT) sounds
# like one thing, but much depends on where you start the clock: the **laboratory** starts at receipt, the **doctor** at the
# order, the **patient** at the registration desk. All three stop at the report.
# %%
example = pd.DataFrame(
    [
        ("registered", "09:02"), ("triaged", "09:06"), ("seen", "09:51"), ("ordered", "09:58"), ("collected", "10:24"),
        ("received", "10:52"), ("resulted", "11:21"), ("prescribed", "11:40"), ("settled", "11:52"), ("left", "12:05"),
    ],
    columns=["activity", "time"],
)  # fmt: skip
example["time"] = pd.to_datetime("2025-03-03 " + example["time"])
draw_journey(
    example,
    spans=[
        ("laboratory's TAT", "received", "resulted", GREEN),
        ("doctor's TAT", "ordered", "resulted", BLUE),
        ("patient's wait", "registered", "resulted", ORANGE),
    ],
    title="One potassium result, three turnaround times (Xinglin Hospital, example)",
)
# %% [markdown] lang="zh"
# **图 1** 横轴是挂号后的分钟数，每一行是一个部门（自上而下：挂号、分诊、医生、护士、检验科、收费处、离开）。上方三条双箭头是三种周转时间：
# 检验科 29 分钟，医生 83 分钟，病人 139 分钟。三个数都对。
#
# 再看点与点之间。从接收到发报告，检验科在**做事**；从分诊到接诊、从开单到采样，只有病人在**等**。
# 等待夹在两个部门之间，哪个部门的系统都不记它，所以要把各家的记录拼起来才看得见。
# %% [markdown] lang="en"
# **Figure 1** Across: minutes since registration. Each lane is a department. The three arrows above are the three turnaround
# times: laboratory 29 minutes, doctor 83, patient 139. All three figures are right.
#
# Now look between the dots. From receipt to result the laboratory is *working*; from triage to the doctor, from order to
# collection, the patient is just *waiting*. A wait lies between two departments, and neither one's system records it: only
# the records of both, put together, show it.
# %% [markdown] lang="zh"
# ## 先看一看
#
# `data/` 里是云杉县医院急诊和两个门诊一周的导出。这一周急诊特别忙：病人比平时多一倍，值班医生还是一位。
# 时间都是医院本地时间（Asia/Shanghai,UTC+8），导出时就不带时区。
#
# | 表 | 来自 | 一行是 |
# |---|---|---|
# | `visits` | HIS 挂号与分诊 | 一次就诊 |
# | `orders` | 电子病历 | 一条医嘱（检验、检查、手术） |
# | `lab` | LIS 检验系统 | 一条医嘱里的**一个检验项目**。LIS 不知道 `visit_id` |
# | `imaging` | PACS 影像系统 | 一次影像检查。PACS 也不知道 `visit_id` |
# | `prescriptions` | 电子病历 | 一张处方里的**一种药** |
# | `stays` | 住院系统 | 一次住院，`visit_id` 是收他住院的那次就诊 |
# | `charges` | 收费系统 | 一条费用明细 |
# | `settlements` | 收费系统 | 一次结算 |
# | `complaint` | 医患沟通办公室 | 被投诉的那次就诊（`visit_id`）和那条血钾医嘱（`order_id`） |
# %% [markdown] lang="en"
# ## Look first
#
# `data/` holds one week of Yunshan's emergency department and two of its clinics. It is a very busy week: twice the
# usual emergencies, still one doctor on duty. All times are the hospital's local time (Asia/Shanghai, UTC+8), exported, as
# usual, without a time zone.
#
# | table | comes from | one row is |
# |---|---|---|
# | `visits` | HIS, registration and triage | one visit |
# | `orders` | electronic medical record | one order (laboratory, imaging, procedure) |
# | `lab` | LIS | **one test** of an order. The LIS does not know `visit_id` |
# | `imaging` | PACS | one imaging study. The PACS does not know `visit_id` either |
# | `prescriptions` | electronic medical record | **one drug** of a prescription |
# | `stays` | inpatient system | one stay; `visit_id` is the visit that led to it |
# | `charges` | billing | one charged item |
# | `settlements` | billing | one settled bill |
# | `complaint` | patient office | the visit complained of (`visit_id`) and its potassium order (`order_id`) |
# %%
for name in ["visits", "orders", "lab", "imaging", "prescriptions", "stays", "charges", "settlements"]:
    print(f"{name:14}{len(globals()[name]):6} rows   {', '.join(globals()[name].columns)}")
visits.head()
# %% [markdown] lang="zh"
# **先猜一猜。** 从挂号到血钾结果出来，那位投诉的病人等了很久。这段时间里，标本在检验科手里（接收 → 发报告）的占百分之几？
# 把猜的数写在下面，最后回来对答案。不计分。
# %% [markdown] lang="en"
# **Guess first.** The complaining patient waited from registration to the potassium result. For what percentage of that time
# was the specimen in the laboratory's hands (received → resulted)? Write your guess below; it is not marked, and we come back
# to it at the end.
# %% id="my_guess"
my_guess_percent = None
# %% [markdown] lang="zh"
# ## 第 1 题的样例：宽表变长表
#
# 杏林医院一个外科病区的三次住院（另一份数据）：一行是一次住院，几个时间并排放着。`NaT` 表示这件事没有发生（没做手术，或者还没出院）。
# %% [markdown] lang="en"
# ## Worked example for item 1: from wide to long
#
# Three stays on a surgical ward of Xinglin Hospital (other data). One row is one stay, its times side by side. `NaT` means
# that it did not happen: no operation, or not yet discharged.
# %%
ward = pd.DataFrame(
    {
        "stay_id": [501, 502, 503],
        "admitted_at": pd.to_datetime(["2025-03-03 10:10", "2025-03-03 15:30", "2025-03-04 09:00"]),
        "operated_at": pd.to_datetime(["2025-03-04 08:20", None, "2025-03-05 13:00"]),
        "discharged_at": pd.to_datetime(["2025-03-08 11:00", "2025-03-06 10:00", None]),
    }
)
ward
# %% [markdown] lang="zh"
# 我们要的是一行一件事。四步：
#
# 1. `melt` 把并排的时间列**竖过来**：原来的列名成为 `activity`，单元格里的时间成为 `time`；
# 2. 去掉列名末尾的 `_at`；
# 3. 没有时间的行不是事件，删掉**这一行**（而不是删掉这次住院）；
# 4. 每次住院内按时间排好。
#
# 四步装进一个**函数**：`def` 给这套做法起个名字，括号里是交给它的表，`return` 交出结果。以后换一张表，做法不用重写。
# %% [markdown] lang="en"
# We want one row per event. Four steps:
#
# 1. `melt` stands the time columns **upright**: the column's name becomes `activity`, what was in the cell becomes `time`;
# 2. cut `_at` from the names;
# 3. a row without a time is no event: drop that **row** (not the whole stay);
# 4. put each stay's events in order of time.
#
# The four steps go into a **function**: `def` gives the recipe a name, the table it works on stands in brackets, `return` hands
# over the result. Another table, the same recipe.
# %%
def ward_events(stays):
    times = ["admitted_at", "operated_at", "discharged_at"]
    log = stays.melt(id_vars="stay_id", value_vars=times, var_name="activity", value_name="time")
    log["activity"] = log["activity"].str.removesuffix("_at")
    log = log.dropna(subset=["time"])
    return log.sort_values(["stay_id", "time"])


ward_events(ward)
# %% [markdown] lang="zh"
# **第 1 题（3 分）** 写一个函数，把 `visits` 变成事件日志：列 `visit_id`、`activity`、`time`；
# 事件有四种：`registered`、`triaged`、`seen`、`left`。没有发生的事没有行，每次就诊内按时间先后排列。
#
# 没写过程序？把样例函数里的几行抄到下面，换掉表名、编号和时间列的名字，再把 `raise NotImplementedError()` 那一行删掉。
#
# 想一想：没等到医生就走的病人，日志里应该有哪几行？
# %% [markdown] lang="en"
# **Item 1 (3 points)** Write a function that turns `visits` into an event log with the columns `visit_id`, `activity`, `time`.
# There are four kinds of event: `registered`, `triaged`, `seen`, `left`. What did not happen has no row; within a visit the
# rows are in order of time.
#
# Never programmed before? Copy the lines of the example's function below, change the names of table, number and time columns,
# and delete the line `raise NotImplementedError()`.
#
# Ask yourself: which rows should there be for a patient who left before a doctor came?
# %% nb="solution" id="visit_events"
def visit_events(visits: pd.DataFrame) -> pd.DataFrame:
    """One row per event of each visit: columns visit_id, activity, time."""
    ### BEGIN SOLUTION
    times = ["registered_at", "triaged_at", "seen_at", "left_at"]
    log = visits.melt(id_vars="visit_id", value_vars=times, var_name="activity", value_name="time")
    log["activity"] = log["activity"].str.removesuffix("_at")
    return log.dropna(subset=["time"]).sort_values(["visit_id", "time"], kind="stable", ignore_index=True)
    ### END SOLUTION
# %%
# 自测:只看形式  Self-test: the form only
form(attempt(visit_events, visits), "visit_id", "activity", "time");
# %% nb="test" id="visit_events_mark" points=3
# %% [markdown] lang="zh"
# ## 第 2 题的样例：两张表对上，不多一行，不少一行
#
# 杏林医院的三张检查申请（另一份数据）。影像系统里，一张申请可能有**好几个序列**，也可能还没有做。
# %% [markdown] lang="en"
# ## Worked example for item 2: match two tables, losing no row and gaining none
#
# Three imaging requests at Xinglin Hospital (other data). In the imaging system a request may have **several series**, or
# none yet.
# %%
requests = pd.DataFrame(
    {"request_id": [81, 82, 83], "asked_at": pd.to_datetime(["2025-03-03 09:00", "2025-03-03 09:20", "2025-03-03 09:40"])}
)
series = pd.DataFrame(
    {
        "request_id": [81, 81, 81, 82],
        "series": ["axial", "coronal", "sagittal", "frontal"],
        "taken_at": pd.to_datetime(["2025-03-03 09:50", "2025-03-03 09:50", "2025-03-03 09:50", "2025-03-03 10:05"]),
        "read_at": pd.to_datetime(["2025-03-03 10:41", "2025-03-03 10:41", "2025-03-03 10:41", "2025-03-03 10:25"]),
    }
)
requests.merge(series, on="request_id")
# %% [markdown] lang="zh"
# 直接 `merge`，两个毛病一起来：81 号申请变成了三行（**多**了），83 号不见了（**少**了）。三张申请，却得到四行。
#
# 正确的做法：先把影像那边收成**一张申请一行**（同一张申请的几个序列，时间都一样，取第一行就够），
# 再用 `how="left"` 接上，让还没做的申请留在表里，时间空着。最后两个时间相减，除以一分钟。
# %% [markdown] lang="en"
# A plain `merge` goes wrong twice: request 81 has become three rows (gained), request 83 is gone (lost). Three requests, four rows.
#
# The remedy: first reduce the imaging side to **one row per request** (the series of one request share their times, so the
# first will do). Then attach it with `how="left"`, so that a request not yet done stays in the table, its times empty. Finally subtract two
# times and divide by one minute.
# %%
def request_phases(requests, series):
    per_request = series.groupby("request_id", as_index=False).agg(taken_at=("taken_at", "first"), read_at=("read_at", "first"))
    steps = requests.merge(per_request, on="request_id", how="left")
    minute = pd.Timedelta(minutes=1)
    steps["to_take"] = (steps["taken_at"] - steps["asked_at"]) / minute
    steps["to_read"] = (steps["read_at"] - steps["taken_at"]) / minute
    return steps


request_phases(requests, series)
# %% [markdown] lang="zh"
# **第 2 题（4 分）** 写一个函数，把每条**检验**医嘱（`kind` 为 `laboratory`）的周转时间拆成三段，单位是分钟。
# 只要检验医嘱：`orders[orders["kind"] == "laboratory"]`。
#
# | 列 | 从 → 到 | 在等谁 |
# |---|---|---|
# | `to_collect` | 开单 → 采样 | 护士 |
# | `to_receive` | 采样 → 接收 | 运送 |
# | `to_result` | 接收 → 发报告 | 检验科 |
# | `total` | 开单 → 发报告 | |
#
# 一条检验医嘱一行，用列 `order_id` 标明。没有结果的医嘱也占一行，各段空着。多出来的列不碍事。
#
# 数据里有几段是**负数**。不要抹平它们：负的等待说明有什么地方记错了，第 4 题就去找它。
# %% [markdown] lang="en"
# **Item 2 (4 points)** Write a function that splits the turnaround time of each **laboratory** order (`kind` is `laboratory`)
# into three phases, in minutes. `orders[orders["kind"] == "laboratory"]` gives just these orders.
#
# | column | from → to | waiting for |
# |---|---|---|
# | `to_collect` | ordered → collected | the nurse |
# | `to_receive` | collected → received | transport |
# | `to_result` | received → resulted | the laboratory |
# | `total` | ordered → resulted | |
#
# One row per laboratory order, named in the column `order_id`. An order without a result keeps its row, its phases empty.
# Further columns do no harm.
#
# Some phases in the data are **negative**. Do not smooth them away: a negative wait is the data telling you something, and
# item 4 will listen.
# %% nb="solution" id="lab_phases"
def lab_phases(orders: pd.DataFrame, lab: pd.DataFrame) -> pd.DataFrame:
    """Minutes per laboratory order: columns order_id, to_collect, to_receive, to_result, total."""
    ### BEGIN SOLUTION
    reports = lab.groupby("order_id", as_index=False).agg(
        collected_at=("collected_at", "first"), received_at=("received_at", "first"), resulted_at=("resulted_at", "first")
    )
    steps = orders[orders["kind"] == "laboratory"].merge(reports, on="order_id", how="left")
    minute = pd.Timedelta(minutes=1)
    steps["to_collect"] = (steps["collected_at"] - steps["ordered_at"]) / minute
    steps["to_receive"] = (steps["received_at"] - steps["collected_at"]) / minute
    steps["to_result"] = (steps["resulted_at"] - steps["received_at"]) / minute
    steps["total"] = (steps["resulted_at"] - steps["ordered_at"]) / minute
    return steps[["order_id", "to_collect", "to_receive", "to_result", "total"]]
    ### END SOLUTION
# %%
# 自测:只看形式  Self-test: the form only
form(attempt(lab_phases, orders, lab), "order_id", "to_collect", "to_receive", "to_result", "total");
# %% nb="test" id="lab_phases_mark" points=4
# %% [markdown] lang="zh"
# ## 把所有系统拼起来
#
# 赵工的第一个念头是：“用 `visit_id` 把几张表全部 `merge` 起来，不就行了？”医保办的高老师也想用这张大表核对总金额。
#
# **先猜一猜**：明细合计是多少，接上医嘱和检验结果以后还是多少吗？猜完再运行下面这一格。
# %% [markdown] lang="en"
# ## Put all systems together
#
# Engineer Zhao's first thought: "`merge` all tables on `visit_id`, and we are done." Ms Gao from the insurance office would
# use the big table to check the total of the charges.
#
# **Guess first**: the charges add up to some total. Do they still, once orders and results are attached? Then run the cell.
# %%
big = charges.merge(orders, on="visit_id", how="left").merge(lab, on="order_id", how="left")
print(f"charges          {len(charges):7} rows  {charges['amount'].sum():12,.2f} yuan")
print(f"charges + tests  {len(big):7} rows  {big['amount'].sum():12,.2f} yuan")
# %% [markdown] lang="zh"
# 钱凭空变多了。一次就诊有 5 条费用、2 条医嘱、每条医嘱 4 个项目，接起来就是 5 × 2 × 4 = 40 行：每条费用都被数了 8 遍。
# 这叫**连接爆炸**。两张表里同一次就诊都有好几行，就不要横着接在一起。
#
# 事件日志不会爆炸：它把各张表先各自变成“一行一件事”，再**竖着**摞起来（`pd.concat`）。下面这个小工具帮你做其中一张表的一种事件：
# %% [markdown] lang="en"
# Money out of nothing. A visit with 5 charges and 2 orders of 4 tests each becomes 5 × 2 × 4 = 40 rows: every charge is counted
# 8 times. This is a **join explosion**. Two tables that both have many rows per visit have no business side by side.
#
# An event log does not explode: each table first becomes "one row, one event" on its own, and then they are stacked
# **upright** (`pd.concat`). This small tool makes one kind of event from one table:
# %% nb="locked" id="events_tool"
def events(table: pd.DataFrame, activity: str, time: str) -> pd.DataFrame:
    """Make one kind of event from one table with visit_id (and order_id, if there is one)."""
    return pd.DataFrame(
        {
            "visit_id": table["visit_id"],
            "order_id": table.get("order_id", pd.Series(pd.NA, index=table.index)).astype("Int64"),
            "activity": activity,
            "time": table[time],
        }
    ).dropna(subset=["time"])


events(orders, "ordered", "ordered_at").head(3)
# %% [markdown] lang="zh"
# **第 3 题（6 分）** 写一个函数，用所有表做出**完整的事件日志**：列 `visit_id`、`order_id`、`activity`、`time`，共十四种事件，名称照上面的词表。
# 事件属于某条医嘱的，`order_id` 填上；不属于的，空着。每次就诊内按时间先后排列。
#
# 每张表只需要做一个判断：
#
# - `lab`：一条医嘱采一次样、接收一次、发一次报告（各项目一起发）。它属于哪次就诊？问 `orders`。同一位病人可能几天内来两次，所以 `patient_id` 答不了这个问题。
# - `imaging`：它属于哪次就诊？
# - `prescriptions`：同一次就诊、同一时刻开的几种药是一张处方，算一件事。
# - `stays`：有人还没出院。`settlements`：结清一次，一件事。`charges` 是金额，不是事件，不用。
#
# 评分时逐件比较（事件 F1）：少一件、多一件、时间不对都要扣分，重复的也算多。
# %% [markdown] lang="en"
# **Item 3 (6 points)** Write a function that makes the **complete event log** from all tables: columns `visit_id`, `order_id`,
# `activity`, `time`, with all fourteen kinds of event under the names listed above. Where an event belongs to an order, say
# which in `order_id`; elsewhere leave it empty. Within a visit the rows are in order of time.
#
# Each table asks for one decision:
#
# - `lab`: an order is collected once, received once, and resulted once (all its tests together). Which visit is it? Ask
#   `orders`. A patient may come twice within days, so `patient_id` cannot tell.
# - `imaging`: which visit?
# - `prescriptions`: drugs written at one visit at one moment are one prescription, one event.
# - `stays`: some are still here. `settlements`: each is one event. `charges` are amounts, not events; you do not need them.
#
# Marking compares event by event (event F1): one missing, one too many or at another time costs points, and a repeat is one too
# many.
# %% nb="solution" id="event_log"
def event_log(
    visits: pd.DataFrame,
    orders: pd.DataFrame,
    lab: pd.DataFrame,
    imaging: pd.DataFrame,
    prescriptions: pd.DataFrame,
    stays: pd.DataFrame,
    settlements: pd.DataFrame,
) -> pd.DataFrame:
    """One row per event of each visit: columns visit_id, order_id, activity, time."""
    ### BEGIN SOLUTION
    visit_of = orders[["order_id", "visit_id"]]
    tubes = lab.groupby("order_id", as_index=False).agg(
        collected_at=("collected_at", "first"), received_at=("received_at", "first"), resulted_at=("resulted_at", "first")
    )
    tubes = tubes.merge(visit_of, on="order_id")
    pictures = imaging.merge(visit_of, on="order_id")
    written = prescriptions[["visit_id", "prescribed_at"]].drop_duplicates()
    log = pd.concat(
        [
            events(visits, "registered", "registered_at"),
            events(visits, "triaged", "triaged_at"),
            events(visits, "seen", "seen_at"),
            events(visits, "left", "left_at"),
            events(orders, "ordered", "ordered_at"),
            events(tubes, "collected", "collected_at"),
            events(tubes, "received", "received_at"),
            events(tubes, "resulted", "resulted_at"),
            events(pictures, "performed", "performed_at"),
            events(pictures, "reported", "reported_at"),
            events(written, "prescribed", "prescribed_at"),
            events(stays, "admitted", "admitted_at"),
            events(stays, "discharged", "discharged_at"),
            events(settlements, "settled", "settled_at"),
        ]
    )
    return log.sort_values(["visit_id", "time"], kind="stable", ignore_index=True)
    ### END SOLUTION
# %%
# 自测:只看形式;做对以后,这里会画出那位投诉病人的全程  Self-test: the form only; then the complaining patient's journey
log = attempt(event_log, visits, orders, lab, imaging, prescriptions, stays, settlements)
if form(log, "visit_id", "order_id", "activity", "time"):
    mine = log.reset_index().query("visit_id == @complaint.visit_id").sort_values("time", kind="stable")
    mine = mine[mine["order_id"].isna() | (mine["order_id"] == complaint["order_id"])]
    mine = mine[~mine["activity"].isin(["settled", "admitted", "discharged"])]
    draw_journey(mine, title="The visit complained of, with its potassium order")
# %% nb="test" id="event_log_mark" points=6
# %% [markdown] lang="zh"
# **图 2** 你刚做出来的日志里，投诉病人的那次就诊（医嘱只画了血钾那一条）。每个点是一件事，每一行是一个部门。
#
# ## 不可能发生的事
#
# 日志一排好，怪事就藏不住了：报告比标本先到，片子还没拍，报告已经签了。这不是病人的经历，是**钟**或者**录入**的问题。
# 哪台机器的钟慢了，哪张单子是事后补的，都会在这里露出来。
#
# 但有一种“先采样、后开单”是对的：抢救 Ⅰ 级病人时，医生下**口头医嘱**，护士复诵后马上执行，抢救结束后医生再补记。
# 规则要懂临床，否则冤枉好人。
# %% [markdown] lang="en"
# **Figure 2** The visit complained of, from the log you have just made (of its orders, only the
# potassium). Each dot is an event, each lane a department.
#
# ## What cannot have happened
#
# Once the log is in order, odd things stand out: a report before its specimen arrived, a study reported before it was done.
# No patient lived through that; a **clock** or an **entry** is wrong. A machine whose clock runs slow, an order written up
# afterwards: here they show.
#
# One kind of "specimen first, order later" is right, though. In a level 1 resuscitation the doctor orders **by word of
# mouth**, the nurse repeats it and acts, and the order is written up when the resuscitation is over. A rule that knows
# nothing of the ward accuses the innocent.
# %% [markdown] lang="zh"
# **第 4 题（4 分）** 写一个函数，从一份完整的日志（第 3 题的形式）里找出**有医嘱违反规则**的就诊，返回 `visit_id` 的列表：
#
# 1. 标本早于医嘱：`collected` 早于 `ordered`。分诊 Ⅰ 级（`triage_level` 为 1）的就诊除外。
# 2. 标本链颠倒：`received` 早于 `collected`，或 `resulted` 早于 `received`。
# 3. 先有报告、后有检查：`reported` 早于 `performed`。
#
# 同一时刻不算违反。想一想：一次就诊可以有几条医嘱，谁该跟谁比？
# %% [markdown] lang="en"
# **Item 4 (4 points)** Write a function that takes a complete log (in the form of item 3) and finds the visits in which
# **some order breaks a rule**. Return a list of `visit_id`:
#
# 1. Specimen before its order: `collected` earlier than `ordered`. Visits of triage level 1 (`triage_level` is 1) are exempt.
# 2. Specimen chain reversed: `received` earlier than `collected`, or `resulted` earlier than `received`.
# 3. Report before the study: `reported` earlier than `performed`.
#
# The same moment breaks no rule. Ask yourself: a visit may have several orders; which event is to be compared with which?
# %% nb="solution" id="broken_visits"
def broken_visits(log: pd.DataFrame, visits: pd.DataFrame) -> list:
    """The visit_id of each visit in which an order breaks a rule."""
    ### BEGIN SOLUTION
    of_orders = log.dropna(subset=["order_id"])
    steps = of_orders.pivot_table(index=["visit_id", "order_id"], columns="activity", values="time", aggfunc="first")
    steps = steps.reindex(columns=["ordered", "collected", "received", "resulted", "performed", "reported"]).reset_index()
    steps = steps.merge(visits[["visit_id", "triage_level"]], on="visit_id", how="left")
    too_early = (steps["collected"] < steps["ordered"]) & (steps["triage_level"] != 1)
    chain = (steps["received"] < steps["collected"]) | (steps["resulted"] < steps["received"])
    no_study = steps["reported"] < steps["performed"]
    return steps.loc[too_early | chain | no_study, "visit_id"].unique().tolist()
    ### END SOLUTION
# %%
# 自测:只看形式  Self-test: the form only
broken = attempt(broken_visits, log, visits) if log is not None else None
if broken is not None:
    print(f"{len(broken)} 次就诊 visits;", "没有重复 no repeats" if len(set(broken)) == len(broken) else "有重复 repeats")
# %% nb="test" id="broken_visits_mark" points=4
# %% [markdown] lang="zh"
# ## 没等到的人
#
# 早会上还有一句话：“我们的候诊时间中位数一直不错。”这个数是怎么算的？如果只拿**见到医生的人**来算，
# 等不下去走掉的人就从统计里消失了；走的人越多，数字反而越好看。
#
# 应当这样问：**挂号后多少分钟，一半的人见到了医生？** 分母是所有挂号的人；走掉的人永远不会出现在“已见到”的那一半里。
# 例如 5 个人挂号，4 个人分别等了 10、20、30、60 分钟，1 个人走了：30 分钟时见到医生的有 3 人，刚过一半，答案是 30。
# （如果只算那 4 个人，中位数是 25。）
# %% [markdown] lang="en"
# ## Those who did not wait
#
# One more sentence from the meeting: "Our median waiting time has always been fine." How was it computed? If only **those who
# saw a doctor** count, then whoever gave up and left has vanished from the statistics, and the more people leave, the better
# it looks.
#
# The honest question: **how many minutes after registration has half of them seen a doctor?** Half of *all* who registered;
# whoever left will never be among those seen. Five people register; four wait 10, 20, 30 and 60 minutes, one leaves. At 30
# minutes three have been seen, just over half: the answer is 30. (The median of the four who were seen is 25.)
# %% [markdown] lang="zh"
# **第 5 题（4 分）** 写一个函数，按**挂号的钟点**(0~23)统计 `visits`，每个有人挂号的钟点一行：
#
# | 列 | 含义 |
# |---|---|
# | `hour` | 挂号的钟点 |
# | `registered` | 挂号人数 |
# | `unseen` | 其中没见到医生就离开的人数 |
# | `half_seen` | 挂号后多少分钟，至少一半的人见到了医生；始终不到一半就空着 |
# %% [markdown] lang="en"
# **Item 5 (4 points)** Write a function that summarises `visits` by **hour of registration** (0 to 23), one row for each hour
# in which anyone registered:
#
# | column | meaning |
# |---|---|
# | `hour` | hour of registration |
# | `registered` | how many registered |
# | `unseen` | how many of them left without seeing a doctor |
# | `half_seen` | minutes after registration by which at least half had seen a doctor; empty if half never did |
# %% nb="solution" id="waiting"
def waiting(visits: pd.DataFrame) -> pd.DataFrame:
    """Per hour of registration: columns hour, registered, unseen, half_seen (minutes)."""
    ### BEGIN SOLUTION
    wait = (visits["seen_at"] - visits["registered_at"]) / pd.Timedelta(minutes=1)
    table = pd.DataFrame({"hour": visits["registered_at"].dt.hour, "wait": wait.fillna(np.inf)})
    rows = []
    for hour, group in table.groupby("hour"):
        waits = sorted(group["wait"])
        middle = waits[(len(waits) - 1) // 2]
        rows.append((hour, len(waits), sum(np.isinf(waits)), np.nan if np.isinf(middle) else middle))
    return pd.DataFrame(rows, columns=["hour", "registered", "unseen", "half_seen"])
    ### END SOLUTION
# %%
# 自测:只看形式  Self-test: the form only
hours = attempt(waiting, visits)
if form(hours, "hour", "registered", "unseen", "half_seen"):
    hours = hours.reset_index()
    seen_only = (visits["seen_at"] - visits["registered_at"]).dt.total_seconds().div(60).groupby(visits["registered_at"].dt.hour)
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(9, 5), sharex=True, height_ratios=[3, 1])
    top.plot(hours["hour"], hours["half_seen"], "o-", color=ORANGE, label="half of all who registered have been seen")
    top.plot(seen_only.median().index, seen_only.median(), "s--", color=BLUE, label="median of those who were seen")
    top.set_ylabel("minutes")
    top.legend(frameon=False)
    bottom.bar(hours["hour"], hours["unseen"] / hours["registered"] * 100, color=GREY)
    bottom.set(xlabel="hour of registration (local time)", ylabel="left unseen, %")
    plt.show()
# %% nb="test" id="waiting_mark" points=4
# %% [markdown] lang="zh"
# **图 3** 横轴是挂号的钟点。上图：橙色实线是你的答案（所有挂号的人里一半见到医生所需的分钟数），蓝色虚线是中位数，只算见到医生的人。
# 下图：没等到医生就离开的比例。两条线在哪些钟点分开？看看那时走了多少人。
#
# ## 那么，这几个小时是谁的？
#
# 把投诉病人的等待按“在谁手里”拆开，和这一周全部血钾医嘱的中位数放在一起。这一格用的是你第 2 题的答案。
# %% [markdown] lang="en"
# **Figure 3** Across: hour of registration. Above, the orange solid line is your answer (minutes until half of all who
# registered have seen a doctor), the blue dashed line the median of those who were seen. Below: the share who left unseen.
# Where do the lines part, and how many left at those hours?
#
# ## So whose hours were they?
#
# Take the complaining patient's wait apart by who held it, beside the median of all potassium orders of the week. The cell
# uses your answer to item 2.
# %%
phases = attempt(lab_phases, orders, lab)
if form(phases, "order_id", "to_collect", "to_receive", "to_result", "total"):
    potassium = lab[lab["loinc"] == complaint["loinc"]]["order_id"].unique()
    steps = orders[orders["order_id"].isin(potassium)].merge(visits, on="visit_id").merge(phases.reset_index(), on="order_id")
    steps = steps[steps["to_result"] >= 0]
    minute = pd.Timedelta(minutes=1)
    held = pd.DataFrame(
        {
            "waiting for the doctor": (steps["seen_at"] - steps["registered_at"]) / minute,
            "with the doctor": (steps["ordered_at"] - steps["seen_at"]) / minute,
            "waiting for the nurse": steps["to_collect"],
            "on the way": steps["to_receive"],
            "in the laboratory": steps["to_result"],
        }
    ).set_axis(steps["order_id"])
    bars = pd.DataFrame({"this patient": held.loc[complaint["order_id"]], "median of all": held.median()}).T
    axes = bars.plot.barh(stacked=True, figsize=(9, 2.6), color=[ORANGE, "#E69F00", BLUE, "#56B4E9", GREEN], edgecolor="white")
    axes.set_xlabel("minutes from registration to the potassium result")
    axes.legend(ncols=3, frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    plt.show()
    share = bars.loc["this patient", "in the laboratory"] / bars.loc["this patient"].sum()
    print(f"你猜 your guess: {my_guess_percent} %   实际 in the laboratory: {share:.0%}")
# %% [markdown] lang="zh"
# **图 4** 上下两条分别是全部血钾医嘱的中位数和投诉病人这一次，从左到右五段：等医生、在医生那里、等护士采血、运送途中、在检验科。
#
# **第 6 题（选做，不计分）** 用两句话答复投诉：这位病人的时间主要花在哪里？医院最该先改哪一段？说明你的依据是哪两个时间点。
# %% [markdown] lang="en"
# **Figure 4** The bars: the median of all potassium orders, and this patient's own. Five parts from left to right: waiting for
# the doctor, with the doctor, waiting for the nurse, on the way, in the laboratory.
#
# **Item 6 (optional, no points)** Answer the complaint in two sentences: where did this patient's time mainly go, and which
# stretch should the hospital mend first? Say between which two timestamps you measured.
# %% [markdown] nb="manual" id="reply" points=0
# 在这里写 / write here
# %% [markdown] lang="zh"
# ## 再往深处
#
# - **时间戳是谁按下的？** 采样时间可能是护士扫条码的时刻，也可能是打印条码的时刻。解释任何一段等待之前，先去现场看谁在什么时候按了什么。
# - **第 4 题只抓得住一部分坏钟。** 钟慢四十分钟，而化验本来要一小时，结果仍然“晚于”接收，却同样是错的。看看违规的标本集中在哪段时间：那段时间里没有违规的报告也不可信。
# - **一次就诊是不是一个“案例”？** 我们把住院接在收治他的那次门急诊后面。换一种问法（一个人、一场病），日志就不一样。这个选择叫 case notion（案例的定义），是过程挖掘（process mining）的第一步。
# - **本模拟没有的**：缴费后才采血的排队、标本溶血重采、危急值电话。真实医院的周转时间里，这些都有份。
# - **继续读**：W. van der Aalst, *Process Mining: Data Science in Action*(2016)；IEEE 1849 事件日志标准 XES；国家卫生健康委临床检验专业质控指标中的“检验前周转时间”与“实验室内周转时间”。
# %% [markdown] lang="en"
# ## Go deeper
#
# - **Who pressed the button?** "Collected" may be when the nurse scanned the tube, or when the label was printed. Before you
#   explain any wait, go and see who presses what, and when.
# - **Item 4 catches only some of the bad clocks.** If the clock is 40 minutes slow and the test takes an hour, the result is
#   still "after" receipt, and still wrong. See when the broken ones cluster: the other reports of those hours are not to be
#   trusted either.
# - **Is a visit a case?** We attached each stay to the visit that led to it. Ask per person, or per illness, and the log is a
#   different one. This choice, the *case notion*, is the first step of process mining.
# - **Not in our simulation**: queueing to pay before blood is drawn, haemolysed tubes drawn again, critical values phoned
#   through. In a real hospital all of them have a share in turnaround time.
# - **Read on**: W. van der Aalst, *Process Mining: Data Science in Action* (2016); IEEE 1849 (XES), the standard for event
#   logs; the quality indicators of China's National Health Commission for clinical laboratories, which measure pre-examination
#   and intra-laboratory turnaround time apart.
