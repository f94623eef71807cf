"""Imaging studies with their conclusions, and procedures."""

import numpy as np
import polars as pl

from simulator.arrays import Ints, enum, maybe, words
from simulator.care.cases import Cases
from simulator.care.encounters import moments
from simulator.care.lots import Lots
from simulator.care.orders import IMAGING, PROCEDURE, Orders
from simulator.care.site import Site
from simulator.schema import values

RESULTS = tuple(values.IMAGING_RESULT)
CHANCE_FINDING = 0.04
"""Share of examinations that show something harmless and unrelated to the illness: estimate."""
NEARLY = 0.1
"""Of findings that are so nearly as likely, either may be the one reported: estimate."""
GROWN = 18
"""Age from which that happens, years."""


def studies(site: Site, orders: Orders, cases: Cases) -> pl.DataFrame:
    """The imaging study table: studies performed and reported within the period."""
    catalogue = list(site.knowledge.imaging.values())
    rows = orders.of(IMAGING, site.clock)
    item = orders.item[rows]
    reported = orders.resulted[rows]
    ready = reported < site.clock.end
    rows, item, reported = rows[ready], item[ready], reported[ready]
    case = orders.case[rows]
    finding, texts = _conclusions(site, cases, case, item), site.findings.texts
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


def _conclusions(site: Site, cases: Cases, case: Ints, item: Ints) -> Ints:
    """Position in the list of conclusions (0 is normal): the disease's likeliest finding, or a chance one.

    An examination that is repeated in the same illness shows the same again.
    """
    lots, episode = Lots(site.salt + 2), cases.episode[case]  # not those of the laboratory, nor of complaints
    row, at = site.findings.of(cases.disease[case], item)
    p = site.findings.p[at]
    shown = lots.uniform(episode[row], at) < p
    score = np.where(shown, p + NEARLY * lots.uniform(episode[row], at, np.ones_like(at)), 0.0)
    best = np.zeros(len(item))
    np.maximum.at(best, row, score)
    conclusion = np.zeros(len(item), np.int64)
    chosen = shown & (score == best[row])
    conclusion[row[chosen]] = site.findings.lists.items[at[chosen]]
    unlucky = lots.uniform(cases.person[case], item, np.full(len(item), 2)) < CHANCE_FINDING
    chance = (conclusion == 0) & (cases.age[case] >= GROWN) & unlucky
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
