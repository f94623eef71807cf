# ---
# jupyter: {jupytext: {text_representation: {extension: .py, format_name: percent}}}
# ---
# %% [markdown] lang="zh"
# # DRG 分组：这是抽签吗？
#
# 云杉县医院呼吸内科的主任拿着两份结算单，走进医保办：
#
# > “高老师，您看：两位都是社区获得性肺炎，都住了八天，都花了一万出头。医保给这位付的，比那位多出三千块上下。**DRG 是抽签吗？**”
#
# 高老师笑了：
#
# > “不是抽签，是**分拣**。机器只看一张纸，就是病案首页。同样的首页，一百次都分到同一个组。您要是不信，自己做一台分拣机，把这两位放进去，看它怎么走。”
#
# 今天你就来做这台分拣机，也就是**分组器**：先看懂一份首页怎样一步步走到它的组，再算它值多少钱，最后看看：首页上的主要诊断选错了，会发生什么。
#
# 整个模块大约 90 分钟。**没有编过程也不要紧**：前两题照着示例，换几个名字就能完成。
#
# > **说明**：这里用的是我们自己编写的**教学分组器**，组名和编码对照是自编的教学材料，权重由模拟医院的数据估计而来。它的思路和国家医保局的 CHS-DRG 一样，但**不是** CHS-DRG 的分组方案，不能用来给真实病例分组或结算。
# %% [markdown] lang="en"
# # DRG grouping: is it a lottery?
#
# The head of respiratory medicine at Yunshan County Hospital walks into the insurance office with two bills:
#
# > "Look at this, Ms Gao. Both had community-acquired pneumonia, both stayed eight days, both cost a little over ten thousand yuan. For one of them the insurance pays some three thousand more. **Is DRG a lottery?**"
#
# Ms Gao smiles:
#
# > "Not a lottery, a **sorting machine**. It looks at one sheet of paper, the front page of the record, and the same page goes to the same group a hundred times out of a hundred. If you don't believe me, build the machine yourself, put these two in, and watch where they go."
#
# Today you build that machine, the **grouper**: first see how a front page finds its group step by step, then what the
# group is worth, and last what happens when the main diagnosis on the page is the wrong one.
#
# The module takes about 90 minutes. **You need not have programmed before**: for the first two items it is enough to follow
# the worked example and change some names.
#
# > **Please note**: this is a **teaching grouper** of our own. Its groups and code lists are teaching material, and its
# > weights are estimated from simulated hospitals. It follows the same line of thought as CHS-DRG, the scheme of China's National
# > Healthcare Security Administration, but it is **not** CHS-DRG and must not be used to group or to pay real cases.
# %% nb="locked" id="setup"
# 读取数据，准备工具。运行一次即可，不必读懂。 · Reads the data and lays out the tools: run it once, no need to read it.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd


def table(name):
    """A table of text: codes such as 36.10 are not numbers."""
    return pd.read_csv(f"data/{name}.csv", dtype=str, keep_default_na=False)


pages = table("pages").astype({"page": int, "age_days": int, "days": int, "cost": float})
mdcs, codes, exclusions, procedures, adrgs = map(table, ("mdc", "codes", "exclusions", "procedures", "adrg"))
weights, terms = table("weights").astype({"weight": float}), table("terms").astype({"value": float})
reviewed = {int(page): main for page, main in table("review").itertuples(index=False)}
cases = [
    {**page, "others": page["others"].split(), "operations": page["operations"].split()}
    for page in pages[["page", "sex", "age_days", "main", "others", "operations", "cost"]].to_dict("records")
]
_lists = {row.exclusion: row.main_codes.split() for row in exclusions.itertuples()}
_graded = codes[codes["cc"] != ""]
_groups = [
    {"adrg": row.adrg, "mdc": row.mdc, "part": row.part, "diagnoses": row.diagnoses.split(),
     "procedures": [one.split("+") for one in row.procedures.split()]}
    for row in adrgs.itertuples()
]  # fmt: skip
_terms = dict(zip(terms["name"], terms["value"]))
rules = {
    "mdc_of": dict(zip(codes["code"], codes["mdc"])),
    "sex_of": {row.mdc: row.sex for row in mdcs.itertuples() if row.sex},
    "newborn_mdc": "P",
    "newborn_days": int(mdcs.set_index("mdc").loc["P", "max_age_days"]),
    "pre_mdc": [one for group in _groups if group["mdc"] == "A" for one in group["procedures"]],
    "adrgs": _groups,
    "operations": list(procedures.loc[procedures["kind"] == "operation", "code"]),
    "cc": dict(zip(_graded["code"], _graded["cc"])),
    "exclusions": {row.code: _lists[row.exclusion] for row in _graded.itertuples()},
    "levels": {row.adrg: [int(one) for one in row.levels.split()] for row in adrgs.itertuples()},
    "weights": dict(zip(weights["drg"], weights["weight"])),
    "rate": _terms.pop("rate"),
    "terms": _terms,
}
_names = {**codes.set_index("code").to_dict("index"), **procedures.set_index("code").to_dict("index")}
_names |= {row.adrg: {"name_zh": row.name_zh, "name_en": row.name_en} for row in adrgs.itertuples()}
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"
plt.rcParams.update({"figure.figsize": (8, 3), "axes.spines.top": False, "axes.spines.right": False})


def named(*codes):
    """Print codes of diseases, operations or groups with their names."""
    for code in codes:
        name = _names.get(code, {"name_zh": "不在编码表里", "name_en": "not in the table"})
        print(f"{code or '(空 · empty)':>14}  {name['name_zh']} · {name['name_en']}")


def show(case):
    """Print a front page."""
    print(f"首页 · page {case['page']}   {case['sex']}   {case['age_days']} 天 · days old   {case['cost']:,.2f} CNY")
    for title, listed in (("主要诊断 · main", [case["main"]]), ("其他诊断 · others", case["others"]), ("手术操作 · operations", case["operations"])):
        print(title)
        named(*listed)


def performed(case, sets):
    """这些手术操作做了没有：任意一组里的编码都在首页上，就是 True · True if all codes of any of these sets are on the page."""
    return any(all(code in case["operations"] for code in one) for one in sets)


