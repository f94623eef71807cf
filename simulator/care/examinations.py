"""Imaging studies with their conclusions, and procedures."""

import numpy as np
import polars as pl

from simulator.arrays import Ints, Rng, enum, maybe, words
from simulator.care.cases import Cases
from simulator.care.encounters import moments
from simulator.care.orders import IMAGING, PROCEDURE, Orders
from simulator.care.site import Site
from simulator.schema import values

RESULTS = tuple(values.IMAGING_RESULT)
CHANCE_FINDING = 0.04
"""Share of examinations that show something unrelated to the illness: estimate."""


def studies(site: Site, orders: Orders, cases: Cases, rng: Rng) -> pl.DataFrame:
    """The imaging study table: studies performed and reported within the period."""
    catalogue = list(site.knowledge.imaging.values())
    rows = orders.of(IMAGING, site.clock)
    item = orders.item[rows]
    reported = orders.resulted[rows]
    ready = reported < site.clock.end
    rows, item, reported = rows[ready], item[ready], reported[ready]
    case = orders.case[rows]
    finding, texts = _conclusions(site, cases.disease[case], item, rng), site.findings.texts
    n = len(rows)
    order_id = site.ids("order", rows)
    return pl.DataFrame(
        {
            "imaging_study_id": site.ids("imaging_study", np.arange(n)),
            "order_id": order_id,
            "encounter_id": site.ids("encounter", case),
            "patient_id": cases.patient_id[case],
            "accession_number": "A"
            + pl.Series(site.ids("imaging_study", np.arange(n)) % 10**12).cast(pl.String).str.zfill(12),
            "modality": words(item, [one.modality for one in catalogue]),
            "body_part": words(item, [one.body_part for one in catalogue]),
            "name_zh": words(item, [one.zh for one in catalogue]),
            "name_en": words(item, [one.en for one in catalogue]),
            "started_at": moments(site.clock, orders.done[rows]),
            "reported_at": moments(site.clock, reported),
            "result": enum((finding > 0).astype(np.int64), RESULTS),
            "conclusion_zh": words(finding, [zh for zh, _ in texts]),
            "conclusion_en": words(finding, [en for _, en in texts]),
            "cause_id": order_id,
        },
    )


def _conclusions(site: Site, disease: Ints, item: Ints, rng: Rng) -> Ints:
    """Position in the list of conclusions (0 is normal): the disease's likeliest finding, or a chance one."""
    row, at = site.findings.of(disease, item)
    p = site.findings.p[at]
    shown = rng.random(len(row)) < p
    score = np.where(shown, rng.random(len(row)) * p + 1, 0.0)
    best = np.zeros(len(item))
    np.maximum.at(best, row, score)
    conclusion = np.zeros(len(item), np.int64)
    chosen = shown & (score == best[row])
    conclusion[row[chosen]] = site.findings.lists.items[at[chosen]]
    chance = (conclusion == 0) & (rng.random(len(item)) < CHANCE_FINDING)
    return np.where(chance, site.findings.chance[item], conclusion)


def procedures(site: Site, orders: Orders, cases: Cases) -> pl.DataFrame:
    """The procedure table: procedures finished within the period."""
    catalogue = list(site.knowledge.procedures.values())
    rows = orders.of(PROCEDURE, site.clock)
    rows = rows[orders.ended[rows] < site.clock.end]
    case, item = orders.case[rows], orders.item[rows]
    order_id = site.ids("order", rows)
    return pl.DataFrame(
        {
            "procedure_id": site.ids("procedure", np.arange(len(rows))),
            "order_id": order_id,
            "encounter_id": site.ids("encounter", case),
            "patient_id": cases.patient_id[case],
            "doctor_id": site.ids("staff", cases.doctor[case]),
            "code": words(item, [one.icd9 or "" for one in catalogue]),
            "name_zh": words(item, [one.zh for one in catalogue]),
            "name_en": words(item, [one.en for one in catalogue]),
            "theatre": maybe((orders.theatre[rows] + 1).astype(np.int16), orders.theatre[rows] >= 0),
            "postponed": maybe(orders.postponed[rows].astype(np.int16), orders.theatre[rows] >= 0),
            "started_at": moments(site.clock, orders.done[rows]),
            "ended_at": moments(site.clock, orders.ended[rows]),
            "cause_id": order_id,
        },
    )
