"""Chief complaints: a symptom of the illness and how long it has lasted."""

import numpy as np
import polars as pl

from simulator.arrays import Rng, words
from simulator.care.cases import Cases
from simulator.care.lots import Lots
from simulator.care.site import Site
from simulator.knowledge.catalogue import Symptom

ACUTE = (
    ("1天", "for 1 day"),
    ("2天", "for 2 days"),
    ("3天", "for 3 days"),
    ("5天", "for 5 days"),
    ("1周", "for 1 week"),
)
LONG = (("半年", "for half a year"), ("1年", "for 1 year"), ("3年", "for 3 years"), ("5年", "for 5 years"))
RETURN = ("复诊", "Follow-up visit")


def complaints(site: Site, cases: Cases, rng: Rng) -> tuple[pl.Series, pl.Series]:
    """Chief complaint of each case in Chinese and English; one episode has one complaint, a return visit says so."""
    lots = Lots(int(rng.integers(0, 1 << 62)))
    symptom = _symptoms(site, cases, lots)
    chronic = site.rules.chronic[cases.disease]
    spans = len(ACUTE) + len(LONG)
    u = lots.uniform(cases.episode, cases.disease)
    span = np.where(chronic, len(ACUTE) + np.floor(u * len(LONG)), np.floor(u * len(ACUTE))).astype(np.int64)
    code = np.where(symptom < 0, -1, symptom * spans + span)
    code = np.where(cases.returns, len(site.knowledge.symptoms) * spans, code)
    zh = [f"{'反复' * (n >= len(ACUTE))}{one.zh}{time[0]}" for one, n, time in _every(site)]
    en = [f"{'Recurrent ' + one.en.lower() if n >= len(ACUTE) else one.en} {time[1]}" for one, n, time in _every(site)]
    return words(code, [*zh, RETURN[0]]), words(code, [*en, RETURN[1]])


def _every(site: Site) -> list[tuple[Symptom, int, tuple[str, str]]]:
    return [(one, n, time) for one in site.knowledge.symptoms.values() for n, time in enumerate((*ACUTE, *LONG))]


def _symptoms(site: Site, cases: Cases, lots: Lots) -> np.ndarray:
    """Position of each case's main symptom, by how common it is in the disease; -1 where the knowledge names none."""
    row, at = site.rules.symptoms.expand(cases.disease)
    found = np.full(len(cases), -1)
    if len(row):
        score = site.rules.symptoms_p[at] ** 2 * lots.uniform(cases.episode[row], at)
        best = np.zeros(len(cases))
        np.maximum.at(best, row, score)
        chosen = np.flatnonzero(score == best[row])
        found[row[chosen]] = site.rules.symptoms.items[at[chosen]]
    return found
