"""Diagnoses: the main one from the episode, the others from long-standing diseases and complications."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import HOUR, MINUTE, Ints, Rng, enum, repeat, words
from simulator.care.cases import Cases
from simulator.care.encounters import moments
from simulator.care.physiology.course import Course
from simulator.care.physiology.tables import begun
from simulator.care.rules import INPATIENT
from simulator.care.site import Site
from simulator.knowledge.codes import code_keys
from simulator.payment.drg import grades
from simulator.schema import values

WRITTEN_DOWN = np.array([0.12, 0.35, 0.9])
"""Share of the long-standing diseases a patient knows of that a doctor writes down, by setting: estimate."""
SOON = 10 * MINUTE
"""From recognising a turn for the worse to writing it down: estimate."""
ROLES = tuple(values.DIAGNOSIS_ROLE)


@dataclass(frozen=True)
class Diagnosed:
    """Diagnoses before they become a table: case, disease, rank (1 main), local seconds, id of the cause."""

    case: Ints
    disease: Ints
    rank: Ints
    at: Ints
    cause: Ints


def diagnose(site: Site, cases: Cases, course: Course, rng: Rng) -> Diagnosed:
    """Every encounter that a doctor saw has a main diagnosis; some have others, also for turns for the worse."""
    seen = np.flatnonzero((cases.seen >= 0) & (cases.seen < site.clock.end))
    main = (seen, cases.disease[seen], np.maximum(cases.decided, cases.seen)[seen], cases.episode_id[seen])
    parts = [main, _known(site, cases, seen, rng), _complications(site, cases, seen, rng)]
    parts.append(_events(site, cases, course, rng))
    case, disease, at, cause = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    kept = at < site.clock.end
    order = np.argsort(case[kept], kind="stable")
    case, disease, at, cause = (column[kept][order] for column in (case, disease, at, cause))
    pair = case * len(site.rules.chronic) + disease
    first = np.sort(np.unique(pair, return_index=True)[1])
    case, disease, at, cause = case[first], disease[first], at[first], cause[first]
    counts = np.bincount(case, minlength=len(cases))
    _, rank = repeat(counts)
    return Diagnosed(case, disease, rank + 1, at, cause)


def _known(site: Site, cases: Cases, seen: Ints, rng: Rng) -> tuple[Ints, ...]:
    person = cases.person[seen]
    row, nth = repeat(site.conditions.start[person + 1] - site.conditions.start[person])
    at = site.conditions.start[person][row] + nth
    case = seen[row]
    written = rng.random(len(case)) < WRITTEN_DOWN[cases.kind[case]]
    written &= site.conditions.known_at[at] < np.minimum(cases.end[case], site.clock.end) - MINUTE
    case, at = case[written], at[written]
    return (
        case,
        site.conditions.disease[at],
        np.maximum(np.maximum(cases.decided, cases.seen)[case], site.conditions.known_at[at]) + MINUTE,
        site.ids("condition", at),
    )


def _complications(site: Site, cases: Cases, seen: Ints, rng: Rng) -> tuple[Ints, ...]:
    inpatients = seen[cases.kind[seen] == INPATIENT]
    row, at = site.rules.complications.expand(cases.disease[inpatients])
    case = inpatients[row]
    arises = rng.random(len(case)) < site.rules.complications_p[at] * (0.5 + cases.severity[case])
    case, at = case[arises], at[arises]
    span = np.minimum(cases.end[case], cases.admitted[case] + 240 * HOUR) - cases.admitted[case]
    when = cases.admitted[case] + (rng.uniform(0.1, 0.7, len(case)) * span).astype(np.int64)
    return case, site.rules.complications.items[at], when, cases.episode_id[case]


def _events(site: Site, cases: Cases, course: Course, rng: Rng) -> tuple[Ints, ...]:
    """Turns for the worse that a doctor recognised and wrote down as a disease of their own."""
    case, event = begun(course, cases, site.clock)
    told = (course.begin[case] + course.recognised[case, event] * HOUR).astype(np.int64)
    newborn = np.array([disease.newborn for disease in site.knowledge.diseases.values()])[cases.disease[case]]
    disease = site.body.coded_as[event, newborn.astype(np.int64)]
    written = (rng.random(len(case)) < site.body.coded[event]) & (disease >= 0) & (cases.kind[case] == INPATIENT)
    row = np.flatnonzero(written & (told + SOON < cases.end[case]))
    when = np.maximum(told, cases.seen[case])[row] + SOON
    return case[row], disease[row], when, site.ids("deterioration", row)


def burden(site: Site, made: Diagnosed, cases: Cases) -> Ints:
    """The gravest complication or comorbidity of each case as the groups see it: 2 major, 1 other, 0 none."""
    keys = code_keys(disease.icd10 for disease in site.knowledge.diseases.values())
    other = made.rank > 1
    return grades(made.case[other], keys[made.disease[other]], keys[cases.disease], site.knowledge.payment)


def diagnoses(site: Site, made: Diagnosed, cases: Cases) -> pl.DataFrame:
    """The diagnosis table."""
    diseases = list(site.knowledge.diseases.values())
    return pl.DataFrame(
        {
            "diagnosis_id": site.ids("diagnosis", np.arange(len(made.case))),
            "encounter_id": site.ids("encounter", made.case),
            "patient_id": cases.patient_id[made.case],
            "doctor_id": site.ids("staff", cases.doctor[made.case]),
            "role": enum((made.rank > 1).astype(np.int64), ROLES),
            "rank": made.rank.astype(np.int16),
            "code": words(made.disease, [disease.icd10 for disease in diseases]),
            "name_zh": words(made.disease, [disease.zh for disease in diseases]),
            "name_en": words(made.disease, [disease.en for disease in diseases]),
            "diagnosed_at": moments(site.clock, made.at),
            "cause_id": made.cause,
        },
    )
