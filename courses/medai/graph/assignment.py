# ---
# jupyter: {jupytext: {text_representation: {extension: .py, format_name: percent}}}
# ---
# %% [markdown] lang="zh"
# # 疾病知识图谱：它为什么这样建议？
#
# 云杉县医院重症医学科，夜班。林医生在新装的“智能助手”里输入“发热”，屏幕上跳出几十种病。她点开第三条，条目里写着：
#
# > “……无发热……”
#
# 再往下翻，同一种病出现了两次：一次叫中文名，一次是英文缩写。助手还建议了一种药，林医生问：“凭什么？”屏幕上没有回答。
#
# 信息科赵工叹了口气：“它只是在手册里搜字。字对上了，就算找到了。”
#
# 林医生说：“我要的不是找到字。我要它知道**哪种病有什么症状、没有什么症状**，能说出**为什么用这个药**，分不清的时候，老老实实地说**分不清**。”
#
# 今天由你来做这个助手的“脑子”：一张疾病知识图谱。整个模块约 90 分钟；前两题会一点 pandas 就能完成。
# %% [markdown] lang="en"
# # Disease knowledge graph: why does it say so?
#
# Intensive care at Yunshan County Hospital, the night shift. Dr Lin types "fever" into the new assistant, and dozens of
# diseases appear. She opens the third; its entry says:
#
# > "… no fever …"
#
# Further down the same disease is there twice, once under its Chinese name, once as an English abbreviation. The assistant
# also proposes a drug. "Why this one?" asks Dr Lin. The screen has no answer.
#
# Engineer Zhao sighs. "It only searches the handbook for words. If the word is there, it counts as found."
#
# "I do not need words," says Dr Lin. "It should know **which disease has a symptom and which has not**, say **why a drug is
# given**, and when it cannot tell, it should **say that it cannot tell**."
#
# Today you build what such an assistant needs instead of a search box: a knowledge graph of diseases. The module takes about
# 90 minutes; for the first two items a little pandas is enough.
# %% nb="locked" id="setup"
# 读取数据，准备工具。运行一次即可，不必读懂。 · Reads the data and lays out the tools: run it once, no need to read it.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

handbook = pd.read_csv("data/handbook.csv")
terms = pd.read_csv("data/terms.csv", keep_default_na=False)
nodes = pd.read_csv("data/nodes.csv")
predicates = pd.read_csv("data/predicates.csv")
draft = pd.read_csv("data/draft.csv").set_index("row")
graph = pd.read_csv("data/graph.csv")
prior = pd.read_csv("data/priors.csv").set_index("disease")["prior"].to_dict()
case = pd.read_csv("data/case.csv", keep_default_na=False).iloc[0]
present, absent = (case[name].split(";") if case[name] else [] for name in ("present", "absent"))
name_of = nodes.set_index("id")["en"].to_dict()
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"
plt.rcParams.update({"figure.figsize": (8, 3.2), "axes.spines.top": False, "axes.spines.right": False})


def draw_graph(triples, title):
    """Draw a few triples: symptoms on the left, diseases in the middle, drugs on the right."""
    place, arrows = {}, {"shows_symptom": BLUE, "lacks_symptom": ORANGE, "treated_with": GREEN, "goes_on_to": GREY}
    ends = list(dict.fromkeys([*triples["subject"], *triples["object"]]))
    for x, kind in enumerate(("symptom", "disease", "drug")):
        members = [node for node in ends if node.startswith(kind)]
        place.update({node: (x, 1 - (n + 0.5) / len(members)) for n, node in enumerate(members)})
    figure, axes = plt.subplots()
    boxes = {}
    for node, (x, y) in place.items():
        text = axes.text(x, y, node.partition(":")[2], ha="center", va="center", fontsize=9, zorder=3,
                         bbox={"facecolor": "white", "edgecolor": GREY, "boxstyle": "round"})  # fmt: skip
        boxes[node] = text.get_bbox_patch()
    figure.canvas.draw()  # only now have the boxes their size
    for subject, predicate, target in triples[["subject", "predicate", "object"]].itertuples(index=False):
        style = {"arrowstyle": "->", "color": arrows[predicate], "linewidth": 1.6, "shrinkA": 1, "shrinkB": 3,
                 "patchA": boxes[subject], "patchB": boxes[target],
                 "linestyle": "--" if predicate == "lacks_symptom" else "-"}  # fmt: skip
        axes.annotate("", place[target], place[subject], arrowprops=style)
    for predicate in dict.fromkeys(triples["predicate"]):
        axes.plot([], [], color=arrows[predicate], label=predicate, linestyle="--" if predicate[0] == "l" else "-")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=4, frameon=False, fontsize=8)
    axes.set_xlim(-0.4, 2.4)
    axes.set_ylim(-0.05, 1.05)
    axes.axis("off")
    axes.set_title(title, fontsize=10, loc="left")
    plt.show()


def form(function, *arguments, gives, columns=()):
    """Say whether an answer has the right form; whether it is right, you learn after handing in."""
    try:
        answer = function(*arguments)
    except NotImplementedError:
        print("还没有写 · not written yet:", function.__name__)
        return None
    if not isinstance(answer, gives):
        print("✗ 返回值的类型不对 · the answer has the wrong type:", type(answer).__name__)
    elif missing := [name for name in columns if name not in answer]:
        print("✗ 缺少列 · columns missing:", ", ".join(missing))
    else:
        print("✓ 形式正确 · the form is right")
        return answer
    return None
