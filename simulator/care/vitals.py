"""Vital signs: a healthy value of one's own, moved by the illness, by its turns and by the hour of the day."""

import numpy as np
import polars as pl

from simulator.arrays import DAY, Bools, Floats, Ints, Rng, enum, maybe, repeat
from simulator.care.bedside import SIGNS
from simulator.care.cases import Cases
from simulator.care.encounters import moments
from simulator.care.lots import Lots
from simulator.care.physiology.course import Course
from simulator.care.physiology.news2 import FROM_AGE, news2
from simulator.care.rules import INPATIENT
from simulator.care.site import Site
from simulator.knowledge.models import AXES
from simulator.schema import values
from simulator.world.chronic import SHOWS, SHOWS_AS_REASON

ADULT_CELL = 36
"""Age cell of 35 years: factors on a vital sign are taken on its adult mean."""
OWN_SHARE = 0.6
FLARE = 0.6
"""Share of a long-standing disease's signs that passes when a flare of it is treated: estimate."""
AVPU = tuple(values.CONSCIOUSNESS)
BY_DAY = {"temperature": (0.2, 0.42), "heart_rate": (3.0, 0.35), "systolic": (5.0, 0.35), "diastolic": (3.0, 0.35)}
"""Half the swing between day and night in the sign's unit, and the part of the day at which it crosses its mean."""
SELDOM_ABOVE = {"temperature": 3.2, "heart_rate": 65.0, "respiratory_rate": 18.0}
"""What the body seldom exceeds, above the mean in health for the age; of more only so much is seen: estimate."""
BEYOND = 0.3
OXYGEN_BELOW = np.array([78.0, 84.0, 88.0, 92.0])
OXYGEN_FLOW = np.array([15.0, 8.0, 4.0, 2.0, 0.0])
"""L/min given at these saturations on room air: estimate."""
OXYGEN_GAIN = np.array([12.0, 8.0, 5.0, 3.0, 0.0])
"""Per cent by which that raises the saturation: estimate."""
DROWSY = np.array([0.62, 0.85, 1.05])
"""The state of the brain from which a patient answers to voice, to pain, not at all: estimate."""
SEDATED_FROM = 0.45
"""Failure of the lungs in intensive care from which patients are ventilated and sedated: estimate."""
BRAIN, LUNG, PAIN = AXES.index("brain"), AXES.index("lung"), AXES.index("pain")


def vital_signs(
    site: Site,
    measured: tuple[Ints, Ints],
    cases: Cases,
    course: Course,
    rng: Rng,
) -> pl.DataFrame:
    """The vital sign table; measured: (case, local seconds) of each row, ordered by both."""
    case, at = measured
    n = len(case)
    row = course.row(case, at)
    columns = _signs(site, (case, at, row), cases, course, rng)
    state = course.axes(site.body, cases.disease, case, row)
    first = np.concatenate([[True], case[1:] != case[:-1]]) if n else np.zeros(0, bool)
    need = np.where(first, len(OXYGEN_BELOW), np.searchsorted(OXYGEN_BELOW, columns["spo2"], side="right"))
    columns["spo2"] = np.minimum(columns["spo2"] + OXYGEN_GAIN[need], site.bedside.highest[SIGNS.index("spo2")])
    ventilated = course.intensive(case, at) & (state[:, LUNG] > SEDATED_FROM)
    awake = _consciousness(columns, state, ventilated, rng)
    charted: dict[str, Floats] = {name: np.round(columns[name]) for name in SIGNS}
    charted["temperature"] = np.round(columns["temperature"], 1)
    score = news2(charted, OXYGEN_FLOW[need], awake)
    scored = (cases.age[case] >= FROM_AGE) & ~site.body.maternity[cases.disease[case]]
    weighed = first & ((cases.kind[case] == INPATIENT) | (cases.age[case] < 14))  # noqa: PLR2004  # children's doses go by weight
    weight = pl.Series(site.people.weight_kg[cases.person[case]].astype(np.float32))
    return pl.DataFrame(
        {
            "vital_sign_id": site.ids("vital_sign", np.arange(n)),
            "encounter_id": site.ids("encounter", case),
            "patient_id": cases.patient_id[case],
            "measured_at": moments(site.clock, at),
            "temperature": charted["temperature"].astype(np.float32),
            **{name: charted[name].astype(np.int16) for name in SIGNS[1:]},
            "consciousness": enum(awake, AVPU),
            "oxygen_flow": OXYGEN_FLOW[need].astype(np.float32),
            "pain_score": _pain(state, awake, rng),
            "news2": maybe(score.astype(np.int16), scored),
            "weight_kg": pl.select(pl.when(pl.Series(weighed)).then(weight)).to_series(),
            "cause_id": site.ids("encounter", case),
        },
    )


