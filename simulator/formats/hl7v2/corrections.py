"""ADT A11 and A40, which correct what was said before: no row of a world brings them about, errors of people do.

Vendors and defects make them: a world's records hold no cancelled admission and no patient twice.
"""

import datetime as dt

import polars as pl

from simulator.formats.hl7v2.adt import event, visit
from simulator.formats.hl7v2.segments import identifier, joined, plain, segment
from simulator.formats.hl7v2.view import View, patient


def cancelled_admissions(view: View, encounters: pl.Series, delay: dt.timedelta) -> pl.DataFrame:
    """hospital_id, at, order, text: A11 for these stays, `delay` after each reached its first bed."""
    rows = view.visits.filter(pl.col("encounter_id").is_in(encounters.implode()) & pl.col("admitted_at").is_not_null())
    rows = rows.with_columns(at=pl.col("admitted_at") + delay)
    parts = [
        *segment("EVN", event(view)), pl.col("pid"),
        *segment("PV1", visit(f44=view.time("admitted_at"))),
    ]  # fmt: skip
    return view.messages(rows, "ADT^A11", joined(["A11", plain("encounter_id")]), parts)


def merged(view: View, pairs: pl.DataFrame) -> pl.DataFrame:
    """hospital_id, at, order, text: A40 for each row of patient_id (kept), former_id (given up) and at."""
    known = view.tables["patient"]
    former = known.select(former_id="patient_id", former_mrn="mrn")
    rows = pairs.join(known, on="patient_id").join(former, on="former_id")
    prior = joined([identifier("former_id", "PI"), "~", identifier("former_mrn", "MR")])
    parts = [*segment("EVN", event(view)), *segment("PID", patient()), *segment("MRG", {1: prior})]
    return view.messages(rows, "ADT^A40", joined(["A40", plain("former_id")]), parts)
