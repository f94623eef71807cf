"""Prescriptions, drug orders on the wards, and each dose given."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Floats, Ints, Rng, enum, in_order, maybe, repeat, words
from simulator.care.cases import Cases
from simulator.care.encounters import moments, times
from simulator.care.flow import Flow
from simulator.care.queues.asked import LOCAL_ROUTES, suits
from simulator.care.queues.layout import PHARMACY
from simulator.care.rules import CHILD_AGE, INPATIENT
from simulator.care.site import Site
from simulator.schema import values

KINDS = tuple(values.PRESCRIPTION_KIND)
STATUSES = tuple(values.ADMINISTRATION_STATUS)
DISCHARGE = KINDS.index("discharge")
FREQUENCIES = {1: "qd", 2: "bid", 3: "tid", 4: "qid", 6: "q4h", 8: "q3h", 12: "q2h", 24: "q1h"}
USUAL_DAYS = np.array([5.0, 3.0, 60.0, 14.0])
"""Days of a course where the knowledge does not say: clinic, emergency, ward (until stopped), discharge: estimate."""
LASTING_DAYS = 14
"""A drug that the clinic prescribes for so long goes on after a stay; others are only finished: estimate."""
TAKEN_HOME = np.array([0.3, 0.85])
"""Share of oral drugs of the ward that are taken home: those to be finished, and those that go on: estimate."""
CARRIED_ON = frozenset(
    {"anticoagulant", "antiplatelet", "antiepileptic", "antipsychotic", "antidepressant", "antihypertensive"}
    | {"beta blocker", "lipid lowering", "antidiabetic", "antituberculosis"}
)
"""Classes of drugs with which nobody stops on leaving the ward."""
FINISHED_DAYS = 5
"""Days for which a drug that is only to be finished is taken home at most: estimate."""
REVIEWED_DAYS = 7
"""Days written on a ward order that goes on until it is stopped: it is reviewed every week."""
HELD, REFUSED = 0.018, 0.007
HANDING = 2 * MINUTE
"""To hand out what a patient takes home."""


@dataclass(frozen=True)
class Prescribed:
    """Drug orders (n,): local seconds; doses is the number dispensed, for the ward the number due before the end.

    paid, dispensed: -1 where a ward gives the drug; unfetched: the patient gave up waiting for payment or pharmacy.
    """

    case: Ints
    kind: Ints
    drug: Ints
    dose: Floats
    per_day: Floats
    days: Ints
    doses: Ints
    ordered: Ints
    ends: Ints
    paid: Ints
    dispensed: Ints
    unfetched: Bools


def prescribe(site: Site, cases: Cases, flow: Flow, rng: Rng) -> Prescribed:
    """Draw the drugs of every encounter that a doctor saw, ordered by case."""
    drugs = list(site.knowledge.drugs.values())
    case, at = _chosen(site, cases, flow, rng)
    drug = site.rules.drugs.lists.items[at]
    kind = cases.kind[case]
    home = (kind == INPATIENT) & (cases.end[case] < site.clock.end) & ~cases.died[case]
    goes_on = _goes_on(site, cases.disease[case], drug)
    home &= np.array([one.route == "oral" for one in drugs])[drug]
    home &= rng.random(len(case)) < TAKEN_HOME[goes_on.astype(np.int64)]
    again = np.flatnonzero(home)
    case, at, drug, goes_on = (np.concatenate([column, column[again]]) for column in (case, at, drug, goes_on))
    kind = np.concatenate([kind, np.full(len(again), DISCHARGE)])
    dose, fits = doses_for(site, drug, site.rules.drugs.dose[at], cases, case)
    usual = np.array([one.per_day for one in drugs])[drug]
    per_day = np.where(np.isnan(site.rules.drugs.per_day[at]), usual, site.rules.drugs.per_day[at])
    stated = site.rules.drugs.days[at]
    days = np.where(np.isnan(stated), USUAL_DAYS[kind], stated)
    left = np.where(goes_on, np.maximum(days, USUAL_DAYS[DISCHARGE]), np.minimum(days, FINISHED_DAYS))
    days = np.where(kind == DISCHARGE, left, days)
    days = np.maximum(np.round(days), 1).astype(np.int64)
    every = site.rules.drugs.every_s[at]
    per_day = np.where((kind == INPATIENT) & (every > 0), DAY / np.maximum(every, HOUR), per_day)
    ordered = np.maximum(_ordered(case, kind, cases, rng), _due(site, cases, case, kind, at))
    paid, dispensed, unfetched = _fetched(case, kind, cases, flow, ordered)
    ends = np.where(kind == INPATIENT, np.minimum(ordered + days * DAY, cases.end[case]), ordered + days * DAY)
    kept = np.flatnonzero(fits & (ordered < np.minimum(site.clock.end, cases.end[case])))
    kept = kept[in_order(case[kept], ordered[kept])]
    days = np.where((kind == INPATIENT) & np.isnan(stated), REVIEWED_DAYS, days)
    doses = np.ceil(np.maximum(days * per_day, 1)).astype(np.int64)
    columns = (case, kind, drug, dose, per_day, days, doses, ordered, ends, paid, dispensed, unfetched)
    return Prescribed(*(np.asarray(column)[kept] for column in columns))


def _goes_on(site: Site, disease: Ints, drug: Ints) -> Bools:
    """(n,) whether the disease's clinic prescribes the drug for weeks, or nobody stops with its class."""
    rules, kinds = site.rules.drugs, len(site.knowledge.drugs)
    clinic = np.arange(len(site.knowledge.diseases)) * 3
    row, at = rules.lists.expand(clinic)
    lasting = np.flatnonzero(rules.days[at] >= LASTING_DAYS)
    carried_on = np.array([one.drug_class in CARRIED_ON for one in site.knowledge.drugs.values()])
    return carried_on[drug] | np.isin(disease * kinds + drug, row[lasting] * kinds + rules.lists.items[at[lasting]])