def belongs(case, group):
    """病例符不符合这个组的条件（手术操作、主要诊断）· does the case meet what the group asks for (treatment, main diagnosis)?"""
    if group["procedures"] and not performed(case, group["procedures"]):
        return False
    return not group["diagnoses"] or case["main"] in group["diagnoses"]


def operated(case, rules):
    """做过手术没有（只做过操作不算）· was there an operation? Other procedures are none."""
    return any(code in rules["operations"] for code in case["operations"])


def form(function, *arguments, gives=str):
    """Say whether an answer has the right form; whether it is right, you learn after handing in."""
    try:
        answer = function(*arguments)
    except NotImplementedError:
        print("还没有写 · not written yet")
        return
    if not isinstance(answer, gives) or isinstance(answer, bool):
        print("✗ 返回值的类型不对 · the answer has the wrong type:", type(answer).__name__)
    else:
        print("✓ 形式正确 · the form is right:", answer)
# %% [markdown] lang="zh"
# ## 先看看数据
#
# 你手里是云杉县医院一个月的病案首页，每次住院一行。每个人拿到的月份、病人和费率都不一样，所以邻座同学的答案帮不了你。
#
# - `main`：主要诊断的编码（ICD-10）；`others`：其他诊断，按填写的顺序
# - `operations`：手术和操作的编码（ICD-9-CM-3），按填写的顺序
# - `age_days`：入院时的年龄，按天算；`cost`：这次住院的总费用（元）
# %% [markdown] lang="en"
# ## Look at the data first
#
# You have a month of front pages from Yunshan County Hospital, one row for each stay. Everyone has another month, other
# patients and another rate, so your neighbour's answer will not help you.
#
# - `main`: the code of the main diagnosis (ICD-10); `others`: other diagnoses, in the order in which they were written
# - `operations`: codes of operations and other procedures (ICD-9-CM-3), in the order in which they were written
# - `age_days`: age at admission in days; `cost`: what the stay cost (yuan)
# %%
pages.head(8)
# %% [markdown] lang="zh"
# 程序里，每份首页是一个小字典，叫 `case`。`show` 把它连同名称打印出来：
# %% [markdown] lang="en"
# In the program each front page is a small dictionary called `case`. `show` prints it with the names:
# %%
case = next(one for one in cases if one["others"] and one["operations"])
show(case)
# %%
case
# %% [markdown] lang="zh"
# 要取其中一项，写 `case["main"]`。`case["others"]` 和 `case["operations"]` 是列表：里面可能有好几项，也可能一项也没有。
#
# ## 需要知道的一件事：分组是一串问题，先问的先算
#
# 一份首页要走过五个问题。**次序就是规则**：前面的问题一旦有了答案，后面的就不再问。
# %% [markdown] lang="en"
# To take one entry, write `case["main"]`. `case["others"]` and `case["operations"]` are lists: they may hold several
# entries, or none at all.
#
# ## The one thing you need to know: grouping is a chain of questions, and the first answer counts
#
# A front page passes five questions. **Their order is the rule**: once a question has an answer, the later ones are not asked.
# %%
fig, axis = plt.subplots(figsize=(9.5, 3.4))
steps = [
    ("Can this page\nbe right?", "no", "0000"), ("Transplant or\nlife support?", "yes", "MDC A"),
    ("Main diagnosis:\nwhich door?", "one of 25", "MDC B to Z"), ("Operation,\nprocedure,\nneither?", "S, P, M", "ADRG\nor QY"),
    ("Complications\nthat count?", "1, 3, 5, 9", "DRG"),
]  # fmt: skip
for place, (question, answer, result) in enumerate(steps):
    axis.text(place, 1, question, ha="center", va="center", fontsize=9, bbox={"boxstyle": "round,pad=0.5", "facecolor": "#deebf7", "edgecolor": BLUE})
    axis.annotate("", (place, 0.3), (place, 0.72), arrowprops={"arrowstyle": "->", "color": ORANGE})
    axis.text(place + 0.06, 0.5, answer, color=ORANGE, fontsize=9, va="center")
    axis.text(place, 0.15, result, ha="center", va="center", fontsize=9, fontweight="bold")
    if place:
        axis.annotate("", (place - 0.41, 1), (place - 0.59, 1), arrowprops={"arrowstyle": "->", "color": GREY})
axis.set(xlim=(-0.6, 4.6), ylim=(-0.05, 1.3))
axis.axis("off")
axis.set_title("The path of a front page")
plt.show()
# %% [markdown] lang="zh"
# 图：首页的路线，从左到右五个问题，每个问题下面是它给出的结果。
#
# 1. **首页可信吗？** 主要诊断不在编码表里，或者和病人的性别、年龄矛盾，就到此为止：`0000`，无法入组。
# 2. **先期分组（Pre-MDC）**：做了器官移植或生命支持这类治疗，不论主要诊断是什么，都进 A。
# 3. **主要诊断大类（MDC）**：主要诊断决定走哪一扇门，一共 25 扇，从 B 到 Z。
# 4. **手术、操作还是内科**：进了门，先找手术组（S），再找操作组（P），最后才是内科组（M）。找到的叫**核心组 ADRG**，例如 `EM5`。
# 5. **严重程度**：其他诊断里有没有**严重的合并症或并发症（MCC）**或**一般的合并症或并发症（CC）**？末位数字 1、3、5 由此而来；9 表示这个组不再细分。`EM5` 加上 `1`，就是 **DRG** `EM51`。
#
# 每个 DRG 组有一个**相对权重**：这一组的平均费用，是全部病例平均费用的几倍。权重乘以费率，就是医保的支付标准。
# %% [markdown] lang="en"
# The picture shows the path from left to right: five questions, and below each what it decides.
#
# 1. **Can this page be right?** A main diagnosis that is not in the table, or that contradicts the patient's sex or age, ends the journey: `0000`, cannot be grouped.
# 2. **Pre-MDC**: with a transplant or life support the page goes to A, whatever its main diagnosis.
# 3. **Major diagnostic category (MDC)**: the main diagnosis says which door to take; there are 25, from B to Z.
# 4. **Operation, procedure or medical**: behind the door, groups of operations (S) are tried first, then other procedures (P), and medical groups (M) last. What is found is the **adjacent group, ADRG**, such as `EM5`.
# 5. **Severity**: is there a **major complication or comorbidity (MCC)** among the other diagnoses, or an ordinary one (**CC**)? Hence the last digit 1, 3 or 5; 9 means that the group is not split. `EM5` and `1` make the **DRG** `EM51`.
#
# Each DRG has a **relative weight**: its mean cost over the mean cost of all cases. Weight times rate is what the insurance pays.
# %%
split = weights.assign(adrg=weights["drg"].str[:3], level=weights["drg"].str[3].astype(int))
split = split[split["adrg"].map(rules["levels"]).map(len) == 3].pivot(index="adrg", columns="level", values="weight")[[5, 3, 1]]
fig, axis = plt.subplots()
for adrg, row in split.iterrows():
    mine = adrg == "EM5"
    axis.plot([0, 1, 2], row, color=ORANGE if mine else GREY, alpha=1 if mine else 0.45, linewidth=3 if mine else 1, marker="o", markersize=6 if mine else 3, zorder=3 if mine else 2)