# %% [markdown] lang="zh"
# ## 要懂的一件事：三元组
#
# 知识图谱把知识写成一句一句最短的话，每句三部分：**主语、谓词、宾语**。
#
# | 主语 subject | 谓词 predicate | 宾语 object |
# |---|---|---|
# | 流感 | 表现为 | 发热 |
# | 过敏性鼻炎 | **没有** | 发热 |
# | 流感 | 用药 | 奥司他韦 |
#
# 主语和宾语不写名称，写**标识**（id），例如 `disease:influenza`。名称有中文、英文、俗称、缩写，还会改；标识一旦给出就不变。
#
# 下面是一个只有三种病的例子（手写的，不是你的数据）。
# %% [markdown] lang="en"
# ## The one thing to understand: triples
#
# A knowledge graph writes knowledge in the shortest possible sentences, each of three parts: **subject, predicate, object**.
#
# | subject | predicate | object |
# |---|---|---|
# | influenza | shows | fever |
# | allergic rhinitis | **lacks** | fever |
# | influenza | is treated with | oseltamivir |
#
# Subject and object are not names but **ids**, such as `disease:influenza`. Names come in Chinese and English, as synonyms
# and abbreviations, and they change; an id, once given, stays.
#
# Here is an example of three diseases (made by hand, not your data).
# %%
toy = pd.DataFrame(
    [
        ("disease:influenza", "shows_symptom", "symptom:fever"),
        ("disease:influenza", "shows_symptom", "symptom:cough"),
        ("disease:pneumonia", "shows_symptom", "symptom:cough"),
        ("disease:hay_fever", "lacks_symptom", "symptom:fever"),
        ("disease:hay_fever", "shows_symptom", "symptom:sneezing"),
        ("disease:influenza", "goes_on_to", "disease:pneumonia"),
        ("disease:influenza", "treated_with", "drug:oseltamivir"),
        ("disease:pneumonia", "treated_with", "drug:amoxicillin"),
        ("disease:hay_fever", "treated_with", "drug:loratadine"),
    ],
    columns=["subject", "predicate", "object"],
)
draw_graph(toy, "Nine triples, one graph (example)")
# %% [markdown] lang="zh"
# **图 1** 左边是症状，中间是疾病，右边是药。蓝色实线是“表现为”，橙色虚线是“没有”，绿色是“用药”，灰色是“并发”。
#
# 在图上可以问搜索框答不了的问题：哪些病**没有**发热？咳嗽的病人为什么可能用阿莫西林？（咳嗽 → 流感，并发肺炎 → 阿莫西林；或者本来就是肺炎。）
# %% [markdown] lang="en"
# **Figure 1** Symptoms on the left, diseases in the middle, drugs on the right. Solid blue: shows; dashed orange: lacks; green:
# is treated with; grey: goes on to.
#
# A graph answers questions that a search box cannot: which diseases come **without** fever? Why may somebody with a cough be given
# amoxicillin? (Cough → influenza, which goes on to pneumonia → amoxicillin; or it was pneumonia from the start.)
# %% [markdown] lang="zh"
# ## 先看一看
#
# | 表 | 一行是 |
# |---|---|
# | `handbook` | 手册的一个条目：病名、症状、用药，都是文字，中英文混写。同一种病可能有两个条目 |
# | `terms` | 术语表：哪个名称（`label`）在哪一类（`kind`）里指哪个标识（`id`） |
# | `nodes`、`predicates` | 图谱里有哪些节点，每个谓词有哪些约束（第 3 题） |
# | `draft` | 赵工用程序抽出来的三元组草稿，有毛病（第 3 题） |
# | `graph` | 清理过的三元组；`weight` 是有这个症状的病人比例（第 4~6 题） |
# %% [markdown] lang="en"
# ## Look first
#
# | table | one row is |
# |---|---|
# | `handbook` | an entry of the handbook: disease, symptoms, drugs, all in words, Chinese and English mixed. A disease may have two entries |
# | `terms` | the terminology: which `label` of which `kind` stands for which `id` |
# | `nodes`, `predicates` | the nodes of the graph, and the constraints of each predicate (item 3) |
# | `draft` | triples that Engineer Zhao's program has extracted, with faults (item 3) |
# | `graph` | triples after cleaning; `weight` is the share of patients with the symptom (items 4 to 6) |
# %%
handbook.head(8)
# %%
terms.sort_values(["kind", "id"]).groupby("kind").head(4)
# %% [markdown] lang="zh"
# **先猜一猜。** 在图谱里，只要有线相连就能走，从任意一个症状出发，要走几步才能到任意一种药？随便挑一个症状、一种药，几步之内连得上的占多大比例？
# 写下你的猜测，第 5 题前揭晓。不计分。
# %% [markdown] lang="en"
# **Guess first.** If you may walk along any line of the graph, how many steps are there between a symptom and a drug? For a symptom and a
# drug picked at random, what share is connected within four steps? Write down your guess; you will see before item 5. It is not marked.
# %% id="prediction"
my_guess_share_within_4_steps = None
# %% [markdown] lang="zh"
# ## 第 1 题的样例：从名称查到标识
#
# 术语表里写的是 `Fever`，手册里有人写 `FEVER`、`ｆｅｖｅｒ`（全角）、` fever `（带空格）。先把**两边**统一成一种写法，再查。
# %% [markdown] lang="en"
# ## Worked example for item 1: from a name to an id
#
# The terminology says `Fever`; the handbook has `FEVER`, `ｆｅｖｅｒ` (full-width letters), ` fever ` (blanks). Bring **both sides** to one
# way of writing, then look up.
# %%
toy_terms = pd.DataFrame(
    [
        ("disease:influenza", "disease", "流感"),
        ("disease:influenza", "disease", "Flu"),
        ("disease:influenza", "disease", "FLU"),  # 写了两遍，还是一个意思 · twice, but one meaning
        ("disease:multiple_sclerosis", "disease", "MS"),
        ("disease:mitral_stenosis", "disease", "MS"),  # 两个意思 · two meanings
        ("symptom:fever", "symptom", "Fever"),
        ("symptom:chest_pain", "symptom", "CP"),
        ("disease:cerebral_palsy", "disease", "CP"),  # 类型不同 · another kind
    ],
    columns=["id", "kind", "label"],
)
written = pd.Series(["ＦＬＵ", " flu", "MS", "CP", "see text"])
print(list(written.str.normalize("NFKC").str.strip().str.casefold()))

