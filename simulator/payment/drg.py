"""The teaching grouper of DRG kind: front pages in, groups out, whole columns at a time.

A main diagnosis leads to a major category (MDC); within it operations, then other procedures, then the diagnosis itself
choose the adjacent group (ADRG); other diagnoses decide its level. 0000: the main diagnosis leads nowhere, or not in a
patient of this sex; _QY: there was an operation, but none that belongs to the MDC.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from simulator.arrays import Bools, Ints
from simulator.knowledge.codes import Keys, code_keys
from simulator.knowledge.payment import MEDICAL, Adrg, Payment

UNGROUPED = "0000"
MISMATCH = "QY"
PRE_MDC = "A"
UNCHOSEN, NOWHERE, UNRELATED = -1, -2, -3
MAJOR, OTHER = 2, 1


@dataclass(frozen=True)
class Pages:
    """Front pages (n,) as arrays: main diagnosis, sex, and which of `codes` were done, (n, codes)."""

    main: Keys
    female: Bools
    done: Bools
    codes: tuple[str, ...]

    @cached_property
    def column(self) -> dict[str, int]:
        """Position of each procedure code."""
        return {code: n for n, code in enumerate(self.codes)}

    def had(self, sets: tuple[frozenset[str], ...]) -> Bools:
        """Pages on which all of any of these sets of procedures stand, (n,)."""
        found = np.zeros(len(self.main), bool)
        for one in sets:
            if all(code in self.column for code in one):
                found |= self.done[:, [self.column[code] for code in sorted(one)]].all(axis=1)
        return found


def group_drg(
    pages: pl.DataFrame, diagnoses: pl.DataFrame, operations: pl.DataFrame, payment: Payment, operative: frozenset[str]
) -> pl.DataFrame:
    """The group of each page, in their order: encounter_id, mdc, adrg, drg_code, drg_weight (none if ungrouped).

    pages: encounter_id, sex, main_code; diagnoses: encounter_id, code of the other diagnoses; operations: encounter_id,
    code (ICD-9-CM-3); operative: the codes among these that are operations.
    """
    read = read_pages(pages, operations)
    mdc = _major(read, payment)
    adrg = _adjacent(read, mdc, payment, np.array([code in operative for code in read.codes], bool))
    grade = _grade(pages, read, diagnoses, payment)
    letters = [one.id for one in payment.mdcs]
    names = [
        _name(int(group), letters[major] if major >= 0 else "", payment.adrgs)
        for group, major in zip(adrg, mdc, strict=True)
    ]
    drg = [
        name if group < 0 else f"{name}{payment.adrgs[group].level(int(degree))}"
        for name, group, degree in zip(names, adrg, grade, strict=True)
    ]
    weights = {name: one.weight for name, one in payment.weights.items()}
    return pl.DataFrame(
        {
            "encounter_id": pages["encounter_id"],
            "mdc": [name[0] if name != UNGROUPED else None for name in names],
            "adrg": names,
            "drg_code": drg,
            "drg_weight": [weights.get(name) for name in drg],
        },
        schema_overrides={"mdc": pl.String, "adrg": pl.String, "drg_code": pl.String, "drg_weight": pl.Float64},
    )


def read_pages(pages: pl.DataFrame, operations: pl.DataFrame) -> Pages:
    """The front pages as arrays."""
    row = rows_of(pages, operations)
    codes, column = np.unique(operations["code"].cast(pl.String).to_numpy().astype(str), return_inverse=True)
    done = np.zeros((len(pages), len(codes)), bool)
    done[row, column] = True
    main = code_keys(pages["main_code"].cast(pl.String).to_list())
    female = (pages["sex"].cast(pl.String) == "female").to_numpy()
    return Pages(main, female, done, tuple(codes.tolist()))


def rows_of(pages: pl.DataFrame, of_pages: pl.DataFrame) -> Ints:
    """For each row of a table about pages the row of its page."""
    where = pages.select("encounter_id").with_row_index("row")
    return of_pages.join(where, on="encounter_id", how="left", maintain_order="left")["row"].to_numpy().astype(np.int64)


def _major(pages: Pages, payment: Payment) -> Ints:
    """Position of the MDC of each page; UNCHOSEN if the main diagnosis has none in this patient."""
    mdc = np.where(pages.main >= 0, payment.mdc_of[pages.main], UNCHOSEN)
    for n, one in enumerate(payment.mdcs):
        if one.sex is not None:
            mdc[(mdc == n) & (pages.female != (one.sex == "female"))] = UNCHOSEN
    return mdc


def _adjacent(pages: Pages, mdc: Ints, payment: Payment, operative: Bools) -> Ints:
    """Position of the ADRG of each page; the first that fits in the order of the file."""
    adrg = np.where(mdc < 0, NOWHERE, UNCHOSEN)
    letters = np.array([one.id for one in payment.mdcs] + [""])[mdc]
    operated = pages.done[:, operative].any(axis=1)
    for n, one in enumerate(payment.adrgs):
        if one.kind == MEDICAL:
            adrg[(adrg == UNCHOSEN) & operated & (letters == one.id[0])] = UNRELATED
        fits = (adrg == UNCHOSEN) & ((letters == one.id[0]) | (one.id[0] == PRE_MDC))
        if one.procedures:
            fits &= pages.had(one.procedures)
        if one.diagnoses.bounds:
            fits &= one.diagnoses.holds(pages.main)
        adrg[fits] = n
    return adrg


def _name(adrg: int, letter: str, adrgs: tuple[Adrg, ...]) -> str:
    if adrg >= 0:
        return adrgs[adrg].id
    return UNGROUPED if adrg == NOWHERE else f"{letter}{MISMATCH}"


def _grade(pages: pl.DataFrame, read: Pages, diagnoses: pl.DataFrame, payment: Payment) -> Ints:
    keys = code_keys(diagnoses["code"].cast(pl.String).to_list())
    return grades(rows_of(pages, diagnoses), keys, read.main, payment)


def grades(row: Ints, keys: Keys, main: Keys, payment: Payment) -> Ints:
    """The gravest complication of each case that its main diagnosis does not exclude: MAJOR, OTHER or 0, (cases,).

    row, keys: the case of each other diagnosis, and its code; main: the main diagnosis of each case.
    """
    which = np.where(keys >= 0, payment.complication_of[keys], UNCHOSEN)
    known = which >= 0
    row, which = row[known], which[known]
    excluded = np.zeros(len(row), bool)
    degree = np.zeros(len(row), np.int64)
    for n, one in enumerate(payment.complications):
        mine = which == n
        excluded[mine] = one.unless_main.holds(main[row[mine]])
        degree[mine] = MAJOR if one.level == "mcc" else OTHER
    grade = np.zeros(len(main), np.int64)
    np.maximum.at(grade, row[~excluded], degree[~excluded])
    return grade