axis.annotate("EM5 pneumonia", (2, split.loc["EM5", 1]), (2.06, split.loc["EM5", 1]), color=ORANGE, va="center")
axis.set_xticks([0, 1, 2], ["5: none", "3: CC", "1: MCC"])
axis.set_xlim(-0.2, 2.7)
axis.set_ylabel("relative weight")
axis.set_title("Each line is an adjacent group: the same disease, three weights")
plt.show()
# %% [markdown] lang="zh"
# 图：分三级的核心组，每条线一个组。同一种病（橙色是肺炎），没有合并症、有 CC、有 MCC，权重依次升高（少数组相邻两级的权重相等）。呼吸科主任的疑问，答案多半就在这里。
#
# ### 示例：医保大厅的取号机
#
# 医保大厅门口的取号机，做的是一模一样的事：几个问题，先问的先算。下面的规则和办事的人都是编的。
# %% [markdown] lang="en"
# Each line is an adjacent group that is split in three: the same disease (orange: pneumonia) weighs more with a CC, and more
# again with an MCC (in a few groups two neighbouring levels weigh the same). There the head of department will probably find his answer.
#
# ### Worked example: the ticket machine in the insurance hall
#
# The ticket machine at the entrance of the insurance hall does just the same: a few questions, and the first answer
# counts. These rules and visitors are made up.
# %%
hall = {
    "counter_of": {"refund": "R", "transfer": "T", "pupil": "P"},  # 办什么事，去哪类柜台 · business -> counter
    "only_for": {"P": "pupil"},  # P 类柜台只给学生办 · counter P serves pupils only
    "first": ["wheelchair", "stretcher"],  # 坐轮椅、躺担架的优先 · who comes in one of these goes first
    "windows": [  # 窗口，按先后次序 · windows, in the order in which they are tried
        {"window": "R1", "counter": "R", "needs": "invoice"},
        {"window": "R2", "counter": "R", "needs": "prescription"},
        {"window": "R9", "counter": "R", "needs": None},  # 其余的都归它 · takes all that is left
        {"window": "T9", "counter": "T", "needs": None},
        {"window": "P9", "counter": "P", "needs": None},
    ],
}


def find_counter(visitor, hall):
    if visitor["business"] not in hall["counter_of"]:  # 表里没有这件事 · not in the table
        return "0"
    counter = hall["counter_of"][visitor["business"]]  # 查表 · look it up
    if counter in hall["only_for"] and visitor["who"] != hall["only_for"][counter]:  # 自相矛盾 · a contradiction
        return "0"
    if any(thing in visitor["brings"] for thing in hall["first"]):  # 优先 · goes first
        return "A"
    return counter


wang = {"who": "pensioner", "business": "refund", "brings": ["prescription", "invoice"]}
print(find_counter(wang, hall))
print(find_counter({**wang, "business": "pupil"}, hall), find_counter({**wang, "business": ""}, hall))
print(find_counter({**wang, "brings": ["wheelchair"]}, hall))
# %% [markdown] lang="zh"
# `if 条件:` 的意思是“如果……就做缩进的那几行”；`return` 一出现，函数就带着答案结束，后面的问题不再问。`x in 列表` 问“在不在里面”，`not in` 问“是不是不在”。
#
# 取了号，再找窗口：**按次序一个个试，第一个合适的就是它**。王老伯带着处方和发票，但先试的是 `R1`，所以去 `R1`，不管他先掏出来的是哪一张。
# %% [markdown] lang="en"
# `if condition:` means "if so, do the indented lines"; with `return` the function ends and gives its answer, and no later
# question is asked. `x in list` asks whether x is in there, `not in` whether it is not.
#
# After the ticket comes the window: **try them in order; the first that fits is the one**. Mr Wang has brought a prescription
# and an invoice, but `R1` is tried first, so to `R1` he goes, whichever paper he pulls out first.
# %%
def find_window(visitor, counter, hall):
    for one in hall["windows"]:  # 一个一个试 · one after the other
        if one["counter"] == counter:  # 只看这类柜台的窗口 · windows of this counter only
            if one["needs"] is None or one["needs"] in visitor["brings"]:
                return one["window"]
    return "0"