diseases = toy_terms[toy_terms["kind"] == "disease"]
print(diseases.groupby("label")["id"].nunique())  # 每个名称有几个不同的标识 · how many different ids each label has

lookup = pd.Series({"flu": "disease:influenza", "cp": "disease:cerebral_palsy"})
print(pd.Series(["flu", "ms"]).map(lookup))  # 查不到的是空 · what is not found stays empty
# %% [markdown] lang="zh"
# **第 1 题（4 分）从名称到标识** 写一个函数，把一列名称换成某一类（`kind`：`"disease"`、`"symptom"` 或 `"drug"`）的标识。
#
# - 大小写、全角半角、首尾空格不同，算同一个名称。
# - 只查这一类：`CP` 在疾病里是脑性瘫痪，在症状里是胸痛。
# - 查不到的，留空。**在这一类里有两个意思的，也留空**：不猜，交给人。
# - 同一个（名称，标识）写了两遍，不算两个意思。
# %% [markdown] lang="en"
# **Item 1 (4 points): from names to ids** Write a function that turns a column of names into ids of one `kind` (`"disease"`, `"symptom"`
# or `"drug"`).
#
# - Case, full or half width, and outer blanks make no difference.
# - Look within this kind only: `CP` is cerebral palsy among diseases and chest pain among symptoms.
# - What is not found stays empty. **What has two meanings within the kind stays empty too**: do not guess, leave it to a person.
# - The same label with the same id, written twice, is not two meanings.
# %% nb="solution" id="to_ids"
def to_ids(labels: pd.Series, terms: pd.DataFrame, kind: str) -> pd.Series:
    """terms has id, kind and label; returns the id of each label, empty where unknown or ambiguous, same index."""
    ### BEGIN SOLUTION
    def plain(text: pd.Series) -> pd.Series:
        return text.astype(str).str.normalize("NFKC").str.strip().str.casefold()

    known = terms[terms["kind"] == kind]
    pairs = pd.DataFrame({"label": plain(known["label"]), "id": known["id"]}).drop_duplicates()
    clear = pairs.drop_duplicates("label", keep=False)
    return plain(labels).map(clear.set_index("label")["id"])
    ### END SOLUTION
