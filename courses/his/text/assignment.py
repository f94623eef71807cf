# ---
# jupyter: {jupytext: {text_representation: {extension: .py, format_name: percent}}}
# ---
# %% [markdown] lang="zh"
# # 病历结构化：“否认发热”怎么成了“发热”？
#
# 云杉县医院要把病历接入县域数据平台。平台不收文字，只收字段：问题清单、症状、用药表。信息科赵工连夜写了一个程序：词表里的词，在病历里搜到一个就记一条。
#
# 第二天早上，林医生的电话就打来了：
#
# > “我的病人**否认**发热，平台上怎么写着发热？还有这位，**她母亲**有糖尿病，她没有。这个‘冠心病待排’，怎么成了确诊？”
#
# 赵工把程序关了，转头问你：“字都在病历里，一个也没搜错。那到底错在哪里？”
#
# 今天由你来重写这个程序，并用数字说明它有多可信。整个模块约 90 分钟；前两题照着示例改就能完成。
# %% [markdown] lang="en"
# # Text to structured record: how did "denies fever" become fever?
#
# Yunshan County Hospital is to send its notes to the county's data platform. The platform takes no text, only fields: a
# problem list, symptoms, a table of drugs. Overnight, Engineer Zhao wrote a program: whatever word of the vocabulary it finds
# in a note, it records.
#
# Next morning Dr Lin is on the phone.
#
# > "My patient **denies** fever, so why does the platform say fever? And this one: **her mother** has diabetes, she has not.
# > And how did 'coronary disease to be excluded' become a diagnosis?"
#
# Zhao switches the program off and turns to you. "Every one of those words is in the notes. So what exactly is wrong?"
#
# Today you rewrite the program, and say in numbers how far it can be trusted. The module takes about 90 minutes; the first
# two items can be done by changing the example.
# %% id="language" lang="zh"
# 你用哪种语言的病历？中文 "zh"，英文 "en"。评分也用这种语言的病历。
LANGUAGE = "zh"
# %% id="language" lang="en"
# Which language are your notes to be in? Chinese "zh", English "en". Marking uses notes of the same language.
LANGUAGE = "en"
# %% nb="locked" id="setup"
# 读取数据，准备工具。运行一次即可，不必读懂。 · Reads the data and lays out the tools: run it once, no need to read it.
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

notes = pd.read_csv("data/notes.csv", keep_default_na=False)
notes = notes.rename(columns={f"{name}_{LANGUAGE}": name for name in ("text", "story", "drugs")})
notes = notes[["note_id", "kind", "text", "story", "drugs"]].set_index("note_id")
sample = pd.read_csv("data/sample.csv", keep_default_na=False)
sample = sample[sample["language"] == LANGUAGE].drop(columns="language").reset_index(drop=True)
vocabulary = pd.read_csv("data/terms.csv", keep_default_na=False)
vocabulary = vocabulary[vocabulary["language"] == LANGUAGE]
terms = {kind: list(rows["term"]) for kind, rows in vocabulary.groupby("kind")}
codes = {
    kind: dict(zip(rows["term"], rows["code"]))
    for kind, rows in vocabulary.groupby("kind")
    if kind in ("unit", "route", "frequency")
}
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"
plt.rcParams.update({"figure.figsize": (8, 3.2), "axes.spines.top": False, "axes.spines.right": False})


def form(function, *arguments, gives):
    """Say whether an answer has the right form; whether it is right, you learn after handing in."""
    try:
        answer = function(*arguments)
    except NotImplementedError:
        print("还没有写 · not written yet:", function.__name__)
        return None
    if not isinstance(answer, gives):
        print("✗ 返回值的类型不对 · the answer has the wrong type:", type(answer).__name__)
        return None
    print("✓ 形式正确 · the form is right")
    return answer


