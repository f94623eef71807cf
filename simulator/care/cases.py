"""The encounters that are recorded, one row each with everything the records are drawn from; times in local seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from simulator.arrays import DAY, MINUTE, Bools, Floats, Ints, Rng
from simulator.care.calendar import ages
from simulator.care.episodes import Episodes
from simulator.care.flow import Flow
from simulator.care.lives import NEVER, possible
from simulator.care.rules import EMERGENCY, INPATIENT
from simulator.care.site import Site
from simulator.care.visits import CAME_DOWN, CAME_UP, NO_REFERRAL, SENT_UP, Visits
from simulator.knowledge.healthy import age_cell
from simulator.world.people import DAYS_A_YEAR

NOBODY = -1


def _not_yet() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Cases:
    """Encounters (n,) in order of registration.

    seen, admitted: -1 where it did not happen; end: the time it ended, or will (NEVER for a patient without a bed).
    place: position of the hospital in its network; referral: what the encounter has to do with one, see visits.py;
    previous_id: id of the visit that led to an admission, or -1, and via its kind; admission, visit: its row among
    those of Flow, or -1; announced: see visits.py; again: when the same person is next here, or NEVER; main: id of the
    main diagnosis, or of the encounter while it has none; stay_number: which stay of the patient in this hospital, 0
    for a visit; burden: of complications, see diagnoses.py; controlled: whether the reason is a long-standing disease
    under control. Those without a value are filled in as those tables are made.
    """

    person: Ints
    episode: Ints
    disease: Ints
    kind: Ints
    department: Ints
    arrived: Ints
    registered: Ints
    triaged: Ints
    seen: Ints
    decided: Ints
    admitted: Ints
    end: Ints
    doctor: Ints
    level: Ints
    announced: Bools
    severity: Floats
    tests: Bools
    returns: Bools
    admits: Bools
    referral: Ints
    place: Ints
    died: Bools
    intensive: Ints
    previous_id: Ints
    via: Ints
    again: Ints
    admission: Ints
    visit: Ints
    age: Ints
    cell: Ints
    female: Bools
    patient_id: Ints = field(default_factory=_not_yet)
    episode_id: Ints = field(default_factory=_not_yet)
    main: Ints = field(default_factory=_not_yet)
    insurance: Ints = field(default_factory=_not_yet)
    stay_number: Ints = field(default_factory=_not_yet)
    burden: Ints = field(default_factory=_not_yet)
    controlled: Bools = field(default_factory=lambda: np.zeros(0, bool))

    def __len__(self) -> int:
        """How many encounters."""
        return len(self.person)

    def part(self, first: int, last: int) -> "Cases":
        """The cases first..last-1."""
        return Cases(**{name: getattr(self, name)[first:last] for name in Cases.__dataclass_fields__})

    def take(self, rows: Ints) -> "Cases":
        """Some cases in this order."""
        return Cases(**{name: getattr(self, name)[rows] for name in Cases.__dataclass_fields__})


def case_rows(site: Site, flow: Flow, visits: Visits, episodes: Episodes, rng: Rng) -> pl.DataFrame:
    """One hospital's visits and admissions; `previous` is the visit's row in this table."""
    return pl.concat([_visit_rows(site, flow, visits, episodes, rng), _admission_rows(site, flow, visits, episodes)])


def gather_cases(sites: Sequence[Site], tables: Sequence[pl.DataFrame]) -> Cases:
    """Join a network's rows, drop what nobody could have lived through, keep what touches the period."""
    site = sites[0]
    before = np.cumsum([0, *(len(one) for one in tables)])
    table = pl.concat(
        one.with_columns(
            place=pl.lit(place, pl.Int64),
            previous=pl.when(pl.col("previous") >= 0).then(pl.col("previous") + before[place]).otherwise(NOBODY),
        )
        for place, one in enumerate(tables)
    )
    table = table.with_columns(row=pl.int_range(pl.len()))
    table = _referred(possible(site, table))
    table = table.filter(_touches(site, table)).sort("registered", "row", maintain_order=True)
    position = np.full(int(table["row"].max() or 0) + 1, NOBODY)  # type: ignore[arg-type]  # row numbers
    position[table["row"].to_numpy()] = np.arange(len(table))
    previous = table["previous"].to_numpy()
    previous = np.where(previous >= 0, position[np.minimum(previous, len(position) - 1)], NOBODY)
    column = {name: table[name].to_numpy() for name in table.columns if name not in {"row", "previous", "start"}}
    person = column["person"]
    day = site.clock.day_number(column["registered"])
    return Cases(
        **column,
        previous_id=np.where(previous >= 0, encounter_ids(sites, column["place"])[previous], NOBODY)
        if len(person)
        else previous,
        via=np.where(previous >= 0, column["kind"][previous], NOBODY) if len(person) else previous,
        again=_next_start(person, table["start"].to_numpy()),
        age=ages(site.people.birth_day[person], day),
        cell=age_cell((day - site.people.birth_day[person]) / DAYS_A_YEAR),
        female=site.people.female[person],
    )


