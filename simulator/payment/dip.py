"""The teaching groups of DIP kind: main diagnosis with main operation, or for rare pairs a block of codes."""

import numpy as np
import polars as pl

from simulator.knowledge.codes import code_keys, paint
from simulator.knowledge.payment import Payment, Treatment
from simulator.payment.drg import UNGROUPED

TREATMENTS: tuple[Treatment, ...] = ("conservative", "procedure", "operation")


def treatment(code: pl.Series, operative: frozenset[str]) -> pl.Series:
    """Kind of treatment by the main operation's code (none: conservative)."""
    text = code.cast(pl.String)
    kind = pl.when(text.is_null()).then(0).when(text.is_in(sorted(operative))).then(2).otherwise(1)
    return pl.select(kind).to_series()


def group_dip(pages: pl.DataFrame, payment: Payment, operative: frozenset[str]) -> pl.DataFrame:
    """The group of each page, in their order: encounter_id, dip_code, dip_score (none if ungrouped).

    pages: encounter_id, main_code, operation_code; operative: the codes that are operations.
    """
    main, operation = (pages[name].cast(pl.String) for name in ("main_code", "operation_code"))
    pair = pl.select(pl.when(operation.is_null()).then(main).otherwise(main + "+" + operation)).to_series()
    code = pl.select(
        pl.when(pair.is_in(list(payment.dip_core))).then(pair).otherwise(_mixed(main, operation, payment, operative))
    ).to_series()
    scores = {name: one.score for name, one in payment.dip_core.items()}
    scores |= {name: one.score for name, one in payment.dip_mixed.items()}
    return pl.DataFrame(
        {
            "encounter_id": pages["encounter_id"],
            "dip_code": code,
            "dip_score": [scores.get(name) for name in code],
        },
        schema_overrides={"dip_code": pl.String, "dip_score": pl.Float64},
    )


def _mixed(main: pl.Series, operation: pl.Series, payment: Payment, operative: frozenset[str]) -> pl.Series:
    """The mixed group of each page: block and treatment."""
    kind = treatment(operation, operative).to_numpy()
    keys = code_keys(main.to_list())
    names = np.array([UNGROUPED] * len(keys), dtype=object)
    for n, wanted in enumerate(TREATMENTS):
        groups = [one for one in payment.dip_mixed.values() if one.treatment == wanted]
        which = np.where(keys >= 0, paint(one.codes for one in groups)[keys], -1)
        mine = (kind == n) & (which >= 0)
        names[mine] = np.array([one.id for one in groups], dtype=object)[which[mine]]
    return pl.Series(names.tolist(), dtype=pl.String)
