"""The knowledge laid out as arrays over diseases and settings, so that care is drawn for all encounters at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.arrays import Bools, Floats, Ints, Ragged, Rng
from simulator.knowledge import Disease, Knowledge
from simulator.knowledge.models import Care, Prescription, Step

OUTPATIENT, EMERGENCY, INPATIENT = 0, 1, 2
KINDS = ("outpatient", "emergency", "inpatient")
CHILD_AGE = 14
DELIVERIES = ("O80", "O81", "O82", "O83", "O84")
"""ICD-10: delivery."""
Extras = tuple[float, float, float, float, float, float]
"""Share, days, dose, times per day, seconds after admission, seconds between repeats."""


@dataclass(frozen=True)
class Items:
    """What is ordered: lists by disease * 3 + setting; each entry has an item, a share of patients, and extras.

    days, dose, per_day: of drugs; at_s, every_s: seconds after admission, and between repeats, of a pathway's steps.
    All are NaN where the knowledge does not say. back, after: of alternatives, how many entries before stands the first
    of them, whose lot decides for all, and the share of patients who get one of those before.
    """

    lists: Ragged
    p: Floats
    days: Floats
    dose: Floats
    per_day: Floats
    at_s: Floats
    every_s: Floats
    back: Ints
    after: Floats

    def drawn(self, key: Ints, divide: Floats, rng: Rng) -> tuple[Ints, Ints]:
        """For each `key` (disease * 3 + setting): (row of it, entry), each entry with its share divided by `divide`."""
        row, at = self.lists.expand(key)
        lot = rng.random(len(row))
        one_of = np.flatnonzero(self.in_choice[at])
        chance = self.p[at] / divide[row]
        lot[one_of] = (lot[one_of - self.back[at[one_of]]] - self.after[at[one_of]] / divide[row[one_of]]) % 1
        chosen = lot < chance
        return row[chosen], at[chosen]

    @cached_property
    def in_choice(self) -> Bools:
        """(entries,) those that have alternatives in the same list."""
        return np.asarray((self.back > 0) | (self.after > 0))


@dataclass(frozen=True)
class Rules:
    """Arrays over diseases (D): see each field."""

    panels: Items
    imaging: Items
    procedures: Items
    drugs: Items
    repeat_s: Floats  # (3 D,) seconds between repeats of laboratory panels
    shares: Floats  # (D, 3) share of episodes by setting
    via_emergency: Floats  # (D,) share of inpatients who come through the emergency department
    chronic: np.ndarray  # (D,) truth: described by a prevalence
    stay: Floats  # (D, 2) median days and sigma
    icu: Floats  # (D, 3) share, median days, sigma
    fatality: Floats  # (D, 3) share dead in the emergency department, in hospital; factor per decade
    cost: Floats  # (3 D, 2) median CNY and sigma
    follow_up: Floats  # (D, 3) share, interval days, visits
    season: Floats  # (D, 2) peak month, amplitude
    child_department: Ints  # (D,) -1 if adults' departments see children
    out_departments: Floats  # (D, departments) weights
    in_departments: Floats  # (D, departments) weights
    comorbid: Ragged  # diseases that accompany
    comorbid_p: Floats
    symptoms: Ragged  # what patients complain of
    symptoms_p: Floats
    complications: Ragged  # diseases that follow, or -1 where the knowledge does not describe them
    complications_p: Floats


def lay_out(knowledge: Knowledge) -> Rules:
    """Flatten the knowledge; order of diseases and items is the order of its files."""
    diseases = list(knowledge.diseases.values())
    position = {name: n for n, name in enumerate(knowledge.diseases)}
    departments = {name: n for n, name in enumerate(knowledge.departments)}
    comorbid, comorbid_p = _shares([d.comorbid for d in diseases], position)
    complications, complications_p = _shares([d.complications for d in diseases], position)
    symptoms, symptoms_p = _shares([d.symptoms for d in diseases], {n: k for k, n in enumerate(knowledge.symptoms)})
    return Rules(
        panels=_items(knowledge, "panels"),
        imaging=_items(knowledge, "imaging"),
        procedures=_items(knowledge, "procedures"),
        drugs=_items(knowledge, "drugs"),
        repeat_s=np.array([(care.repeat_d or 0) * 86400 for d in diseases for care in _cares(d)]),
        shares=np.array([[d.settings.outpatient, d.settings.emergency, d.settings.inpatient] for d in diseases]),
        via_emergency=np.array([d.settings.via_emergency for d in diseases]),
        chronic=np.array([d.occurrence.prevalence is not None for d in diseases]),
        stay=np.array([(d.stay.median_d, d.stay.sigma) if d.stay else (1.0, 0.1) for d in diseases]),
        icu=np.array([(d.icu.p, d.icu.median_d, d.icu.sigma) if d.icu else (0.0, 1.0, 0.1) for d in diseases]),
        fatality=np.array([(d.fatality.emergency, d.fatality.inpatient, d.fatality.per_decade) for d in diseases]),
        cost=np.array([_cost(d, kind) for d in diseases for kind in KINDS]),
        follow_up=np.array(
            [
                (d.follow_up.p, d.follow_up.interval_d, d.follow_up.visits) if d.follow_up else (0.0, 1.0, 0.0)
                for d in diseases
            ],
        ),
        season=np.array([(d.season.peak_month, d.season.amplitude) if d.season else (1.0, 0.0) for d in diseases]),
        child_department=np.array(
            [departments[d.departments.child] if d.departments.child else -1 for d in diseases],
        ),
        out_departments=_departments([d.departments.outpatient for d in diseases], departments),
        in_departments=_departments([d.departments.inpatient for d in diseases], departments),
        comorbid=comorbid,
        comorbid_p=comorbid_p,
        symptoms=symptoms,
        symptoms_p=symptoms_p,
        complications=complications,
        complications_p=complications_p,
    )


def _cares(disease: Disease) -> list[Care]:
    return [disease.care.get(kind, Care()) for kind in KINDS]  # type: ignore[call-overload]  # KINDS are the settings


def _cost(disease: Disease, kind: str) -> tuple[float, float]:
    spread = disease.cost.get(kind)  # type: ignore[call-overload]  # KINDS are the settings
    return (spread.median, spread.sigma) if spread else (0.0, 0.1)


def _items(knowledge: Knowledge, what: str) -> Items:
    position = {name: n for n, name in enumerate(getattr(knowledge, what))}
    choice = {name: one.id for one in knowledge.alternatives.values() for name in getattr(one, what, ())}
    lists: list[list[int]] = []
    extras: list[Extras] = []
    choices: list[tuple[int, float]] = []
    for disease in knowledge.diseases.values():
        steps = [step for step in disease.pathway if step.kind == what]
        for setting, care in zip(KINDS, _cares(disease), strict=True):
            entries = getattr(care, what)
            own = steps if setting == "inpatient" else []
            usual = [name for name in entries if name not in {step.item for step in own}]
            names = (*usual, *(step.item for step in own))
            about = [_extras(entries[name]) for name in usual]
            about += [_step_extras(step, entries.get(step.item)) for step in own]
            lists.append([position[name] for name in names])
            extras += about
            choices += _choices(names, [share for share, *_ in about], choice)
    table = np.array(extras, np.float64).reshape(-1, 6)
    back, after = np.array(choices, np.float64).reshape(-1, 2).T
    p, days, dose, per_day, at_s, every_s = table.T
    return Items(Ragged.of(lists), p, days, dose, per_day, at_s, every_s, back.astype(np.int64), after)


def _choices(names: Sequence[str], shares: Sequence[float], choice: Mapping[str, str]) -> list[tuple[int, float]]:
    """Of each entry of one list: how far back the first of its alternatives stands, and the share before it."""
    first: dict[str, int] = {}
    before: dict[str, float] = {}
    taken: dict[str, float] = {}
    found: list[tuple[int, float]] = []
    for n, name in enumerate(names):
        group = choice.get(name)
        if group is None:
            found.append((0, 0.0))
            continue
        if name not in before:
            before[name] = taken.get(group, 0.0)
            most = max(p for other, p in zip(names, shares, strict=True) if other == name)
            taken[group] = before[name] + most
        found.append((n - first.setdefault(group, n), before[name]))
    return found


def _extras(entry: float | Prescription) -> Extras:
    """The share of patients, and what else is stated about one entry of `care`."""
    if isinstance(entry, Prescription):
        return entry.p, entry.days or np.nan, entry.dose or np.nan, entry.per_day or np.nan, np.nan, np.nan
    return entry, np.nan, np.nan, np.nan, np.nan, np.nan


def _step_extras(step: Step, usual: float | Prescription | None) -> Extras:
    """A step of a pathway takes the dose and the days that `care` states for the same drug."""
    _, days, dose, per_day, _, _ = _extras(0.0 if usual is None else usual)
    return step.p, days, dose, per_day, step.at_h * 3600, (step.every_h or np.nan) * 3600


def _shares(tables: list[object], position: dict[str, int]) -> tuple[Ragged, Floats]:
    lists: list[list[int]] = []
    p: list[float] = []
    for table in tables:
        known = {position[name]: share for name, share in dict(table).items() if name in position}  # type: ignore[call-overload]
        lists.append(list(known))
        p.extend(known.values())
    return Ragged.of(lists), np.array(p, np.float64)


def _departments(tables: list[object], position: dict[str, int]) -> Floats:
    weights = np.zeros((len(tables), len(position)))
    for row, table in enumerate(tables):
        for name, share in dict(table).items():  # type: ignore[call-overload]
            weights[row, position[name]] = share
    return weights
