"""Everything the graders say to people, in Simplified Chinese and in English.

`say("timeout", "zh")` gives one text, `both("timeout")` both. Texts are markdown; `{name}` is filled in.
Texts of one module's own mistakes stand in its checks.py, not here.
"""

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
Text = Mapping[str, str]
"""One text in both languages: {"zh": …, "en": …}."""

MESSAGES: Final[dict[str, dict[Language, str]]] = {
    # --- the learner's code gave no usable answer (LearnerError.kind)
    "missing": {
        "zh": "没有找到 `{name}`。请检查名字是否与题目完全一致，并确认那一格可以从头运行。",
        "en": "There is no `{name}`. Check that the name is exactly the one the item asks for, and that its cell runs.",
    },
    "raised": {
        "zh": "运行 `{name}` 时出错{error}。评分用的数据与你看到的结构相同、内容不同："
        "可能有空值，可能一行也没有。请想一想哪一步经不起这些情况。",
        "en": "`{name}` stopped with an error{error}. The data used for marking have the same shape as yours but other "
        "contents: values may be missing, a table may be empty. Which of your steps cannot bear that?",
    },
    "not_written": {
        "zh": "`{name}` 还没有写：那一格里还是 `raise NotImplementedError()`。",
        "en": "`{name}` is not written yet: its cell still says `raise NotImplementedError()`.",
    },
    "timeout": {
        "zh": "`{name}` 运行太久，被中止了。请检查有没有停不下来的循环，或者逐行处理了整张表。",
        "en": "`{name}` ran too long and was stopped. Look for a loop that never ends, "
        "or one that walks a whole table row by row.",
    },
    "crashed": {
        "zh": "运行 `{name}` 时整个程序退出了（例如内存用尽，或调用了 `exit()`）。",
        "en": "The whole program ended while `{name}` ran (out of memory, for example, or a call of `exit()`).",
    },
    "not_plain": {
        "zh": "`{name}` 返回的不是普通数据。请返回数字、文本、列表、字典、时间、Series 或 DataFrame。",
        "en": "`{name}` did not return plain data. Return a number, text, list, dict, time, Series or DataFrame.",
    },
    "too_large": {
        "zh": "`{name}` 返回的数据太大，远超题目需要。",
        "en": "`{name}` returned far more data than the item asks for.",
    },
    # --- the form of an answer is not the one asked for
    "form_type": {
        "zh": "返回值的类型不对：这里需要 {want}，得到的是 {got}。",
        "en": "The answer has the wrong type: {want} is needed, {got} came.",
    },
    "form_length": {
        "zh": "行数不对：应当与题目要求的行一一对应，不能多，也不能少。",
        "en": "The number of rows is wrong: exactly the rows the item asks for, none more and none fewer.",
    },
    "form_index": {
        "zh": "索引不对：结果的每一行要能对上题目要求的那一行（有的行被丢掉、重复，或索引被重新编号了）。",
        "en": "The index is wrong: each row of the answer must be traceable to the row it is about "
        "(some rows were dropped or repeated, or the index was renumbered).",
    },
    "form_columns": {
        "zh": "列不对：需要的列是 {want}。",
        "en": "The columns are wrong: the columns asked for are {want}.",
    },
    "form_keys": {
        "zh": "字典的键不对：需要的键是 {want}。",
        "en": "The keys of the dict are wrong: the keys asked for are {want}.",
    },
    "form_number": {
        "zh": "结果里应当是数字，却有不能当作数字的内容。",
        "en": "The answer should hold numbers, but something in it cannot be read as one.",
    },
    "form_missing": {
        "zh": "结果里有空值，而这些地方是有答案的。",
        "en": "The answer has missing values where there is an answer.",
    },
    "form_sql": {
        "zh": "这里需要恰好一条查询（SELECT，可以用 WITH 开头）：建表、改设置、读写文件或几条语句连写，都不会执行。",
        "en": "Exactly one query is needed (a SELECT, which may begin with WITH): statements that create tables, "
        "change settings, read or write files, or several statements at once are not run.",
    },
    "form_unreadable": {
        "zh": "结果的形式与题目要求的不一致，没法比较。请对照题目里函数的说明。",
        "en": "The form of the answer is not the one the item asks for, so it cannot be compared. "
        "Read the function's description in the item again.",
    },
    # --- verdicts
    "item_full": {"zh": "**{points}/{max} 分，全部正确。**", "en": "**{points}/{max} points, all right.**"},
    "item_partial": {"zh": "**{points}/{max} 分。**", "en": "**{points}/{max} points.**"},
    "part_right": {"zh": "✓ {label}({points}/{max})", "en": "✓ {label} ({points}/{max})"},
    "part_wrong": {"zh": "✗ {label}({points}/{max})", "en": "✗ {label} ({points}/{max})"},
    "part_unreached": {"zh": "其余部分没有评到。", "en": "The rest could not be marked."},
    # --- cells of the notebook
    "mark_cell": {
        "zh": "# 这一格由服务器评分，请不要改动。",
        "en": "# The server marks this cell; please leave it as it is.",
    },
}


def say(key: str, lang: Language, **values: object) -> str:
    """One message in one language, its `{names}` filled in; KeyError for a message that does not exist."""
    return MESSAGES[key][lang].format(**values)


def both(key: str, **values: object) -> dict[str, str]:
    """One message in both languages."""
    return {lang: say(key, lang, **values) for lang in LANGUAGES}
