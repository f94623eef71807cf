"""The registry of one hospital: departments, wards, beds and staff, as tables and as the positions that care needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import Bools, Ints, Rng, choose, enum
from simulator.knowledge import Knowledge
from simulator.scenario import Hospital
from simulator.schema import TABLES, first_id, values
from simulator.world.words import names_en, names_zh

SHIFTS = {"primary": 1.0, "secondary": 2.4, "tertiary": 2.4}
"""Doctors employed for each one on duty: health centres are open by day; with the scenarios' posts 3.4 for 1,000 people
(NHC statistical bulletin 2023)."""
NURSES_PER_POST = 0.5
"""Nurses employed for each doctor on duty in clinics and emergency rooms: estimate; 4.0 in all for 1,000 people (same
source)."""
NURSES_PER_BED = 0.45
"""Ward staffing standard of the National Health Commission: at least 0.4 nurses for each bed."""
ROLES = tuple(values.STAFF_ROLE)
TITLES = tuple(values.STAFF_TITLE)
TITLE_WEIGHTS = np.array([0.1, 0.2, 0.35, 0.35])
SUPPORT = (
    ("laboratory", "检验科", "Clinical Laboratory", "technician", 12),
    ("radiology", "放射科", "Radiology", "technician", 14),
    ("pharmacy", "药剂科", "Pharmacy", "pharmacist", 16),
)


@dataclass(frozen=True)
class Registry:
    """One hospital's tables, and where its parts stand in them.

    Departments are counted in table order; `doctors` and `nurses` are (position of the first, how many) of the staff
    table for each department, `posts` how many doctors are on duty in its clinic.
    """

    number: int
    hospital: Hospital
    tables: Mapping[str, pl.DataFrame]
    department: Mapping[str, int]
    emergency: int
    posts: Ints
    doctors: Ints
    nurses: Ints
    ward_department: Ints


def build_registry(number: int, hospital: Hospital, knowledge: Knowledge, rng: Rng) -> Registry:
    """The `number`-th hospital of the scenario (from 1)."""
    departments, position = _departments(number, hospital, knowledge)
    ward_department = np.array([position[ward.department] for ward in hospital.wards], np.int64)
    wards = _wards(number, hospital, ward_department)
    posts = np.array([d.doctors for d in hospital.departments] + [hospital.emergency_doctors] + [0] * len(SUPPORT))
    staff, doctors, nurses = _staff(number, hospital, posts, ward_department, rng)
    tables = {
        "hospital": _hospital(number, hospital),
        "department": departments,
        "ward": wards,
        "bed": _beds(number, hospital),
        "staff": staff,
    }
    return Registry(number, hospital, tables, position, position["emergency"], posts, doctors, nurses, ward_department)


def ids(table: str, number: int, n: int) -> Ints:
    """The ids of a table's first `n` rows in hospital `number`."""
    return first_id(TABLES[table], number) + 1 + np.arange(n)


def _hospital(number: int, hospital: Hospital) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "hospital_id": ids("hospital", number, 1),
            "name_zh": [hospital.zh],
            "name_en": [hospital.en],
            "level": [hospital.level],
            "beds": [hospital.beds],
            "population": [hospital.population],
        },
        schema=TABLES["hospital"].schema,
    )


def _departments(number: int, hospital: Hospital, knowledge: Knowledge) -> tuple[pl.DataFrame, dict[str, int]]:
    emergency = knowledge.departments["emergency"]
    rows: list[tuple[str, str, str, str, int, int, bool]] = []
    for one in hospital.departments:
        known = knowledge.departments[one.id]
        rows.append((one.id, known.zh, known.en, "clinical", one.opens, one.closes, one.weekend))
    rows.append(("emergency", emergency.zh, emergency.en, "emergency", 0, 24, True))
    rows.extend((code, zh, en, "support", 8, 17, True) for code, zh, en, _, _ in SUPPORT)
    frame = pl.DataFrame(
        rows,
        schema=["code", "name_zh", "name_en", "kind", "opens", "closes", "weekend"],
        orient="row",
    ).with_columns(
        department_id=pl.Series(ids("department", number, len(rows))),
        hospital_id=pl.lit(first_id(TABLES["hospital"], number) + 1),
    )
    schema = TABLES["department"].schema
    return frame.select(schema.names()).cast(schema), {row[0]: n for n, row in enumerate(rows)}


