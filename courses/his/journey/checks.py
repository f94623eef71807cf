"""How module 1.1 is marked, and what one learner's data are."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl

from grading.checks import as_list, as_table, data, item, points
from grading.errors import AnswerError

ZONE = "Asia/Shanghai"
DAYS, SETTLE_DAYS = 7, 4
"""Days of a learner's window; days from its end to the export, when some are still inpatients."""
CLINICS = 2
POTASSIUM = "2823-3"
LONGEST = 8
"""The complaint comes from one of so many who waited longest."""
SLOW_HOURS, SLOW_MIN = 7, (55, 95)
"""Defect `slow_clock`: for so long, the laboratory's clock is so many minutes slow."""
LATE_ENTRIES, LATE_SCANS, EARLY_REPORTS, LOST_TUBES = 4, 3, 3, 4
"""Defects: an order written up after the specimen, a tube scanned only after it had arrived, a report signed before
its study, a tube without any result."""
STEPS = {
    "of_visits": ("registered", "triaged", "seen", "left"),
    "of_orders": ("ordered", "prescribed"),
    "of_lab": ("collected", "received", "resulted"),
    "of_imaging": ("performed", "reported"),
    "of_stays": ("admitted", "discharged", "settled"),
}
"""The parts of item 3, and the activities each is about."""


# --- the data of one learner


