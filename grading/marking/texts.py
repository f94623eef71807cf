"""What marking says to learners, in Simplified Chinese and in English."""

from typing import Final

from grading.errors import SubmissionError
from grading.messages import LANGUAGES

TEXTS: Final[dict[str, dict[str, str]]] = {
    # --- the attempt is kept and does not count
    "missing_notebook": {
        "zh": "提交里没有 {name}。请不要给作业的笔记本改名，保存后再提交。",
        "en": "{name} is not in the submission. Keep the notebook's name as it is, save it, and submit again.",
    },
    "not_notebook": {
        "zh": "{name} 不是一个完整的笔记本文件（可能保存时中断了）。请在 JupyterLab 里打开它，"
        "能打开就重新保存再提交；打不开就重新领取作业。",
        "en": "{name} is not a whole notebook (saving it may have been interrupted). Open it in JupyterLab: "
        "if it opens, save it and submit again; if not, fetch the assignment again.",
    },
    "old_notebook": {
        "zh": "{name} 的笔记本格式不是第 4 版。请在 JupyterLab 里打开并保存一次，再提交。",
        "en": "{name} is not in version 4 of the notebook format. Open and save it once in JupyterLab, "
        "then submit again.",
    },
    "too_large": {
        "zh": "{name} 太大了（{size_mb} MB，最多 {limit_mb} MB）。多半是输出太多："
        "请在菜单里选“清除所有输出”，保存后再提交。",
        "en": "{name} is too large ({size_mb} MB; at most {limit_mb} MB). It is most likely the output: choose "
        '"Clear Outputs of All Cells", save, and submit again.',
    },
    "too_many_cells": {
        "zh": "{name} 有 {cells} 格，最多 {limit} 格。请删去不需要的格子。",
        "en": "{name} has {cells} cells; at most {limit} are accepted. Delete those you do not need.",
    },
    "missing_cells": {
        "zh": "{name} 里缺少题目自带的格子：{cells}。它们可能被删掉了。请重新领取作业，把你的代码粘贴进去再提交。",
        "en": "Cells that belong to the assignment are missing from {name}: {cells}. They may have been deleted. "
        "Fetch the assignment again, paste your code into it, and submit again.",
    },
    "repeated_cells": {
        "zh": "{name} 里有重复的题目格子：{cells}。复制或拆分格子时会出现这种情况。请只保留一个，再提交。",
        "en": "Cells of the assignment stand in {name} more than once: {cells}. Copying or splitting a cell does that. "
        "Keep one of each and submit again.",
    },
    "unknown_assignment": {
        "zh": "这门课没有作业 {name}，或者它还没有发布。请告诉老师。",
        "en": "This course has no assignment {name}, or it has not been released yet. Please tell your instructor.",
    },
    # --- on the feedback page
    "feedback": {"zh": "评分反馈", "en": "Feedback"},
    "attempt": {"zh": "第 {number} 次提交", "en": "Attempt {number}"},
    "score": {"zh": "得分", "en": "Score"},
    "points": {"zh": "{points} / {max} 分", "en": "{points} / {max} points"},
    "manual": {"zh": "等待老师评分", "en": "waiting for your instructor"},
    "items": {"zh": "逐题反馈", "en": "Item by item"},
    "notebook": {"zh": "你的笔记本", "en": "Your notebook"},
    "stopped_timeout": {
        "zh": "运行你的笔记本超过了 {seconds} 秒，已中止，所以后面的格子没有输出。请检查有没有停不下来的循环。",
        "en": "Running your notebook took longer than {seconds} s and was stopped, so there is no output. "
        "Look for a loop that never ends.",
    },
    "stopped_crashed": {
        "zh": "你的笔记本在运行中整个退出了（例如内存用尽，或调用了 `exit()`），所以没有输出。",
        "en": "Your notebook's process ended while it ran (out of memory, for example, or a call of `exit()`), "
        "so there is no output.",
    },
    "stopped_too_large": {
        "zh": "你的笔记本用的内存或产生的输出超过了限额，已中止，所以没有输出。",
        "en": "Your notebook used more memory or made more output than allowed and was stopped, so there is no output.",
    },
    "test_passed": {"zh": "测试通过。", "en": "The tests passed."},
    "test_failed": {"zh": "测试没有通过（{error}）。", "en": "The tests did not pass ({error})."},
    "test_failed_hidden": {
        "zh": "没有通过隐藏测试：看得见的测试只检查了一部分情况。",
        "en": "The hidden tests did not pass: the visible ones look at some of the cases only.",
    },
    "test_partial": {"zh": "测试给了部分分数。", "en": "The tests gave part of the points."},
    "test_not_run": {"zh": "没有运行到测试。", "en": "The tests were not reached."},
    "tampered": {
        "zh": "测试所依赖的环境被改动过，因此这些测试不计分。请去掉改动 IPython 或 Python 内部的代码再提交。",
        "en": "Something the tests rely on had been changed, so these tests give no points. "
        "Remove the code that changes IPython or Python itself and submit again.",
    },
}


def say(key: str, lang: str, **values: object) -> str:
    """Give one text in one language with its `{names}` filled in."""
    return TEXTS[key][lang].format(**values)


def both(key: str, **values: object) -> dict[str, str]:
    """Give one text in both languages."""
    return {lang: say(key, lang, **values) for lang in LANGUAGES}


def reason_of(error: SubmissionError) -> dict[str, str]:
    """Give what a learner reads when their submission was refused."""
    return both(error.message, **error.values)