def stated(note_id):
    """All (field, value) that your functions find in one note; an item that is not written yet gives nothing."""
    note, found = notes.loc[note_id], []

    def tried(function, *arguments, nothing):
        try:
            return function(*arguments) if arguments[0] else nothing
        except NotImplementedError:
            return nothing

    for row in tried(medications, note["drugs"], codes, nothing=[]):
        drug = row["drug"].lower()
        found.append(("drug", drug))
        found.append(("dose", f"{drug}|{row['dose']:g}|{row['unit']}"))
        found += [(field, f"{drug}|{row[field]}") for field in ("route", "frequency")]
    for term, status in tried(symptoms, note["story"], terms["symptom"], nothing={}).items():
        found.append((f"symptom_{status}", term))
    begun = (
        tried(onset, note["text"], nothing=None)
        if re.search(r"主诉：.*[\d半](小时|天|周|个月|年)|complaint: .* for (half|\d)", note["text"])
        else None
    )
    found += [("onset", f"{begun:%Y-%m-%d %H:%M}")] if begun is not None else []
    for name, status in tried(problems, note["text"], terms["disease"], nothing=[]):
        found.append((f"problem_{status}", name))
    return found


# %% [markdown] lang="zh"
# ## 先看看数据
#
# 先读一份病历。病历是模拟医院写的，人名都是虚构的，但医生们写病历的习惯都在：缩写、问号、一长串的“否认”。
# %% [markdown] lang="en"
# ## Look at the data first
#
# Read one note. It was written by the simulated hospital and all names are invented, but doctors' habits are in it:
# abbreviations, question marks, long lists of what is denied.
# %%
print(notes[notes["kind"] == "admission"]["text"].iloc[0])
# %% [markdown] lang="zh"
# `notes` 有六十份病历。整份病历在 `text`，其中两段赵工已经切好：
#
# - `story`：现病史
# - `drugs`：用药医嘱那一行（没有写明用量的，留空）
#
# 其中四十二份有人逐句读过，把它说了什么写成了字段，放在 `sample` 里：这就是**标注样本**。评分时用的是另外一批谁也没见过的病历。
# %% [markdown] lang="en"
# `notes` holds sixty notes. The whole note is in `text`; two parts of it Zhao has cut out already:
#
# - `story`: the history of the present illness
# - `drugs`: the line of treatment (empty where no measured dose is given)
#
# Forty-two of them were read sentence by sentence, and what they say was written down as fields in `sample`: that is the
# **annotated sample**. Marking uses other notes, which nobody has seen.
# %%
sample[sample["note_id"] == sample["note_id"].iloc[0]]
# %% [markdown] lang="zh"
# ## 先猜一猜
#
# 赵工的程序见词就记。在标注样本里，凡是提到症状或疾病的地方，有多大比例**不是**“病人现在确实有”？（被否认的、只是怀疑的、过去的、家属的。）写下 0 到 1 之间的一个数，再往下看。不计分。
# %% [markdown] lang="en"
# ## Guess first
#
# Zhao's program records every word it finds. Of all mentions of a symptom or a disease in the sample, what share is **not**
# "the patient has it now": denied, only suspected, of the past, or a relative's? Write a number from 0 to 1 before you read on.
# It is not marked.
# %% id="prediction"
my_guess = None
# %%
mentions = sample[sample["field"].str.startswith(("symptom", "problem"))]["field"].value_counts()
now = mentions.index.isin(["symptom_present", "problem_established"])
fig, axis = plt.subplots()
axis.barh(mentions.index, mentions, color=np.where(now, BLUE, ORANGE))
axis.invert_yaxis()
axis.set_xlabel("mentions in the annotated sample")
axis.set_title("Blue: the patient has it now; orange: anything else")
plt.show()
print(
    "不是“现在有” · not 'has it now':",
    round(mentions[~now].sum() / mentions.sum(), 2),
    " 你猜的 · your guess:",
    my_guess,
)
# %% [markdown] lang="zh"
# 图中每一条横线是一类提法的数量：蓝色是“病人现在有”，橙色是其他各类。赵工的程序把橙色的也都记成了“有”。
#
# ## 需要知道的一件事：一句话不只是一个词
#
# 病历里的一句**陈述**有五个方面。词只是第一个。
#
# | 方面 | 问题 | 例子 |
# |---|---|---|
# | 对象 target | 说的是什么 | 发热；糖尿病 |
# | 肯否 polarity | 有还是没有 | “否认发热、咳嗽”：两个都没有 |
# | 把握 certainty | 肯定还是怀疑 | “肺炎？”“肺炎可能性大”“肺炎待排” |
# | 时间 time | 现在还是过去，何时开始 | “既往患肺炎”；“3天前出现” |
# | 当事人 experiencer | 谁的 | “母亲患糖尿病” |
#
# 其余四个方面由词**周围**的字决定：同一句里的“否认”，所在的小节“家族史”，后面的一个问号。一个否定词管到哪里，叫它的**范围**（scope）：一般到句号为止，逗号和顿号挡不住它。
#
# 在句子里用规则（正则表达式）找这些线索，是这个领域多年来的**基线**：写得好就很像样，而且说得出理由。
#
# ### 示例：过敏史
#
# 换一个题目里没有的例子：从三句话里取出过敏原和肯否。这几句是编的。
# %% [markdown] lang="en"
# Each bar counts one kind of mention: blue means the patient has it now, orange anything else. Zhao's program recorded the
# orange ones as "has it", too.
#
# ## The one thing to understand: a statement is more than a word
#
# A **statement** in a note has five sides. The word is only the first.
#
# | side | question | example |
# |---|---|---|
# | target | what is it about | fever; diabetes |
# | polarity | there or not | "denies fever or cough": neither |
# | certainty | sure or suspected | "?pneumonia", "probable pneumonia", "pneumonia to be excluded" |
# | time | now or past, since when | "past history of pneumonia"; "for 3 days" |
# | experiencer | whose is it | "mother has diabetes" |
#
# The other four are decided by what stands **around** the word: "denies" in the same sentence, the section "Family history", a
# question mark. How far a denial reaches is called its **scope**: as a rule to the full stop; neither comma nor "or" ends it.
#
# Looking for such cues with rules over sentences (regular expressions) has been the **baseline** of the field for many
# years: done well it is a fair one, and it can give its reasons.
#
# ### Worked example: allergies
#
# Something that no item asks for: allergens and polarity out of three sentences, made up.
# %%
lines = ["对青霉素、头孢过敏。否认海鲜过敏。", "Allergic to penicillin and latex. Denies allergy to seafood."]
allergens = ["青霉素", "头孢", "海鲜", "penicillin", "latex", "seafood"]
for line in lines:
    for sentence in re.split(r"[。.]", line):  # 一句一句地看 · sentence by sentence
        denied = re.search(r"否认|无|denies|\bno\b", sentence.lower())  # 这句里有否定词吗 · is there a denial in it?
        for allergen in allergens:
            if allergen in sentence:
                print(allergen, "→", "denied" if denied else "present")