print(find_window(wang, "R", hall), find_window({**wang, "brings": []}, "R", hall))
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
    "ungrouped": None,  # 这个月有几份首页入不了组 · how many of this month's pages cannot be grouped
    "after_review": None,  # 主要诊断改对以后，每份首页的支付："up" 都变多，"down" 都变少，"both" 有多有少 · with the right main diagnosis, is a page paid "up", "down", or "both" (some more, some less)?
}
# %% [markdown] lang="zh"
# ## 第 1 题（4 分） 走哪扇门：主要诊断大类
#
# 写一个函数，给出一份首页的 MDC。依次问四个问题：
#
# | 次序 | 问题 | 用到的规则 | 答案 |
# |---|---|---|---|
# | 1 | 主要诊断不在编码表里（包括没有填，即空字符串 `""`）？ | `rules["mdc_of"]`：编码到字母 | `"0000"` |
# | 2 | 这个 MDC 只收一种性别，而病人不是？ | `rules["sex_of"]`：只收一种性别的 MDC，如 `"M"` 只收 `"male"` | `"0000"` |
# | 2 | 这个 MDC 是新生儿（`rules["newborn_mdc"]`），而病人的日龄**大于** `rules["newborn_days"]`？ | 同左 | `"0000"` |
# | 3 | 做了先期分组的治疗？ | `performed(case, rules["pre_mdc"])` 会告诉你“做了”还是“没做” | `"A"` |
# | 4 | 以上都不是 | `rules["mdc_of"]` | 那个字母 |
#
# 照着 `find_counter` 写就行。注意两件事：MDC 的字母和 ICD 编码开头的字母**没有关系**（肺炎 `J18.9` 进 E）；有的先期分组要**两项操作都做了**才算，例如气管切开加有创机械通气，`performed` 已经替你考虑到了。
# %% [markdown] lang="en"
# ## Item 1 (4 points): which door, the major category
#
# Write a function that gives the MDC of a front page. Ask four questions in this order:
#
# | order | question | rules that you need | answer |
# |---|---|---|---|
# | 1 | is the main diagnosis not in the table (or not filled in at all: an empty text `""`)? | `rules["mdc_of"]`: from code to letter | `"0000"` |
# | 2 | does this MDC take one sex only, and the patient is not of it? | `rules["sex_of"]`: MDCs that take one sex only; `"M"` takes `"male"` | `"0000"` |
# | 2 | is it the MDC of newborns (`rules["newborn_mdc"]`), and the patient is **older** in days than `rules["newborn_days"]`? | the same | `"0000"` |
# | 3 | was there a treatment that goes before everything? | `performed(case, rules["pre_mdc"])` tells you yes or no | `"A"` |
# | 4 | none of these | `rules["mdc_of"]` | that letter |
#
# Follow `find_counter`. Mind two things. The letter of an MDC has **nothing to do** with the letter an ICD code begins with
# (pneumonia, `J18.9`, goes to E). And some treatments count only if **two procedures were done together**, such as
# tracheostomy with mechanical ventilation; `performed` takes care of that.
# %%
# 用得上的规则，看一眼 · a look at the rules you need
print(rules["mdc_of"]["J18.9"], rules["sex_of"], rules["newborn_mdc"], rules["newborn_days"])
print(rules["pre_mdc"])
# %% nb="solution" id="find_mdc"
def find_mdc(case: dict, rules: dict) -> str:
    """case has main, sex, age_days and operations; returns the letter of the MDC, or "0000"."""
    ### BEGIN SOLUTION
    if case["main"] not in rules["mdc_of"]:
        return "0000"
    mdc = rules["mdc_of"][case["main"]]
    if mdc in rules["sex_of"] and case["sex"] != rules["sex_of"][mdc]:
        return "0000"
    if mdc == rules["newborn_mdc"] and case["age_days"] > rules["newborn_days"]:
        return "0000"
    if performed(case, rules["pre_mdc"]):
        return "A"
    return mdc
    ### END SOLUTION
# %%
# 自查：肺炎进 E · check yourself: pneumonia goes to E
lin = {"page": 1, "sex": "male", "age_days": 21000, "main": "J18.9", "others": ["I10"], "operations": [], "cost": 10400.0}
form(find_mdc, lin, rules)
# %% nb="test" id="find_mdc_mark" points=4
# %% [markdown] lang="zh"
# ## 第 2 题（5 分） 手术、操作还是内科
#
# 知道了 MDC，再找**核心组 ADRG**。`rules["adrgs"]` 是所有核心组的列表，已经按判断的次序排好：在每个 MDC 里，先是手术组（`part` 为 `"S"`，大手术在前），然后是操作组（`"P"`），最后是内科组（`"M"`）。
# %% [markdown] lang="en"
# ## Item 2 (5 points): operation, procedure or medical
#
# With the MDC known, find the **adjacent group, ADRG**. `rules["adrgs"]` lists all of them in the order in which they are
# tried: within each MDC first the groups of operations (`part` is `"S"`, the major ones first), then other procedures
# (`"P"`), and medical groups (`"M"`) last.
# %%
adrgs.loc[adrgs["mdc"] == "G", ["adrg", "part", "name_zh", "name_en", "procedures"]]
# %% [markdown] lang="zh"
# 写一个函数，给出病例的 ADRG：
#
# 1. 一个一个试，**只看这个 MDC 的组**；`belongs(case, group)` 会告诉你病例符不符合这个组的条件（该做的手术操作做了，主要诊断也对）。第一个符合的就是答案。
# 2. **轮到内科组时**，如果病例做过手术（`operated(case, rules)`），却没有一个手术组或操作组收它，就不能再进内科组：手术和主要诊断对不上。这叫**歧义组**，答案是 MDC 的字母加 `QY`，例如 `"EQY"`。只做过操作的病例不受影响，照常进内科组。
# 3. MDC 是 `"0000"` 的，答案还是 `"0000"`。
#
# 照着 `find_window` 写。首页上手术操作填写的先后**不影响**分组，列表里组的先后才算数。
# %% [markdown] lang="en"
# Write a function that gives the ADRG of a case:
#
# 1. Try one after the other, **only groups of this MDC**; `belongs(case, group)` tells you whether the case meets what the
#    group asks for (the treatment was done, and the main diagnosis is right). The first that fits is the answer.
# 2. **When the turn of the medical groups comes** and the case was operated on (`operated(case, rules)`), yet no group of
#    operations or procedures took it, it must not go into a medical group: operation and main diagnosis do not go
#    together. The answer is the letter of the MDC and `QY`, such as `"EQY"`, a **mismatch**. A case with procedures that
#    are no operations is not concerned and goes into a medical group as usual.
# 3. For an MDC of `"0000"` the answer is `"0000"`.
#
# Follow `find_window`. The order in which operations stand on the page does **not** matter; the order of the groups does.
# %% nb="solution" id="find_adrg"
def find_adrg(case: dict, mdc: str, rules: dict) -> str:
    """mdc is a letter or "0000"; returns a group such as "EM5", the letter with "QY", or "0000"."""
    ### BEGIN SOLUTION
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            if group["part"] == "M" and operated(case, rules):
                return mdc + "QY"
            if belongs(case, group):
                return group["adrg"]
    return "0000"
    ### END SOLUTION
