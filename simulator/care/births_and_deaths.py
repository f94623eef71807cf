"""The births and deaths of a network's people, as its hospitals and the registry office together know them."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Floats, Ints, Rng, enum
from simulator.care.cases import Cases, encounter_ids
from simulator.care.encounters import moments
from simulator.care.lives import BEFORE_BIRTH
from simulator.care.rules import DELIVERIES, INPATIENT
from simulator.care.site import Site
from simulator.schema import values
from simulator.world.people import NEVER_DIES
from simulator.world.vital_events import IN_HOSPITAL, NOBODY, Births, place_of_death

LABOUR = 0.2
"""Part of a stay, of which no more than two days count, after which the child is born: estimate/low."""
TO_THE_CHILD = 35 * MINUTE
"""From the hour of a caesarean on the pathway until the child is out: to the theatre, and ten minutes: estimate."""


def deliveries(site: Site, cases: Cases) -> tuple[Ints, Ints, Ints]:
    """Mother, local second and case of each birth on the wards; twins are not told apart."""
    delivers = _coded(site, DELIVERIES)[cases.disease] & (cases.kind == INPATIENT) & (cases.admitted >= 0)
    case = np.flatnonzero(delivers)
    stay = np.minimum(cases.end[case] - cases.admitted[case], 2 * DAY)
    cut = _cut_s(site)[cases.disease[case]]
    at = cases.admitted[case] + np.where(np.isnan(cut), LABOUR * stay, cut).astype(np.int64)
    inside = at < site.clock.end
    mother, first = np.unique(cases.person[case[inside]], return_index=True)
    return mother, at[inside][first], case[inside][first]


def _cut_s(site: Site) -> Floats:
    """(D,) seconds after admission at which the child is out where the pathway of a delivery is an operation."""
    steps = [
        [step.at_h for step in one.pathway if step.item == "caesarean_section" and step.p == 1]
        for one in site.knowledge.diseases.values()
    ]
    return np.array([hours[0] * HOUR + TO_THE_CHILD if hours else np.nan for hours in steps])


def cannot_deliver_elsewhere(site: Site, cases: Cases) -> Bools:
    """(people,): who lies in a hospital of the network, is under its care for a pregnancy, or dies."""
    found = site.people.dies_at < NEVER_DIES
    pregnant = _coded(site, (*DELIVERIES, *BEFORE_BIRTH, "O"))[cases.disease]
    found[cases.person[pregnant | (cases.kind == INPATIENT) | cases.died]] = True
    return found


def first_registered(site: Site, cases: Cases) -> Ints:
    """(people,): the local second at which each is first registered anywhere, or NEVER_DIES."""
    first = np.full(len(site.people), NEVER_DIES)
    np.minimum.at(first, cases.person, cases.registered)
    return first


def _coded(site: Site, codes: tuple[str, ...]) -> Bools:
    return np.array([disease.icd10.startswith(codes) for disease in site.knowledge.diseases.values()])


def birth_table(members: Sequence[Site], cases: Cases, births: Births) -> pl.DataFrame:
    """All births of the period and the warm-up."""
    site = members[0]
    return pl.DataFrame(
        {
            "birth_id": site.ids("birth", np.arange(len(births.child))),
            "person_id": site.ids("person", births.child),
            "mother_id": _present(site.ids("person", births.mother), births.mother),
            "born_at": moments(site.clock, births.at),
            "place": enum(births.place, tuple(values.BIRTH_PLACE)),
            "encounter_id": _encounters(members, cases, births.case),
        }
    )


def death_table(members: Sequence[Site], cases: Cases, rng: Rng) -> pl.DataFrame:
    """Deaths in the network's hospitals, then those outside of people who did not die there."""
    site = members[0]
    case = np.flatnonzero(cases.died & (cases.end < site.clock.end))
    outside = site.people.dies_at < site.clock.end
    outside[cases.person[case]] = False
    person = np.flatnonzero(outside)
    places = place_of_death(len(person), site.knowledge, rng)
    who = np.concatenate([cases.person[case], person])
    return pl.DataFrame(
        {
            "death_id": site.ids("death", np.arange(len(who))),
            "person_id": site.ids("person", who),
            "died_at": moments(site.clock, np.concatenate([cases.end[case], site.people.dies_at[person]])),
            "place": enum(np.concatenate([np.full(len(case), IN_HOSPITAL), places]), tuple(values.DEATH_PLACE)),
            "encounter_id": _encounters(members, cases, np.concatenate([case, np.full(len(person), NOBODY)])),
        }
    )


def _encounters(members: Sequence[Site], cases: Cases, case: Ints) -> pl.Series:
    ids = np.concatenate([encounter_ids(members, cases.place), [NOBODY]])
    return _present(ids[case], case)


def _present(ids: Ints, of: Ints) -> pl.Series:
    return pl.select(pl.when(pl.Series(of != NOBODY)).then(pl.Series(ids))).to_series()
