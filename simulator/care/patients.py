"""The patient index of one hospital, and the truth behind it: persons, their conditions and episodes."""

import numpy as np
import polars as pl

from simulator.arrays import Floats, Ints, Rng, choose, enum, words
from simulator.care.calendar import Clock
from simulator.care.cases import Cases
from simulator.care.encounters import moments, row_ids
from simulator.knowledge import Knowledge
from simulator.scenario import Hospital
from simulator.schema import TABLES, first_id, values
from simulator.world.identity import identity_numbers, telephones
from simulator.world.people import Conditions, People
from simulator.world.registry import Registry
from simulator.world.words import addresses, names_en, names_zh

SEX = tuple(values.SEX)
INSURANCE = tuple(values.INSURANCE)
INSURED = {"employee": 0.26, "resident": 0.69, "self_pay": 0.05}
"""Share by kind in a county: estimate; national coverage is about 95 % (NHSA 2023)."""


def persons(people: People, registry: Registry, knowledge: Knowledge) -> pl.DataFrame:
    """Everybody in the catchment."""
    smoking = list(knowledge.risk_factors).index("smoking")
    return pl.DataFrame(
        {
            "person_id": row_ids("person", registry.number, np.arange(len(people))),
            "sex": enum(people.female.astype(np.int64), SEX),
            "birth_date": pl.Series(people.birth_day.astype(np.int32)).cast(pl.Date),
            "district": words(people.district, [one.zh for one in registry.hospital.districts]),
            "height_cm": people.height_cm.astype(np.float32),
            "weight_kg": people.weight_kg.astype(np.float32),
            "smoker": people.risks[smoking],
        },
    )


def condition_table(conditions: Conditions, registry: Registry, knowledge: Knowledge) -> pl.DataFrame:
    """Everybody's long-standing diseases."""
    n = len(conditions.person)
    return pl.DataFrame(
        {
            "condition_id": row_ids("condition", registry.number, np.arange(n)),
            "person_id": row_ids("person", registry.number, conditions.person),
            **_disease_columns(conditions.disease, knowledge),
        },
    )


def episode_table(
    cases: Cases, severity: Floats, registry: Registry, knowledge: Knowledge, clock: Clock
) -> tuple[pl.DataFrame, Ints]:
    """The episodes behind the recorded encounters, and the episode id of each case."""
    episode, first, inverse = np.unique(cases.episode, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    case, number = first[order], registry.number
    frame = pl.DataFrame(
        {
            "episode_id": row_ids("episode", number, np.arange(len(case))),
            "person_id": row_ids("person", number, cases.person[case]),
            **_disease_columns(cases.disease[case], knowledge),
            "started_at": moments(clock, cases.registered[case] - 1800),
            "severity": severity[episode[order]].astype(np.float32),
        },
    )
    return frame, row_ids("episode", number, place[inverse])


def _disease_columns(disease: Ints, knowledge: Knowledge) -> dict[str, pl.Series]:
    known = list(knowledge.diseases.values())
    return {
        "disease": words(disease, [one.id for one in known]),
        "code": words(disease, [one.icd10 for one in known]),
    }


def patients(cases: Cases, people: People, registry: Registry, rng: Rng) -> tuple[pl.DataFrame, pl.DataFrame, Ints]:
    """The patient table, the linkage (answer key), and the position of each case's patient in the table."""
    person, case_patient = np.unique(cases.person, return_inverse=True)
    shuffled = rng.permutation(len(person))
    person, case_patient = person[np.argsort(shuffled)], shuffled[case_patient]
    n, number, hospital = len(person), registry.number, registry.hospital
    female = people.female[person]
    district_zh, district_en = _districts(people.district[person], hospital)
    birth = pl.Series(people.birth_day[person].astype(np.int32)).cast(pl.Date)
    address, address_en = addresses(rng, district_zh, district_en)
    patient_id = row_ids("patient", number, np.arange(n))
    frame = pl.DataFrame(
        {
            "patient_id": patient_id,
            "hospital_id": np.full(n, first_id(TABLES["hospital"], number) + 1),
            "mrn": pl.Series(100_000_000 + number * 1_000_000 + np.arange(n) + 1).cast(pl.String).str.slice(1),
            "name": names_zh(rng, female),
            "name_en": names_en(rng, female),
            "sex": enum(female.astype(np.int64), SEX),
            "birth_date": birth,
            "id_number": identity_numbers(people.district[person], birth, female.astype(np.int64)),
            "phone": telephones(rng, n),
            "address": address,
            "address_en": address_en,
            "district": district_zh,
            "district_en": district_en,
            "insurance": enum(choose(rng, np.array(list(INSURED.values())), n), INSURANCE),
        },
    )
    linkage = pl.DataFrame(
        {
            "linkage_id": row_ids("linkage", number, np.arange(n)),
            "patient_id": patient_id,
            "person_id": row_ids("person", number, person),
        },
    )
    return frame, linkage, case_patient


def _districts(district: Ints, hospital: Hospital) -> tuple[pl.Series, pl.Series]:
    return (
        words(district, [one.zh for one in hospital.districts]),
        words(district, [one.en for one in hospital.districts]),
    )