# %%
# 自查：肺炎没有手术操作，进 EM5 · check yourself: pneumonia without any treatment goes to EM5
form(find_adrg, lin, "E", rules)
# %% nb="test" id="find_adrg_mark" points=5
# %% [markdown] lang="zh"
# ## 第 3 题（5 分） 合并症与并发症
#
# 同样是肺炎，合并急性肾衰竭的病人，花费自然多得多。分组器从**其他诊断**里找：
#
# - `rules["cc"]`：编码到 `"mcc"` 或 `"cc"`；不在里面的编码不影响分组
# - `rules["exclusions"]`：**排除表**。主要诊断如果在 `rules["exclusions"][编码]` 里，这个 MCC 或 CC 就**不算**：它本来就是主要诊断那个病的一部分。主要诊断是急性呼吸窘迫综合征，呼吸衰竭就不能再算一次
#
# 在**算数的**里面取最重的一个（两个 CC 仍然是 CC），得到末位数字：
#
# | | 有 MCC | 只有 CC | 都没有 |
# |---|---|---|---|
# | 这个组分三级：`rules["levels"][adrg]` 是 `[1, 3, 5]` | 1 | 3 | 5 |
# | 分两级：`[3, 5]` | 3 | 3 | 5 |
# | 不细分：`[9]` | 9 | 9 | 9 |
#
# `"0000"` 和带 `QY` 的不在 `rules["levels"]` 里，原样返回。
# %% [markdown] lang="en"
# ## Item 3 (5 points): complications and comorbidities
#
# A patient whose pneumonia comes with acute renal failure costs much more, of course. The grouper looks among the **other diagnoses**:
#
# - `rules["cc"]`: from code to `"mcc"` or `"cc"`; a code that is not in there does not matter
# - `rules["exclusions"]`: the **exclusion lists**. If the main diagnosis is in `rules["exclusions"][code]`, this MCC or CC
#   does **not count**: it is part of the main disease anyway. Where acute respiratory distress syndrome is the main
#   diagnosis, respiratory failure cannot be counted once more
#
# Of those that **count**, take the gravest (two CCs are still CC). It gives the last digit:
#
# | | MCC | only CC | neither |
# |---|---|---|---|
# | group with three levels: `rules["levels"][adrg]` is `[1, 3, 5]` | 1 | 3 | 5 |
# | with two: `[3, 5]` | 3 | 3 | 5 |
# | not split: `[9]` | 9 | 9 | 9 |
#
# `"0000"` and what ends in `QY` are not in `rules["levels"]`; give them back as they are.
# %%
# 示例：急性呼吸衰竭是 MCC，但主要诊断在它的排除表上时不算 · example: respiratory failure is an MCC, but not with a main diagnosis on its list
print(rules["cc"]["J96.0"], "J80" in rules["exclusions"]["J96.0"], "J18.9" in rules["exclusions"]["J96.0"])
named(*rules["exclusions"]["J96.0"])
# %% nb="solution" id="find_drg"
def find_drg(case: dict, adrg: str, rules: dict) -> str:
    """case has main and others; adrg as from item 2; returns the DRG such as "EM51", or "0000" and QY unchanged."""
    ### BEGIN SOLUTION
    if adrg not in rules["levels"]:
        return adrg
    level = 5
    for code in case["others"]:
        if code in rules["cc"] and case["main"] not in rules["exclusions"][code]:
            level = min(level, 1 if rules["cc"][code] == "mcc" else 3)
    levels = rules["levels"][adrg]
    if levels == [9]:
        return adrg + "9"
    return adrg + str(max(level, levels[0]))
    ### END SOLUTION
# %%
# 自查：只有高血压的肺炎是 EM55 · check yourself: pneumonia with nothing but hypertension is EM55
form(find_drg, lin, "EM5", rules)
# %% nb="test" id="find_drg_mark" points=5
# %% [markdown] lang="zh"
# 分组器做好了！现在请回呼吸科主任的两位病人：都是肺炎，都花了一万零四百元，第二位还有急性肾衰竭。
# %% [markdown] lang="en"
# The grouper is complete! Now for the two patients: both with pneumonia, both at a cost of 10,400 yuan, and the second with acute renal failure as well.
# %%
def group(case):
    """The whole way: MDC, ADRG, DRG."""
    mdc = find_mdc(case, rules)
    return find_drg(case, find_adrg(case, mdc, rules), rules)


zhou = {**lin, "page": 2, "others": ["I10", "N17.9"]}
try:
    for patient in (lin, zhou):
        drg = group(patient)
        print(drg, "权重 · weight", rules["weights"][drg], "→", round(rules["weights"][drg] * rules["rate"]), "CNY")
except (NotImplementedError, KeyError, TypeError):
    print("还没有写完 · not finished yet")
