"""Bouts of illness: first how many of each disease and setting, then on which day, then in whom."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats, Ints, Ragged, Rng, repeat
from simulator.care.calendar import day_weights, draw
from simulator.care.demand import Yearly
from simulator.care.rules import EMERGENCY, INPATIENT, OUTPATIENT
from simulator.care.site import Site

YEAR = 365.25
LONGEST_RETURN = 180
CANDIDATES = 6
"""People looked at for each episode; the one with the fitting risks is the likeliest to be chosen."""
UNKNOWN = 0.1
"""How much seldomer a long-standing disease leads to a visit while nobody knows of it: estimate/low."""
SEVERITY = np.array([[1.6, 5.5], [2.4, 3.6], [3.6, 3.4]])
"""Beta distribution of severity by setting: estimate."""


@dataclass(frozen=True)
class Episodes:
    """One row for each episode (n,): day 0 is the first day of the period."""

    person: Ints
    disease: Ints
    setting: Ints
    day: Ints
    severity: Floats

    def take(self, rows: Ints) -> "Episodes":
        """Some rows in this order."""
        return Episodes(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def __len__(self) -> int:
        """How many episodes."""
        return len(self.person)


def draw_episodes(site: Site, demand: Yearly, rng: Rng) -> Episodes:
    """All episodes that matter for the period: admissions from the warm-up on, visits with returns from earlier."""
    disease, setting, day = (np.concatenate(part) for part in zip(*_when(site, demand, rng), strict=True))
    person = _who(site, disease, rng)
    found = person >= 0
    disease, setting, day, person = disease[found], setting[found], day[found], person[found]
    severity = rng.beta(SEVERITY[setting, 0], SEVERITY[setting, 1])
    return Episodes(person, disease, setting, day, severity)


def _when(site: Site, demand: Yearly, rng: Rng) -> list[tuple[Ints, Ints, Ints]]:
    """For each setting: disease, setting, day."""
    calendar, days = site.clock.scenario.calendar, site.clock.scenario.days
    earlier = np.minimum(site.rules.follow_up[:, 1] * np.ceil(site.rules.follow_up[:, 2]), LONGEST_RETURN).astype(
        np.int64
    )
    before = {OUTPATIENT: earlier * (site.rules.follow_up[:, 0] > 0), EMERGENCY: earlier * 0}
    before[INPATIENT] = np.full(len(earlier), site.clock.scenario.warmup_days)
    parts = []
    for setting, lead in before.items():
        weekdays = calendar.emergency_weekdays if setting == EMERGENCY else calendar.outpatient_weekdays
        first = -int(lead.max(initial=0))
        weights = day_weights(site.clock, first, days, weekdays, site.rules.season)
        weights = weights * (np.arange(first, days)[None, :] >= -lead[:, None])
        counts = rng.poisson(demand.episodes[:, setting] * (days + lead) / YEAR)
        disease, _ = repeat(counts)
        parts.append((disease, np.full(len(disease), setting), first + draw(rng, disease, weights)))
    return parts


def _who(site: Site, disease: Ints, rng: Rng) -> Ints:
    """A person for each episode: one who has the chronic disease, else by sex, age and risk; -1 if nobody can."""
    held, known = _holders(site, disease, rng)
    candidates = np.where(site.rules.chronic[disease][:, None], held, _of_age(site, disease, rng))
    weight = _risk(site, disease, candidates) * _company(site, disease, candidates)
    weight *= np.where(site.rules.chronic[disease][:, None] & ~known, UNKNOWN, 1.0)
    share = np.cumsum(np.where(candidates < 0, 0, weight), axis=1)
    pick = (rng.random(len(disease))[:, None] * share[:, -1:] >= share).sum(axis=1).clip(max=CANDIDATES - 1)
    return np.asarray(candidates[np.arange(len(disease)), pick])


def _of_age(site: Site, disease: Ints, rng: Rng) -> Ints:
    """(n, CANDIDATES) people of one cell (sex, age), drawn by the disease's rates."""
    size = np.diff(site.people.cell_start)
    weights = site.knowledge.episode_rates.reshape(len(site.knowledge.diseases), -1) * size
    cell = draw(rng, disease, weights)
    offset = rng.random((len(disease), CANDIDATES)) * size[cell][:, None]
    person = site.people.cell_start[cell][:, None] + offset.astype(np.int64)
    return np.where(size[cell][:, None] > 0, np.minimum(person, len(site.people) - 1), -1)


def _holders(site: Site, disease: Ints, rng: Rng) -> tuple[Ints, Bools]:
    """(n, CANDIDATES) people who have the disease, and whether they know of it."""
    order = np.argsort(site.conditions.disease, kind="stable")
    count = np.bincount(site.conditions.disease, minlength=int(disease.max(initial=0)) + 1)
    first = np.cumsum(count) - count
    offset = (rng.random((len(disease), CANDIDATES)) * count[disease][:, None]).astype(np.int64)
    if not len(order):
        return np.full((len(disease), CANDIDATES), -1), np.zeros((len(disease), CANDIDATES), bool)
    at = order[np.minimum(first[disease][:, None] + offset, len(order) - 1)]
    found = np.where(count[disease][:, None] > 0, site.conditions.person[at], -1)
    return found, site.conditions.stage[at] > 0


def _risk(site: Site, disease: Ints, candidates: Ints) -> Floats:
    """Relative risk of each candidate, (n, CANDIDATES)."""
    position = {name: n for n, name in enumerate(site.knowledge.risk_factors)}
    diseases = list(site.knowledge.diseases.values())
    lists = Ragged.of([[position[name] for name in one.risks] for one in diseases])
    ratio = np.log([value for one in diseases for value in one.risks.values()] or [1.0])
    row, at = lists.expand(disease)
    total = np.zeros(candidates.shape)
    for column in range(CANDIDATES):
        present = site.people.risks[lists.items[at], candidates[row, column]]
        total[:, column] = np.bincount(row, ratio[at] * present, minlength=len(disease))
    return np.exp(total)


def _company(site: Site, disease: Ints, candidates: Ints) -> Floats:
    """How much likelier than the other candidates one with these long-standing diseases is, (n, CANDIDATES)."""
    row, at = site.rules.comorbid.expand(disease)
    lasting = site.rules.chronic[site.rules.comorbid.items[at]]  # only those are known of everybody
    row, at = row[lasting], at[lasting]
    others, other = np.unique(site.rules.comorbid.items[at], return_inverse=True)
    has = site.conditions.has(len(site.people), others)
    share = np.clip(site.rules.comorbid_p[at], 0.001, 0.98)
    seen = np.bincount(at, has[other[:, None], candidates[row]].mean(axis=1), minlength=len(site.rules.comorbid.items))
    usual = ((seen + 0.05) / (np.bincount(at, minlength=len(site.rules.comorbid.items)) + 1))[at].clip(1e-4, 0.98)
    yes, no = np.log(share / usual), np.log((1 - share) / (1 - usual))
    total = np.zeros(candidates.shape)
    for column in range(CANDIDATES):
        weight = np.where(has[other, candidates[row, column]], yes, no)
        total[:, column] = np.bincount(row, weight, minlength=len(disease))
    return np.exp(np.clip(total, -4, 4))
