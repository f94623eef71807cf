"""Writing answers into a fetched notebook, as a learner would type them."""

from typing import Any

from grading.answers import Answer, all_answers
from grading.course import Module
from hub_config.errors import PlatformError

Notebook = dict[str, Any]


def answers_to_try(module: Module) -> tuple[Answer, Answer]:
    """The reference, and the wrong answer that loses most: what `up --check` hands in.

    Only what one item loses is known beforehand, so the wrong answer is one that no other item builds upon.
    """
    answers = all_answers(module)
    right = next(answer for answer in answers if answer.kind == "reference")
    wrong = [answer for answer in answers if answer.kind == "wrong" and _stands_alone(answer, right)]
    if not wrong:
        raise PlatformError(f"{module.folder}/answers/wrong holds no answer that stands alone; the check hands one in")
    return right, min(wrong, key=lambda answer: mark(module, answer))


def _stands_alone(wrong: Answer, right: Answer) -> bool:
    """Whether no other item's code uses the item that this answer gets wrong."""
    item = next(iter(wrong.expected))
    return not any(item in code for name, code in (right.cells or {}).items() if name != item)


def mark(module: Module, answer: Answer) -> float:
    """The points an answer must earn: what it says about its own item, full points for the others."""
    return sum(answer.expected[item.id].points if item.id in answer.expected else item.points for item in module.items)


def typed_in(notebook: Notebook, answer: Answer) -> Notebook:
    """The notebook with the code of each solution cell replaced; cells are known by nbgrader's grade_id."""
    for cell in notebook["cells"]:
        nbgrader = cell.get("metadata", {}).get("nbgrader", {})
        if nbgrader.get("solution") and answer.cells and nbgrader["grade_id"] in answer.cells:
            cell["source"] = answer.cells[nbgrader["grade_id"]]
    return notebook
