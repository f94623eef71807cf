"""The tables of the star with their columns, types and keys; from memory of i2b2's CRC schema, without its blobs."""

from collections.abc import Mapping

import polars as pl

TYPES: Mapping[str, pl.DataType] = {
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "DOUBLE": pl.Float64(),
    "VARCHAR": pl.String(),
    "TIMESTAMP": pl.Datetime("us"),
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "observation_fact": {
        "encounter_num": "BIGINT",
        "patient_num": "BIGINT",
        "concept_cd": "VARCHAR",
        "provider_id": "VARCHAR",
        "start_date": "TIMESTAMP",
        "modifier_cd": "VARCHAR",
        "instance_num": "BIGINT",
        "valtype_cd": "VARCHAR",
        "tval_char": "VARCHAR",
        "nval_num": "DOUBLE",
        "valueflag_cd": "VARCHAR",
        "units_cd": "VARCHAR",
        "end_date": "TIMESTAMP",
        "sourcesystem_cd": "VARCHAR",
    },
    "patient_dimension": {
        "patient_num": "BIGINT",
        "vital_status_cd": "VARCHAR",
        "birth_date": "TIMESTAMP",
        "death_date": "TIMESTAMP",
        "sex_cd": "VARCHAR",
        "statecityzip_path": "VARCHAR",
    },
    "visit_dimension": {
        "encounter_num": "BIGINT",
        "patient_num": "BIGINT",
        "active_status_cd": "VARCHAR",
        "start_date": "TIMESTAMP",
        "end_date": "TIMESTAMP",
        "inout_cd": "VARCHAR",
        "location_cd": "VARCHAR",
    },
    "concept_dimension": {"concept_path": "VARCHAR", "concept_cd": "VARCHAR", "name_char": "VARCHAR"},
    "provider_dimension": {"provider_id": "VARCHAR", "provider_path": "VARCHAR", "name_char": "VARCHAR"},
    "modifier_dimension": {"modifier_path": "VARCHAR", "modifier_cd": "VARCHAR", "name_char": "VARCHAR"},
}
KEYS: Mapping[str, tuple[str, ...]] = {
    "observation_fact": (
        "patient_num",
        "concept_cd",
        "modifier_cd",
        "start_date",
        "encounter_num",
        "instance_num",
        "provider_id",
    ),
    "patient_dimension": ("patient_num",),
    "visit_dimension": ("encounter_num", "patient_num"),
    "concept_dimension": ("concept_path",),
    "provider_dimension": ("provider_path", "provider_id"),
    "modifier_dimension": ("modifier_path",),
}
MODIFIERS: Mapping[str, str] = {
    "DX:main": "main diagnosis",
    "DX:secondary": "secondary diagnosis",
    "MED:DOSE": "single dose",
    "MED:ROUTE": "route",
}


def schema(table: str) -> pl.Schema:
    """Columns and Polars types of a table."""
    return pl.Schema({name: TYPES[kind] for name, kind in TABLES[table].items()})


def ddl(table: str) -> str:
    """The CREATE TABLE statement."""
    lines = [f"{name} {kind}" for name, kind in TABLES[table].items()]
    return f"CREATE TABLE {table} ({', '.join(lines)}, PRIMARY KEY ({', '.join(KEYS[table])}))"
