"""Data sets that differ per learner: recipes in datasets/, and a pool of simulated worlds in the state folder.

    datasets/<dataset>/dataset.yaml             the recipe: scenario or knowledge; tables, size of the pool
    datasets/<dataset>/<table>.csv                tables that stand beside the recipe (`beside`)
    <state>/datasets/<dataset>/learner-0/*.parquet   worlds that learners' files are cut from
    <state>/datasets/<dataset>/hidden-0/*.parquet    worlds that hidden inputs are cut from; never the same

A world's seed is an HMAC of the server's secret and is written nowhere. A learner's files are cut from a world in
well under a second (checks.py, @data) and can be cut again from (secret, course, module, learner).
"""

import contextlib
import hashlib
import hmac
import io
import json
import os
import secrets
from pathlib import Path
from typing import Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from grading.course import BothLanguages, Identifier, code_root
from grading.errors import DataError
from grading.yamlfile import Strict, read_model

Pool = Literal["learner", "hidden"]


class PoolSize(Strict):
    """How many worlds: few, because building them is most of the work; two pools that never meet."""

    learner: int = Field(4, ge=1, le=64)
    hidden: int = Field(3, ge=1, le=64)


class Excerpt(Strict):
    """What share of the knowledge a world knows: each draws other diseases, and other relations that are measured."""

    diseases: float = Field(gt=0, le=1)
    relations: float = Field(1.0, gt=0, le=1)


class Recipe(Strict):
    """dataset.yaml: what is simulated, or which part of the knowledge graph is taken, and what of it is kept.

    beside: tables written by hand, as <table>.csv in the recipe's folder; every world has them as they are.
    """

    folder: Path
    title: BothLanguages
    about: BothLanguages
    scenario: str | None = None
    knowledge: Excerpt | None = None
    overrides: dict[str, float | int | str] = Field(default_factory=dict)
    tables: dict[Identifier, tuple[str, ...] | Literal["all"]] = Field(min_length=1)
    beside: tuple[Identifier, ...] = ()
    pool: PoolSize = Field(default_factory=lambda: PoolSize.model_validate({}))

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.scenario is None) == (self.knowledge is None):
            raise ValueError("a data set comes from a scenario or from the knowledge: give exactly one of these keys")
        if self.knowledge is not None and self.overrides:
            raise ValueError("overrides change a scenario; a data set from the knowledge has none")
        return self

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def worlds(self) -> list[tuple[Pool, int]]:
        """Every world of the pool: those that learners wait for come first."""
        hidden: list[tuple[Pool, int]] = [("hidden", k) for k in range(self.pool.hidden)]
        return [("learner", k) for k in range(self.pool.learner)] + hidden

    def beside_file(self, name: str) -> Path:
        """Where a table beside the recipe is written; DataError if it is not there."""
        file = self.folder / f"{name}.csv"
        if not file.is_file():
            raise DataError(f"{self.folder}/dataset.yaml: beside: there is no {file.name} in this folder")
        return file

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what a world of this recipe depends on, besides its seed."""
        content = self.model_dump(mode="json", include={"scenario", "overrides", "tables"})
        if self.knowledge is not None:
            content["knowledge"] = self.knowledge.model_dump(mode="json")
        for name in self.beside:
            content[f"beside {name}"] = hashlib.sha256(self.beside_file(name).read_bytes()).hexdigest()
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def load_recipe(name: str, root: Path | None = None) -> Recipe:
    """Read datasets/<name>/dataset.yaml."""
    folder = (root or code_root() / "datasets") / name
    if not folder.is_dir():
        there = ", ".join(dataset_names(root)) or "none"
        raise DataError(f"there is no data set {name} in {folder.parent}; there is: {there}")
    return read_model(folder / "dataset.yaml", Recipe, folder=folder)


def dataset_names(root: Path | None = None) -> list[str]:
    """Name all data sets there are a recipe for."""
    return sorted(file.parent.name for file in (root or code_root() / "datasets").glob("*/dataset.yaml"))


def data_secret(state: Path) -> bytes:
    """Read the server's secret for data, 32 bytes; the first call makes it, readable by nobody else."""
    file = state / "secrets" / "data_secret"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        temporary = file.with_name(f".data_secret.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(32))
        finally:
            os.close(descriptor)
        try:
            os.link(temporary, file)  # unlike a rename, a link never replaces the secret another process just made
        finally:
            temporary.unlink()
    return file.read_bytes()


def secret_number(secret: bytes, *names: object) -> int:
    """Derive a number of 256 bits from the secret and a path of names (HMAC-SHA256, RFC 2104)."""
    parts = [str(name).encode() for name in names]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256), "big")


def secret_rng(secret: bytes, *names: object) -> np.random.Generator:
    """Give the generator of that name; who does not know the secret can regenerate nothing."""
    return np.random.default_rng(secret_number(secret, *names))


def as_file(name: str, table: pd.DataFrame) -> bytes:
    """Write a table as the file a learner gets: CSV (UTF-8, times to the second), Parquet, or JSON records."""
    suffix = Path(name).suffix
    if suffix == ".csv":
        return table.to_csv(index=False, date_format="%Y-%m-%d %H:%M:%S", lineterminator="\n").encode()
    if suffix == ".parquet":
        buffer = io.BytesIO()
        table.to_parquet(buffer, index=False)
        return buffer.getvalue()
    if suffix == ".json":
        return table.to_json(orient="records", force_ascii=False, date_format="iso").encode()
    raise DataError(f"{name}: a learner's file is .csv, .parquet or .json")
