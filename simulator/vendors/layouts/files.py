"""What all layouts share: lines appended to files, files found by a sheet's pattern, text decoded or refused."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import polars as pl

from simulator.formats.rejects import Rejects
from simulator.vendors.profile import Profile, Sheet


def append(folder: Path, frame: pl.DataFrame, line: pl.Expr, header: str, profile: Profile) -> None:
    """Append a line for each row to the row's `_file`, under `header` where the file is new."""
    lines = frame.lazy().select("_file", line.alias("line"))
    grouped = lines.group_by("_file", maintain_order=True).agg(pl.col("line").str.join("\n")).collect()
    encoding = profile.cover.encoding
    for name, text in grouped.iter_rows():
        path = folder / name
        begun = path.exists()
        if not begun:
            path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            stream.write(
                f"{text}\n".encode("utf-8" if begun and encoding == "utf-8-sig" else encoding)
                if begun
                else f"{header}{text}\n".encode(encoding)
            )


def found(folder: Path, sheet: Sheet) -> Iterator[Path]:
    """The files of a sheet in order of name."""
    pattern = re.sub(r"\{[a-z]+\}", "*", sheet.heading.file)
    yield from sorted(path for path in folder.glob(pattern) if path.is_file())


def text_of(path: Path, folder: Path, profile: Profile, rejects: Rejects) -> str | None:
    """A file's text; None and a reject where it is not in the system's encoding."""
    try:
        return path.read_bytes().decode(profile.cover.encoding).replace("\r\n", "\n")
    except (UnicodeDecodeError, OSError) as error:
        rejects.add(str(path.relative_to(folder)), "file", f"should be text in {profile.cover.encoding} ({error})")
        return None


def frame_of(sheet: Sheet, rows: Sequence[Sequence[str]], file: str, first_row: int = 1) -> pl.DataFrame:
    """Text columns from rows that may be too short; `_file`, and `_row` counted from `first_row`."""
    names = sheet.names
    columns = list(zip_longest(*rows, fillvalue="")) or [()] * len(names)
    columns += [("",) * len(rows)] * (len(names) - len(columns))
    data = {name: pl.Series(name, column, pl.String) for name, column in zip(names, columns, strict=False)}
    return pl.DataFrame(data).with_columns(
        pl.lit(file).alias("_file"), (pl.int_range(pl.len(), dtype=pl.Int64) + first_row).alias("_row")
    )


def joined(sheet: Sheet, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The frames of a sheet's files as one, also of none."""
    empty = {name: pl.String() for name in [*sheet.names, "_file"]} | {"_row": pl.Int64()}
    return pl.concat([pl.DataFrame(schema=empty), *frames])