def doses_for(site: Site, drug: Ints, stated: Floats, cases: Cases, case: Ints) -> tuple[Floats, Bools]:
    """Single dose in the drug's unit, and whether the drug suits the patient (children only where a dose is known).

    stated: the dose for adults, NaN for the usual one.
    """
    age, weight = cases.age[case], site.people.weight_kg[cases.person[case]]
    drugs = list(site.knowledge.drugs.values())
    adult, least, most = (
        np.array([getattr(one, name) for one in drugs])[drug] for name in ("dose", "dose_min", "dose_max")
    )
    per_kg = np.array([np.nan if one.child_per_kg is None else one.child_per_kg for one in drugs])[drug]
    dose = np.where(np.isnan(stated), adult, stated)
    child = age < CHILD_AGE
    small = _two_figures(np.minimum(per_kg * weight, dose))
    local = np.array([one.route in LOCAL_ROUTES for one in drugs])[drug]
    dose = np.where(child & ~local & ~np.isnan(per_kg), small, np.clip(dose, least, most))
    return dose, suits(site, drug, age)


def _chosen(site: Site, cases: Cases, flow: Flow, rng: Rng) -> tuple[Ints, Ints]:
    """(case, entry of the rules): of visits as they were asked for there, of stays drawn now."""
    seen = (cases.seen >= 0) & (cases.decided < site.clock.end)
    visits, stays = (np.flatnonzero(seen & ((cases.kind == INPATIENT) == stay)) for stay in (False, True))
    row, entry = flow.asked.drugs.of_visits(cases.visit[visits])
    key = cases.disease[stays] * 3 + cases.kind[stays]
    mine, at = site.rules.drugs.drawn(key, np.ones(len(stays)), rng)
    asked = flow.asked.drugs.item[entry].astype(np.int64)
    return np.concatenate([visits[row], stays[mine]]), np.concatenate([asked, at])


