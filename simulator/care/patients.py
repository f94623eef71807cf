"""The patient index of one hospital, and the truth behind it: persons, their conditions and episodes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import DAY, Floats, Ints, Rng, enum, words
from simulator.care.cases import Cases
from simulator.care.encounters import moments
from simulator.care.prediabetes import prediabetes
from simulator.care.site import Site
from simulator.scenario import District
from simulator.schema import TABLES, first_id, values
from simulator.world.chronic import NOT_KNOWN, filtration
from simulator.world.identity import identity_numbers, telephones
from simulator.world.words import addresses, names_en, names_zh

SEX = tuple(values.SEX)
INSURANCE = tuple(values.INSURANCE)
HOUSEHOLD_ROLE = tuple(values.HOUSEHOLD_ROLE)


def persons(site: Site, rng: Rng) -> pl.DataFrame:
    """Everybody in the catchment."""
    smoking = list(site.knowledge.risk_factors).index("smoking")
    return pl.DataFrame(
        {
            "person_id": site.ids("person", np.arange(len(site.people))),
            "sex": enum(site.people.female.astype(np.int64), SEX),
            "birth_date": pl.Series(site.people.birth_day.astype(np.int32)).cast(pl.Date),
            "district": words(site.people.district, [one.zh for one in site.districts]),
            "height_cm": site.people.height_cm.astype(np.float32),
            "weight_kg": site.people.weight_kg.astype(np.float32),
            "smoker": site.people.risks[smoking],
            "household_id": site.ids("household", site.homes.household),
            "household_role": enum(site.homes.role, HOUSEHOLD_ROLE),
            "urban": site.homes.urban,
            "insurance": enum(site.homes.insurance, INSURANCE),
            "prediabetes": prediabetes(site),
            "egfr": filtration(site.people, site.conditions, site.knowledge, rng).astype(np.float32),
        },
    )


def condition_table(site: Site) -> pl.DataFrame:
    """Everybody's long-standing diseases."""
    held, first = site.conditions, site.clock.first_day
    n = len(held.person)
    known = pl.Series((first + held.known_at // DAY).clip(-(1 << 30), 1 << 30).astype(np.int32)).cast(pl.Date)
    return pl.DataFrame(
        {
            "condition_id": site.ids("condition", np.arange(n)),
            "person_id": site.ids("person", site.conditions.person),
            **_disease_columns(site, site.conditions.disease),
            "onset_on": pl.Series(held.onset_day.astype(np.int32)).cast(pl.Date),
            "aware": held.stage > 0,
            "treated": held.stage > 1,
            "controlled": held.stage > 2,  # noqa: PLR2004  # see Conditions
            "known_on": pl.select(pl.when(pl.Series(held.known_at < NOT_KNOWN)).then(known)).to_series(),
        },
    )


def episode_table(site: Site, cases: Cases, severity: Floats) -> tuple[pl.DataFrame, Ints]:
    """The episodes behind the recorded encounters, and the episode id of each case."""
    episode, first, inverse = np.unique(cases.episode, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    case = first[order]
    frame = pl.DataFrame(
        {
            "episode_id": site.ids("episode", np.arange(len(case))),
            "person_id": site.ids("person", cases.person[case]),
            **_disease_columns(site, cases.disease[case]),
            "started_at": moments(site.clock, cases.registered[case] - 1800),
            "severity": severity[episode[order]].astype(np.float32),
        },
    )
    return frame, site.ids("episode", place[inverse])


def _disease_columns(site: Site, disease: Ints) -> dict[str, pl.Series]:
    known = list(site.knowledge.diseases.values())
    return {
        "disease": words(disease, [one.id for one in known]),
        "code": words(disease, [one.icd10 for one in known]),
    }


@dataclass(frozen=True)
class Known:
    """The people of a network who are anybody's patients: positions (n,) in a random order, and how they register."""

    person: Ints
    identity: pl.DataFrame


def known_people(site: Site, cases: Cases, area: int, rng: Rng, homes: Rng) -> Known:
    """Names, numbers and addresses of all patients of a network; `area`: its position in the scenario.

    homes: the stream of the addresses, which members of a household share.
    """
    known = np.zeros(len(site.people), bool)
    known[cases.person] = True
    person = np.flatnonzero(known)
    person = person[np.argsort(rng.permutation(len(person)))]
    n = len(person)
    female = site.people.female[person]
    district_zh, district_en = _districts(site.people.district[person], site.districts)
    birth = pl.Series(site.people.birth_day[person].astype(np.int32)).cast(pl.Date)
    first, home = np.unique(site.homes.household[person], return_index=True, return_inverse=True)[1:]
    address, address_en = (
        one.gather(home.astype(np.uint32))
        for one in addresses(homes, *_districts(site.people.district[person[first]], site.districts))
    )
    identity = pl.DataFrame(
        {
            "name": names_zh(rng, female),
            "name_en": names_en(rng, female),
            "sex": enum(female.astype(np.int64), SEX),
            "birth_date": birth,
            "id_number": identity_numbers(site.people.district[person], birth, female.astype(np.int64), area),
            "phone": telephones(rng, n),
            "address": address,
            "address_en": address_en,
            "district": district_zh,
            "district_en": district_en,
            "insurance": enum(site.homes.insurance[person], INSURANCE),
        },
    )
    return Known(person, identity)


def patients(site: Site, of_cases: Ints, known: Known) -> tuple[pl.DataFrame, pl.DataFrame, Ints]:
    """One hospital's patients, the linkage (answer key), and the position of each case's patient.

    of_cases: the person of each of its cases.
    """
    here = np.zeros(len(site.people), bool)
    here[of_cases] = True
    rows = np.flatnonzero(here[known.person])
    person, n, number = known.person[rows], len(rows), site.registry.number
    position = np.full(len(site.people), -1)
    position[person] = np.arange(n)
    patient_id = site.ids("patient", np.arange(n))
    frame = known.identity[rows].select(
        pl.Series("patient_id", patient_id),
        pl.Series("hospital_id", np.full(n, first_id(TABLES["hospital"], number) + 1)),
        mrn=pl.Series(100_000_000 + number * 1_000_000 + np.arange(n) + 1).cast(pl.String).str.slice(1),
        **{name: pl.col(name) for name in known.identity.columns},
    )
    linkage = pl.DataFrame(
        {
            "linkage_id": site.ids("linkage", np.arange(n)),
            "patient_id": patient_id,
            "person_id": site.ids("person", person),
        },
    )
    return frame, linkage, position[of_cases]


def _districts(district: Ints, districts: Sequence[District]) -> tuple[pl.Series, pl.Series]:
    return words(district, [one.zh for one in districts]), words(district, [one.en for one in districts])