# %%
# 取出几个部分：用括号圈住 · to take parts out, put each in brackets; `found.groups()` gives them in order
found = re.fullmatch(r"(.+) (\d+) ?(kg|cm)", "体重 62kg")
print(found.groups())
# 多词的写法要先试长的 · of several written forms try the longest first
print(re.findall("下肢水肿|水肿", "双下肢水肿"), re.findall("水肿|肿", "双下肢水肿"))
# %% [markdown] lang="zh"
# ## 第 1 题（4 分） 用药医嘱
#
# 把 `drugs` 一行变成用药表。一行里可以有几种药，用“；”隔开；每种药依次写着药名、剂量、单位、途径、频次。
#
# 返回一个列表，每种药一个字典，键是：
#
# - `drug`：药名，照原文
# - `dose`：剂量，一个数
# - `unit`、`route`、`frequency`：**代码**，不是原文。`codes["route"]` 是“写法 → 代码”的字典，`口服` 和 `po` 都是 `oral`；`codes["unit"]`、`codes["frequency"]` 同理
#
# 剂量、途径和频次要配在对的药名上才算对。当心药名里的数字：`0.9%氯化钠注射液 88ml` 的剂量是 88，不是 0.9。
# %% [markdown] lang="en"
# ## Item 1 (4 points): lines of treatment
#
# Turn one line of `drugs` into rows of a table. A line may name several drugs, separated by "; "; each gives drug, dose, unit,
# route and frequency, in this order.
#
# Return a list with one dict for each drug, with the keys
#
# - `drug`: the drug as written
# - `dose`: a number
# - `unit`, `route`, `frequency`: the **code**, not the words. `codes["route"]` is a dict from written form to code: `by mouth`
#   and `po` are both `oral`; likewise `codes["unit"]` and `codes["frequency"]`
#
# A dose, a route or a frequency counts only beside the right drug. Beware of figures in names: the dose of `sodium chloride 0.9 % 88 mL` is 88, not 0.9.
# %%
for kind, forms in codes.items():
    print(kind, forms)