# %% [markdown] lang="zh"
# 不是抽签：差的是**一行其他诊断**。这一行如果漏写了，机器不会知道；这一行如果没有检查和治疗的依据，那就是虚报。
#
# ## 第 4 题（3 分） 为什么入不了组
#
# 入不了组的首页，高老师要退回去改。退给谁，要看原因。写一个函数，给出下面六个词之一：
#
# | 词 | 什么情况 | 找谁 |
# |---|---|---|
# | `"grouped"` | 已经入组 | |
# | `"no_main"` | `0000`，主要诊断没有填 | 主管医生 |
# | `"unknown_code"` | `0000`，填了，但不在编码表里（例如只写了损伤的外部原因，或者编码不完整） | 编码员 |
# | `"sex"` | `0000`，和性别矛盾 | 先核对性别登记，再核对编码 |
# | `"age"` | `0000`，和年龄矛盾 | 先核对出生日期，再核对编码 |
# | `"operation"` | 带 `QY`：手术和主要诊断对不上 | 主管医生和编码员一起看 |
#
# 参数 `drg` 就是第 3 题的结果。带 `QY` 的不一定是错误：因肺炎住院的病人在病房里摔了一跤，做了股骨手术，也会这样。`文本.endswith("QY")` 问“是不是以 QY 结尾”。
# %% [markdown] lang="en"
# Not a lottery: the difference is **one line among the other diagnoses**. If it was left out, the machine cannot know; if no
# test and no treatment stands behind it, it is a false claim.
#
# ## Item 4 (3 points): why a case cannot be grouped
#
# Pages that cannot be grouped go back to be mended, and to whom depends on the reason. Write a function that gives one of these six words:
#
# | word | when | who is asked |
# |---|---|---|
# | `"grouped"` | it was grouped | |
# | `"no_main"` | `0000`, no main diagnosis was filled in | the doctor in charge |
# | `"unknown_code"` | `0000`, there is one, but it is not in the table (the external cause of an injury, say, or a code cut short) | the coder |
# | `"sex"` | `0000`, it contradicts the sex | first check the sex that was registered, then the code |
# | `"age"` | `0000`, it contradicts the age | first check the date of birth, then the code |
# | `"operation"` | ends in `QY`: operation and main diagnosis do not go together | doctor and coder together |
#
# `drg` is the result of item 3. A `QY` need not be a mistake: a patient with pneumonia who falls in the ward and has a
# femur fixed gets one, too. `text.endswith("QY")` asks whether a text ends in QY.
# %% nb="solution" id="why_ungrouped"
def why_ungrouped(case: dict, drg: str, rules: dict) -> str:
    """drg is the case's group, "0000" or such as "EQY"; returns one of the six words."""
    ### BEGIN SOLUTION
    if drg.endswith("QY"):
        return "operation"
    if drg != "0000":
        return "grouped"
    if case["main"] == "":
        return "no_main"
    if case["main"] not in rules["mdc_of"]:
        return "unknown_code"
    mdc = rules["mdc_of"][case["main"]]
    if mdc in rules["sex_of"] and case["sex"] != rules["sex_of"][mdc]:
        return "sex"
    return "age"
    ### END SOLUTION
# %%
# 自查：没有填主要诊断 · check yourself: no main diagnosis
form(why_ungrouped, {**lin, "main": ""}, "0000", rules)
# %% nb="test" id="why_ungrouped_mark" points=3
# %% [markdown] lang="zh"
# 写好之后运行下面这一格：你这个月有多少首页入不了组，为什么。和你先前的猜测对照一下。
# %% [markdown] lang="en"
# When you have written it, run the next cell: how many of your month's pages cannot be grouped, and why. Compare it with your guess.
# %%
try:
    reasons = pd.Series([why_ungrouped(one, group(one), rules) for one in cases]).value_counts().drop("grouped", errors="ignore")
    print(len(cases), "份首页 · pages;", int(reasons.sum()), "份入不了组 · cannot be grouped; my_guess:", my_guess["ungrouped"])
    fig, axis = plt.subplots(figsize=(8, 2.2))
    axis.barh(reasons.index[::-1], reasons[::-1], color=BLUE)
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.set_xlabel("front pages")
    axis.set_title("Why pages could not be grouped")
    plt.show()
except (NotImplementedError, KeyError, TypeError, AttributeError):
    print("还没有写完 · not finished yet")
# %% [markdown] lang="zh"
# ## 第 5 题（5 分） 这一例付多少钱
#
# 支付标准是**权重 × 费率**。可是同一组里总有特别贵和特别便宜的病例，规则给它们另外的算法：
#
# | 情况 | 怎样认定 | 付多少 |
# |---|---|---|
# | 未入组 | `weight` 是 `None` | 费用 × `terms["ungrouped"]` |
# | 低倍率 | 费用**低于** `terms["low"]` × 支付标准 | 按实际费用 |
# | 高倍率 | 费用**高于** 界限 × 支付标准 | 支付标准，再加上**超出界限的那一部分** |
# | 正常 | 其余 | 支付标准：不管花了多少，都付这么多 |
#
# 高倍率的界限看权重：不超过 1 的用 `terms["high_light"]`，超过 1、不超过 2 的用 `terms["high_middle"]`，超过 2 的用 `terms["high_heavy"]`。本来就重的病例，界限低一些，让医院不至于因为收治危重病人而亏得太多。
#
# 数字要从 `terms` 里取，不要抄进程序：明年的规则会变，程序不必重写。
#
# 举例（示例用的数，与你的费率无关）：费率 10,000 元，权重 0.8，支付标准 8,000 元；界限 3 倍是 24,000 元。某例花了 30,000 元，付 8,000 + (30,000 − 24,000) = 14,000 元。
# %% [markdown] lang="en"
# ## Item 5 (5 points): what a case is paid
#
# The standard is **weight × rate**. But every group has its very dear and its very cheap cases, and the rules treat them separately:
#
# | case | when | what is paid |
# |---|---|---|
# | ungrouped | `weight` is `None` | cost × `terms["ungrouped"]` |
# | low outlier | cost **below** `terms["low"]` × standard | the cost itself |
# | high outlier | cost **above** bound × standard | the standard, and on top **what goes beyond the bound** |
# | normal | all others | the standard, whatever the case cost |
#
# The bound of high outliers depends on the weight: `terms["high_light"]` up to 1, `terms["high_middle"]` above 1 and up to 2,
# `terms["high_heavy"]` above 2. For cases that are heavy anyway it is lower, lest a hospital lose too much by taking in the gravely ill.
#
# Take the figures from `terms` and do not copy them into your program: next year's rules will be others, and the program need not change.
#
# An example (with figures that are not yours): rate 10,000 yuan, weight 0.8, standard 8,000 yuan; a bound of 3 is 24,000
# yuan. A case of 30,000 yuan is paid 8,000 + (30,000 − 24,000) = 14,000 yuan.
# %%
terms
# %% nb="solution" id="payment"
def payment(cost: float, weight: float | None, rate: float, terms: dict) -> float:
    """cost and rate in yuan, weight None if ungrouped; returns what the case is paid, in yuan."""
    ### BEGIN SOLUTION
    if weight is None:
        return cost * terms["ungrouped"]
    standard = weight * rate
    if weight <= 1:
        bound = terms["high_light"]
    elif weight <= 2:
        bound = terms["high_middle"]
    else:
        bound = terms["high_heavy"]
    if cost < terms["low"] * standard:
        return cost
    if cost > bound * standard:
        return standard + cost - bound * standard
    return standard
    ### END SOLUTION
