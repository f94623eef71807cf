"""The words in which checks.py is written: items, partial marks, comparators, misconceptions.

from grading.checks import close, data, item, points
"""

from grading.checks.compare import close, f1, graded, same, same_set, same_table
from grading.checks.form import as_dict, as_list, as_number, as_series, as_table, as_text
from grading.checks.outcome import RIGHT, WRONG, Outcome, points
from grading.checks.registry import data, item
from grading.checks.shadow import query

__all__ = [
    "RIGHT",
    "WRONG",
    "Outcome",
    "as_dict",
    "as_list",
    "as_number",
    "as_series",
    "as_table",
    "as_text",
    "close",
    "data",
    "f1",
    "graded",
    "item",
    "points",
    "query",
    "same",
    "same_set",
    "same_table",
]