def stay_numbers(admitted: Ints, patient_id: Ints) -> Ints:
    """Which stay of its patient each case is, from 1 in order of admission; 0 for visits and who never got a bed.

    Who waits at home may be admitted as an emergency meanwhile: registration gives another order than admission.
    """
    stays = np.flatnonzero(admitted >= 0)
    order = stays[np.lexsort((admitted[stays], patient_id[stays]))]
    _, first, counts = np.unique(patient_id[order], return_index=True, return_counts=True)
    number = np.zeros(len(admitted), np.int64)
    number[order] = np.arange(len(order)) - np.repeat(first, counts) + 1
    return number


def encounter_ids(sites: Sequence[Site], place: Ints) -> Ints:
    """The encounter id of each case of a network, in order of registration."""
    made = np.zeros(len(place), np.int64)
    for number, site in enumerate(sites):
        rows = np.flatnonzero(place == number)
        made[rows] = site.ids("encounter", np.arange(len(rows)))
    return made


def _referred(table: pl.DataFrame) -> pl.DataFrame:
    """The same without aftercare before the treatment, and without coming from where somebody never was."""
    referral, start = pl.col("referral"), pl.col("start")
    if not (table["referral"] != NO_REFERRAL).any():
        return table
    treats = ~referral.is_in([SENT_UP, CAME_DOWN]) & ~pl.col("returns")
    since = table.group_by("episode").agg(
        sent=pl.col("end").filter((referral == SENT_UP) & (pl.col("seen") >= 0)).min(),
        treated=pl.col("end").filter(treats).max(),
    )
    known = table.join(since, on="episode", how="left", maintain_order="left")
    known = known.filter((referral != CAME_DOWN) | (pl.col("treated") <= start).fill_null(value=True))
    came = pl.when(referral == CAME_UP).then("sent").when(referral == CAME_DOWN).then("treated")
    real = (referral == SENT_UP) | (came <= start).fill_null(value=False)
    alone = ~real & (referral == CAME_UP)  # nobody sent them, so no ambulance did either
    return known.with_columns(
        referral=pl.when(real).then(referral).otherwise(NO_REFERRAL), announced=pl.col("announced") & ~alone
    ).drop("sent", "treated")


def _next_start(person: Ints, start: Ints) -> Ints:
    """When each case's person is next in the hospital, local seconds; NEVER if not in this run."""
    order = np.lexsort((start, person))
    again = np.full(len(person), NEVER)
    same = person[order][1:] == person[order][:-1]
    again[order[:-1][same]] = start[order[1:][same]]
    return again


