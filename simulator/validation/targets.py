"""Published figures (targets.csv) and the query that finds each in a world."""

# ruff: noqa: S608  # every name in a query is declared in the schema

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator.validation.acute import ACUTE

FILE = Path(__file__).with_name("targets.csv")

AT_HOSPITAL = "hospital_id IN (SELECT hospital_id FROM hospital WHERE level <> 'primary')"
BEDS = "(SELECT sum(beds) FROM hospital)"
PEOPLE = "(SELECT sum(population) FROM hospital)"
VISITS = (
    "(SELECT count(*) FROM encounter WHERE kind <> 'inpatient' AND registered_at >= getvariable('begin') "
    f"AND {AT_HOSPITAL})"
)
EVERYWHERE = "(SELECT count(*) FROM encounter WHERE kind <> 'inpatient' AND registered_at >= getvariable('begin'))"
ADMISSIONS = "(SELECT count(*) FROM encounter WHERE kind = 'inpatient' AND registered_at >= getvariable('begin'))"
BED_DAYS = (
    "(SELECT sum(epoch(least(coalesce(ended_at, getvariable('until')), getvariable('until')) "
    "- greatest(started_at, getvariable('begin')))) / 86400 FROM bed_stay "
    "WHERE coalesce(ended_at, getvariable('until')) > getvariable('begin'))"
)
STAY = (
    "SELECT avg(epoch(ended_at - admitted_at)) / 86400 FROM encounter WHERE kind = 'inpatient' "
    "AND ended_at >= getvariable('begin')"
)
COST = "SELECT avg(total) FROM settlement JOIN encounter USING (encounter_id) WHERE {}"
STAFF = f"SELECT 1000.0 * count(*) FILTER (role = '{{}}') / {PEOPLE} FROM staff"
ADULT = "date_diff('year', birth_date, CAST(getvariable('begin') AS DATE)) >= {}"


def _share(codes: str, age: int, sex: str = "") -> str:
    """Per cent of the people of this age and sex who have a long-standing disease."""
    who = ADULT.format(age) + (f" AND sex = '{sex}'" if sex else "")
    return (
        f"SELECT 100.0 * count(*) FILTER (EXISTS (SELECT 1 FROM condition c WHERE c.person_id = p.person_id "
        f"AND c.code SIMILAR TO '{codes}')) / count(*) FROM person p WHERE {who}"
    )


STROKES = (
    "SELECT n * k, sqrt(n + 1) * k FROM (SELECT (SELECT count(DISTINCT person_id) FROM encounter e "
    "JOIN diagnosis d USING (encounter_id) JOIN linkage l ON l.patient_id = e.patient_id "
    "JOIN person p USING (person_id) "
    "WHERE kind = 'inpatient' AND rank = 1 AND code SIMILAR TO 'I6[0-4].*' AND admitted_at >= getvariable('begin') "
    f"AND {ADULT.format(40)} AND NOT EXISTS (SELECT 1 FROM condition c WHERE c.person_id = p.person_id "
    "AND c.code LIKE 'I69%' AND c.onset_on < e.admitted_at::DATE)) AS n, "
    f"1e5 * 365.25 / getvariable('days') / (SELECT count(*) FROM person WHERE {ADULT.format(40)}) AS k)"
)
"""Admissions for a stroke of people who had none before, each person once; with the standard error."""

QUERIES: Mapping[str, str] = {
    "T01": f"SELECT 1.0 * {EVERYWHERE} / {PEOPLE} * 365.25 / getvariable('days')",
    "T02": f"SELECT n * k, sqrt(n) * k FROM (SELECT {ADMISSIONS} AS n, 36525 / {PEOPLE} / getvariable('days') AS k)",
    "T03": f"SELECT 1.0 * {VISITS} / {ADMISSIONS}",
    "T04": f"SELECT 100.0 * {BED_DAYS} / {BEDS} / getvariable('days')",
    "T05": f"SELECT 100.0 * {BED_DAYS} / {BEDS} / getvariable('days')",
    "T06": STAY,
    "T07": STAY,
    "T08": COST.format("kind = 'inpatient' AND admitted_at IS NOT NULL"),
    "T09": COST.format(f"kind <> 'inpatient' AND {AT_HOSPITAL}"),
    "T10": f"SELECT 1000.0 * {BEDS} / {PEOPLE}",
    "T11d": STAFF.format("doctor"),
    "T11n": STAFF.format("nurse"),
    "T12": f"SELECT ({_share('I10.*', 18)}) / getvariable('hypertension_factor')",
    "T13": "SELECT 100.0 * avg(controlled::INT) FROM condition JOIN person USING (person_id) "
    f"WHERE code LIKE 'I10%' AND {ADULT.format(18)}",
    "T14": _share("I10.*", 40),
    "T15": _share("E1[0-4].*", 18),
    "T16": f"SELECT 100.0 * avg(prediabetes::INT) FROM person WHERE {ADULT.format(18)}",
    "T17m": _share("J44.*", 20, "male"),
    "T17f": _share("J44.*", 20, "female"),
    "T18": _share("J44.*", 40),
    "T19": _share("J45.*", 20),
    "T20": f"SELECT 100.0 * avg((egfr < 60)::INT) FROM person WHERE {ADULT.format(18)}",
    "T21": _share("I69.*", 40),
    "T22": STROKES,
    **ACUTE,
}


@dataclass(frozen=True)
class Target:
    """One published figure and how near a world must come.

    applies: to `any` catchment, to worlds with a `hospital`, to a whole `region` with its health centres, or to worlds
    in the region of this name. T12 is a national figure: in a region with a figure of its own (T14), it is compared
    with what the world would have without the region's factor, since no population has both.
    """

    id: str
    area: str
    quantity: str
    value: float
    unit: str
    tolerance: str
    source: str
    applies: str = "any"

    @property
    def margin(self) -> float:
        """The tolerance as an absolute difference, in the target's unit."""
        number = float(re.match(r"[\d.]+", self.tolerance).group())  # type: ignore[union-attr]  # the file is ours
        return abs(self.value) * number / 100 if "%" in self.tolerance else number


def targets() -> list[Target]:
    """The figures that this storey of the hospital can be compared with."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [
            Target(
                row["id"],
                row["area"],
                row["quantity"],
                float(row["value"]),
                row["unit"],
                row["tolerance"],
                row["source"],
                row["applies"],
            )
            for row in csv.DictReader(stream)
            if row["id"] in QUERIES
        ]
