"""Defects of text and of whole records: damaged encoding, cut, lost and repeated rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from simulator.vendors.defects.engine import DefectEngine, Scene

LOST = "锟斤拷"
"""What is left of text whose bytes were replaced before they were read as GBK."""


def mojibake(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """Chinese text of a cell, written as UTF-8 and read as GBK; the rate is that of each column of text."""
    for page in scene.pages.values():
        for column in page.sheet.columns:
            if column.codec not in {"text", "clip"}:
                continue
            old = page.now[column.name]
            eligible = old.str.contains(r"\p{Han}").fill_null(value=False).to_numpy()
            drawn = engine.stream("mojibake", f"{page.sheet.name}/{column.name}").random(len(old)) < rate
            at = np.flatnonzero(drawn & eligible & page.free([column.name]))
            words = {word: garbled(word) for word in old[at].unique()}
            cause = pl.repeat("UTF-8 read as GBK", len(at), dtype=pl.String, eager=True)
            page.put("mojibake", at, column.name, old[at].replace(words), cause)


def garbled(text: str) -> str:
    """The letters that GBK sees in the UTF-8 bytes of a text, without signs that would part or end a record."""
    seen = text.encode("utf-8").decode("gbk", errors="ignore")
    letters = "".join(letter for letter in seen if letter.isalnum() and not letter.isascii())
    return letters if letters and letters != text else LOST


def truncated(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """Records that break off after a column, at least one value lost."""
    for page in scene.pages.values():
        full = page.now.select((pl.col(page.sheet.names) != "").fill_null(value=False)).to_numpy()
        last = np.where(full, np.arange(full.shape[1]), 0).max(axis=1, initial=0)
        where = engine.stream("truncated", f"{page.sheet.name}/where").random(len(last))
        if page.table != "patient":
            at = engine.pick("truncated", page, rate, last > 0, None)
            page.cut("truncated", at, 1 + (where[at] * last[at]).astype(np.int64))


def lost_row(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """Rows that are not there; patients are spared, for their loss is another defect."""
    for page in scene.pages.values():
        if page.table != "patient":
            everyone = np.ones(len(page.now), bool)
            page.drop("lost_row", engine.pick("lost_row", page, rate, everyone, None), "row lost")


def repeated_row(engine: DefectEngine, scene: Scene, rate: float) -> None:
    """Rows that are there twice."""
    for page in scene.pages.values():
        if page.table != "patient":
            at = engine.pick("repeated_row", page, rate, np.ones(len(page.now), bool), None)
            page.add("repeated_row", at, page.now[at], "row repeated")
