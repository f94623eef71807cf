"""Codes that mean something else after an upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.vendors.defects.engine import DefectEngine, Scene

DRIFTING = ("test", "drug", "item")
"""The lists that vendors rework."""
EXCHANGED = 4
"""Of so many codes that drift, two exchange their meanings; the others are renamed."""


def code_drift(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """From the upgrade on, a share of the codes of each list are written otherwise: all their rows, none spared."""
    day = (engine.upgrade).strftime("%Y-%m-%d %H:%M UTC")
    for page in scene.pages.values():
        after = (page.source["_registered"] >= engine.upgrade).fill_null(value=False)
        for column in page.sheet.columns:
            if column.codec != "code" or column.argument not in DRIFTING:
                continue
            renamed = _drift(engine, column.argument, rate)
            old = page.now[column.name]
            at = (after & old.is_in(list(renamed))).arg_true().to_numpy()
            was = old[at].to_frame("was")
            cause = was.select(
                pl.format("upgrade of {}: {} became {}", pl.lit(day), "was", pl.col("was").replace(renamed))
            )
            page.put("code_drift", at, column.name, was["was"].replace(renamed), cause.to_series())


def _drift(engine: DefectEngine, name: str, rate: float) -> Mapping[str, str]:
    """Old code -> new code of one list; the same in every sheet and portion."""
    if name not in engine.drift:
        codes = [alternatives[0] for alternatives in engine.profile.codes[name].values()]
        order = engine.stream("code_drift", name).permutation(len(codes))
        chosen = [codes[at] for at in order[: max(1, round(rate * len(codes)))]]
        count = 2 * (len(chosen) // EXCHANGED)
        pairs = list(zip(chosen[:count:2], chosen[1:count:2], strict=True))
        exchanged = dict(pairs) | {second: first for first, second in pairs}
        engine.drift[name] = exchanged | {code: code + engine.profile.cover.renamed for code in chosen[count:]}
    return engine.drift[name]
