"""What the exchange says to learners and instructors, in Simplified Chinese and in English."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, dict[str, str]]] = {
    # --- the attempt is kept and does not count: something is wrong with the notebook
    "missing_notebook": {
        "zh": "提交里没有 {name}。请不要给作业的笔记本改名，保存后再提交。",
        "en": "{name} is not in the submission. Keep the notebook's name as it is, save it, and submit again.",
    },
    "not_notebook": {
        "zh": "{name} 不是一个完整的笔记本文件（可能保存时中断了）。"
        "请在 JupyterLab 里打开它，能打开就重新保存再提交；打不开就重新领取作业。",
        "en": "{name} is not a whole notebook (saving it may have been interrupted). Open it in JupyterLab: "
        "if it opens, save it and submit again; if not, fetch the assignment again.",
    },
    "old_notebook": {
        "zh": "{name} 是旧版笔记本格式。请在 JupyterLab 里打开并保存一次，再提交。",
        "en": "{name} is in an old notebook format. Open and save it once in JupyterLab, then submit again.",
    },
    "too_large": {
        "zh": "{name} 太大了（{size_mb} MB，最多 {limit_mb} MB）。多半是输出太多：请在菜单里选"
        "“清除所有输出”，保存后再提交。",
        "en": "{name} is too large ({size_mb} MB; at most {limit_mb} MB). It is most likely the output: choose "
        '"Clear Outputs of All Cells", save, and submit again.',
    },
    "marking_failed": {
        "zh": "评分程序没能完成这次评分（试了 {times} 次）。这次提交不计次数；老师会看到记录。"
        "如果代码里有占用大量内存或停不下来的部分，请先修改再提交。",
        "en": "The marking program could not finish this attempt (tried {times} times). It does not count, and your "
        "instructor sees it. If your code uses a lot of memory or never ends, change that before you submit again.",
    },
    # --- nothing was taken
    "unknown_token": {
        "zh": "登录已失效，请重新登录。",
        "en": "You are not logged in any more; log in again.",
    },
    "not_a_person": {
        "zh": "这个账号不能使用作业交换服务。",
        "en": "This account cannot use the exchange.",
    },
    "not_found": {
        "zh": "没有这门课程、这个作业或这次提交，或者它不对你开放。",
        "en": "There is no such course, assignment or attempt, or it is not open to you.",
    },
    "not_instructor": {
        "zh": "只有这门课的老师可以这样做。",
        "en": "Only instructors of this course can do that.",
    },
    "wrong_origin": {
        "zh": "这个请求来自别的网站，已拒绝。",
        "en": "This request came from another site and was refused.",
    },
    "bad_request": {
        "zh": "请求不正确：{detail}",
        "en": "The request is not right: {detail}",
    },
    "no_language": {
        "zh": "这个作业没有“{edition}”版本。",
        "en": "This assignment has no edition in {edition!r}.",
    },
    "closed": {
        "zh": "这个作业已于 {due} 截止，不再接受提交。如有特殊情况请联系老师。",
        "en": "This assignment was due on {due} and is closed now. Ask your instructor if you have a reason.",
    },
    "no_attempts_left": {
        "zh": "你已用完全部 {limit} 次提交。",
        "en": "You have used all attempts ({limit}).",
    },
    "still_waiting": {
        "zh": "你已有 {waiting} 次提交在等待评分，请等结果出来再提交。",
        "en": "{waiting} of your submissions are waiting to be marked; wait for a result before you submit again.",
    },
    "too_often": {
        "zh": "提交得太频繁了，请 {retry_s} 秒后再试。先看看上一次的反馈吧。",
        "en": "You are submitting too often; try again in {retry_s} seconds. Read the last feedback first.",
    },
    "body_too_large": {
        "zh": "提交太大，服务器没有接收（最多 {limit_mb} MB）。请清除笔记本的输出再提交。",
        "en": "The submission is too large and was not taken (at most {limit_mb} MB). Clear the outputs first.",
    },
    "hostile": {
        "zh": "提交的压缩包里有不允许的内容（{fault}：{detail}），已拒绝并记录。请用 JupyterLab 的作业列表提交。",
        "en": "The archive holds something that is not allowed ({fault}: {detail}); it was refused and recorded. "
        "Submit through the assignment list in JupyterLab.",
    },
    "no_feedback_yet": {
        "zh": "还没有反馈：这次提交正在等待评分。",
        "en": "There is no feedback yet: this attempt is waiting to be marked.",
    },
    "no_room": {
        "zh": "服务器现在无法保存提交（可能磁盘已满），这次提交没有收下。请稍后再试，并告诉老师。",
        "en": "The server cannot keep submissions now (its disk may be full); this one was not taken. "
        "Tell your instructor and try again later.",
    },
    "data_missing": {
        "zh": "你的数据正在准备，请过 {retry_s} 秒再领取。如果一直这样，请告诉老师。",
        "en": "Your data are being prepared; fetch again in {retry_s} seconds. Tell your instructor if it goes on.",
    },
    # --- the nbgrader plugin in a learner's server
    "no_server": {
        "zh": "连不上作业交换服务（{detail}）。请稍后再试；如果一直这样，请告诉老师。",
        "en": "The exchange does not answer ({detail}). Try again in a moment; tell your instructor if it goes on.",
    },
    "already_fetched": {
        "zh": "文件夹 {folder} 里已有这个作业。要重新领取，请先把它改名或删除。",
        "en": "You already have this assignment in {folder}. Rename or delete that folder to fetch it again.",
    },
    "nothing_to_submit": {
        "zh": "找不到文件夹 {folder}。请先领取作业。",
        "en": "There is no folder {folder}. Fetch the assignment first.",
    },
    "status_queued": {"zh": "等待评分", "en": "waiting to be marked"},
    "status_running": {"zh": "正在评分", "en": "being marked"},
    "status_rejected": {"zh": "没有评分，请看反馈", "en": "not marked, see the feedback"},
    "status_failed": {"zh": "评分失败，不计次数", "en": "marking failed, does not count"},
    "feedback_title": {"zh": "第 {number} 次提交", "en": "Attempt {number}"},
    "rejected_title": {"zh": "这次提交没有评分", "en": "This attempt was not marked"},
    "rejected_note": {
        "zh": "这次提交已保存，但不计入次数，也不影响成绩。",
        "en": "The attempt is kept; it does not use up an attempt and does not touch your mark.",
    },
}


def say(key: str, language: str, **values: object) -> str:
    """One text in one language (Chinese for a language we do not have), its `{names}` filled in."""
    return TEXTS[key]["en" if language == "en" else "zh"].format(**values)


def both(key: str, **values: object) -> dict[str, str]:
    """One text in both languages."""
    return {language: say(key, language, **values) for language in ("zh", "en")}
