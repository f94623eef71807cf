"""Chief complaints: a symptom of the illness and how long it has lasted."""

import numpy as np
import polars as pl

from simulator.arrays import words
from simulator.care.cases import Cases
from simulator.care.lots import Lots
from simulator.care.site import Site
from simulator.knowledge.catalogue import Symptom
from simulator.knowledge.models import Disease

ACUTE = (
    ("1天", "for 1 day"),
    ("2天", "for 2 days"),
    ("3天", "for 3 days"),
    ("5天", "for 5 days"),
    ("1周", "for 1 week"),
)
LONG = (("半年", "for half a year"), ("1年", "for 1 year"), ("3年", "for 3 years"), ("5年", "for 5 years"))
HOURS = (
    ("2小时", "for 2 hours"),
    ("6小时", "for 6 hours"),
    ("半天", "for half a day"),
    ("1天", "for 1 day"),
)
SUDDEN = ("O8", "I21", "I61", "I63", "S", "T")
"""ICD-10 of what brings people within hours: labour, infarction, stroke, injuries, poisoning."""
MONTHS = (
    ("2周", "for 2 weeks"),
    ("1个月", "for 1 month"),
    ("2个月", "for 2 months"),
    ("3个月", "for 3 months"),
    ("6个月", "for 6 months"),
)
SLOW_D = 40
"""Untreated, what takes so many days to double has lasted for weeks when it brings somebody: estimate."""
GRADUAL = ("C", "D0", "D1", "D2", "D3", "D4", "E04", "H02", "H11", "H25", "H26", "I83", "J35", "K40", "L72", "M20",
    "N40", "N81", "N84", "Q")  # fmt: skip
"""ICD-10 of what nobody notices from one day to the next: tumours, cataract, hernia, what is inborn."""
SPANS = (*HOURS, *ACUTE, *LONG, *MONTHS)
RETURN = ("复诊", "Follow-up visit")
NONE, UNAWARE = "no_complaint", ("体检发现异常，无不适", "Found at a check-up, feels well")
"""The symptom of those who feel well, and what they say."""


def complaints(site: Site, cases: Cases) -> tuple[pl.Series, pl.Series]:
    """Chief complaint of each case in Chinese and English; one episode has one complaint, a return visit says so."""
    lots = Lots(site.salt + 1)  # not those of the laboratory
    symptom = _symptoms(site, cases, lots)
    sudden = np.array([one.newborn or one.icd10.startswith(SUDDEN) for one in site.knowledge.diseases.values()])
    slow = np.array([comes_slowly(one) for one in site.knowledge.diseases.values()])
    which = np.where(sudden, 0, np.where(site.rules.chronic, 2, np.where(slow, 3, 1)))[cases.disease]
    length = np.array([len(HOURS), len(ACUTE), len(LONG), len(MONTHS)])
    first = np.cumsum(length) - length
    u, spans = lots.uniform(cases.episode, cases.disease), len(SPANS)
    span = first[which] + np.floor(u * length[which]).astype(np.int64)
    code = np.where(symptom < 0, -1, symptom * spans + span)
    code = np.where(cases.returns, len(site.knowledge.symptoms) * spans, code)
    said = [UNAWARE if one.id == NONE else complaint_words(one, time) for one, time in _every(site)]
    zh, en = [one[0] for one in said], [one[1] for one in said]
    return words(code, [*zh, RETURN[0]]), words(code, [*en, RETURN[1]])


def comes_slowly(disease: Disease) -> bool:
    """Whether it has been there for weeks when it brings somebody."""
    course = disease.physiology
    return disease.icd10.startswith(GRADUAL) or (course is not None and (course.worsens_d or 0) >= SLOW_D)


def complaint_words(symptom: Symptom, time: tuple[str, str]) -> tuple[str, str]:
    """A symptom and how long it has lasted."""
    if time in LONG:
        return f"反复{symptom.zh}{time[0]}", f"Recurrent {symptom.en.lower()} {time[1]}"
    return f"{symptom.zh}{time[0]}", f"{symptom.en} {time[1]}"


def _every(site: Site) -> list[tuple[Symptom, tuple[str, str]]]:
    return [(one, time) for one in site.knowledge.symptoms.values() for time in SPANS]


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