print(notes.loc[notes["drugs"] != "", "drugs"].iloc[0])


# %% nb="solution" id="medications"
def medications(line: str, codes: dict) -> list[dict]:
    """line: drugs as written; codes: kind -> written form -> code. One dict for each drug: drug, dose, unit, route, frequency."""
    ### BEGIN SOLUTION
    units, routes, frequencies = (
        "|".join(sorted(map(re.escape, codes[kind]), key=len, reverse=True)) for kind in ("unit", "route", "frequency")
    )
    entry = re.compile(rf"(.+) (\d+(?:\.\d+)?) ?({units}) ({routes}) ({frequencies})")
    rows = []
    for part in re.split(r"；|; ", line):
        found = entry.fullmatch(part.strip())
        if found:
            drug, dose, unit, route, frequency = found.groups()
            rows.append(
                {
                    "drug": drug,
                    "dose": float(dose),
                    "unit": codes["unit"][unit],
                    "route": codes["route"][route],
                    "frequency": codes["frequency"][frequency],
                }
            )
    return rows
    ### END SOLUTION


# %%
example = {"zh": "氨溴索 30mg 口服 每日3次", "en": "ambroxol 30 mg by mouth three times daily"}[LANGUAGE]
form(medications, example, codes, gives=list)


# %% nb="test" id="medications_mark" points=4
# %% [markdown] lang="zh"
# ## 第 2 题（4 分） 症状与否定范围
#
# 从现病史 `story` 里找出症状，说明病人有（`"present"`）还是被否认（`"denied"`）。返回字典：症状 → 状态。症状的写法在 `terms` 里给出（一个列表，已经是小写）。
#
# 两处要小心：
#
# - “无咳嗽、乏力、咳痰”否认了三个症状；而它的前一句“伴呼吸困难”没有被否认
# - 长词里有短词：“下肢水肿”里有“水肿”，只算长的那一个
# %% [markdown] lang="en"
# ## Item 2 (4 points): symptoms and the scope of a denial
#
# Find the symptoms in a `story` and say whether the patient has them (`"present"`) or they are denied (`"denied"`). Return a
# dict from symptom to status, the symptoms in lower case as they stand in the list `terms`.
#
# Two things to beware of:
#
# - "Reports no cough, fatigue or sputum" denies three symptoms, while the sentence before, "with shortness of breath", denies none
# - long terms hold short ones: "swollen legs" or "dry cough" is one symptom; count only the longest
# %% nb="solution" id="symptoms"
def symptoms(story: str, terms: list[str]) -> dict[str, str]:
    """story: some sentences; terms: symptoms in lower case. Returns symptom -> "present" or "denied"."""
    ### BEGIN SOLUTION
    words = sorted(map(re.escape, terms), key=len, reverse=True)
    term = re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in words))
    told = {}
    for sentence in re.split(r"。|\.", story.lower()):
        denied = re.search(r"否认|无|\bno\b|\bdenies\b", term.sub("", sentence))
        for found in term.findall(sentence):
            told[found] = "denied" if denied else "present"
    return told
    ### END SOLUTION


# %%
example = {"zh": "患者3天前出现发热，伴咳嗽。无胸痛。", "en": "Fever for 3 days, with cough. Denies chest pain."}[
    LANGUAGE
]
form(symptoms, example, terms["symptom"], gives=dict)