@data
def files(world: Mapping[str, pl.DataFrame], rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """A week of the emergency department and two clinics, as the hospital's systems export them."""
    visits = _some_visits(world["encounter"], rng)
    tables = _exports(world, visits)
    seed = int(rng.integers(2**32))
    tables["lab"] = _lost_tubes(tables["lab"], rng)
    _slow_clock(tables["lab"], rng)
    _late_scans(tables["lab"], rng)
    _late_entries(tables, rng)
    _early_reports(tables["imaging"], rng)
    tables["complaint"] = _complaint(tables, rng)
    return {f"{name}.csv": _disguised(table, tables, seed) for name, table in tables.items()}


def _some_visits(encounters: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Visits registered in a window of days at the emergency department and some of the clinics."""
    kind, day = pl.col("kind").cast(pl.String), _local("registered_at").dt.date()
    visits = encounters.filter(kind != "inpatient", pl.col("ended_at").is_not_null()).with_columns(day=day)
    first = _first_day(visits.filter(kind == "emergency")["day"], rng)
    visits = visits.filter(pl.col("day").is_between(first, first + timedelta(days=DAYS - 1)))
    clinics = visits.filter(kind == "outpatient")["department_id"].unique().sort().to_numpy()
    chosen = rng.choice(clinics, size=min(CLINICS, len(clinics)), replace=False)
    visits = visits.filter((kind == "emergency") | pl.col("department_id").is_in(chosen.tolist()))
    return visits.sort("registered_at", "encounter_id")


def _first_day(emergencies: pl.Series, rng: np.random.Generator) -> date:
    """A day from which the window fits; the few visits before the simulated period led to stays that reach into it."""
    days = emergencies.value_counts().sort("day")
    whole = days.filter(pl.col("count") > days["count"].median() / 2)["day"]
    starts = whole.filter(whole <= whole[-1] - timedelta(days=DAYS + SETTLE_DAYS))
    return starts[int(rng.integers(len(starts)))]


def _exports(world: Mapping[str, pl.DataFrame], visits: pl.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables as exported: own column names, short numbers, local times; LIS and PACS know no visit.

    A prescription carries the time of its signature, which is that of its last drug.
    """
    ids = visits["encounter_id"].to_list()
    export = visits["registered_at"].max() + timedelta(days=SETTLE_DAYS)

    def of(name: str) -> pl.DataFrame:
        return world[name].filter(pl.col("encounter_id").is_in(ids))

    stays = world["encounter"].filter(
        pl.col("previous_encounter_id").is_in(ids), pl.col("admitted_at").is_not_null(), pl.col("admitted_at") <= export
    )
    visit = _short("encounter_id", "visit_id")
    who, order = _short("patient_id"), _short("order_id")
    names = world["department"].select("department_id", department=pl.col("code").cast(pl.String))
    visits = visits.join(names, on="department_id", how="left")
    left = _local("ended_at").alias("left_at")
    discharged = pl.when(pl.col("ended_at") <= export).then(_local("ended_at")).alias("discharged_at")
    level = pl.col("triage_level").cast(pl.String).cast(pl.Int64)
    frames = {
        "visits": visits.select(
            visit, who, _text("kind"), "department", level, *map(_local, ("registered_at", "triaged_at", "seen_at")), left
        ),
        "orders": of("order").select(
            order, visit, _text("kind"), _text("name_zh"), _text("name_en"), _text("priority"), _local("ordered_at")
        ),
        "lab": of("lab_result").select(
            order, who, _text("test_code"), _text("loinc"), _text("name_zh"), _text("name_en"),
            pl.col("value").cast(pl.Float64).round(3), _text("unit"), _text("flag"),
            *map(_local, ("collected_at", "received_at", "resulted_at")),
        ),
        "imaging": of("imaging_study").select(
            "accession_number", order, who, _text("modality"), _text("name_zh"), _text("name_en"),
            _local("started_at").alias("performed_at"), _local("reported_at"),
        ),
        "prescriptions": of("medication_order").select(
            visit, _text("name_zh"), _text("name_en"), _local("ordered_at").max().over("encounter_id").alias("prescribed_at")
        ),
        "stays": stays.select(
            _short("encounter_id", "stay_id"), _short("previous_encounter_id", "visit_id"), _local("admitted_at"), discharged
        ),
        "charges": of("charge").select(visit, _text("category"), "amount", _local("charged_at")),
        "settlements": of("settlement").select(visit, "total", _local("settled_at")),
    }  # fmt: skip
    return {name: frame.to_pandas() for name, frame in frames.items()}


def _disguised(table: pd.DataFrame, tables: dict[str, pd.DataFrame], seed: int) -> pd.DataFrame:
    """Other weeks and other numbers, so that two learners' files cannot be joined; `tables` say which numbers there are."""
    rng = np.random.default_rng(seed)
    weeks = pd.Timedelta(weeks=int(rng.integers(-12, 13)))
    table = table.copy()
    for name in table.columns[[str(column).endswith("_at") for column in table]]:
        table[name] = table[name] + weeks
    for name, first, source in (
        ("visit_id", 400_001, "visits"), ("patient_id", 70_001, "visits"), ("order_id", 900_001, "orders")
    ):  # fmt: skip
        old = tables[source][name].unique()
        new = dict(
            zip(np.sort(old), first + int(rng.integers(9_000)) + np.cumsum(rng.integers(1, 4, len(old))), strict=True)
        )
        if name in table:
            table[name] = table[name].map(new)
    return table


def _local(column: str) -> pl.Expr:
    """A time as a hospital's system shows it: local, to the second, without a zone."""
    return pl.col(column).dt.convert_time_zone(ZONE).dt.replace_time_zone(None).dt.truncate("1s")


def _short(column: str, name: str | None = None) -> pl.Expr:
    return (pl.col(column) % 10**9).alias(name or column)


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def _lost_tubes(lab: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Defect: tubes that never got a result (clotted, rejected, mislaid); the LIS holds nothing of them."""
    lost = rng.choice(lab["order_id"].unique(), size=LOST_TUBES, replace=False)
    return lab[~lab["order_id"].isin(lost)].reset_index(drop=True)


def _slow_clock(lab: pd.DataFrame, rng: np.random.Generator) -> None:
    """Defect: on one busy afternoon the laboratory's reports are stamped too early."""
    start = lab["received_at"].iloc[int(rng.integers(len(lab)))].normalize() + pd.Timedelta(
        hours=int(rng.integers(8, 12))
    )
    slow = lab["resulted_at"].between(start, start + pd.Timedelta(hours=SLOW_HOURS))
    lab.loc[slow, "resulted_at"] -= pd.Timedelta(minutes=int(rng.integers(*SLOW_MIN)))


def _late_scans(lab: pd.DataFrame, rng: np.random.Generator) -> None:
    """Defect: the nurse scans the label after the tube has been received."""
    for order in rng.choice(lab["order_id"].unique(), size=LATE_SCANS, replace=False):
        late = pd.Timedelta(minutes=int(rng.integers(2, 9)))
        lab.loc[lab["order_id"] == order, "collected_at"] = lab.loc[lab["order_id"] == order, "received_at"] + late


def _late_entries(tables: dict[str, pd.DataFrame], rng: np.random.Generator) -> None:
    """Defect: some orders are entered after the specimen; so are, rightly, those of resuscitations."""
    orders, lab = tables["orders"], tables["lab"]
    level = orders["visit_id"].map(tables["visits"].set_index("visit_id")["triage_level"])
    collected = orders["order_id"].map(lab.groupby("order_id")["collected_at"].first())
    rescued = np.flatnonzero((level == 1) & collected.notna())
    others = np.flatnonzero((level != 1) & collected.notna())
    late = np.concatenate([rescued, rng.choice(others, size=LATE_ENTRIES, replace=False)])
    delay = pd.to_timedelta(rng.integers(9, 40, len(late)), unit="min")
    orders.loc[orders.index[late], "ordered_at"] = (collected.iloc[late] + delay).to_numpy()


def _early_reports(imaging: pd.DataFrame, rng: np.random.Generator) -> None:
    """Defect: a report saved under the accession number of a study that had not begun."""
    rows = rng.choice(len(imaging), size=min(EARLY_REPORTS, len(imaging)), replace=False)
    early = pd.to_timedelta(rng.integers(4, 25, len(rows)), unit="min")
    imaging.loc[rows, "reported_at"] = (imaging.loc[rows, "performed_at"] - early).to_numpy()


def _complaint(tables: dict[str, pd.DataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """One of the sound emergency visits that waited longest, from registration, for a potassium result."""
    rows = tables["lab"][tables["lab"]["loinc"] == POTASSIUM].merge(
        tables["orders"][["order_id", "visit_id", "ordered_at"]]
    )
    rows = rows.merge(tables["visits"][["visit_id", "kind", "registered_at"]])
    sound = (rows["ordered_at"] < rows["collected_at"]) & (rows["collected_at"] < rows["received_at"])
    rows = rows[sound & (rows["received_at"] < rows["resulted_at"]) & (rows["kind"] == "emergency")]
    wait = (rows["resulted_at"] - rows["registered_at"]).sort_values()
    return rows.loc[[rng.choice(wait.index[-LONGEST:])], ["visit_id", "order_id", "loinc"]]


# --- reading an answer


def _log(answer: object, *more: str) -> pd.DataFrame:
    """Read an event log in any dtype: numbers as numbers, times as times; AnswerError if it is none."""
    table = as_table(answer, ("visit_id", "activity", "time", *more)).copy()
    for name in ("visit_id", *more):
        table[name] = pd.to_numeric(table[name], errors="coerce")
    table["activity"] = table["activity"].astype("string").str.strip()
    times = pd.to_datetime(table["time"], errors="coerce")
    table["time"] = times.dt.tz_localize(None) if times.dt.tz is not None else times
    return table


def _counted(log: pd.DataFrame, *columns: str) -> Counter[tuple[object, ...]]:
    seconds = log["time"].astype("datetime64[s]").astype("int64")
    return Counter(
        zip(log["visit_id"], log["activity"], seconds, *(log[name].fillna(-1) for name in columns), strict=True)
    )


def _event_f1(got: pd.DataFrame, want: pd.DataFrame, *columns: str) -> float:
    """F1 of events as a multiset: an event too many costs as much as one too few."""
    a, b = _counted(got, *columns), _counted(want, *columns)
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def _right(got: pd.DataFrame, want: pd.DataFrame, *columns: str) -> bool:
    return _event_f1(got, want, *columns) > 0.9999


def _in_order(log: pd.DataFrame) -> bool:
    return bool(log.groupby("visit_id")["time"].is_monotonic_increasing.all())


def _repeats(got: pd.DataFrame, want: pd.DataFrame) -> bool:
    """Some event that is right stands there more often than it happened."""
    a, b = _counted(got), _counted(want)
    return any(a[event] > number for event, number in b.items())


# --- hidden draws: each holds what its item is about, so that no mistake goes unnoticed by chance


def _drawn(hidden, *needs):
    """The first of a few hidden draws that meets every need; the last of them where none does."""
    for number in range(8):
        tables = hidden.files(number)
        if all(need(tables) for need in needs):
            break
    return tables


def _tubes(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    times = ["collected_at", "received_at", "resulted_at"]
    tubes = tables["lab.csv"].groupby("order_id", as_index=False)[times].max()
    return tubes.merge(tables["orders.csv"][["order_id", "visit_id", "ordered_at"]], on="order_id")


def _has_early_collection(tables: dict[str, pd.DataFrame]) -> bool:
    tubes = _tubes(tables)
    return bool(((tubes["collected_at"] < tubes["ordered_at"]) | (tubes["received_at"] < tubes["collected_at"])).any())


def _has_early_result(tables: dict[str, pd.DataFrame]) -> bool:
    """A visit whose only fault is a result before its receipt."""
    tubes = _tubes(tables)
    early = set(tubes.loc[tubes["resulted_at"] < tubes["received_at"], "visit_id"])
    other = (tubes["received_at"] < tubes["collected_at"]) | (tubes["collected_at"] < tubes["ordered_at"])
    return bool(early - set(tubes.loc[other, "visit_id"]))


def _has_returning_patients(tables: dict[str, pd.DataFrame]) -> bool:
    """Somebody with a laboratory order, and somebody with an image, who also came for another visit."""
    orders = {order for _, order in _through_patient(tables)}
    return bool(orders & set(tables["lab.csv"]["order_id"])) and bool(orders & set(tables["imaging.csv"]["order_id"]))


# --- the items


@item("visit_events", points=3)
def visit_events(ask, hidden, reference):
    """Ask for the log of hidden visits; those who left unseen are a part of their own."""
    visits = hidden.files()["visits.csv"]
    answer = ask("visit_events", visits)
    if isinstance(answer, pd.DataFrame) and "activity" not in answer and "seen_at" in answer:
        yield points(3, False).unless(wide=True)
        return
    got, want = _log(answer), _log(reference("visit_events", visits))
    happened = got.dropna(subset=["time"])
    gone = set(visits.loc[visits["seen_at"].isna(), "visit_id"])
    right = {}
    for label, those in (("seen_visits", want["visit_id"].isin(gone)), ("unseen_visits", ~want["visit_id"].isin(gone))):
        ids = set(want.loc[~those, "visit_id"])
        right[label] = _right(happened[happened["visit_id"].isin(ids)], want[~those])
        yield points(1, right[label], label).unless(
            suffix_kept=happened["activity"].str.endswith("_at").any(),
            dropped_visits=bool(ids - set(happened["visit_id"])),
            invented_times=label == "unseen_visits"
            and ((happened["activity"] == "seen") & happened["visit_id"].isin(gone)).any(),
            date_only=(happened["time"] == happened["time"].dt.normalize()).mean() > 0.9,
        )
    sorted_and_real = any(right.values()) and got["time"].notna().all() and _in_order(got)
    yield points(1, sorted_and_real, "in_order").unless(
        ghost_events=any(right.values()) and got["time"].isna().any(),
        unsorted=any(right.values()) and not _in_order(happened),
    )


PHASES = ("to_collect", "to_receive", "to_result", "total")


@item("lab_phases", points=4)
def lab_phases(ask, hidden, reference):
    """Ask for the phases of hidden orders, some with several tests, some without a result, some negative."""
    tables = _drawn(hidden, _has_early_collection, _has_early_result)
    orders, lab = tables["orders.csv"], tables["lab.csv"]
    got = as_table(ask("lab_phases", orders, lab), ("order_id", *PHASES))
    want = reference("lab_phases", orders, lab).set_index("order_id")
    if got["order_id"].duplicated().any():
        yield points(4, False).unless(row_per_test=True)
        return
    got = got.set_index("order_id").apply(_minutes)
    done = want.index[want["total"].notna()]
    there = got.reindex(done)
    slow = want.loc[done]
    for label, columns in (
        ("nurse_and_transport", ["to_collect", "to_receive"]),
        ("laboratory", ["to_result"]),
        ("whole", ["total"]),
    ):
        wrapped = _near((there[columns] - slow[columns]) % 1440, 0 * slow[columns])
        yield points(1, _near(there[columns], slow[columns]), label).unless(
            hours=_near(there[columns] * 60, slow[columns], 0.7),
            seconds=_near(there[columns] / 60, slow[columns], 0.02),
            sign=_near(-there[columns], slow[columns]),
            hidden_negatives=not wrapped and _hides_negatives(there[columns], slow[columns]),
            wrapped_day=wrapped,
            from_collection=label == "laboratory" and _near(there["to_result"], slow["to_receive"] + slow["to_result"]),
            laboratory_clock=label == "whole" and _near(there["total"], slow["to_result"]),
            lost_orders=bool(there.isna().all(axis=None)),
        )
    complete = set(got.index) == set(want.index) and got.reindex(want.index.difference(done)).isna().all(axis=None)
    yield points(1, complete and there.notna().any(axis=None), "each_order_once").unless(
        lost_orders=bool(set(want.index) - set(got.index)),
        other_orders=bool(set(got.index) - set(want.index)),
        zero_for_missing=(got.reindex(want.index.difference(done)) == 0).any(axis=None),
    )


def _minutes(column: pd.Series) -> pd.Series:
    if pd.api.types.is_timedelta64_dtype(column):
        return column / pd.Timedelta(minutes=1)
    return pd.to_numeric(column, errors="coerce").astype(float)


def _near(got: pd.DataFrame | pd.Series, want: pd.DataFrame | pd.Series, within: float = 0.06) -> bool:
    """Agree to a few seconds: whoever rounds to a tenth of a minute is right."""
    return bool(np.allclose(got.to_numpy(), want.to_numpy(), rtol=0, atol=within))


def _hides_negatives(got: pd.DataFrame, want: pd.DataFrame) -> bool:
    fine = (want >= 0).all(axis=1)
    return _near(got[fine], want[fine]) and not (got < 0).any(axis=None) and bool((want < 0).any(axis=None))


@item("event_log", points=6)
def event_log(ask, hidden, reference):
    """Event F1 for each group of activities, as a multiset; then order of time and order_id."""
    tables = _drawn(hidden, _has_returning_patients)
    names = ("visits", "orders", "lab", "imaging", "prescriptions", "stays", "settlements")
    inputs = [tables[f"{name}.csv"] for name in names]
    got, want = _log(ask("event_log", *inputs), "order_id"), _log(reference("event_log", *inputs), "order_id")
    by_patient = _through_patient(tables)
    right, with_orders = [], []
    for label, activities in STEPS.items():
        mine, true = got[got["activity"].isin(activities)], want[want["activity"].isin(activities)]
        right.append(_right(mine, true))
        with_orders.append(_right(mine, true, "order_id"))
        yield points(1, right[-1], label).unless(
            ghost_events=mine["time"].isna().any(),
            joined_by_patient=bool(by_patient & set(zip(mine["visit_id"], mine["order_id"], strict=True))),
            repeated_events=_repeats(mine.dropna(subset=["time"]), true),
            lost_visits=bool(set(true["visit_id"]) - set(mine["visit_id"])) and not mine.empty,
            missing_activities=bool(set(true["activity"]) - set(mine["activity"])),
        )
    yield points(1, all(with_orders) and _in_order(got), "order_and_orders").unless(
        unsorted=all(right) and not _in_order(got), no_order_id=right != with_orders
    )


def _through_patient(tables: dict[str, pd.DataFrame]) -> set[tuple[int, int]]:
    """(visit, order) pairs that a join on patient_id makes although the order belongs to another visit."""
    orders = tables["orders.csv"].merge(tables["visits.csv"][["visit_id", "patient_id"]], on="visit_id")
    pairs = orders[["order_id", "patient_id", "visit_id"]].merge(
        tables["visits.csv"][["visit_id", "patient_id"]], on="patient_id", suffixes=("_own", "")
    )
    pairs = pairs[pairs["visit_id"] != pairs["visit_id_own"]]
    return set(zip(pairs["visit_id"], pairs["order_id"], strict=True))


@item("broken_visits", points=4)
def broken_visits(ask, hidden, reference):
    """Each rule's visits found, and nobody accused who is innocent."""
    tables = _drawn(hidden, _has_early_result)
    names = ("visits", "orders", "lab", "imaging", "prescriptions", "stays", "settlements")
    log, visits = reference("event_log", *(tables[f"{name}.csv"] for name in names)), tables["visits.csv"]
    answer = as_list(ask("broken_visits", log, visits))
    got = {int(value) for value in answer if isinstance(value, int | float | np.number) and not pd.isna(value)}
    if len(got) < len(set(map(str, answer))):
        raise AnswerError("form_number")
    guilty = _guilty(log)
    rescued = set(visits.loc[visits["triage_level"] == 1, "visit_id"])
    exempt = (guilty["late_entry"] & rescued) - guilty["chain"] - guilty["report"]
    guilty["late_entry"] -= rescued
    everybody = set().union(*guilty.values())
    across = _accused_across_orders(log) - everybody - exempt
    hunted = bool(got & everybody) and len(got) <= len(visits) / 2
    for label, those in guilty.items():
        yield points(1, hunted and those <= got, f"finds_{label}").unless(
            order_numbers=bool(got & set(log["order_id"].dropna())) and not got & everybody,
            missed_rule=hunted and bool(those - got),
        )
    mixed = len(got & across) > len(across) / 2
    yield points(1, hunted and got <= everybody, "nobody_accused").unless(
        everybody_accused=len(got) > len(visits) / 2,
        accused_rescuers=hunted and exempt <= got and not mixed,
        across_orders=hunted and mixed,
        ties=hunted and bool(got & (_ties(log) - everybody - exempt)),
    )


def _of_orders(log: pd.DataFrame) -> pd.DataFrame:
    steps = log.dropna(subset=["order_id"]).pivot_table(
        index=["visit_id", "order_id"], columns="activity", values="time", aggfunc="first"
    )
    return steps.reindex(columns=["ordered", "collected", "received", "resulted", "performed", "reported"])


def _guilty(log: pd.DataFrame) -> dict[str, set[int]]:
    """Visits that break each rule, resuscitations included."""
    s = _of_orders(log)
    broken = {
        "late_entry": s["collected"] < s["ordered"],
        "chain": (s["received"] < s["collected"]) | (s["resulted"] < s["received"]),
        "report": s["reported"] < s["performed"],
    }
    return {name: set(s[rows].index.get_level_values("visit_id")) for name, rows in broken.items()}


def _accused_across_orders(log: pd.DataFrame) -> set[int]:
    """Visits that look guilty when the earliest of one activity is held against the latest of another."""
    first = log.pivot_table(index="visit_id", columns="activity", values="time", aggfunc="min")
    last = log.pivot_table(index="visit_id", columns="activity", values="time", aggfunc="max")
    pairs = (("ordered", "collected"), ("collected", "received"), ("received", "resulted"), ("performed", "reported"))
    return {visit for a, b in pairs for visit in first.index[first[b] < last[a]]}


def _ties(log: pd.DataFrame) -> set[int]:
    s = _of_orders(log)
    equal = (s["collected"] == s["ordered"]) | (s["received"] == s["collected"]) | (s["resulted"] == s["received"])
    return set(s[equal].index.get_level_values("visit_id"))


@item("waiting", points=4)
def waiting(ask, hidden):
    """Counts, the share who left, and the time by which half of all had been seen."""
    visits = _impatient(hidden.files()["visits.csv"], hidden.rng("impatient"))
    got = as_table(ask("waiting", visits), ("hour", "registered", "unseen", "half_seen")).apply(_minutes)
    want = _by_hour(visits)
    got = got[got["registered"].fillna(0) > 0].set_index("hour")
    if got.index.duplicated().any():
        raise AnswerError("form_index")
    hours_fit = set(got.index) == set(want.index)
    got = got.reindex(want.index)
    suspects = {
        "hour_of_doctor": not hours_fit or _near(got["registered"], want["seen_that_hour"]),
        "only_the_seen": _near(got["registered"], want["registered"] - want["unseen"]),
    }
    yield points(1, hours_fit and _near(got["registered"], want["registered"]), "counts").unless(**suspects)
    yield points(1, hours_fit and _near(got["unseen"], want["unseen"]), "unseen").unless(
        **suspects, nobody_left=not any(suspects.values()) and not got["unseen"].fillna(0).any()
    )
    half = got["half_seen"].replace(np.inf, np.nan)
    yield points(2, hours_fit and _half_of_all(half, want), "half_seen").unless(
        median_of_the_seen=_near_or_empty(half, want["median_seen"]),
        leaving_is_seeing=_near_or_empty(half, want["median_any_end"]),
        zero_wait=_near_or_empty(half, want["median_zero"]),
        mean=_near_or_empty(half, want["mean_seen"]),
        seconds=_half_of_all(half / 60, want),
        hours=_half_of_all(half * 60, want, 0.6),
    )


def _half_of_all(half: pd.Series, want: pd.DataFrame, within: float = 0.06) -> bool:
    """Anything between the two middle waits is right; empty where half of them were never seen."""
    fits = (half >= want["low"] - within) & (half <= want["high"] + within)
    return bool((fits | half.isna() & np.isinf(want["high"])).all())


def _impatient(visits: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """More who leave unseen, and soon: only then does it show what an answer makes of them."""
    leaves = visits["seen_at"].isna() | (rng.random(len(visits)) < 0.12)
    soon = pd.to_timedelta(rng.integers(60, 1200, len(visits)), unit="s")
    return visits.assign(
        seen_at=visits["seen_at"].mask(leaves), left_at=visits["left_at"].mask(leaves, visits["registered_at"] + soon)
    )


def _near_or_empty(got: pd.Series, want: pd.Series) -> bool:
    both = got.notna() & want.notna()
    return bool(both.any()) and _near(got[both], want[both])


def _by_hour(visits: pd.DataFrame) -> pd.DataFrame:
    """The truth per hour, and what the usual mistakes would give."""
    minute = pd.Timedelta(minutes=1)
    wait = (visits["seen_at"] - visits["registered_at"]) / minute
    until_end = wait.fillna((visits["left_at"] - visits["registered_at"]) / minute)
    hour = visits["registered_at"].dt.hour
    half = (
        wait.fillna(np.inf)
        .groupby(hour)
        .agg(registered="size", low=lambda w: sorted(w)[(len(w) - 1) // 2], high=lambda w: sorted(w)[len(w) // 2])
    )
    return half.assign(
        unseen=wait.isna().groupby(hour).sum(),
        seen_that_hour=visits.groupby(visits["seen_at"].dt.hour).size().reindex(half.index, fill_value=0),
        median_seen=wait.groupby(hour).median(),
        mean_seen=wait.groupby(hour).mean(),
        median_any_end=until_end.groupby(hour).median(),
        median_zero=wait.fillna(0).groupby(hour).median(),
    ).rename_axis("hour")


PARTS = {
    "seen_visits": {"zh": "见到医生的就诊", "en": "visits that were seen"},
    "unseen_visits": {"zh": "没见到医生就离开的就诊", "en": "visits that left unseen"},
    "in_order": {"zh": "只有发生过的事，且按时间排列", "en": "only what happened, in order of time"},
    "nurse_and_transport": {"zh": "开单 → 采样 → 接收", "en": "ordered → collected → received"},
    "laboratory": {"zh": "接收 → 发报告", "en": "received → resulted"},
    "whole": {"zh": "开单 → 发报告", "en": "ordered → resulted"},
    "each_order_once": {"zh": "每条检验医嘱恰好一行", "en": "each laboratory order exactly once"},
    "of_visits": {"zh": "挂号、分诊、接诊、离开", "en": "registered, triaged, seen, left"},
    "of_orders": {"zh": "开单、开处方", "en": "ordered, prescribed"},
    "of_lab": {"zh": "采样、接收、发报告", "en": "collected, received, resulted"},
    "of_imaging": {"zh": "检查、出检查报告", "en": "performed, reported"},
    "of_stays": {"zh": "入院、出院、结算", "en": "admitted, discharged, settled"},
    "order_and_orders": {"zh": "时间顺序，以及事件属于哪条医嘱", "en": "order of time, and whose order each event is"},
    "finds_late_entry": {"zh": "标本早于医嘱", "en": "specimen before its order"},
    "finds_chain": {"zh": "标本链颠倒", "en": "specimen chain reversed"},
    "finds_report": {"zh": "先有报告、后有检查", "en": "report before the study"},
    "nobody_accused": {"zh": "没有冤枉任何一次就诊", "en": "no visit wrongly accused"},
    "counts": {"zh": "挂号人数", "en": "how many registered"},
    "unseen": {"zh": "没见到医生就离开的人数", "en": "how many left unseen"},
    "half_seen": {"zh": "一半的人见到医生的时间", "en": "when half had been seen"},
}

MISCONCEPTIONS = {
    "wide": {
        "zh": "表还是宽的：几个时间并排在一行里。事件日志要一行一件事，用 `melt` 把时间列竖过来。",
        "en": "Your table is still wide, several times side by side in one row. In an event log one row is one event: "
        "`melt` stands the time columns upright.",
    },
    "suffix_kept": {
        "zh": "`seen_at` 是一列的名字，`seen`（接诊）才是一件事的名字。把末尾的 `_at` 去掉。",
        "en": "`seen_at` names a column; the event is called `seen`. Cut the `_at` from the end.",
    },
    "dropped_visits": {
        "zh": "有的就诊整个消失了。门诊病人没有急诊分诊，走掉的病人没有接诊，但他们都挂过号、来过医院。"
        "缺一个时间，只少一件事；先竖过来，再删没有时间的行。",
        "en": "Whole visits have vanished. Clinic patients are not triaged, those who gave up were never seen; yet all of them "
        "registered and were here. One missing time is one event less: stand the table upright first, then drop rows without a time.",
    },
    "invented_times": {
        "zh": "没等到医生的病人，日志里却出现了“接诊”。补上一个时间，就等于写下一件没有发生的事。",
        "en": "Patients who left before a doctor came are `seen` in your log. Filling in a time writes down something that "
        "never happened.",
    },
    "date_only": {
        "zh": "时间只剩下日期了。急诊里先后差的是分钟，钟点不能丢。",
        "en": "Only dates are left. In an emergency department the order of things is a matter of minutes: keep the time of day.",
    },
    "ghost_events": {
        "zh": "日志里有没有时间的行。没有时间，就是没有发生：没有分诊的门诊病人不该有一行“分诊”。",
        "en": "There are rows without a time. No time means that it did not happen: a clinic patient whom nobody triaged has "
        "no `triaged` row.",
    },
    "unsorted": {
        "zh": "事件都对，但没有排好。一次就诊的故事要按时间讲：先按 `visit_id`，再按 `time` 排序。",
        "en": "The events are right but not in order. A visit's story is told in time: sort by `visit_id`, then by `time`.",
    },
    "row_per_test": {
        "zh": "同一条医嘱出现了好几行。LIS 里一行是一个检验项目：一管血查几项就有几行，可血只抽了一次。"
        "先把 `lab` 收成一条医嘱一行，再去连接。",
        "en": "The same order stands in several rows. In the LIS a row is one test: a tube tested for several things has several rows, "
        "but the blood was drawn once. Reduce `lab` to one row per order before you join.",
    },
    "hours": {
        "zh": "数值像是小时。题目要的是分钟。",
        "en": "These look like hours. Minutes are asked for.",
    },
    "seconds": {
        "zh": "数值像是秒。题目要的是分钟。",
        "en": "These look like seconds. Minutes are asked for.",
    },
    "sign": {
        "zh": "减反了：应当是后发生的时间减去先发生的时间。",
        "en": "You subtracted the wrong way round: the later step minus the earlier one.",
    },
    "hidden_negatives": {
        "zh": "负数被抹掉了（取了绝对值，或者改成了 0 或空值）。负的等待说明某个钟不准，或者某张单子是后补的；"
        "抹平以后，报表好看了，出问题的地方也找不到了。",
        "en": "The negative values are gone (made positive, zero or empty). A negative wait says that a clock is wrong or an order "
        "was entered late; smooth it away and the report looks better, but nobody will find the fault.",
    },
    "wrapped_day": {
        "zh": "有些时长差了整整一天。`.dt.seconds` 只取“不足一天的部分”：负的时长会绕成将近 24 小时，超过一天的会丢掉天数。"
        "用 `.dt.total_seconds()`，或者除以 `pd.Timedelta(minutes=1)`。",
        "en": "Some durations are off by exactly a day. `.dt.seconds` gives only the part below one day: negative durations wrap to "
        "nearly 24 hours, long ones lose their days. Use `.dt.total_seconds()` or divide by `pd.Timedelta(minutes=1)`.",
    },
    "from_collection": {
        "zh": "你从采样就开始算检验科的时间。标本在护士站和路上的那一段，检验科还没有见到它；从接收算起。",
        "en": "You started the laboratory's time at collection. While the tube was at the nurses' station and on its way, the "
        "laboratory had not seen it: start at receipt.",
    },
    "laboratory_clock": {
        "zh": "`total` 用的是检验科那只钟（接收 → 发报告）。医生从开单就在等：从 `ordered_at` 算起。",
        "en": "Your `total` runs on the laboratory's clock (received → resulted). The doctor has waited since the order: start at "
        "`ordered_at`.",
    },
    "lost_orders": {
        "zh": '有检验医嘱丢了。还没有结果的医嘱，正是病人还在等的医嘱；丢掉它们，周转时间会显得比实际好。用 `how="left"`。',
        "en": "Some laboratory orders are lost. An order without a result is one that a patient is still waiting for; without these, "
        'turnaround looks better than it is. Use `how="left"`.',
    },
    "other_orders": {
        "zh": "表里混进了检查或手术医嘱。它们不抽血、不送检，谈不上检验周转时间。",
        "en": "Imaging or procedure orders got in. No specimen is taken for them, so they have no laboratory turnaround.",
    },
    "zero_for_missing": {
        "zh": "还没有结果的医嘱写成了 0 分钟，读的人会以为立刻出了报告。不知道，就空着。",
        "en": "Orders without a result say 0 minutes, as if the report had come at once. What is unknown stays empty.",
    },
    "joined_by_patient": {
        "zh": "有的化验或检查落到了同一位病人的**另一次**就诊上。几天里来过两次的人，`patient_id` 分不清是哪一次；"
        "`order_id` 可以。",
        "en": "Some tests or studies landed on **another visit** of the same patient. For someone who came twice, `patient_id` cannot "
        "tell which visit it was; `order_id` can.",
    },
    "repeated_events": {
        "zh": "同一件事记了好几遍。一管血查 7 项，血还是只抽了一次；一张处方 3 种药，处方还是只开了一次。"
        "先想清楚每张表的一行是什么，再决定一件事是什么。",
        "en": "The same event is there several times. Blood tested for seven things was drawn once; a prescription of three drugs was "
        "written once. Say first what a row of each table is, then what one event is.",
    },
    "lost_visits": {
        "zh": "有的就诊缺了整组事件。多半是某次连接只留下了两边都有的行：没有检验、没有处方的病人也来过医院。",
        "en": "For some visits a whole group of events is missing. A join has probably kept only what stands on both sides, but "
        "patients without tests or prescriptions came to hospital too.",
    },
    "missing_activities": {
        "zh": "有的事件整类缺失，或者名称与词表不一致。",
        "en": "A whole kind of event is missing, or is not called by the name in the list.",
    },
    "no_order_id": {
        "zh": "事件都在，但看不出属于哪条医嘱。一次就诊有几条医嘱时，没有 `order_id` 就分不清哪份报告对应哪管血。",
        "en": "The events are there, but not which order they belong to. With several orders in one visit nobody could tell which "
        "report is of which tube.",
    },
    "order_numbers": {
        "zh": "返回的是医嘱号。题目问的是哪些**就诊**：返回 `visit_id`。",
        "en": "These are order numbers. The item asks for visits: return `visit_id`.",
    },
    "missed_rule": {
        "zh": "三条规则里至少有一条没有查到。标本链有两个环节，检查也要查。",
        "en": "At least one of the three rules found (almost) nothing. The specimen chain has two links, and imaging counts too.",
    },
    "everybody_accused": {
        "zh": "一半以上的就诊都成了违规，这样的名单没有人会去查。规则要窄到能指出具体的问题。",
        "en": "More than half of all visits are on your list; nobody will look into such a list. A rule must be narrow enough to point "
        "at something.",
    },
    "accused_rescuers": {
        "zh": "你把抢救 Ⅰ 级病人的就诊也算成违规了。那里先采血、后补医嘱是合规的：医生下口头医嘱，抢救结束后据实补记。",
        "en": "You accuse level 1 resuscitations. There, blood first and the written order afterwards is as it should be: the doctor "
        "orders by word of mouth and writes it up when the resuscitation is over.",
    },
    "across_orders": {
        "zh": "你比较的是**不同医嘱**的事件。一次就诊先查血、后复查，第一份报告早于第二次采样，再正常不过。"
        "同一条 `order_id` 里的事件才能互相比。",
        "en": "You compared events of **different orders**. When blood is tested twice in one visit, the first report comes before "
        "the second specimen, as it should. Compare only within one `order_id`.",
    },
    "ties": {
        "zh": "同一时刻不算先后颠倒：有的系统只记到分钟。用 `<`，不用 `<=`。",
        "en": "The same moment is not the wrong order; some systems only note the minute. Use `<`, not `<=`.",
    },
    "hour_of_doctor": {
        "zh": "你按见到医生的钟点分组了。早上 8 点挂号、10 点才见到医生的人，他的等待属于 8 点；没见到医生的人按你的分法哪一组都不在。",
        "en": "You grouped by the hour of the doctor. Whoever registers at 8 and is seen at 10 belongs to 8; and those never seen "
        "belong to no hour at all in your grouping.",
    },
    "only_the_seen": {
        "zh": "挂号人数里只有见到医生的人。没等到的人也挂了号，也等了；把他们从分母里去掉，候诊越差，报表越好看。",
        "en": "You counted only those who were seen. Those who gave up registered and waited too; without them in the denominator, "
        "the worse the waiting, the better the report.",
    },
    "nobody_left": {
        "zh": "没有数到任何没见到医生就离开的人。他们的 `seen_at` 是空的。",
        "en": "You found nobody who left unseen. Their `seen_at` is empty.",
    },
    "median_of_the_seen": {
        "zh": "这是见到医生的人的中位数，没等到的人被悄悄丢掉了（`median` 会跳过空值）。一半是**所有挂号的人**的一半："
        "没等到的人排在队伍最末，等待时间比谁都长。",
        "en": "This is the median of those who were seen; whoever left has silently dropped out (`median` skips missing values). "
        "Half means half of **all who registered**: those who left stand at the end of the line, longer than any wait.",
    },
    "leaving_is_seeing": {
        "zh": "你把离开的时刻当成了见到医生的时刻。等了一小时走掉的人，并不是“等一小时就看上了”。",
        "en": "You took the moment of leaving for the moment of being seen. Giving up after an hour is not being seen after an hour.",
    },
    "zero_wait": {
        "zh": "没等到的人算成等了 0 分钟，他们把中位数拉低了。恰恰相反：他们永远没有等到。",
        "en": "Those who left count as a wait of 0 minutes and pull the median down. The opposite is true: their wait never ended.",
    },
    "mean": {
        "zh": "这是平均数。少数几个等得很久的人就能把它拉高；题目问的是一半的人。",
        "en": "This is the mean, which a few very long waits pull up. The item asks about half of the people.",
    },
}

HINTS = {
    "visit_events": {
        "zh": "对照样例的四步，逐步看每一步之后有几行、少了谁。",
        "en": "Go through the four steps of the worked example; after each, see how many rows there are and who is missing.",
    },
    "lab_phases": {
        "zh": "挑一条医嘱，在 `orders` 和 `lab` 里把它找出来，用纸笔算一遍，再与你的表比较。",
        "en": "Pick one order, find it in `orders` and in `lab`, work it out with pencil and paper, and compare.",
    },
    "event_log": {
        "zh": "一种事件一种事件地查：原表里这件事发生了几次，你的日志里有几行？",
        "en": "Check one kind of event at a time: how often did it happen in its table, and how many rows has your log?",
    },
    "broken_visits": {
        "zh": "挑一次你找到的就诊，把它的日志打印出来，自己读一遍：它真的违反了哪条规则吗？",
        "en": "Take one visit you found, print its log and read it yourself: which rule does it really break?",
    },
    "waiting": {
        "zh": "用正文里 5 个人的例子试一试你的函数：答案应当是 30。",
        "en": "Try your function on the five people in the text: the answer should be 30.",
    },
}

INSIGHTS = {
    "visit_events": {
        "zh": "没等到医生的病人留在日志里，只是少了一件事。第 5 题会用到他们。",
        "en": "Those who left unseen stay in your log, one event short. Item 5 will need them.",
    },
    "lab_phases": {
        "zh": "现在每个部门说的“周转时间”，都能在你的表里找到自己的那一列。",
        "en": 'Whatever "turnaround" each department meant, it now has its own column in your table.',
    },
    "event_log": {
        "zh": "这张表原来不存在，是你做出来的。医院做流程改进，第一步也是它。",
        "en": "This table did not exist; you made it. It is also the first thing a hospital needs before it can mend a process.",
    },
    "broken_visits": {
        "zh": "看看违规的报告集中在哪一天的哪几个小时：坏的多半不是流程，而是一只钟。",
        "en": "See on which day and at what hours the reversed reports cluster: it is rarely the process that is broken, and often a clock.",
    },
    "waiting": {
        "zh": "没等到的人没有被丢掉。以后看到“候诊时间中位数”，先问一句：分母是谁？",
        "en": 'Nobody was dropped. Next time you read "median waiting time", ask first: median of whom?',
    },
}
