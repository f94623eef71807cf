"""Physiology as arrays: how ill each disease makes, which way it goes, and what an axis does to signs and tests."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats, Ints, Ragged
from simulator.care.assay import Assay
from simulator.care.bedside import SIGNS, Bedside
from simulator.knowledge import Disease, Knowledge
from simulator.knowledge.effects import axis_effects, turns
from simulator.knowledge.models import AXES, EVENTS, Physiology

A, E = len(AXES), len(EVENTS)
HOURS_A_DAY = 24
UNTREATED = 30.0
"""Days until a disease of which the knowledge says nothing else would double: estimate."""
BACKGROUND = 0.003
"""Weight of each event in diseases that do not name it, when one must be chosen: estimate."""
WORST = 4
"""Most axes that one test reads."""


@dataclass(frozen=True)
class Body:
    """Diseases (D), axes (A), events (E), signs (S), tests (T).

    axes: (D, A); halves_h, doubles_h: (D,) hours; risk: (D, E) share of inpatients; weight: (D, E) for choosing one.
    turn: (E, A); driver, recognised_h, ripens_h, fades_h: (E,). signs: (S, A); acuity: (A,).
    test_axis, test_plus, test_log, test_lag: (T, WORST), padded with nought. told_sign (D, S), told_test (D, T): the
    disease itself says how it moves this one. maternity: (D,) adult warning scores do not apply; panels: by event.
    coded_as: (E, 2) the disease as which an event is written down, in others and in the newborn, or -1; coded: (E,).
    """

    axes: Floats
    halves_h: Floats
    doubles_h: Floats
    risk: Floats
    weight: Floats
    turn: Floats
    driver: Ints
    recognised_h: Floats
    ripens_h: Floats
    fades_h: Floats
    signs: Floats
    acuity: Floats
    test_axis: Ints
    test_plus: Floats
    test_log: Floats
    test_lag: Ints
    told_sign: Bools
    told_test: Bools
    maternity: Bools
    panels: Ragged
    coded_as: Ints
    coded: Floats


def lay_out_body(knowledge: Knowledge, bedside: Bedside, assay: Assay) -> Body:
    """Flatten what the knowledge says of physiology."""
    diseases = list(knowledge.diseases.values())
    known = [disease.physiology or assumed(disease) for disease in diseases]
    axes = np.array([[one.axes.get(axis, 0.0) for axis in AXES] for one in known])
    risk = np.array([[one.events.get(event, 0.0) for event in EVENTS] for one in known])
    course, panel = turns(), {name: n for n, name in enumerate(knowledge.panels)}
    driver = np.array([AXES.index(turn.driver) for turn in course])
    signs, acuity = _signs()
    position = {name: n for n, name in enumerate(knowledge.diseases)}
    axis, lag, plus, log = _tests(assay)
    return Body(
        axes=axes,
        halves_h=np.array([one.recovery_d * HOURS_A_DAY for one in known]),
        doubles_h=np.array([(one.worsens_d or UNTREATED) * HOURS_A_DAY for one in known]),
        risk=risk,
        weight=risk + BACKGROUND * (1 + 10 * np.abs(axes[:, driver])),
        turn=np.array([[getattr(turn, axis) for axis in AXES] for turn in course]),
        driver=driver,
        recognised_h=np.array([turn.recognised_h for turn in course]),
        ripens_h=np.array([turn.ripens_h for turn in course]),
        fades_h=np.array([turn.fades_h for turn in course]),
        signs=signs,
        acuity=acuity,
        test_axis=axis,
        test_plus=plus,
        test_log=log,
        test_lag=lag,
        told_sign=(bedside.share > 0) & ((bedside.plus != 0) | (bedside.factor != 1)),
        told_test=assay.share > 0,
        maternity=np.array([disease.family == "maternity" for disease in diseases]),
        panels=Ragged.of([[panel[name] for name in turn.panels.split("|")] for turn in course]),
        coded_as=np.array([[position.get(x or "", -1) for x in (t.diagnosis, t.newborn_diagnosis)] for t in course]),
        coded=np.array([turn.coded for turn in course]),
    )


def assumed(disease: Disease) -> Physiology:
    """Physiology of a disease that does not state its own: read off its findings, fatality and stay."""
    laboratory, signs = disease.findings.laboratory, disease.findings.vital_signs

    def by_test(name: str, full: float) -> float:
        times = laboratory[name].times if name in laboratory else None
        return float(np.clip(np.log(times) / np.log(full), 0, 0.9)) if times else 0.0

    def by_sign(name: str, full: float) -> float:
        return float(np.clip((signs[name].plus or 0.0) / full, 0, 0.9)) if name in signs else 0.0

    found = {
        "infection": max(by_test("crp", 300), by_sign("temperature", 3.0)),
        "lung": by_sign("spo2", -18),
        "heart": max(by_test("troponin_t", 300), by_test("nt_probnp", 60)),
        "kidney": by_test("creatinine", 8),
        "liver": max(by_test("alt", 80), by_test("total_bilirubin", 20)),
        "metabolic": max(by_test("glucose", 6), by_test("fasting_glucose", 6)),
        "pain": by_sign("pain", 10),
    }
    death = disease.fatality.inpatient
    return Physiology(
        axes={axis: round(value, 3) for axis, value in found.items() if value},
        recovery_d=disease.stay.median_d / 2 if disease.stay else 4,
        worsens_d=UNTREATED,
        events={
            "sepsis": round(min(0.03 * found["infection"] + 0.3 * death, 1), 4),
            "respiratory_failure": round(min(0.03 * found["lung"] + 0.2 * death, 1), 4),
            "kidney_injury": round(min(0.008 + 0.05 * found["kidney"], 1), 4),
        },
    )


def _signs() -> tuple[Floats, Floats]:
    """(S, A) what an axis at 1 adds to each sign, and (A,) the points it brings."""
    signs, acuity = np.zeros((len(SIGNS), A)), np.zeros(A)
    for effect in axis_effects():
        if effect.kind == "sign":
            row = acuity if effect.target == "acuity" else signs[SIGNS.index(effect.target)]
            row[AXES.index(effect.axis)] = effect.plus
    return signs, acuity


def _tests(assay: Assay) -> tuple[Ints, Ints, Floats, Floats]:
    """Axis, lag in hours, addition and natural log of the factor, (T, WORST) each; tests not on offer are left out."""
    count = np.zeros(len(assay.log), np.int64)
    axis, lag = np.zeros((len(assay.log), WORST), np.int64), np.zeros((len(assay.log), WORST), np.int64)
    plus, log = np.zeros(axis.shape), np.zeros(axis.shape)
    for effect in axis_effects():
        if effect.kind != "test" or effect.target not in assay.at:
            continue
        test = assay.at[effect.target]
        nth = count[test]
        count[test] += 1
        axis[test, nth], lag[test, nth] = AXES.index(effect.axis), effect.lag_h
        plus[test, nth] = effect.plus or 0.0
        log[test, nth] = np.log(effect.times) if effect.times else 0.0
    return axis, lag, plus, log
