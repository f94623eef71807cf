"""Diagnoses: the main one from the episode, the others from long-standing diseases and complications."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import HOUR, MINUTE, Ints, Rng, enum, repeat, words
from simulator.care.calendar import Clock
from simulator.care.cases import Cases
from simulator.care.encounters import moments, row_ids
from simulator.care.rules import INPATIENT, Rules
from simulator.knowledge import Knowledge
from simulator.schema import values
from simulator.world.people import Conditions
from simulator.world.registry import Registry

WRITTEN_DOWN = np.array([0.12, 0.35, 0.9])
"""Share of a patient's long-standing diseases that a doctor writes down, by setting: estimate."""
ROLES = tuple(values.DIAGNOSIS_ROLE)


@dataclass(frozen=True)
class Diagnosed:
    """Diagnoses before they become a table: case, disease, rank (1 main), local seconds, and the row that caused each."""

    case: Ints
    disease: Ints
    rank: Ints
    at: Ints
    cause: Ints


def diagnose(
    cases: Cases, conditions: Conditions, episode_id: Ints, rules: Rules, registry: Registry, clock: Clock, rng: Rng
) -> Diagnosed:
    """Every encounter that a doctor saw has a main diagnosis; some have others."""
    seen = np.flatnonzero((cases.seen >= 0) & (cases.seen < clock.end))
    main = (seen, cases.disease[seen], cases.decided[seen], episode_id[seen])
    parts = [main, _known(cases, seen, conditions, registry, rng), _complications(cases, seen, episode_id, rules, rng)]
    case, disease, at, cause = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    kept = at < clock.end
    order = np.lexsort((np.arange(len(case))[kept], case[kept]))
    case, disease, at, cause = (column[kept][order] for column in (case, disease, at, cause))
    pair = case * len(rules.chronic) + disease
    first = np.sort(np.unique(pair, return_index=True)[1])
    case, disease, at, cause = case[first], disease[first], at[first], cause[first]
    counts = np.bincount(case, minlength=len(cases))
    _, rank = repeat(counts)
    return Diagnosed(case, disease, rank + 1, at, cause)


def _known(cases: Cases, seen: Ints, conditions: Conditions, registry: Registry, rng: Rng) -> tuple[Ints, ...]:
    person = cases.person[seen]
    row, nth = repeat(conditions.start[person + 1] - conditions.start[person])
    at = conditions.start[person][row] + nth
    case = seen[row]
    written = rng.random(len(case)) < WRITTEN_DOWN[cases.kind[case]]
    case, at = case[written], at[written]
    return case, conditions.disease[at], cases.decided[case] + MINUTE, row_ids("condition", registry.number, at)


def _complications(cases: Cases, seen: Ints, episode_id: Ints, rules: Rules, rng: Rng) -> tuple[Ints, ...]:
    inpatients = seen[cases.kind[seen] == INPATIENT]
    row, at = rules.complications.expand(cases.disease[inpatients])
    case = inpatients[row]
    arises = rng.random(len(case)) < rules.complications_p[at] * (0.5 + cases.severity[case])
    case, at = case[arises], at[arises]
    span = np.minimum(cases.end[case], cases.admitted[case] + 240 * HOUR) - cases.admitted[case]
    when = cases.admitted[case] + (rng.uniform(0.1, 0.7, len(case)) * span).astype(np.int64)
    return case, rules.complications.items[at], when, episode_id[case]


def diagnoses(
    made: Diagnosed, cases: Cases, patient_id: Ints, knowledge: Knowledge, registry: Registry, clock: Clock
) -> pl.DataFrame:
    """The diagnosis table."""
    diseases = list(knowledge.diseases.values())
    number = registry.number
    return pl.DataFrame(
        {
            "diagnosis_id": row_ids("diagnosis", number, np.arange(len(made.case))),
            "encounter_id": row_ids("encounter", number, made.case),
            "patient_id": patient_id[made.case],
            "doctor_id": row_ids("staff", number, cases.doctor[made.case]),
            "role": enum((made.rank > 1).astype(np.int64), ROLES),
            "rank": made.rank.astype(np.int16),
            "code": words(made.disease, [disease.icd10 for disease in diseases]),
            "name_zh": words(made.disease, [disease.zh for disease in diseases]),
            "name_en": words(made.disease, [disease.en for disease in diseases]),
            "diagnosed_at": moments(clock, made.at),
            "cause_id": made.cause,
        },
    )