# %%
# 自查：应当是流感、流感、空、脑性瘫痪、空 · check yourself: influenza, influenza, empty, cerebral palsy, empty
print(form(to_ids, written, toy_terms, "disease", gives=pd.Series))
# %% nb="test" id="to_ids_mark" points=4
# %% [markdown] lang="zh"
# ## 第 2 题的样例：把一栏文字拆成几行
#
# `split` 把一格拆成一串，`explode` 让每一个占一行，其余各列跟着重复。
# %% [markdown] lang="en"
# ## Worked example for item 2: one cell of text, several rows
#
# `split` turns a cell into a list, `explode` gives each part a row of its own and repeats the other columns.
# %%
toy_handbook = pd.DataFrame(
    {
        "entry": [1, 2],
        "disease": ["流感", " FLU"],
        "symptoms": ["Fever;see text", "FEVER ;no CP"],
        "drugs": [None, None],
    }
)
parts = toy_handbook[["disease", "symptoms"]].rename(columns={"symptoms": "name"})
parts["name"] = parts["name"].str.split(";")
parts.explode("name", ignore_index=True)
# %%
# 去掉开头的“无”或 no · cut a leading 无 or no
pd.Series(["无发热", "No cough", "Nose bleed"]).str.replace(r"^(无|no\s+)", "", case=False, regex=True)
# %% [markdown] lang="zh"
# **第 2 题（4 分）从条目到三元组** 写一个函数，把手册变成三元组（三列：`subject`、`predicate`、`object`，都是标识）。
#
# - `symptoms` 里的每一项：`shows_symptom`；写着“无……”或“no ……”的：`lacks_symptom`。
# - `drugs` 里的每一项：`treated_with`。
# - 有的症状**名称本身**就以“无”或 no 开头（“无明显不适”、No periods）：先查整个词，查不到才当作否定。
# - 分号有半角的“;”，也有全角的“；”。一栏可以是空的。
# - 病名、症状或药没认出来的，不写三元组。同一条三元组只写一次。
#
# 可以直接用你的 `to_ids`。
# %% [markdown] lang="en"
# **Item 2 (4 points): from entries to triples** Write a function that turns the handbook into triples (three columns `subject`, `predicate`,
# `object`, all of them ids).
#
# - Each part of `symptoms`: `shows_symptom`; where it says "无…" or "no …": `lacks_symptom`.
# - Each part of `drugs`: `treated_with`.
# - Some symptoms have a no in their **very name** ("无明显不适", No periods): look up the whole phrase first, and only what is not found
#   may be a denial.
# - Semicolons are half-width (`;`) or full-width (`；`). A cell may be empty.
# - Where disease, symptom or drug is not recognised there is no triple. Each triple is there once.
#
# You can use your `to_ids`.
# %% nb="solution" id="triples"
def triples(handbook: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """handbook has disease, symptoms and drugs as text; returns subject, predicate and object, each triple once."""
    ### BEGIN SOLUTION
    found = []
    for column, kind, predicate in (("symptoms", "symptom", "shows_symptom"), ("drugs", "drug", "treated_with")):
        parts = handbook[["disease", column]].dropna().rename(columns={column: "name"})
        parts["name"] = parts["name"].str.normalize("NFKC").str.split(";")
        parts = parts.explode("name", ignore_index=True)
        parts["subject"] = to_ids(parts["disease"], terms, "disease")
        parts["predicate"] = predicate
        parts["object"] = to_ids(parts["name"], terms, kind)
        if kind == "symptom":
            bare = parts["name"].str.strip()
            denied = bare.str.replace(r"^(无|no\s+)", "", case=False, regex=True)
            negated = parts["object"].isna() & (denied != bare)
            parts.loc[negated, "predicate"] = "lacks_symptom"
            parts.loc[negated, "object"] = to_ids(denied[negated], terms, kind)
        found.append(parts)
    whole = pd.concat(found)[["subject", "predicate", "object"]]
    return whole.dropna().drop_duplicates().reset_index(drop=True)
    ### END SOLUTION
# %%
# 自查：小例子里有 2 条三元组（其中一条否定）· check yourself: two triples in the example, one of them a denial
form(triples, toy_handbook, toy_terms, gives=pd.DataFrame, columns=["subject", "predicate", "object"])
# %% nb="test" id="triples_mark" points=4
# %% [markdown] lang="zh"
# ## 第 3 题：图谱自己和自己矛盾吗？
#
# 赵工的程序也抽了一份三元组：`draft`。程序不懂医学，但有一些错，不懂医学也查得出来：只要事先写明每个谓词的**约束**。
# %% [markdown] lang="en"
# ## Item 3: does the graph contradict itself?
#
# Engineer Zhao's program has extracted triples too: `draft`. A program knows no medicine, but some faults can be found without any, if the
# **constraints** of each predicate are written down beforehand.
# %%
predicates
# %% [markdown] lang="zh"
# | 规则 `rule` | 违反它的三元组 |
# |---|---|
# | `unknown_id` | 主语或宾语不在 `nodes` 里（悬空）。这样的三元组**不再**查定义域和值域 |
# | `domain` | 主语的类型不在 `domain` 里（几种类型用竖线隔开） |
# | `range` | 宾语的类型不在 `range` 里 |
# | `max_objects` | 同一主语、同一谓词有太多**不同的**宾语；涉及的每一条都报 |
# | `inverse` | 谓词是对称的（`symmetric`），反过来的那一条却没有 |
# | `cycle` | 谓词不许有环（`acyclic`），这一条却在环上：从宾语出发，沿这个谓词能走回主语。自己属于自己也是环 |
#
# 重复写的同一条三元组不违反任何规则。一条三元组可以违反几条规则。
#
# 样例（手写）：肺炎属于感染，感染属于肺炎。它们**在**环上；流感属于肺炎，只是走进环里，**不在**环上。
# %% [markdown] lang="en"
# | `rule` | triples that break it |
# |---|---|
# | `unknown_id` | subject or object is not in `nodes` (it dangles). Domain and range of such a triple are **not** looked at |
# | `domain` | the kind of the subject is not in `domain` (several kinds are separated by a bar) |
# | `range` | the kind of the object is not in `range` |
# | `max_objects` | one subject has too many **different** objects of this predicate; every triple concerned is reported |
# | `inverse` | the predicate is `symmetric`, and the triple the other way round is missing |
# | `cycle` | the predicate is `acyclic`, and this triple lies on a cycle: from its object, this predicate leads back to its subject. To be a kind of oneself is a cycle too |
#
# The same triple written twice breaks no rule. One triple may break several.
#
# An example by hand: pneumonia is a kind of infection, infection is a kind of pneumonia. These two are **on** a cycle. Influenza is a kind of
# pneumonia: from there one walks into the cycle, but it is **not** on it.
# %%
toy_draft = pd.DataFrame(
    [
        ("disease:influenza", "is_a", "family:pneumonia"),
        ("family:pneumonia", "is_a", "family:infection"),
        ("family:infection", "is_a", "family:pneumonia"),
        ("drug:oseltamivir", "treated_with", "disease:influenza"),
    ],
    columns=["subject", "predicate", "object"],
    index=[101, 102, 103, 104],
)
toy_nodes = pd.DataFrame({"id": ["disease:influenza", "family:pneumonia", "family:infection", "drug:oseltamivir"]})
toy_nodes["kind"] = toy_nodes["id"].str.split(":").str[0]
# 类型查表、拆竖线 · look up a kind, split at the bar
print(toy_draft["subject"].map(toy_nodes.set_index("id")["kind"]).tolist())
print("disease|family".split("|"))
# %% [markdown] lang="zh"
# **第 3 题（6 分）约束检查** 写一个函数，返回一张表：`row` 是三元组的索引，`rule` 是它违反的规则。每条规则 1 分，`domain` 和 `range` 合算 1 分，`cycle` 2 分。
#
# 查环的办法：从宾语出发，把沿这个谓词能走到的节点都走一遍（记下走过的，免得绕圈），看主语在不在里面。
# %% [markdown] lang="en"
# **Item 3 (6 points): constraints** Write a function that returns a table: `row` is the index of a triple, `rule` is a rule it breaks. One point
# for each rule, `domain` and `range` together one, `cycle` two.
#
# How to find cycles: starting at the object, visit all nodes that this predicate leads to (remember where you have been, or you will go
# round for ever), and see whether the subject is among them.
# %% nb="solution" id="violations"
def violations(triples: pd.DataFrame, nodes: pd.DataFrame, predicates: pd.DataFrame) -> pd.DataFrame:
    """triples: subject, predicate, object; nodes: id, kind; returns row (index of triples) and rule."""
    ### BEGIN SOLUTION
    kinds = nodes.set_index("id")["kind"].to_dict()
    rules = predicates.set_index("predicate")
    rows = list(triples[["subject", "predicate", "object"]].itertuples())
    stated = {(s, p, o) for _, s, p, o in rows}
    steps = {}
    for s, p, o in stated:
        steps.setdefault((s, p), set()).add(o)
    found = []
    for row, s, p, o in rows:
        rule = rules.loc[p]
        if s not in kinds or o not in kinds:
            found.append((row, "unknown_id"))
        else:
            if kinds[s] not in rule["domain"].split("|"):
                found.append((row, "domain"))
            if kinds[o] not in rule["range"].split("|"):
                found.append((row, "range"))
        if len(steps[s, p]) > rule["max_objects"]:
            found.append((row, "max_objects"))
        if rule["symmetric"] and (o, p, s) not in stated:
            found.append((row, "inverse"))
        if rule["acyclic"]:
            seen, todo = set(), [o]
            while todo:
                node = todo.pop()
                if node not in seen:
                    seen.add(node)
                    todo.extend(steps.get((node, p), ()))
            if s in seen:
                found.append((row, "cycle"))
    return pd.DataFrame(found, columns=["row", "rule"])
    ### END SOLUTION
# %%
# 自查：102、103 在环上，104 的主语和宾语都错 · check yourself: 102 and 103 are on a cycle, both ends of 104 are wrong
print(form(violations, toy_draft, toy_nodes, predicates, gives=pd.DataFrame, columns=["row", "rule"]))
# %% nb="test" id="violations_mark" points=6
# %% [markdown] lang="zh"
# ## 第 4 题：继承，除非另有说明
#
# 手册不会在每种肺炎下面再写一遍“咳嗽”，它写在家族那里。图谱里 `is_a` 连成三层：疾病 → 家族 → 章。症状写在能写的最高一层，例外写在下面：
#
# | 层 | 写的是 |
# |---|---|
# | 章：呼吸系统疾病 | 咳嗽 0.5 |
# | 家族：肺炎 | 咳嗽 0.85，发热 0.85 |
# | 疾病：军团菌肺炎 | **没有**咳嗽，腹泻 0.5 |
# | 疾病：老年肺炎 | 发热 0.15 |
#
# 从上往下读，越近的说法越具体：军团菌肺炎有发热 0.85、腹泻 0.5，没有咳嗽；老年肺炎有咳嗽 0.85、发热 0.15。（手写的例子，数字是为了讲清规则。）
#
# **第 4 题（4 分）继承与例外** 写一个函数，给出一种疾病的全部症状：字典，症状标识 → 频率。没有的症状不要出现。
# %% [markdown] lang="en"
# ## Item 4: inherited, unless stated otherwise
#
# A handbook does not repeat cough under every pneumonia; it says so once, at the family. In the graph `is_a` makes three levels: disease →
# family → chapter. Symptoms stand as high up as they can, exceptions below:
#
# | level | what is stated |
# |---|---|
# | chapter: respiratory diseases | cough 0.5 |
# | family: pneumonia | cough 0.85, fever 0.85 |
# | disease: Legionella pneumonia | **lacks** cough; diarrhoea 0.5 |
# | disease: pneumonia of old age | fever 0.15 |
#
# Read from the top down; the nearer statement is the more specific. Legionella pneumonia shows fever 0.85 and diarrhoea 0.5, and no cough;
# pneumonia of old age shows cough 0.85 and fever 0.15. (Made by hand; the figures are there to explain the rule.)
#
# **Item 4 (4 points): inheritance and exceptions** Write a function that gives all symptoms of a disease as a dict: symptom id → frequency. What it
# lacks must not be in it.
# %%
toy_levels = pd.DataFrame(
    [
        ("disease:legionella", "is_a", "family:pneumonia", None),
        ("disease:old_age", "is_a", "family:pneumonia", None),
        ("family:pneumonia", "is_a", "chapter:respiratory", None),
        ("chapter:respiratory", "shows_symptom", "symptom:cough", 0.5),
        ("family:pneumonia", "shows_symptom", "symptom:cough", 0.85),
        ("family:pneumonia", "shows_symptom", "symptom:fever", 0.85),
        ("disease:legionella", "lacks_symptom", "symptom:cough", None),
        ("disease:legionella", "shows_symptom", "symptom:diarrhoea", 0.5),
        ("disease:old_age", "shows_symptom", "symptom:fever", 0.15),
    ],
    columns=["subject", "predicate", "object", "weight"],
)
# 谁的上级是谁 · who is above whom
toy_levels[toy_levels["predicate"] == "is_a"].set_index("subject")["object"].to_dict()
# %% nb="solution" id="effective"
def effective(triples: pd.DataFrame, disease: str) -> dict[str, float]:
    """triples has subject, predicate, object and weight; returns the frequency of each symptom of the disease."""
    ### BEGIN SOLUTION
    parent = triples[triples["predicate"] == "is_a"].set_index("subject")["object"].to_dict()
    line = [disease]
    while line[-1] in parent:
        line.append(parent[line[-1]])
    symptoms = {}
    for node in reversed(line):
        own = triples[triples["subject"] == node]
        for symptom in own.loc[own["predicate"] == "lacks_symptom", "object"]:
            symptoms.pop(symptom, None)
        shown = own[own["predicate"] == "shows_symptom"]
        symptoms.update(zip(shown["object"], shown["weight"]))
    return symptoms
    ### END SOLUTION
# %%
# 自查：对照上面的两句话 · check yourself against the two sentences above
for disease in ("disease:legionella", "disease:old_age"):
    print(form(effective, toy_levels, disease, gives=dict))
# %% nb="test" id="effective_mark" points=4
# %% [markdown] lang="zh"
# ## 第 5 题：连得上，不等于说得通
#
# 现在揭晓先前的猜测。下面这张图在**你的**图谱里随机挑 200 对（症状，药），只要有线就走，看最短要几步。
# %% [markdown] lang="en"
# ## Item 5: connected is not explained
#
# Time to check your guess. The picture takes 200 random pairs of symptom and drug in **your** graph, walks along any line, and counts the
# steps of the shortest way.
# %%
neighbours = {}
for one, other in graph[["subject", "object"]].itertuples(index=False):
    neighbours.setdefault(one, set()).add(other)
    neighbours.setdefault(other, set()).add(one)


def steps_between(start, end):
    """Steps of the shortest way along any lines; 0 if there is none."""
    level, seen, n = {start}, {start}, 0
    while level and end not in level:
        level, n = {after for node in level for after in neighbours[node]} - seen, n + 1
        seen |= level
    return n if level else 0


rng = np.random.default_rng(1)
some = {kind: [node for node in neighbours if node.startswith(kind)] for kind in ("symptom", "drug")}
counted = pd.Series([steps_between(rng.choice(some["symptom"]), rng.choice(some["drug"])) for _ in range(200)])
degree = pd.Series({node: len(found) for node, found in neighbours.items()})
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), width_ratios=[1, 1.3])
share = counted.value_counts(normalize=True).sort_index()
left.bar(share.index.astype(str), share, color=BLUE)
left.set_xlabel("steps of the shortest way (0: none)")
left.set_ylabel("share of pairs")
hubs = degree[degree.index.str.startswith(("symptom", "drug"))].nlargest(8)[::-1]
right.barh([name_of.get(node, node) for node in hubs.index], hubs, color=ORANGE)
right.set_xlabel("lines at this node")
right.set_title("hubs", loc="left", fontsize=10)
figure.tight_layout()
plt.show()
print(f"4 步以内 · within 4 steps: {counted.between(1, 4).mean():.0%}   你的猜测 · your guess:", my_guess_share_within_4_steps)
# %% [markdown] lang="zh"
# **图 2** 左：从症状到药的最短步数；右：线最多的症状和药。几乎什么都连得上，因为路都从生理盐水、葡萄糖注射液、“发热”这样的**枢纽**穿过：
# 症状甲 → 病 A → 生理盐水 → 病 B → 药乙。这条路什么也没解释。
#
# 能当解释的路，每一步都要念得通：
#
# > **症状** 见于 **疾病**（，它会并发 **疾病** …），所以用 **药**。
#
# 也就是说：从症状到有这个症状的疾病；沿 `goes_on_to` 的箭头**向前**走，步数不限；最后到用这种药的疾病。
# 不逆着箭头走，不走 `occurs_with`（常在一起，不等于引起），不经过别的症状和药。
#
# **第 5 题（4 分）解释路径** 写一个函数，返回最短的解释：`[症状, 疾病, …, 药]`；一样短的，哪条都行。没有解释时返回空列表。
#
# `profiles` 是字典：疾病 → 它的症状（就是第 4 题的结果，继承已经算好）。
# %% [markdown] lang="en"
# **Figure 2** Left: steps of the shortest way from symptom to drug. Right: the symptoms and drugs with most lines. Nearly everything is connected,
# because the ways run through **hubs** such as saline, a glucose drip or fever: symptom A → disease B → saline → disease C → drug D. That
# explains nothing.
#
# Of a way that explains, every step can be read aloud:
#
# > the **symptom** is seen in a **disease** (, which goes on to a **disease** …), which is treated with the **drug**.
#
# That is: from the symptom to a disease that shows it; **forward** along the arrows of `goes_on_to`, as many as you like; at last from a disease to
# a drug it is treated with. Not against the arrow, not along `occurs_with` (keeping company is not causing), not through other symptoms or drugs.
#
# **Item 5 (4 points): paths that explain** Write a function that returns the shortest explanation: `[symptom, disease, …, drug]`; of equally short ones
# any will do. Return an empty list where there is none.
#
# `profiles` is a dict: disease → its symptoms (what item 4 gives, inheritance included).
# %% nb="solution" id="explain"
def explain(triples: pd.DataFrame, profiles: dict[str, dict[str, float]], symptom: str, drug: str) -> list[str]:
    """triples has subject, predicate and object; returns the ids along the shortest explanation, or an empty list."""
    ### BEGIN SOLUTION
    steps = triples[triples["predicate"] == "goes_on_to"].groupby("subject")["object"].agg(list).to_dict()
    treated = set(triples.loc[(triples["predicate"] == "treated_with") & (triples["object"] == drug), "subject"])
    todo = [[disease] for disease, shown in profiles.items() if symptom in shown]
    seen = {path[0] for path in todo}
    while todo:
        path = todo.pop(0)
        if path[-1] in treated:
            return [symptom, *path, drug]
        for disease in steps.get(path[-1], ()):
            if disease not in seen:
                seen.add(disease)
                todo.append([*path, disease])
    return []
    ### END SOLUTION