def _wards(number: int, hospital: Hospital, department: Ints) -> pl.DataFrame:
    schema = TABLES["ward"].schema
    return pl.DataFrame(
        {
            "ward_id": ids("ward", number, len(hospital.wards)),
            "hospital_id": np.full(len(hospital.wards), first_id(TABLES["hospital"], number) + 1),
            "department_id": first_id(TABLES["department"], number) + 1 + department,
            "code": [ward.id for ward in hospital.wards],
            "name_zh": [ward.zh for ward in hospital.wards],
            "name_en": [ward.en for ward in hospital.wards],
            "kind": [ward.kind for ward in hospital.wards],
            "beds": [ward.beds for ward in hospital.wards],
        },
    ).cast(schema)


def _beds(number: int, hospital: Hospital) -> pl.DataFrame:
    beds = np.array([ward.beds for ward in hospital.wards], np.int64)
    ward = np.repeat(np.arange(len(beds)), beds)
    label = [f"{n + 1:02d}床" for count in beds for n in range(count)]
    return pl.DataFrame(
        {
            "bed_id": ids("bed", number, int(beds.sum())),
            "ward_id": first_id(TABLES["ward"], number) + 1 + ward,
            "label": label,
        },
    )


def _staff(
    number: int,
    hospital: Hospital,
    posts: Ints,
    ward_department: Ints,
    rng: Rng,
) -> tuple[pl.DataFrame, Ints, Ints]:
    """All staff; also (departments, 2) first position and count of the doctors, and of the nurses."""
    beds = np.bincount(ward_department, [ward.beds for ward in hospital.wards], minlength=len(posts))
    nurses = np.maximum(np.rint(beds * NURSES_PER_BED + posts * NURSES_PER_POST).astype(np.int64), beds + posts > 0)
    doctors = np.rint(posts * SHIFTS[hospital.level]).astype(np.int64)
    others = np.array([0] * (len(posts) - len(SUPPORT)) + [row[4] for row in SUPPORT])
    counts = np.stack([doctors, nurses, others], axis=1)
    department = np.repeat(np.arange(len(posts)), counts.sum(axis=1))
    kind = np.concatenate([np.repeat(np.arange(3), row) for row in counts])
    support_role = np.array([2] * (len(posts) - len(SUPPORT)) + [ROLES.index(row[3]) for row in SUPPORT])
    role = np.where(kind == 2, support_role[department], kind)  # noqa: PLR2004  # the third kind: neither doctor nor nurse
    frame = _staff_frame(number, department, role, rng)
    first = np.concatenate([[0], np.cumsum(counts.ravel())])[:-1].reshape(counts.shape)
    return frame, np.stack([first[:, 0], counts[:, 0]], 1), np.stack([first[:, 1], counts[:, 1]], 1)


def _staff_frame(number: int, department: Ints, role: Ints, rng: Rng) -> pl.DataFrame:
    n = len(department)
    female: Bools = rng.random(n) < np.array([0.45, 0.96, 0.55, 0.6])[role]
    return pl.DataFrame(
        {
            "staff_id": ids("staff", number, n),
            "hospital_id": np.full(n, first_id(TABLES["hospital"], number) + 1),
            "department_id": first_id(TABLES["department"], number) + 1 + department,
            "employee_number": pl.Series(rng.permutation(n) + 10_001).cast(pl.String),
            "name": names_zh(rng, female),
            "name_en": names_en(rng, female),
            "sex": enum(female.astype(np.int64), tuple(values.SEX)),
            "role": enum(role, ROLES),
            "title": enum(choose(rng, TITLE_WEIGHTS, n), TITLES),
        },
    )