# %% nb="test" id="symptoms_mark" points=4
# %% [markdown] lang="zh"
# ## 第 3 题（4 分） 起病时刻
#
# “发热5天”是相对的说法，平台要的是时刻。从整份病历 `text` 算出起病时刻（`pd.Timestamp`）：
#
# - 门诊、急诊病历：从“记录时间”往前推
# - 入院记录：患者说的是**入院前**多久，所以从入院时间（“于……入院”）往前推，不是从写病历的时间
# - 约定：半天 12 小时，1 周 7 天，1 个月 30 天，1 年 365 天，半年 182.5 天
#
# 用病历里最先出现的那个时长（主诉里的）。姓名后面的年龄（“67岁”“21个月”）不是时长。没有写时长的病历（例如复诊）不会问到。
# %% [markdown] lang="en"
# ## Item 3 (4 points): the time of onset
#
# "Fever for 5 days" is relative; the platform wants a time. From the whole note `text` compute when it began (`pd.Timestamp`):
#
# - outpatient and emergency notes: count back from "Written"
# - admission records: patients say how long **before admission**, so count back from the admission ("admitted on …"), not from
#   when the record was written
# - by convention half a day is 12 hours, a week 7 days, a month 30 days, a year 365 days and half a year 182.5 days
#
# Take the first such length of time in the note (that of the chief complaint). The age in the head ("67 years old") is none.
# Notes that name none, such as follow-up visits, are not asked about.
# %% nb="solution" id="onset"
def onset(text: str) -> pd.Timestamp:
    """text: a whole note with its head; returns when the complaint began."""
    ### BEGIN SOLUTION
    clock = r"(\d{4}-\d\d-\d\d \d\d:\d\d)"
    anchor = re.search(rf"(?:于|admitted on ){clock}", text) or re.search(clock, text)
    said = re.search(r"(半|\d+)(小时|天|周|个月|年)|for (half an?|\d+) (hour|day|week|month|year)", text[text.find(anchor[1]) :])
    number, unit = said[1] or said[3], said[2] or said[4]
    hours = {"小时": 1, "天": 24, "周": 168, "个月": 720, "年": 8760, "hour": 1, "day": 24, "week": 168, "month": 720, "year": 8760}[unit]
    return pd.Timestamp(anchor[1]) - pd.Timedelta(hours=hours * (float(number) if number.isdigit() else 0.5))
    ### END SOLUTION


# %%
example = {
    "zh": "门诊病历\n姓名：某某　年龄：67岁\n记录时间：2025-03-03 09:00\n主诉：咳嗽2天。\n",
    "en": "Outpatient note\nName: N. N.  Age: 67 years old\nWritten: 2025-03-03 09:00\nChief complaint: Cough for 2 days.\n",
}[LANGUAGE]
form(onset, example, gives=pd.Timestamp)


# %% nb="test" id="onset_mark" points=4
# %% [markdown] lang="zh"
# ## 第 4 题（6 分） 问题清单
#
# 从整份病历里取出疾病，每一条配上状态。返回二元组的列表 `(疾病, 状态)`，疾病用小写，写法在列表 `terms` 里。看三个小节：
#
# | 小节 | 状态 |
# |---|---|
# | 初步诊断 | 肯定的是 `"established"`；打了问号、“考虑……可能”、“可能性大”、“待排”、“需除外”、“鉴别诊断”的是 `"suspected"` |
# | 既往史 | 有过的是 `"past"`；否认的是 `"denied"` |
# | 家族史 | 家属有的是 `"family"`；家属也没有的，不列 |
#
# 其他小节里的疾病不列。初步诊断有好几行，到下一个小节的标题（“诊疗计划：”）为止。
# %% [markdown] lang="en"
# ## Item 4 (6 points): the problem list
#
# Take the diseases out of a whole note, each with its status: a list of pairs `(disease, status)`, the disease in lower case as
# it stands in the list `terms`. Three sections count:
#
# | section | status |
# |---|---|
# | Provisional diagnosis | what is sure is `"established"`; with a question mark, "probable", "suspected", "to be excluded", "need to rule out", "DDx" it is `"suspected"` |
# | Past history | what there was is `"past"`; what is denied is `"denied"` |
# | Family history | what a relative has is `"family"`; what no relative has is left out |
#
# Diseases in other sections do not count. The diagnoses take several lines, down to the next heading ("Plan:").
# %% nb="solution" id="problems"
def problems(text: str, terms: list[str]) -> list[tuple[str, str]]:
    """text: a whole note; terms: diseases in lower case. Returns pairs of disease and status."""
    ### BEGIN SOLUTION
    words = sorted(map(re.escape, terms), key=len, reverse=True)
    term = re.compile("|".join(word if not word.isascii() else rf"(?<!\w){word}(?!\w)" for word in words))
    heading = re.compile(r"(既往史|家族史|初步诊断|Past history|Family history|Provisional diagnosis)[：:]")
    section, found = "", []
    for line in text.splitlines():
        title = heading.match(line)
        if title:
            section = title[1]
        elif re.match(r"[^：:]{2,30}[：:]", line) and not re.match(r"鉴别诊断|DDx", line):
            section = ""
        for sentence in re.split(r"。|(?<=[a-zA-Z])\. ?", line[title.end() :] if title else line):
            names = term.findall(sentence.lower())
            denied = re.search(r"否认|无|\b(?:no|denies|negative)\b", sentence, re.IGNORECASE)
            doubt = re.search(
                r"？|可能|待排|除外|鉴别|\?|probable|suspected|excluded|DDx|rule out", sentence, re.IGNORECASE
            )
            if section in ("初步诊断", "Provisional diagnosis"):
                found += [(name, "suspected" if doubt else "established") for name in names]
            elif section in ("既往史", "Past history"):
                found += [(name, "denied" if denied else "past") for name in names]
            elif section and not denied:
                found += [(name, "family") for name in names]
    return found
    ### END SOLUTION


