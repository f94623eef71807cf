"""The answer key: one row for each cell that became another, and for each row that was lost or added."""

import polars as pl

KEY = pl.Schema(
    {
        "defect_id": pl.Int64(),
        "vendor": pl.String(),
        "file": pl.String(),
        "sheet": pl.String(),
        "table": pl.String(),
        "row_id": pl.Int64(),
        "record": pl.String(),
        "column": pl.String(),
        "kind": pl.String(),
        "was": pl.String(),
        "became": pl.String(),
        "cause": pl.String(),
    }
)
"""row_id: the row's id in the world, or the encounter's where the sheet has a row for each encounter; record: the text
in the first column of the row. A row lost has its cells as JSON in `was`, none in `column` and `became`; a row added
has them in `became`. A cell lost with the end of its record became empty."""


def numbered(vendor: str, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """All parts of a key as one table, numbered from 1."""
    whole = pl.concat([pl.DataFrame(schema={name: kind for name, kind in KEY.items() if name != "defect_id"}), *parts])
    return whole.with_columns(pl.lit(vendor).alias("vendor")).with_row_index("defect_id", 1).cast(KEY).select(*KEY)
