"""Rules that follow from the schema alone: keys are unique, references and causes lead somewhere, patients agree."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from simulator.schema import TABLES
from simulator.validation.rules.rule import Rule, rule

KNOWN_IDS = "CREATE TEMP TABLE known_id AS " + " UNION ALL ".join(  # the ids of all rows of all tables
    f'SELECT {table.key} AS id FROM "{table.name}"' for table in TABLES.values()
)


def _references() -> tuple[Rule, ...]:
    """Every reference declared in the schema leads to a row."""
    rules = []
    for table in TABLES.values():
        for column in table.columns:
            if column.refers is None:
                continue
            target = TABLES[column.refers]
            rules.append(
                rule(
                    f"{table.name}_{column.name}",
                    f"{table.name}.{column.name} 指向存在的 {target.name}",
                    f"{table.name}.{column.name} leads to an existing {target.name}",
                    f'"{table.name}" a ANTI JOIN "{target.name}" b ON b.{target.key} = a.{column.name} '
                    f"WHERE a.{column.name} IS NOT NULL",
                ),
            )
    return tuple(rules)


def _causes() -> tuple[Rule, ...]:
    """Every cause is a row of some table."""
    return tuple(
        rule(
            f"{table.name}_cause",
            f"{table.name} 的起因存在",
            f"What caused each {table.name} exists",
            f'"{table.name}" a ANTI JOIN known_id k ON a.cause_id = k.id WHERE a.cause_id IS NOT NULL',
        )
        for table in TABLES.values()
        if any(column.name == "cause_id" for column in table.columns)
    )


def _keys() -> tuple[Rule, ...]:
    return tuple(
        rule(
            f"{table.name}_key",
            f"{table.key} 不重复",
            f"{table.key} is never repeated",
            f'(SELECT {table.key} FROM "{table.name}" GROUP BY 1 HAVING count(*) > 1)',
        )
        for table in TABLES.values()
    )


def _patients() -> tuple[Rule, ...]:
    """A row that names an encounter and a patient names that encounter's patient."""
    return tuple(
        rule(
            f"{table.name}_patient",
            f"{table.name} 的患者就是该次就诊的患者",
            f"The patient of each {table.name} is that of its encounter",
            f'"{table.name}" a JOIN encounter e USING (encounter_id) WHERE a.patient_id <> e.patient_id',
        )
        for table in TABLES.values()
        if table.name != "encounter" and {"encounter_id", "patient_id"} <= {column.name for column in table.columns}
    )


DECLARED: tuple[Rule, ...] = (*_keys(), *_references(), *_causes(), *_patients())