# %%
# 自查：上面的例子，14000 元 · check yourself: the example above, 14,000 yuan
form(payment, 30000.0, 0.8, 10000.0, {**rules["terms"], "high_light": 3.0}, gives=(int, float, np.number))
# %% nb="test" id="payment_mark" points=5
# %%
# 权重 0.8 的病例，花费不同，付多少？虚线上付的正好等于花的 · A case of weight 0.8 at different costs; on the dashed line it is paid what it cost
try:
    costs = np.linspace(0, 4.5 * 0.8 * rules["rate"], 300)
    fig, axis = plt.subplots()
    axis.plot(costs, costs, color=GREY, linestyle="--")
    axis.plot(costs, [payment(one, 0.8, rules["rate"], rules["terms"]) for one in costs], color=BLUE, linewidth=2.5)
    axis.set(xlabel="cost, yuan", ylabel="paid, yuan", title="Low outlier, normal, high outlier (weight 0.8)")
    plt.show()
except (NotImplementedError, TypeError):
    print("还没有写完 · not finished yet")
# %% [markdown] lang="zh"
# 图：中间平的那一段就是 DRG 的用意：在这一段里，省下来的归医院，多花的由医院承担。
#
# ## 第 6 题（5 分） 主要诊断选错了
#
# 病案科复核了一批首页。`reviewed` 是复核的结果：首页编号到**应该填写的**主要诊断。主要诊断的选择原则是：本次住院对健康危害最大、花费医疗资源最多、住院时间最长的那个病；做了手术的，一般应与主要手术相符。复核发现了四类问题：慢性病或并发症被写在了第一位；没有填；只写了损伤的外部原因；也有一些首页本来就没有问题。
#
# 改正一份首页，要做三件事：
#
# - 主要诊断换成复核认定的那一个；
# - **原来的主要诊断并没有消失**，它成为其他诊断之一（如果原来是空的，就没有这一步）；
# - 新的主要诊断不再留在其他诊断里。
#
# 用你的函数算出四个数，放进字典 `review`：
#
# | 键 | 内容 |
# |---|---|
# | `"changed"` | 改正以后，**DRG 组**变了的首页有几份（只改了诊断、组没变的不算；由入不了组变成入组的算） |
# | `"cmi_before"` | 改正以前，全月的 **CMI** |
# | `"cmi_after"` | 改正以后，全月的 CMI（没有复核的首页照旧） |
# | `"payment_change"` | 改正以后全月的支付减去改正以前，元 |
#
# **CMI（病例组合指数）** = 入组病例的权重之和 ÷ 入组病例数。入不了组的没有权重，分子分母都不算它。支付用第 5 题的函数，`rules["weights"].get(组)` 给出权重，没有权重的给出 `None`。
# %% [markdown] lang="en"
# The flat stretch in the middle is the point of DRG: there the hospital keeps what it saves and bears what it overspends.
#
# ## Item 6 (5 points): the wrong main diagnosis
#
# The record office has reviewed some of the pages. `reviewed` says what they found: from the number of the page to the main
# diagnosis that **should** stand there. The rule is: the disease that did most harm, took most resources and most days
# in this stay; after an operation it should as a rule go with the main operation. There were pages on which a chronic
# disease or a complication stood first, pages without any, pages with nothing but the external cause of an injury, and
# some that had been right all along.
#
# To mend a page takes three steps:
#
# - the main diagnosis becomes the one the reviewers settled on;
# - **the old main diagnosis has not vanished**: it becomes one of the others (unless it was empty);
# - the new main diagnosis no longer stands among the others.
#
# With your functions, compute four numbers and put them into the dict `review`:
#
# | key | what it is |
# |---|---|
# | `"changed"` | on how many pages the **DRG** is another one afterwards (not where only the diagnosis changed; but where an ungrouped page is grouped now) |
# | `"cmi_before"` | the **CMI** of the whole month before |
# | `"cmi_after"` | the CMI of the whole month afterwards (pages that were not reviewed stay as they are) |
# | `"payment_change"` | what is paid for the whole month afterwards less before, in yuan |
#
# **CMI, the case-mix index** = sum of the weights of grouped cases ÷ number of grouped cases. Ungrouped ones have no weight and
# count neither above nor below the line. Take the payment from item 5; `rules["weights"].get(drg)` gives the weight, or `None` if there is none.
# %%
# 示例：改正一份首页 · example: one page is mended
page = {**lin, "main": "I10", "others": ["N17.9", "J18.9"]}  # 高血压写在了第一位 · hypertension stands first
main = "J18.9"
others = [code for code in [page["main"], *page["others"]] if code != main]
print({**page, "main": main, "others": others})
# %%
# 复核过的首页 · the reviewed pages
print(len(reviewed), reviewed)
# %% nb="solution" id="review"
### BEGIN SOLUTION
def mended(case):
    """The case with the main diagnosis of the review; as it was if there was none."""
    main = reviewed.get(case["page"], case["main"])
    others = [code for code in [case["main"], *case["others"]] if code not in (main, "")]
    return {**case, "main": main, "others": others}


month = pd.DataFrame({"cost": [one["cost"] for one in cases]})
month["before"] = [group(one) for one in cases]
month["after"] = [group(mended(one)) for one in cases]


def paid_for(drgs):
    return sum(
        payment(cost, rules["weights"].get(drg), rules["rate"], rules["terms"])
        for cost, drg in zip(month["cost"], drgs)
    )


review = {
    "changed": int((month["before"] != month["after"]).sum()),
    "cmi_before": month["before"].map(rules["weights"]).mean(),
    "cmi_after": month["after"].map(rules["weights"]).mean(),
    "payment_change": paid_for(month["after"]) - paid_for(month["before"]),
}
### END SOLUTION
# %%
# 自查：四个键都在吗？ · check yourself: are all four keys there?
try:
    for key in ("changed", "cmi_before", "cmi_after", "payment_change"):
        print(f"{key:>15}:", round(review[key], 4))