# %%
# 自查：发热 → 流感 → 肺炎 → 阿莫西林；喷嚏不能解释奥司他韦 · check yourself: fever, influenza, pneumonia, amoxicillin; sneezing does not explain oseltamivir
toy_profiles = {
    "disease:influenza": {"symptom:fever": 0.85, "symptom:cough": 0.85},
    "disease:hay_fever": {"symptom:sneezing": 0.85},
    "disease:pneumonia": {"symptom:cough": 0.85},
}
print(form(explain, toy, toy_profiles, "symptom:fever", "drug:amoxicillin", gives=list))
print(form(explain, toy, toy_profiles, "symptom:sneezing", "drug:oseltamivir", gives=list))
# %% nb="test" id="explain_mark" points=4
# %% [markdown] lang="zh"
# ## 第 6 题：排序，以及什么时候不下结论
#
# 病人有些症状，另一些问过、查过，**没有**。哪种病最可能？对每个候选疾病相乘：
#
# > 先验 × 每个**有**的症状的频率 × 每个**没有**的症状的（1 − 频率）
#
# 再除以全部候选之和，得到（假设病人就是其中之一、症状之间互不影响时的）概率。这叫朴素贝叶斯。
#
# 图谱没列出的症状不当作 0：图谱总有缺漏，一个漏写不该否决一种病。用一个很小的频率 `floor` 代替。没问过的症状，什么也不说明。
#
# 例（手写）：两种病，先验 0.9 和 0.1，`floor` 是 0.01；病人有皮疹，没有发热。
#
# | | 先验 | 皮疹 | 没有发热 | 乘积 | 概率 |
# |---|---|---|---|---|---|
# | 甲（皮疹 0.5，发热 0.85） | 0.9 | 0.5 | 0.15 | 0.0675 | 0.41 |
# | 乙（皮疹 0.99，发热没列出） | 0.1 | 0.99 | 0.99 | 0.0980 | 0.59 |
#
# 乙比甲可能，却只有 1.45 倍。要是规定差不到 3 倍不下结论，就应当**两个都交给医生**。
# %% [markdown] lang="en"
# ## Item 6: ranking, and when not to conclude
#
# The patient has some symptoms; others were asked and looked for and are **not** there. Which disease is likeliest? For each candidate multiply:
#
# > prior × frequency of each symptom that is **present** × (1 − frequency) of each that is **absent**
#
# and divide by the sum over all candidates. That gives probabilities, if the patient has one of these diseases and the symptoms do not influence each
# other. It is called naive Bayes.
#
# A symptom that is not listed does not count as 0: no graph is complete, and one omission must not rule a disease out. Take a very small
# frequency `floor` instead. What nobody asked about says nothing.
#
# An example by hand: two diseases, priors 0.9 and 0.1, `floor` 0.01; the patient has a rash and no fever.
#
# | | prior | rash | no fever | product | probability |
# |---|---|---|---|---|---|
# | A (rash 0.5, fever 0.85) | 0.9 | 0.5 | 0.15 | 0.0675 | 0.41 |
# | B (rash 0.99, fever not listed) | 0.1 | 0.99 | 0.99 | 0.0980 | 0.59 |
#
# B is likelier than A, but only by 1.45. If the rule is not to conclude below a factor of 3, **both go to the doctor**.
# %% [markdown] lang="zh"
# **第 6 题（5 分）排序与弃权** 写一个函数，返回留下的候选：一个 Series，索引是疾病，值是概率（在**全部**候选里算的），最可能的在前。
# 概率不低于第一名的 1/`ratio` 的留下（第一名的概率 ≤ `ratio` × 它的概率）。只剩一个，就是结论；剩几个，就是弃权，交出名单。
# %% [markdown] lang="en"
# **Item 6 (5 points): ranking and abstaining** Write a function that returns the candidates kept: a Series, indexed by disease, of probabilities
# (computed over **all** candidates), likeliest first. Keep those that are at least 1/`ratio` as likely as the first (the probability of the
# first is ≤ `ratio` × theirs). If one is left, that is the conclusion; if several are, you abstain and hand over the list.
# %% nb="solution" id="rank"
def rank(
    profiles: dict[str, dict[str, float]],
    prior: dict[str, float],
    present: list[str],
    absent: list[str],
    floor: float,
    ratio: float,
) -> pd.Series:
    """profiles: disease -> symptom -> frequency; prior: disease -> probability; returns those kept, likeliest first."""
    ### BEGIN SOLUTION
    score = {}
    for disease, shown in profiles.items():
        value = prior[disease]
        for symptom in present:
            value *= shown.get(symptom, floor)
        for symptom in absent:
            value *= 1 - shown.get(symptom, floor)
        score[disease] = value
    posterior = pd.Series(score) / sum(score.values())
    posterior = posterior.sort_values(ascending=False)
    return posterior[posterior * ratio >= posterior.iloc[0]]
    ### END SOLUTION
