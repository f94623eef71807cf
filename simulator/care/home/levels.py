"""What the devices of the enrolled show when nothing happens: the levels that clinic and laboratory see too."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.care.bedside import SIGNS
from simulator.care.cases import Cases
from simulator.care.home.layout import HomeLayout
from simulator.care.laboratory import settled_value
from simulator.care.lots import Lots
from simulator.care.site import Site
from simulator.care.vitals import OWN_SHARE, shifts

COAT, BREATH, DEVICE, PHASE, PERIOD = range(7101, 7106)
"""Tell the lots of this step from others of the same person."""
WANDER_D = (25, 80)
"""Days that the slow ups and downs take: estimate/low."""
FASTING = "fasting_glucose"


@dataclass(frozen=True)
class Levels:
    """By enrolment and measure, (E, M): the settled level, what is still on top of it at first, the device's error.

    wave: (2, E, M) how often a day a slow up and down recurs (in radians), and where it begins.
    """

    settled: Floats
    early: Floats
    device: Floats
    wave: Floats


def levels(site: Site, cases: Cases, programme: Ints, layout: HomeLayout) -> Levels:
    """The levels of the patients of these visits, one row each."""
    lots, n, m = Lots(site.salt), len(cases), len(layout.names)
    settled, early = np.zeros((2, n, m))
    signs, passing = _signs(site, cases, lots)
    for name in ("systolic", "diastolic", "heart_rate", "spo2"):
        settled[:, layout.at(name)] = signs[:, SIGNS.index(name)]
        early[:, layout.at(name)] = passing[:, SIGNS.index(name)]
    fasting, figure = settled_value(site, cases, site.assay.at[FASTING]), site.knowledge.home.value
    settled[:, layout.at("glucose_fasting")] = fasting
    settled[:, layout.at("glucose_after_meal")] = figure("after_meal") * fasting + figure("after_meal_rise")
    settled[:, layout.at("weight")] = site.people.weight_kg[cases.person]
    settled[:, layout.at("symptom_score")] = _breathless(site, cases, programme, lots)
    key = [np.repeat(cases.person, m), np.tile(np.arange(m), n)]
    error = lots.normal(*key, np.full(n * m, DEVICE)).reshape(n, m) * layout.errs[0]
    first, last = WANDER_D
    days = first + (last - first) * lots.uniform(*key, np.full(n * m, PERIOD))
    phase = 2 * np.pi * lots.uniform(*key, np.full(n * m, PHASE))
    return Levels(settled, early, error, np.stack([2 * np.pi / days, phase]).reshape(2, n, m))


def _signs(site: Site, cases: Cases, lots: Lots) -> tuple[Floats, Floats]:
    """(E, signs): what lasts, and what passes once the illness of the visit is treated.

    Blood pressure is the reason of the visit and does not pass; at home it is lower than before a doctor.
    """
    sex, n = cases.female.astype(np.int64), len(cases)
    own = np.stack([lots.normal(cases.person, np.full(n, k)) for k in range(len(SIGNS))], axis=1)
    bedside = site.bedside
    usual = bedside.mean[:, sex, cases.cell].T + np.sqrt(OWN_SHARE) * own * bedside.sd[:, sex, cases.cell].T
    passing, lasting = shifts(site, cases, lots)
    signs = usual + lasting
    figure = site.knowledge.home.value
    spread = figure("white_coat_spread")
    coat = np.exp(spread * lots.normal(cases.person, np.full(n, COAT)) - spread**2 / 2)
    for name in ("systolic", "diastolic"):
        k = SIGNS.index(name)
        signs[:, k] += passing[:, k] - figure(f"white_coat_{name}") * coat
        passing[:, k] = 0.0
    return signs, passing


def _breathless(site: Site, cases: Cases, programme: Ints, lots: Lots) -> Floats:
    """(E,) how breathless each is on a usual day, 0 to 10."""
    figure, n = site.knowledge.home.value, len(cases)
    usual = [
        figure(f"breathless_{name}") if name in {"copd", "heart_failure"} else 0.0
        for name in site.knowledge.home.programmes
    ]
    own = figure("breathless_spread") * lots.normal(cases.person, np.full(n, BREATH))
    return np.asarray(np.clip(np.array(usual)[programme] + own, 0, 9))
