"""Vital signs: once at a visit, by the ward's rounds during a stay, every hour in intensive care."""

import numpy as np
import polars as pl

from simulator.arrays import DAY, HOUR, MINUTE, Floats, Ints, Rng, enum, repeat
from simulator.care.bedside import SIGNS
from simulator.care.cases import Cases
from simulator.care.encounters import moments
from simulator.care.flow import Flow
from simulator.care.rules import EMERGENCY, INPATIENT, OUTPATIENT
from simulator.care.site import Site
from simulator.schema import values

ADULT_CELL = 36
"""Age cell of 35 years: factors on a vital sign are taken on its adult mean."""
AT_CLINIC = 0.45
"""Share of clinic visits at which vital signs are taken: estimate."""
LEAST_URGENT = 3
"""Position of triage level 4: those patients are measured once."""
ROUNDS = np.array([6, 10, 14, 18]) * HOUR
OWN_SHARE = 0.6
FLARE = 0.6
"""Share of a long-standing disease's signs that passes when a flare of it is treated: estimate."""
AVPU = tuple(values.CONSCIOUSNESS)


def rounds(site: Site, cases: Cases, flow: Flow, rng: Rng) -> tuple[Ints, Ints]:
    """(case, local seconds) of every measurement, ordered by case and time."""
    present = np.flatnonzero((cases.seen >= 0) & (cases.seen < site.clock.end) & (cases.kind != INPATIENT))
    at_clinic = present[(cases.kind[present] == OUTPATIENT) & (rng.random(len(present)) < AT_CLINIC)]
    emergency = present[cases.kind[present] == EMERGENCY]
    end = np.minimum(cases.end, site.clock.end)
    again = np.clip((end[emergency] - cases.seen[emergency]) // (2 * HOUR), 0, 24) * (
        cases.level[emergency] < LEAST_URGENT
    )
    row, nth = repeat(again)
    parts = [
        (at_clinic, cases.seen[at_clinic] + rng.integers(10, 200, len(at_clinic))),
        (emergency, cases.registered[emergency] + rng.integers(60, 170, len(emergency))),
        (emergency[row], cases.seen[emergency][row] + (nth + 1) * 2 * HOUR - rng.integers(0, 20 * MINUTE, len(row))),
        _ward_rounds(site, cases, rng),
        _intensive_rounds(site, cases, flow),
    ]
    case, at = (np.concatenate(column) for column in zip(*parts, strict=True))
    kept = np.flatnonzero((at < end[case]) & (at >= cases.registered[case]))
    order = kept[np.lexsort((at[kept], case[kept]))]
    case, at = case[order], at[order]
    new = np.ones(len(case), bool)
    new[1:] = (case[1:] != case[:-1]) | (at[1:] != at[:-1])  # nobody measures twice in one second
    return case[new], at[new]


def _ward_rounds(site: Site, cases: Cases, rng: Rng) -> tuple[Ints, Ints]:
    """On admission, then four rounds a day for the first three days and for the grave, else one in the afternoon."""
    stay = np.flatnonzero((cases.kind == INPATIENT) & (cases.admitted >= 0) & (cases.admitted < site.clock.end))
    first, last = cases.admitted[stay] // DAY, np.minimum(cases.end[stay], site.clock.end) // DAY
    row, nth = repeat((last - first + 1) * len(ROUNDS))
    day, turn = nth // len(ROUNDS), nth % len(ROUNDS)
    busy = (day < 3) | (cases.severity[stay[row]] > 0.7)  # noqa: PLR2004  # the ward's custom: estimate
    kept = busy | (turn == 2)  # noqa: PLR2004  # the round at 14:00
    row, day, turn = row[kept], day[kept], turn[kept]
    at = (first[row] + day) * DAY + ROUNDS[turn] + rng.integers(-20 * MINUTE, 25 * MINUTE, len(row))
    late = at < cases.admitted[stay[row]] + 30 * MINUTE
    arrival = cases.admitted[stay] + rng.integers(5 * MINUTE, 15 * MINUTE, len(stay))
    return np.concatenate([stay, stay[row[~late]]]), np.concatenate([arrival, at[~late]])


def _intensive_rounds(site: Site, cases: Cases, flow: Flow) -> tuple[Ints, Ints]:
    """Every hour in intensive care."""
    case_of = np.full(len(flow.admission_visit) + 1, -1)
    admitted = np.flatnonzero(cases.admission >= 0)
    case_of[cases.admission[admitted]] = admitted
    icu = flow.intensive[flow.stay_admission]
    rows = np.flatnonzero(
        (case_of[flow.stay_admission] >= 0)
        & (icu > 0)
        & (flow.stay_stage == icu - 1)
        & (flow.stay_started < site.clock.end)
    )
    hours = (np.minimum(flow.stay_ended[rows], site.clock.end) - flow.stay_started[rows]) // HOUR
    row, nth = repeat(np.maximum(hours, 0))
    started = flow.stay_started[rows][row]
    return case_of[flow.stay_admission[rows]][row], started - started % HOUR + (nth + 1) * HOUR