# %%
# 自查：就是上面的例子，乙在前 · check yourself: the example above, B first
toy_pair = {"A": {"rash": 0.5, "fever": 0.85}, "B": {"rash": 0.99}}
print(form(rank, toy_pair, {"A": 0.9, "B": 0.1}, ["rash"], ["fever"], 0.01, 3.0, gives=pd.Series))
# %% nb="test" id="rank_mark" points=5
# %% [markdown] lang="zh"
# ## 那么，怎么答复林医生？
#
# 林医生的病人在 `case` 里。候选是自己、家族或章写有其中一个症状的疾病。下面用你写的函数排出候选、画出来，再问那种药有没有理由。
# %% [markdown] lang="en"
# ## So what do you tell Dr Lin?
#
# Her patient is in `case`. Candidates are diseases for which they themselves, their family
# or their chapter state one of the symptoms. With your functions: rank them, draw them, and ask whether the drug has a reason.
# %%
print("有 · present:", [name_of[s] for s in present], "  没有 · absent:", [name_of[s] for s in absent])
print("药 · drug:", name_of[case["drug"]])
above = graph[graph["predicate"] == "is_a"].set_index("subject")["object"].to_dict()
stating = set(graph.loc[(graph["predicate"] == "shows_symptom") & graph["object"].isin(present), "subject"])
candidates = [d for d in prior if {d, above[d], above[above[d]]} & stating]  # 可能有其中一个症状 · may show one of them
try:
    profiles = {disease: effective(graph, disease) for disease in candidates}
    kept = rank(profiles, prior, present, absent, 0.01, 3.0)
    everyone = rank(profiles, prior, present, absent, 0.01, 1e9).head(8)
    plt.figure()
    plt.barh([name_of[d] for d in everyone.index[::-1]], everyone.to_numpy()[::-1],
             color=[BLUE if d in kept.index else GREY for d in everyone.index[::-1]])  # fmt: skip
    plt.xlabel("probability among the candidates")
    plt.title("Dr Lin's patient: blue is kept, grey is not", loc="left", fontsize=10)
    plt.show()
    for symptom in present:
        path = explain(graph, profiles, symptom, case["drug"])
        print(" → ".join(name_of[node] for node in path) or f"{name_of[symptom]}: 没有理由 · no reason")