def _fetched(case: Ints, kind: Ints, cases: Cases, flow: Flow, ordered: Ints) -> tuple[Ints, Ints, Bools]:
    """When drugs were paid for and dispensed, and whether the patient gave up; what is taken home takes its turn."""
    visit = np.maximum(cases.visit[case], 0)
    waited = flow.times.fetches[visit]
    mine = (kind != INPATIENT) & (kind != DISCHARGE)
    dispensed = np.where(mine, flow.times.dispensed[visit], -1)
    paid = np.where(mine, flow.times.paid_drugs[visit], -1)
    home = np.flatnonzero(kind == DISCHARGE)
    turn = flow.turns.begin(np.full(len(home), PHARMACY), ordered[home], np.zeros(len(home), bool))
    dispensed[home] = np.where(turn + HANDING < cases.end[case[home]], turn + HANDING, -1)
    late = dispensed > cases.end[case]
    return np.where(late, -1, paid), np.where(late, -1, dispensed), mine & waited & (dispensed == -1)


def _two_figures(value: Floats) -> Floats:
    """Rounded to two significant figures, as doses for children are."""
    size = 10.0 ** (np.floor(np.log10(np.maximum(np.nan_to_num(value, nan=1.0), 1e-9))) - 1)
    return np.round(value / size) * size


def _ordered(case: Ints, kind: Ints, cases: Cases, rng: Rng) -> Ints:
    """Local seconds: at the end of a visit, in the first hours of a stay, shortly before discharge."""
    n = len(case)
    room = np.maximum(cases.decided[case] - cases.seen[case], 2 * MINUTE)
    visit = cases.decided[case] - np.minimum(rng.uniform(10, 90, n), room / 2).astype(np.int64)
    ward = cases.seen[case] + (rng.uniform(2, 60, n) * MINUTE).astype(np.int64)
    leaving = cases.end[case] - (rng.uniform(20, 90, n) * MINUTE).astype(np.int64)
    return np.where(
        kind == DISCHARGE, np.maximum(leaving, cases.seen[case] + MINUTE), np.where(kind == INPATIENT, ward, visit)
    )


def _due(site: Site, cases: Cases, case: Ints, kind: Ints, at: Ints) -> Ints:
    """Local seconds at which a pathway begins with the drug on the ward, -1 where there is none."""
    on = (kind == INPATIENT) & ~np.isnan(site.rules.drugs.at_s[at])
    after = np.nan_to_num(site.rules.drugs.at_s[at], nan=0.0).astype(np.int64)
    return np.where(on, cases.admitted[case] + after, -1)


def frequency(per_day: Floats, doses: Ints) -> pl.Series:
    """The usual Latin abbreviation of a number of doses a day."""
    names = [*FREQUENCIES.values(), "qod", "qw", "st"]
    keys = np.array(list(FREQUENCIES))
    nearest = np.abs(per_day[:, None] - keys).argmin(axis=1)
    code = np.where(per_day < 0.3, names.index("qw"), np.where(per_day < 0.8, names.index("qod"), nearest))  # noqa: PLR2004
    return words(np.where(doses <= 1, names.index("st"), code), names)