def vital_signs(
    site: Site,
    measured: tuple[Ints, Ints],
    cases: Cases,
    rng: Rng,
) -> pl.DataFrame:
    """The vital sign table; measured: (case, local seconds) of each row."""
    case, at = measured
    n = len(case)
    own = rng.standard_normal((len(cases), len(SIGNS)))
    shift = _shifts(site, cases, rng)
    left = _left(case, at, cases)
    sex, cell = cases.female[case].astype(np.int64), cases.cell[case]
    columns = {}
    for k, sign in enumerate(SIGNS):
        z = np.sqrt(OWN_SHARE) * own[case, k] + np.sqrt(1 - OWN_SHARE) * rng.standard_normal(n)
        value = (
            site.bedside.mean[k, sex, cell]
            + site.bedside.sd[k, sex, cell] * z
            + shift[0][case, k] * left
            + shift[1][case, k]
        )
        if sign == "temperature":
            value += 0.2 * np.sin(2 * np.pi * (at % DAY / DAY - 0.42))
        columns[sign] = np.clip(value, site.bedside.lowest[k], site.bedside.highest[k])
    columns["diastolic"] = np.clip(columns["diastolic"], 20, columns["systolic"] - 15)
    awake = _consciousness(case, columns, cases, left, rng)
    first = np.concatenate([[True], case[1:] != case[:-1]]) if n else np.zeros(0, bool)
    weighed = first & ((cases.kind[case] == INPATIENT) | (cases.age[case] < 14))  # noqa: PLR2004  # children's doses go by weight
    weight = pl.Series(site.people.weight_kg[cases.person[case]].astype(np.float32))
    whole = {name: np.round(columns[name]).astype(np.int16) for name in SIGNS[1:]}
    return pl.DataFrame(
        {
            "vital_sign_id": site.ids("vital_sign", np.arange(n)),
            "encounter_id": site.ids("encounter", case),
            "patient_id": cases.patient_id[case],
            "measured_at": moments(site.clock, at),
            "temperature": np.round(columns["temperature"], 1).astype(np.float32),
            **whole,
            "consciousness": enum(awake, AVPU),
            "weight_kg": pl.select(pl.when(pl.Series(weighed)).then(weight)).to_series(),
            "cause_id": site.ids("encounter", case),
        },
    )


def _shifts(site: Site, cases: Cases, rng: Rng) -> tuple[Floats, Floats]:
    """(cases, signs): what passes with the illness, and what stays because the disease is a long-standing one."""
    n = len(cases)
    acute = _one(site, cases.disease, 0.5 + cases.severity, rng)
    chronic = site.bedside.chronic[cases.disease][:, None] > 0
    lasting = np.where(chronic, (1 - FLARE) * acute, 0.0)
    acute = np.where(chronic, FLARE * acute, acute)
    row, nth = repeat(site.conditions.start[cases.person + 1] - site.conditions.start[cases.person])
    other = site.conditions.disease[site.conditions.start[cases.person][row] + nth]
    useful = (other != cases.disease[row]) & ((site.bedside.plus[other] != 0) | (site.bedside.factor[other] != 1)).any(
        axis=1
    )
    row, other = row[useful], other[useful]
    more = _one(site, other, np.full(len(row), 0.6), rng)
    for k in range(len(SIGNS)):
        lasting[:, k] += np.bincount(row, more[:, k], minlength=n)
    return acute, lasting


def _one(site: Site, disease: Ints, strength: Floats, rng: Rng) -> Floats:
    """(n, signs): the shift each disease brings, in the sign's unit."""
    affected = rng.random((len(disease), len(SIGNS))) < site.bedside.share[disease]
    plus, factor = site.bedside.plus[disease], site.bedside.factor[disease]
    moved = plus + (factor - 1) * site.bedside.mean[:, 0, ADULT_CELL]
    noise = site.bedside.spread[disease] * rng.standard_normal(moved.shape) * (moved != 0)
    limit = np.abs(moved) * 0.9
    return np.asarray(affected * (moved + np.clip(noise, -limit, limit)) * strength[:, None])


def _left(case: Ints, at: Ints, cases: Cases) -> Floats:
    """How much of the illness is left, 1 at the beginning; the dying get worse."""
    begin = np.where(cases.kind == INPATIENT, cases.admitted, cases.registered)
    stay = np.minimum(np.maximum(cases.end - begin, DAY), 40 * DAY)
    gone = (at - begin[case]) / stay[case]
    calmer = np.exp(-2.4 * gone)
    worse = 1 + 1.2 * gone
    left = np.where(cases.died[case], worse, calmer)
    return np.where(cases.returns[case], 0.2, left)


def _consciousness(case: Ints, columns: dict[str, Floats], cases: Cases, left: Floats, rng: Rng) -> Ints:
    """Nearly everybody is alert; the gravest are not."""
    score = cases.severity[case] * left + 0.25 * (columns["systolic"] < 85) + 0.25 * (columns["spo2"] < 86)  # noqa: PLR2004  # danger limits of an early-warning score
    score = score + 0.05 * rng.standard_normal(len(case))
    return np.asarray(np.searchsorted(np.array([0.9, 1.1, 1.3]), score))
