"""DFT^P03: what was charged for a visit at one moment."""

from collections.abc import Iterator

import polars as pl

from simulator.formats.hl7v2.adt import event
from simulator.formats.hl7v2.segments import Fields, coded, joined, number, plain, segment
from simulator.formats.hl7v2.view import View


def charges(view: View) -> Iterator[pl.DataFrame]:
    """One message for each visit and moment of charging, with all its items."""
    rows = view.tables["charge"].with_columns(number=pl.int_range(1, pl.len() + 1).over("encounter_id", "charged_at"))
    items = (
        rows.select(
            "encounter_id", "charge_id", at="charged_at", ft1=joined(segment("FT1", _item(view), open_end=True))
        )
        .group_by("encounter_id", "at", maintain_order=True)
        .agg(pl.col("charge_id").first(), pl.col("ft1").str.join(""))
    )
    parts = [*segment("EVN", event(view)), pl.col("head"), pl.col("ft1")]
    yield view.messages(view.placed(items), "DFT^P03", joined(["P03", plain("charge_id")]), parts)


def _item(view: View) -> Fields:
    order = pl.when((pl.col("cause_id") // 10**12).is_in([33, 40])).then(pl.col("cause_id")).cast(pl.String)
    return {
        1: plain("number"), 2: plain("charge_id"), 4: view.time("charged_at"), 6: "CG",
        7: coded("code", "name_zh", "name_en"), 10: plain("quantity"),
        11: joined([number("amount"), "&CNY"]), 12: joined([number("unit_price"), "&CNY"]),
        17: plain("category"), 23: order,
    }  # fmt: skip