def _visit_rows(site: Site, flow: Flow, visits: Visits, episodes: Episodes, rng: Rng) -> pl.DataFrame:
    n = len(visits)
    first_doctor, doctors = site.registry.doctors[visits.department].T
    times = flow.times.wide()
    turn = visits.arrival // DAY * site.registry.posts[visits.department] + times.doctor
    bed_from = np.full(n, NEVER)
    first = flow.stay_stage == 0
    bed_from[flow.admission_visit[flow.stay_admission[first]]] = flow.stay_started[first]
    emergency_admission = visits.admits & (visits.kind == EMERGENCY)
    decided = np.where(times.seen < 0, times.left, times.decided)
    disease = episodes.disease[visits.episode]
    dies = (
        (visits.kind == EMERGENCY)
        & ~visits.admits
        & (visits.referral != SENT_UP)
        & (rng.random(n) < site.rules.fatality[disease, 0])
        & (times.seen >= 0)
    )
    return pl.DataFrame(
        {
            "person": episodes.person[visits.episode],
            "episode": visits.episode,
            "disease": disease,
            "kind": visits.kind,
            "department": visits.department,
            "arrived": visits.arrival,
            "registered": times.registered,
            "triaged": times.triaged,
            "seen": times.seen,
            "decided": decided,
            "admitted": np.full(n, -1),
            "end": np.where(emergency_admission, bed_from, np.where(dies, decided, times.left)),
            "doctor": np.where(times.doctor < 0, NOBODY, first_doctor + turn % doctors),
            "level": visits.level,
            "announced": visits.announced,
            "severity": episodes.severity[visits.episode],
            "tests": visits.tests & (times.seen >= 0),
            "returns": visits.returns,
            "admits": visits.admits,
            "referral": visits.referral,
            "died": dies,
            "intensive": np.zeros(n, np.int64),
            "previous": np.full(n, NOBODY),
            "admission": np.full(n, NOBODY),
            "visit": np.arange(n),
            "start": visits.arrival,
        },
    ).filter(pl.Series(flow.comes))


def _admission_rows(site: Site, flow: Flow, visits: Visits, episodes: Episodes) -> pl.DataFrame:
    n, visit = len(flow.admission_visit), flow.admission_visit
    first_doctor, doctors = site.registry.doctors[flow.department].T
    admitted, last = np.full(n, -1), np.zeros(n, np.int64)
    first = flow.stay_stage == 0
    admitted[flow.stay_admission[first]] = flow.stay_started[first]
    np.maximum.at(last, flow.stay_admission, flow.stay_ended)
    has_bed = np.zeros(n, bool)
    has_bed[flow.stay_admission] = True
    end = np.where(has_bed, last, NEVER)
    from_emergency = visits.kind[visit] == EMERGENCY
    table = pl.DataFrame(
        {
            "person": episodes.person[visits.episode[visit]],
            "episode": visits.episode[visit],
            "disease": episodes.disease[visits.episode[visit]],
            "kind": np.full(n, INPATIENT),
            "department": flow.department,
            "arrived": np.full(n, -1),
            "registered": flow.requested,
            "triaged": np.full(n, -1),
            "seen": np.where(has_bed, admitted + 20 * MINUTE, -1),
            "decided": np.where(has_bed, admitted, flow.requested),
            "admitted": admitted,
            "end": end,
            "doctor": first_doctor + flow.turn % doctors,
            "level": np.full(n, -1),
            "announced": np.zeros(n, bool),
            "severity": episodes.severity[visits.episode[visit]],
            "tests": np.ones(n, bool),
            "returns": np.zeros(n, bool),
            "admits": np.zeros(n, bool),
            "referral": np.full(n, NO_REFERRAL),
            "died": flow.died,
            "intensive": flow.intensive,
            "previous": (np.cumsum(flow.comes) - 1)[visit],
            "admission": np.arange(n),
            "visit": np.full(n, NOBODY),
            "start": np.where(has_bed, admitted, flow.requested),
        },
    )
    return table.filter(pl.Series(has_bed | from_emergency))


def _touches(site: Site, table: pl.DataFrame) -> pl.Series:
    """Rows that lie in the period, are still open at its end, or led to such an admission."""
    inside = (table["registered"] >= site.clock.begin) | (
        (table["kind"] == INPATIENT) & (table["end"] >= site.clock.begin)
    )
    led = table["row"].is_in(table.filter(inside)["previous"].implode())
    return (inside | led) & (table["registered"] < site.clock.end)