# %%
form(problems, notes["text"].iloc[0], terms["disease"], gives=list)


# %% nb="test" id="problems_mark" points=6
# %% [markdown] lang="zh"
# ## 第 5 题（5 分） 逐字段评分
#
# 程序有多可信？把它找到的 `found` 和标注的 `truth` 对一对。两张表的列都是 `note_id`、`field`、`value`；三列都相同的一行才算**找对**，重复的行只算一次。
#
# - **精确率** precision = 找对的 ÷ 找到的：报出来的有多少可信
# - **召回率** recall = 找对的 ÷ 应找的：该有的找到了多少
# - **F1** = 2 × 精确率 × 召回率 ÷ （精确率 + 召回率）
# - 分母是 0 的，记 0
#
# 返回一张表，列为 `field`、`precision`、`recall`、`f1`。每个字段一行（在任何一张表里出现过的字段都要有），再加两行：
#
# - `micro`：不分字段，把所有的行放在一起算
# - `macro`：各字段的 `precision`、`recall`、`f1` 各自取平均
# %% [markdown] lang="en"
# ## Item 5 (5 points): scores for each field
#
# How far can the program be trusted? Hold what it `found` against the annotated `truth`. Both tables have the columns `note_id`,
# `field` and `value`; a row counts as **right** if all three agree, and a repeated row counts once.
#
# - **precision** = right ÷ found: how much of what it reports can be believed
# - **recall** = right ÷ to be found: how much of what is there it reports
# - **F1** = 2 × precision × recall ÷ (precision + recall)
# - whatever would divide by 0 is 0
#
# Return a table with the columns `field`, `precision`, `recall`, `f1`: one row for each field (every field that occurs in either
# table), and two more:
#
# - `micro`: all rows together, whatever their field
# - `macro`: the means of the fields' `precision`, `recall` and `f1`
# %% nb="solution" id="scores"
def scores(found: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Both have note_id, field and value; returns field, precision, recall, f1, with the rows micro and macro at the end."""

    ### BEGIN SOLUTION
    def measured(name, hits, told, wanted):
        precision, recall = (hits / n if n else 0.0 for n in (told, wanted))
        both = precision + recall
        return {
            "field": name,
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / both if both else 0.0,
        }

    got, want = found.drop_duplicates(), truth.drop_duplicates()
    hits = got.merge(want)
    fields = sorted(set(got["field"]) | set(want["field"]))
    table = pd.DataFrame([measured(f, *((t["field"] == f).sum() for t in (hits, got, want))) for f in fields])
    macro = {"field": "macro", **table[["precision", "recall", "f1"]].mean()}
    micro = measured("micro", len(hits), len(got), len(want))
    return pd.concat([table, pd.DataFrame([micro, macro])], ignore_index=True)
    ### END SOLUTION


# %%
form(scores, sample.head(20), sample.head(25), gives=pd.DataFrame)
# %% nb="test" id="scores_mark" points=5
# %% [markdown] lang="zh"
# 写好之后运行下面这一格：用你自己的评分函数，给你自己的程序在标注样本上打分。横条越长，这个字段的 F1 越高。
# %% [markdown] lang="en"
# When you have written it, run the next cell: your own scores of your own program on the annotated sample. The longer a bar,
# the higher that field's F1.
# %%
try:
    mine = [(note, *one) for note in sample["note_id"].unique() for one in stated(note)]
    mine = pd.DataFrame(mine, columns=["note_id", "field", "value"])
    report = scores(mine, sample).set_index("field")
    fig, axis = plt.subplots(figsize=(8, 4))
    axis.barh(report.index, report["f1"], color=np.where(report.index.isin(["micro", "macro"]), ORANGE, BLUE))
    axis.invert_yaxis()
    axis.set_xlim(0, 1)
    axis.set_xlabel("F1 on the annotated sample")
    plt.show()
    print(report.round(2))
except NotImplementedError:
    print("先完成第 5 题 · finish item 5 first")
# %% [markdown] lang="zh"
# ## 那么，怎么回答赵工？
#
# 用两句话：“字都没搜错”，错在哪里？你会让平台直接收你的程序给出的哪些字段，哪些先请人看一眼？（选做，由老师阅读，不计入自动评分。）
# %% [markdown] lang="en"
# ## So what do you tell Zhao?
#
# In two sentences: every word was really there, so what was wrong? And which of your fields may go to the platform as they
# are, and which should somebody look at first? (Optional; your instructor reads it, and it does not count towards the
# automatic mark.)
# %% [markdown] nb="manual" id="so_what" points=0
# 写在这里 · write here
# %% [markdown] lang="zh"
# ## 想知道更多
#
# - **复制粘贴的病程。** 模拟医院的病程记录有一部分段落是照抄前一天的，真实病历也是如此。“今天仍咳嗽”可能是三天前写的：从病程记录里抽取之前，先和前一份比一比，一字不差的句子要打个折扣。
# - **缩写会骗人。** 同一个缩写在不同科室是不同的意思。我们的词表把写法都给全了；在真实的医院里，词表永远缺几个。
# - **规则的得分为什么这么高？** 模拟的病历只有几十种句式，没有错别字，没有表格。同样的规则拿到真实病历上，得分会低得多；这正是为什么上线前要用**自己医院**的标注样本重新评分。
# - **微平均和宏平均。** 微平均由多的字段说了算，宏平均让家族史和用药平起平坐。罕见而要紧的字段，看宏平均，更要看它自己那一行。
# - **接着读：** W. W. Chapman 等，*A simple algorithm for identifying negated findings and diseases in discharge summaries*，Journal of Biomedical Informatics 2001;34:301–310（NegEx）；H. Harkema 等，*ConText*，同刊 2009;42:839–851（肯否之外再加时间与当事人）。
# %% [markdown] lang="en"
# ## Go deeper
#
# - **Copied notes.** In the simulated hospital part of each day's progress note is the day before's, word for word, as in real
#   ones. "Still coughing today" may have been written three days ago: before you extract from progress notes, compare each with
#   the one before, and trust a sentence less if it is the same to the letter.
# - **Abbreviations deceive.** The same letters mean different things in different departments. Our vocabulary has all written
#   forms; in a real hospital some are always missing.
# - **Why do rules score so well here?** The simulated notes have a few dozen sentence patterns, no typing errors and no tables.
#   The same rules would score much lower on real notes, which is why one measures again on an annotated sample of **one's own
#   hospital** before going live.
# - **Micro and macro.** In the micro average frequent fields decide; in the macro average the family history counts as much as
#   the drugs. For a field that is rare and matters, look at the macro average, and better still at its own row.
# - **Read on:** W. W. Chapman et al., *A simple algorithm for identifying negated findings and diseases in discharge summaries*,
#   Journal of Biomedical Informatics 2001;34:301–310 (NegEx); H. Harkema et al., *ConText*, same journal 2009;42:839–851
#   (time and experiencer besides polarity).