except (NameError, KeyError, TypeError):
    print("还没有写完 · not finished yet")
# %% nb="test" id="review_mark" points=5
# %% [markdown] lang="zh"
# 运行下面这一格，看看每一份改了组的首页：空心圆是改正前的支付，实心圆是改正后。
# %% [markdown] lang="en"
# Run the next cell to see each page whose group changed: hollow is what it was paid before, solid what it is paid afterwards.
# %%
try:
    lines = []
    for one in cases:
        if one["page"] in reviewed:
            main = reviewed[one["page"]]
            right = {**one, "main": main, "others": [code for code in [one["main"], *one["others"]] if code not in (main, "")]}
            drgs = group(one), group(right)
            if drgs[0] != drgs[1]:
                lines.append((*drgs, *(payment(one["cost"], rules["weights"].get(drg), rules["rate"], rules["terms"]) for drg in drgs)))
    lines.sort(key=lambda line: line[3] - line[2])
    fig, axis = plt.subplots(figsize=(8, 0.5 + 0.26 * len(lines)))
    for row, (_, _, before, after) in enumerate(lines):
        color = BLUE if after >= before else ORANGE
        axis.plot([before, after], [row, row], color=color, linewidth=2)
        axis.plot(before, row, marker="o", markerfacecolor="white", color=color)
        axis.plot(after, row, marker="o", color=color)
    axis.set_yticks(range(len(lines)), [f"{line[0]} → {line[1]}" for line in lines], fontsize=8)
    axis.set_xlabel("paid, yuan")
    axis.set_title("Reviewed pages: before (hollow), after (solid); orange: less afterwards")
    plt.show()
    print("my_guess:", my_guess["after_review"])
except (NotImplementedError, KeyError, TypeError):
    print("还没有写完 · not finished yet")
# %% [markdown] lang="zh"
# ## 那么，怎么回答科主任？
#
# 用你自己的数字，写两句话：那两位肺炎病人为什么不一样？科里写首页，最该注意什么？如果有人说“那就挑最值钱的诊断写”，你怎么回答？（选做，由老师阅读，不计入自动评分。）
# %% [markdown] lang="en"
# ## So what do you tell the head of department?
#
# With your own numbers, in two sentences: why are the two patients with pneumonia not the same, and what should the
# department mind most when writing front pages? And what do you say to someone who concludes, "Then let us write down
# the diagnosis that pays best"? (Optional; your instructor reads it, and it does not count towards the automatic mark.)
# %% [markdown] nb="manual" id="so_what" points=0
# 写在这里 · write here
# %% [markdown] lang="zh"
# ## 想知道更多
#
# - **写对，不是写贵。** 从图上看得出来，改正以后有的首页多了，有的少了。主要诊断选错，医院可能吃亏，也可能多拿；故意多拿叫**高套**，查出来要退回，还可能受罚（《医疗保障基金使用监督管理条例》，2021 年）。质控的目标是让首页和病历一致，钱只是结果。
# - **真实的分组器更大，思路相同。** CHS-DRG 同样是 26 个 MDC，你写的先期分组 A、新生儿 P 的日龄、男性 M 和女性 N 的限制、排除表、歧义组 QY，都能在里面找到原型。但它有几百个核心组、几万个编码，多发严重创伤（Z）也不是看一个诊断就能决定的。
# - **权重从哪里来。** 我们的权重来自模拟医院各组的平均费用；病例少的组，向同类组的平均水平靠拢，所以只能当教学数字。真实的权重要用本地三年左右的历史数据测算，再由专家调整。
# - **我们的规则简化了什么。** 一次住院里的手术不分主次；没有按住院天数剔除病例；没有医院等级系数；高低倍率的界限各地不同，有的地方还限制高倍率病例的比例，或者由专家逐例评议（特例单议）。
# - **QY 值得一例一例看。** 它既可能是主要诊断选错了，也可能是病人真的同时有两件事。程序能找出它们，判断还要靠人。
# - **接着读：** 国家医疗保障局《国家医疗保障 DRG 分组与付费技术规范》（2019 年）；原国家卫生计生委《住院病案首页数据填写质量规范（暂行）》（2016 年）；R. B. Fetter 等，*Case mix definition by diagnosis-related groups*，Medical Care 1980;18(2 Suppl):1–53（DRG 的源头）。
# %% [markdown] lang="en"
# ## Go deeper
#
# - **Write what is right, not what is dear.** Your picture shows it: once mended, some pages were paid more and some less. A wrong
#   main diagnosis may cost the hospital money or bring it too much. Done on purpose, the latter is called **upcoding**; when found, it is paid
#   back with a fine (in China under the regulation on the use of medical security funds, 2021). The aim of
#   reviewing is that front page and record agree; the money only follows.
# - **Real groupers are larger and think alike.** CHS-DRG has 26 MDCs, too, and you would recognise its pre-MDC A, the age limit
#   of newborns in P, the limits of sex in M and N, the exclusion lists and the mismatches, QY. But it has hundreds of
#   adjacent groups and tens of thousands of codes, and multiple severe trauma (Z), for example, is not decided by one diagnosis.
# - **Where weights come from.** Ours are mean costs of groups in the simulated hospital; those of groups with few cases are drawn
#   towards similar groups, so they are figures for teaching. Real ones are measured on about three years of local data and adjusted by experts.
# - **What our rules leave out.** All operations of a stay count alike, no stay is set aside for its length, hospitals of
#   different levels get no coefficients, and outlier bounds differ from place to place; some regions also limit the share of
#   high outliers, or have experts look at exceptional cases one by one.
# - **Look at each QY.** It may come from a wrong main diagnosis, or the patient may truly have had two problems. A program finds
#   them; people must judge.
# - **Read on:** R. B. Fetter et al., *Case mix definition by diagnosis-related groups*, Medical Care 1980;18(2 Suppl):1–53 (where DRGs
#   began); the technical specification of DRG grouping and payment by the National Healthcare Security Administration (2019); the
#   rules for filling in front pages by the then National Health and Family Planning Commission (2016), both in Chinese.