def _signs(site: Site, measured: tuple[Ints, Ints, Ints], cases: Cases, course: Course, rng: Rng) -> dict[str, Floats]:
    """Each sign as the device would show it on room air; measured: case, local seconds and hour of the course."""
    case, at, row = measured
    body, lots = site.body, Lots(site.salt)
    acute, lasting = shifts(site, cases, lots)
    sex, cell = cases.female[case].astype(np.int64), cases.cell[case]
    left, on_top = course.illness[row], course.extra[row] @ body.signs.T.astype(np.float32)
    by_axes = body.axes @ body.signs.T * ~body.told_sign  # (D, S): what the disease moves without saying so
    columns = {}
    for k, sign in enumerate(SIGNS):
        own = lots.normal(cases.person, np.full(len(cases), k))
        z = np.sqrt(OWN_SHARE) * own[case] + np.sqrt(1 - OWN_SHARE) * rng.standard_normal(len(case))
        value = site.bedside.mean[k, sex, cell] + site.bedside.sd[k, sex, cell] * z
        value += (acute[:, k] + by_axes[cases.disease, k])[case] * left + lasting[case, k] + on_top[:, k]
        if sign in BY_DAY:
            swing, crosses = BY_DAY[sign]
            value += swing * np.sin(2 * np.pi * (at % DAY / DAY - crosses))
        if sign in SELDOM_ABOVE:
            most = site.bedside.mean[k, sex, cell] + SELDOM_ABOVE[sign]
            value = np.minimum(value, most + (value - most) * BEYOND)
        columns[sign] = np.clip(value, site.bedside.lowest[k], site.bedside.highest[k])
    columns["diastolic"] = np.clip(columns["diastolic"], 20, columns["systolic"] - 15)
    return columns


def shifts(site: Site, cases: Cases, lots: Lots) -> tuple[Floats, Floats]:
    """(cases, signs): what passes with the illness, and what stays because the disease is a long-standing one."""
    n = len(cases)
    acute = _one(site, cases.disease, cases.episode, lots)
    acute *= np.where(cases.controlled, SHOWS_AS_REASON, 1.0)[:, None]
    chronic = site.bedside.chronic[cases.disease][:, None] > 0
    lasting = np.where(chronic, (1 - FLARE) * acute, 0.0)
    acute = np.where(chronic, FLARE * acute, acute)
    row, nth = repeat(site.conditions.start[cases.person + 1] - site.conditions.start[cases.person])
    at = site.conditions.start[cases.person][row] + nth
    other = site.conditions.disease[at]
    useful = (other != cases.disease[row]) & ((site.bedside.plus[other] != 0) | (site.bedside.factor[other] != 1)).any(
        axis=1
    )
    row, other = row[useful], other[useful]
    more = SHOWS[site.conditions.stage[at[useful]]][:, None] * _one(site, other, cases.person[row], lots)
    for k in range(len(SIGNS)):
        lasting[:, k] += np.bincount(row, more[:, k], minlength=n)
    return acute, lasting


def _one(site: Site, disease: Ints, who: Ints, lots: Lots) -> Floats:
    """(n, signs): the shift each disease brings in this person or episode, in the sign's unit."""
    shift = np.zeros((len(disease), len(SIGNS)))
    for k in range(len(SIGNS)):
        key = (who, np.full(len(who), k), disease)
        factor = (site.bedside.factor[disease, k] - 1) * site.bedside.mean[k, 0, ADULT_CELL]
        moved = site.bedside.plus[disease, k] + factor
        noise = site.bedside.spread[disease, k] * lots.normal(*key) * (moved != 0)
        limit = np.abs(moved) * 0.9
        shift[:, k] = (moved + np.clip(noise, -limit, limit)) * (lots.uniform(*key) < site.bedside.share[disease, k])
    return shift


def _consciousness(columns: dict[str, Floats], state: Floats, sedated: Bools, rng: Rng) -> Ints:
    """Nearly everybody is alert; shock, want of oxygen and sedation take their part."""
    score = state[:, BRAIN] + 0.25 * (columns["systolic"] < 80) + 0.25 * (columns["spo2"] < 82)  # noqa: PLR2004  # danger limits: estimate
    score = np.maximum(score + 0.03 * rng.standard_normal(len(score)), 0.9 * sedated)
    return np.asarray(np.searchsorted(DROWSY, score))


def _pain(state: Floats, awake: Ints, rng: Rng) -> Ints:
    """(n,) 0..10 as the patient says; whoever does not answer to voice says nothing and is charted with 0."""
    said = 9 * np.maximum(state[:, PAIN], 0) + 0.8 * rng.standard_normal(len(state))
    return np.where(awake > 1, 0, np.clip(np.round(said), 0, 10)).astype(np.int16)