def medication_orders(
    site: Site,
    made: Prescribed,
    cases: Cases,
) -> pl.DataFrame:
    """The medication order table; on the wards the end is not known before it has come."""
    known = (made.kind != INPATIENT) | (made.ends < site.clock.end)
    ends = maybe(site.clock.utc(made.ends), known).cast(pl.Datetime("us", "UTC"))
    drugs = list(site.knowledge.drugs.values())
    return pl.DataFrame(
        {
            "medication_order_id": site.ids("medication_order", np.arange(len(made.case))),
            "encounter_id": site.ids("encounter", made.case),
            "patient_id": cases.patient_id[made.case],
            "doctor_id": site.ids("staff", cases.doctor[made.case]),
            "kind": enum(made.kind, KINDS),
            "drug_code": words(made.drug, [one.id for one in drugs]),
            "atc": words(made.drug, [one.atc for one in drugs]),
            "name_zh": words(made.drug, [one.zh for one in drugs]),
            "name_en": words(made.drug, [one.en for one in drugs]),
            "dose": made.dose.astype(np.float32),
            "dose_unit": words(made.drug, [one.unit for one in drugs]),
            "route": words(made.drug, [one.route for one in drugs]),
            "frequency": frequency(made.per_day, made.doses),
            "days": np.maximum(made.days, 1).astype(np.int16),
            "quantity": made.doses.astype(np.int32),
            "ordered_at": moments(site.clock, made.ordered),
            "ends_at": ends,
            "paid_at": times(site.clock, made.paid, made.paid >= 0) if len(made.case) else None,
            "dispensed_at": times(site.clock, made.dispensed, made.dispensed >= 0) if len(made.case) else None,
            "cause_id": cases.main[made.case],
        },
    )


@dataclass(frozen=True)
class Doses:
    """Doses (n,): row of the drug order, local seconds due and given, position of the status."""

    order: Ints
    due: Ints
    given: Ints
    status: Ints


def administer(site: Site, made: Prescribed, rng: Rng) -> Doses:
    """Doses due on the wards before now: at 8, 12, 16, 20 by day, or evenly over day and night."""
    ward = np.flatnonzero(made.kind == INPATIENT)
    stop = np.minimum(made.ends[ward], site.clock.end)
    gap = np.maximum(DAY / np.maximum(made.per_day[ward], 0.1), HOUR).astype(np.int64)
    awake = (made.per_day[ward] > 1) & (made.per_day[ward] <= 4)  # noqa: PLR2004  # by day only
    first = made.ordered[ward] + 30 * MINUTE
    row, nth = repeat(np.maximum((stop - first) // gap + 1, 0))
    daily = np.maximum(np.round(made.per_day[ward]), 1).astype(np.int64)
    step = np.where(awake, 12 * HOUR // np.maximum(daily - 1, 1), 0)
    by_clock = (first[row] // DAY + nth // daily[row]) * DAY + 8 * HOUR + step[row] * (nth % daily[row])
    due = np.where((awake | (made.per_day[ward] == 1))[row], by_clock, first[row] + nth * gap[row])
    late = due + (np.abs(rng.normal(0, 14, len(row))) * MINUTE).astype(np.int64)
    inside = (due >= first[row]) & (late < stop[row])
    row, due, late = row[inside], due[inside], late[inside]
    u = rng.random(len(row))
    status = np.where(u < HELD, STATUSES.index("held"), np.where(u < HELD + REFUSED, STATUSES.index("refused"), 0))
    return Doses(ward[row], due, late, status)


def administrations(
    site: Site,
    doses: Doses,
    made: Prescribed,
    cases: Cases,
    rng: Rng,
) -> pl.DataFrame:
    """The administration table; the nurse is one of the department's."""
    order, due, given, status = doses.order, doses.due, doses.given, doses.status
    case = made.case[order]
    first, count = site.registry.nurses[cases.department[case]].T
    nurse = first + (rng.integers(0, 1 << 30, len(order)) % np.maximum(count, 1))
    ids = site.ids("medication_order", order)
    return pl.DataFrame(
        {
            "administration_id": site.ids("administration", np.arange(len(order))),
            "medication_order_id": ids,
            "encounter_id": site.ids("encounter", case),
            "patient_id": cases.patient_id[case],
            "nurse_id": site.ids("staff", nurse),
            "due_at": moments(site.clock, due),
            "given_at": times(site.clock, given, status == 0),
            "dose": made.dose[order].astype(np.float32),
            "dose_unit": words(made.drug[order], [one.unit for one in site.knowledge.drugs.values()]),
            "status": enum(status, STATUSES),
            "cause_id": ids,
        },
    )
