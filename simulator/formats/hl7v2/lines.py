"""A piece of a feed as columns: one row for each segment, and what each message says of itself."""

from dataclasses import dataclass, field

import polars as pl

from simulator.formats.hl7v2.codes import kinds
from simulator.formats.hl7v2.source import Piece
from simulator.formats.rejects import Rejects

NAME = r"^[A-Z][A-Z0-9]{2}(\||$)"
MOST_FIELDS = 64
"""Fields of a segment that are looked at; the standard's longest has 53."""


@dataclass
class Lines:
    """A piece as rows; whole: message, file and number there.

    heads: message, type, hospital_id, patient_id, encounter_id; rows: message, name, text of each segment.
    """

    whole: pl.DataFrame
    heads: pl.DataFrame
    rows: pl.DataFrame
    rejects: Rejects
    _split: dict[str, pl.DataFrame] = field(default_factory=dict)

    def segments(self, name: str) -> pl.DataFrame:
        """Message and f1.. fN: all segments of a name, split once; MSH counts as the standard does."""
        if name not in self._split:
            found = self.rows.filter(name=name)
            most = min(int(found["text"].str.count_matches("|", literal=True).max() or 0), MOST_FIELDS)  # type: ignore[arg-type]
            parts = found["text"].str.splitn("|", most + 2).struct.unnest()
            first = 1 if name == "MSH" else 0
            parts = parts.rename({column: f"f{at + first}" for at, column in enumerate(parts.columns)})
            self._split[name] = pl.concat([found.select("message"), parts], how="horizontal")
        return self._split[name]

    def once(self, name: str) -> pl.DataFrame:
        """The first segment of this name in each message."""
        return self.segments(name).unique("message", keep="first", maintain_order=True)

    def reject(self, rows: pl.DataFrame, where: str, reason: str, shown: str | None = None) -> None:
        """Make rejects of the messages of these rows; shown: the column whose text the reason quotes."""
        for row in rows.join(self.whole, on="message", maintain_order="left").iter_rows(named=True):
            quoted = f"{row[shown][:60]!r} " if shown and row[shown] is not None else ""
            self.rejects.add(row["file"], f"message {row['number']}, {where}", f"{quoted}{reason}")


def lines(piece: Piece, rejects: Rejects) -> Lines:
    """The segments of a piece; messages with a line that is no segment, or of an unknown kind, become rejects."""
    names = {"file": pl.String, "number": pl.Int64, "text": pl.String}
    columns = {"file": piece.files, "number": piece.numbers, "text": piece.messages}
    whole = pl.DataFrame(columns, schema=names).with_row_index("message")
    rows = whole.select("message", pl.col("text").str.split("\r")).explode("text").filter(pl.col("text") != "")
    made = Lines(whole.drop("text"), pl.DataFrame(), rows.with_columns(name=pl.col("text").str.slice(0, 3)), rejects)
    wrong = made.rows.filter(~pl.col("text").str.contains(NAME))
    made.reject(wrong.unique("message", maintain_order=True), "segment", "should be a name and fields after |", "text")
    made.rows = made.rows.join(wrong, on="message", how="anti", maintain_order="left")
    made.heads = _heads(made)
    return made


def _heads(made: Lines) -> pl.DataFrame:
    heads = _with(made.once("MSH"), ("f4", "f9", "f10")).select(
        "message", "f10", hospital_id="f4", type=pl.col("f9").str.extract(r"^([^^]*\^[^^]*)")
    )
    made.reject(heads.filter(pl.col("f10").fill_null("") == ""), "MSH-10", "a message has a control id")
    unknown = ~pl.col("type").is_in(list(kinds())) & ~pl.col("type").str.starts_with("ACK")
    made.reject(heads.filter(unknown.fill_null(value=True)), "MSH-9", f"is not read; {', '.join(kinds())} are", "type")
    heads = heads.filter(~unknown & (pl.col("f10") != "")).drop("f10")
    ids = _with(made.once("PID"), ("f3",)).select(
        "message", patient_id=pl.col("f3").str.extract(r"(?:^|~)([^\^~]*)\^[^~]*\^PI(?:\^|~|$)")
    )
    visits = _with(made.once("PV1"), ("f19",)).select("message", encounter_id=pl.col("f19").str.extract(r"^([^^]*)"))
    return heads.join(ids, on="message", how="left", maintain_order="left").join(
        visits, on="message", how="left", maintain_order="left"
    )


def _with(rows: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """The rows with these columns, empty where no segment is long enough to have them."""
    return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in columns if name not in rows.columns)


def when(text: pl.Expr) -> pl.Expr:
    """DTM as UTC; the offset is part of every time in these feeds."""
    shape = r"^\d{14}(?:\.\d{1,4})?[+-]\d{4}$"
    whole = text.str.slice(0, 14).str.to_datetime("%Y%m%d%H%M%S", time_unit="us", strict=False)
    fine = text.str.extract(r"\.(\d{1,4})").str.pad_end(6, "0").cast(pl.Int64, strict=False).fill_null(0)
    hours = text.str.slice(-4, 2).cast(pl.Int64, strict=False)
    minutes = text.str.slice(-2, 2).cast(pl.Int64, strict=False)
    sign = pl.when(text.str.slice(-5, 1) == "-").then(-1).otherwise(1)
    offset = pl.duration(minutes=sign * (hours * 60 + minutes))
    made = (whole + pl.duration(microseconds=fine) - offset).dt.replace_time_zone("UTC")
    return pl.when(text.str.contains(shape)).then(made)
