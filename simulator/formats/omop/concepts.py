"""The concepts of one world: some well-known ids of OMOP, and own ids for each code that the world uses.

Own ids lie above 2,000,000,000, the range that OMOP reserves for local use. The well-known ids and names in
concepts.csv are from memory of the public vocabularies.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from simulator.formats.omop.cdm import schema
from simulator.formats.sheets import shape
from simulator.schema import TABLES
from simulator.world.world import World

HERE = Path(__file__).parent
FIRST = 2_000_001_000
BEGIN, END = dt.date(1970, 1, 1), dt.date(2099, 12, 31)
VITAL = "XL_VITAL"
KEY = ["vocabulary", "code"]


@dataclass(frozen=True)
class Concepts:
    """rows: id, name, domain, vocabulary, class, code, standard_vocabulary, standard_code (empty: is standard)."""

    rows: pl.DataFrame

    @cached_property
    def ids(self) -> Mapping[str, Mapping[str, int]]:
        """Vocabulary -> code -> concept id."""
        return {
            str(key[0]): dict(zip(part["code"], part["id"], strict=True))
            for key, part in self.rows.group_by("vocabulary")
        }

    def of(self, vocabulary: str, code: pl.Expr | str) -> pl.Expr:
        """The concept ids of a column of codes; 0 where there is no code."""
        column = pl.col(code) if isinstance(code, str) else code
        ids = self.ids.get(vocabulary, {})
        known = column.cast(pl.String).replace_strict(
            list(ids) or [""], list(ids.values()) or [0], default=0, return_dtype=pl.Int32
        )
        return known.fill_null(0)


def concepts(world: World) -> Concepts:
    """All concepts that a world's records need, with ids in order of vocabulary and code."""
    known = pl.read_csv(HERE / "concepts.csv").with_columns(pl.col("id").cast(pl.Int64))
    lists = [_listed(world, row) for row in pl.read_csv(HERE / "codes.csv").to_dicts() if row["table"] in world]
    own = (
        pl.concat([*lists, _vital_signs()], how="vertical")
        .unique(KEY, keep="first", maintain_order=True)
        .sort(KEY)
        .with_row_index("id", FIRST)
        .with_columns(pl.col("id").cast(pl.Int64))
    )
    return Concepts(pl.concat([known, own], how="diagonal"))


def _listed(world: World, row: Mapping[str, str | None]) -> pl.DataFrame:
    code, name = str(row["code"]), str(row["name"])
    standard = row["standard_code"]
    declared = TABLES[str(row["table"])][name].values
    column = pl.col(name).cast(pl.String)
    if declared:
        column = column.replace({key: en for key, (_, en) in declared.items()})
    return (
        world.lazy(str(row["table"]))
        .select(
            name=column,
            domain=pl.lit(row["domain"]),
            vocabulary=pl.lit(row["vocabulary"]),
            **{"class": pl.lit("Local")},
            code=pl.col(code).cast(pl.String),
            standard_vocabulary=pl.lit(row["standard_vocabulary"], pl.String),
            standard_code=pl.col(standard).cast(pl.String) if standard else pl.lit(None, pl.String),
        )
        .drop_nulls("code")
        .unique()
        .collect()
        .sort("code", "name")
    )


def _vital_signs() -> pl.DataFrame:
    """The measures at the bedside with their LOINC numbers and units."""
    columns = [column for column in TABLES["vital_sign"].columns if column.loinc or column.name == "news2"]
    measures = [(c.en, "Measurement", "LOINC" if c.loinc else VITAL, c.loinc or c.name) for c in columns]
    units = [(c.unit, "Unit", "UCUM", c.unit) for c in columns if c.unit]
    return pl.DataFrame(
        [(*row[:3], "Local", row[3], None, None) for row in [*measures, *units]],
        schema=dict.fromkeys(
            ("name", "domain", "vocabulary", "class", "code", "standard_vocabulary", "standard_code"), pl.String
        ),
        orient="row",
    )


def vocabulary_tables(found: Concepts) -> dict[str, pl.DataFrame]:
    """The CDM's vocabulary tables, as far as this world fills them."""
    rows = found.rows
    valid = {"valid_start_date": pl.lit(BEGIN), "valid_end_date": pl.lit(END)}
    own = pl.lit(2_000_000_008)
    concept = rows.select(
        concept_id="id",
        concept_name=pl.col("name").str.slice(0, 255),
        domain_id="domain",
        vocabulary_id="vocabulary",
        concept_class_id="class",
        standard_concept=pl.when(pl.col("standard_code").is_null() & (pl.col("id") > 0)).then(pl.lit("S")),
        concept_code="code",
        **valid,
    )
    target = rows.select(standard_vocabulary="vocabulary", standard_code="code", target="id")
    mapped = rows.join(target, on=["standard_vocabulary", "standard_code"], how="left").select(
        source="id", target=pl.coalesce("target", "id")
    )
    pairs = pl.concat(
        [
            mapped.select(concept_id_1="source", concept_id_2="target", relationship_id=pl.lit("Maps to")),
            mapped.select(concept_id_1="target", concept_id_2="source", relationship_id=pl.lit("Mapped from")),
        ]
    ).with_columns(**valid)
    relationship = pl.DataFrame(
        {
            "relationship_id": ["Maps to", "Mapped from"],
            "relationship_name": ["Maps to", "Mapped from"],
            "is_hierarchical": ["0", "0"],
            "defines_ancestry": ["0", "0"],
            "reverse_relationship_id": ["Mapped from", "Maps to"],
            "relationship_concept_id": [2_000_000_008] * 2,
        }
    )

    def names(column: str, table: str) -> pl.DataFrame:
        return concept.select(
            pl.col(f"{column}_id"),
            pl.col(f"{column}_id").alias(f"{table}_name"),
            own.alias(f"{table}_concept_id"),
        ).unique(maintain_order=True)

    standard = concept.filter(pl.col("standard_concept") == "S")
    ancestor = standard.select(
        ancestor_concept_id="concept_id",
        descendant_concept_id="concept_id",
        min_levels_of_separation=pl.lit(0),
        max_levels_of_separation=pl.lit(0),
    )
    tables = {
        "concept": concept,
        "vocabulary": names("vocabulary", "vocabulary"),
        "domain": names("domain", "domain"),
        "concept_class": names("concept_class", "concept_class"),
        "concept_relationship": pairs,
        "relationship": relationship,
        "concept_ancestor": ancestor,
    }
    return {name: shape(schema(name), frame) for name, frame in tables.items()}
