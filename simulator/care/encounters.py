"""The encounter, bed stay and diagnosis tables, and the truth they come from."""

import numpy as np
import polars as pl

from simulator.arrays import Bools, Ints, Rng, enum, maybe
from simulator.care.calendar import Clock
from simulator.care.cases import Cases
from simulator.care.complaints import complaints
from simulator.care.flow import Flow
from simulator.care.rules import EMERGENCY, INPATIENT, KINDS
from simulator.care.site import Site
from simulator.care.visits import CAME_DOWN, CAME_UP, SENT_UP
from simulator.schema import TABLES, first_id, values

MODES = tuple(values.ARRIVAL_MODE)
OUTCOMES = tuple(values.OUTCOME)
REASONS = tuple(values.STAY_REASON)
AGAINST_ADVICE, TRANSFERRED = 0.018, 0.012


def row_ids(table: str, hospital: int, rows: Ints) -> Ints:
    """The ids of these row numbers (from 0) of a table."""
    return first_id(TABLES[table], hospital) + 1 + rows


def times(clock: Clock, local: Ints, known: Bools | None = None) -> pl.Series:
    """Local seconds as UTC times; no value where not `known` or not before the end of the period."""
    utc = pl.Series(clock.utc(np.where(local >= clock.end, 0, local)))
    happened = (local < clock.end) if known is None else known & (local < clock.end)
    return maybe(utc.to_numpy(), happened).cast(pl.Datetime("us", "UTC"))


def moments(clock: Clock, local: Ints) -> pl.Series:
    """Local seconds, all within the period, as UTC times."""
    return pl.Series(clock.utc(local)).cast(pl.Datetime("us", "UTC"))


def encounters(site: Site, cases: Cases, rng: Rng) -> pl.DataFrame:
    """One row for each case."""
    n, number = len(cases), site.registry.number
    own = site.ids("encounter", np.arange(n))
    complaint = complaints(site, cases)
    emergency = cases.kind == EMERGENCY
    over = cases.end < site.clock.end
    return pl.DataFrame(
        {
            "encounter_id": own,
            "patient_id": cases.patient_id,
            "hospital_id": np.full(n, first_id(TABLES["hospital"], number) + 1),
            "department_id": site.ids("department", cases.department),
            "doctor_id": maybe(site.ids("staff", cases.doctor), (cases.seen >= 0) & (cases.seen < site.clock.end)),
            "kind": enum(cases.kind, KINDS),
            "arrival_mode": enum(_modes(cases), MODES),
            "age_years": cases.age.astype(np.int16),
            "insurance": enum(cases.insurance, tuple(values.INSURANCE)),
            "complaint_zh": complaint[0],
            "complaint_en": complaint[1],
            "triage_level": enum(
                np.where(emergency & (cases.triaged < site.clock.end), cases.level, -1), tuple(values.TRIAGE_LEVEL)
            ),
            "arrived_at": times(site.clock, cases.arrived, cases.kind != INPATIENT) if n else None,
            "registered_at": moments(site.clock, cases.registered),
            "triaged_at": times(site.clock, cases.triaged, emergency) if n else None,
            "seen_at": times(site.clock, cases.seen, cases.seen >= 0),
            "admitted_at": times(site.clock, cases.admitted, cases.kind == INPATIENT) if n else None,
            "ended_at": times(site.clock, cases.end),
            "outcome": enum(np.where(over, _outcomes(cases, rng), -1), OUTCOMES),
            "previous_encounter_id": maybe(cases.previous_id, cases.previous_id >= 0),
            "cause_id": cases.episode_id,
        },
    )


def _modes(cases: Cases) -> Ints:
    booked = np.where(cases.announced, MODES.index("appointment"), MODES.index("walk_in"))
    emergency = np.where(cases.announced, MODES.index("ambulance"), MODES.index("walk_in"))
    emergency = np.where(cases.referral == CAME_UP, MODES.index("referred_up"), emergency)
    booked = np.where(cases.referral == CAME_UP, MODES.index("referred_up"), booked)
    booked = np.where(cases.referral == CAME_DOWN, MODES.index("referred_down"), booked)
    through = np.where(cases.via == EMERGENCY, MODES.index("from_emergency"), MODES.index("from_outpatient"))
    return np.choose(cases.kind, [booked, emergency, through])


def _outcomes(cases: Cases, rng: Rng) -> Ints:
    u = rng.random(len(cases))
    stay = np.where(u < TRANSFERRED, OUTCOMES.index("transferred"), OUTCOMES.index("home"))
    stay = np.where(u > 1 - AGAINST_ADVICE, OUTCOMES.index("against_advice"), stay)
    result = np.where(cases.kind == INPATIENT, stay, OUTCOMES.index("home"))
    result = np.where(cases.referral == SENT_UP, OUTCOMES.index("referred"), result)
    result = np.where(cases.seen < 0, OUTCOMES.index("left_before_seen"), result)
    result = np.where(cases.admits, OUTCOMES.index("admitted"), result)
    return np.where(cases.died, OUTCOMES.index("died"), result)


def bed_stays(site: Site, cases: Cases, flow: Flow) -> pl.DataFrame:
    """One row for each bed a recorded patient lay in."""
    case_of = np.full(len(flow.admission_visit), -1)
    admitted = np.flatnonzero(cases.admission >= 0)
    case_of[cases.admission[admitted]] = admitted
    rows = np.flatnonzero((case_of[flow.stay_admission] >= 0) & (flow.stay_started < site.clock.end))
    rows = rows[np.lexsort((flow.stay_stage[rows], case_of[flow.stay_admission[rows]]))]
    case, stage, bed = case_of[flow.stay_admission[rows]], flow.stay_stage[rows], flow.stay_bed[rows]
    n = len(rows)
    kinds = np.array([ward.kind == "intensive" for ward in site.registry.hospital.wards], dtype=bool)
    ward = np.repeat(np.arange(len(kinds)), [ward.beds for ward in site.registry.hospital.wards])[bed]
    reason = np.where(stage == 0, 0, np.where(kinds[ward], REASONS.index("step_up"), REASONS.index("step_down")))
    own = site.ids("bed_stay", np.arange(n))
    encounter = site.ids("encounter", case)
    return pl.DataFrame(
        {
            "bed_stay_id": own,
            "encounter_id": encounter,
            "patient_id": cases.patient_id[case],
            "ward_id": site.ids("ward", ward),
            "bed_id": site.ids("bed", bed),
            "reason": enum(reason, REASONS),
            "requested_at": moments(site.clock, flow.stay_requested[rows]),
            "started_at": moments(site.clock, flow.stay_started[rows]),
            "ended_at": times(site.clock, flow.stay_ended[rows]),
            "cause_id": np.where(stage == 0, encounter, np.concatenate([[0], own[:-1]]) if n else own),
        },
    )