except NotImplementedError:
    print("先完成第 4、5、6 题 · finish items 4, 5 and 6 first")
# %% [markdown] lang="zh"
# 用两句话答复林医生：助手的结论（或者名单）是什么？那种药有没有理由，理由可信吗？（选做，由老师阅读，不计入自动评分。）
# %% [markdown] lang="en"
# Answer Dr Lin in two sentences: what does the assistant conclude, or which list does it hand over? Is there a reason for the drug, and
# would you trust it? (Optional; your instructor reads it, and it does not count towards the automatic mark.)
# %% [markdown] nb="manual" id="reply" points=0
# 写在这里 · write here
# %% [markdown] lang="zh"
# ## 想知道更多
#
# - **真实的图谱怎么写。** 三元组的标准是 RDF，约束用 SHACL，查询用 SPARQL；医学术语用 SNOMED CT、ICD、LOINC、ATC 这样的标识。道理与今天做的相同。
# - **“没列出”和“没有”。** 本模块的 `lacks_symptom` 有两个来源：手册写明没有；或者家族有、这一种病没列。后者只表示“不典型”，并不是绝不出现，所以第 6 题用 `floor`，不用 0。
# - **朴素的地方。** 发热和寒战常常一起来，乘两次就把同一份证据算了两遍，概率会显得过于肯定。先验用的是就诊人次，换一家医院、换一个季节就不同。
# - **一条路径不是证据。** 它只说明图谱里有这个理由。用药对不对，还要看禁忌证、过敏、肝肾功能；这张图谱里没有禁忌证。
# - **我们的模拟简化了什么。** 症状频率只有五档，多数是估计值；家族和章的说法是由成员归纳出来的。它可以用来学方法，不可以用来看病。
# - **接着读：** W3C 的 RDF 1.1 Primer 与 SHACL（Shapes Constraint Language）建议标准；W. W. Chapman 等，*A simple algorithm for identifying negated findings and diseases in discharge summaries*，J Biomed Inform 2001;34:301–310（NegEx，专门处理“无发热”）。
# %% [markdown] lang="en"
# ## Go deeper
#
# - **How real graphs are written.** The standard for triples is RDF, for constraints SHACL, for queries SPARQL; ids come from SNOMED CT, ICD, LOINC, ATC. The ideas
#   are those of today.
# - **Not listed and absent.** Here `lacks_symptom` has two sources: the handbook denies it, or the family has it and this disease does not list it. The
#   latter means not typical rather than never, which is why item 6 uses `floor` and not 0.
# - **What is naive.** Fever and chills come together; multiplying both counts one piece of evidence twice, and the probabilities look too sure. The prior
#   counts episodes of care; in another hospital or season it differs.
# - **A path is not evidence.** It says that the graph holds such a reason. Whether the drug is right also depends on contraindications, allergies, kidneys
#   and liver; this graph knows no contraindications.
# - **What our simulation leaves out.** Frequencies come in five bands, most of them estimates, and what families and chapters state was generalised from
#   their members. Learn the method with it; treat nobody with it.
# - **Read on:** W3C, RDF 1.1 Primer and SHACL (Shapes Constraint Language); W. W. Chapman et al., *A simple algorithm for identifying negated findings and
#   diseases in discharge summaries*, J Biomed Inform 2001;34:301–310 (NegEx, which is about "no fever").
