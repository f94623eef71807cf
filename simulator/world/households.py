"""Who lives with whom, in town or country, and how each person is insured."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import Bools, Floats, Ints, Rng, enum, words
from simulator.knowledge import Knowledge
from simulator.scenario import District
from simulator.schema import TABLES, first_id, values
from simulator.world.people import People

ALONE, PARTNER, CHILD, ELDER, PARENT, OTHER = range(len(values.HOUSEHOLD_ROLE))
EMPLOYEE, RESIDENT, SELF_PAY = range(len(values.INSURANCE))
ADULT = 18
ELDERLY, YOUNGER = 62, 58
"""Old parents from the one age move in with children up to the other, so that nobody moves in with who has moved."""
YOUNGEST_MOTHER, OLDEST_MOTHER = 19, 46
BETWEEN_BIRTHS_D, MOST_CHILDREN = 300, 4
AGE_STEPS = 200
"""Room for an age within a key of district and age."""


@dataclass(frozen=True)
class Homes:
    """Each person's household, part in it, surroundings and insurance; all arrays (people,)."""

    household: Ints
    role: Ints
    urban: Bools
    insurance: Ints

    def joined(self, child: Ints, mother: Ints, people: int) -> "Homes":
        """The same for so many people: each child in its mother's household; newborns are insured as residents."""
        new = people - len(self.household)
        household = np.concatenate([self.household, np.zeros(new, np.int64)])
        role = np.concatenate([self.role, np.full(new, CHILD)])
        urban = np.concatenate([self.urban, np.zeros(new, bool)])
        role[mother[role[mother] == ALONE]] = PARENT
        role[child] = CHILD
        household[child], urban[child] = household[mother], urban[mother]
        return Homes(household, role, urban, np.concatenate([self.insurance, np.full(new, RESIDENT)]))


def build_homes(people: People, districts: tuple[District, ...], knowledge: Knowledge, rng: Rng) -> Homes:
    """Marry, let children live with parents and old parents with children; who is left lives alone."""
    wife, husband = _couples(people, knowledge, rng)
    family = np.arange(len(people))
    role = np.full(len(people), ALONE)
    family[husband] = wife
    role[wife] = role[husband] = PARTNER
    _children(people, knowledge, (wife, family, role), rng)
    _elders(people, knowledge, (wife, family, role), rng)
    household = np.unique(family, return_inverse=True)[1]
    size = np.bincount(household)
    role = np.where((role == ALONE) & (size[household] > 1), PARENT, role)
    share = np.array([one.urban for one in districts])
    of_house = np.zeros(len(size), np.int64)
    of_house[household] = people.district
    urban = (rng.random(len(size)) < share[of_house])[household]
    return Homes(household, role, urban, _insurance(people, urban, knowledge, rng))


def _couples(people: People, knowledge: Knowledge, rng: Rng) -> tuple[Ints, Ints]:
    """Positions of wives and husbands, (couples,) each: of one district, and of ages that go together."""
    figures, curves = knowledge.demography, knowledge.demography.curves
    share = np.where(people.female, curves["married_women"][people.age], curves["married_men"][people.age])
    married = rng.random(len(people)) < share
    near = people.age + figures.value("spouse_spread") / 2 * rng.standard_normal(len(people))
    near += figures.value("wife_younger") * people.female
    lists = []
    for sex in (True, False):
        mine = np.flatnonzero(married & (people.female == sex))
        lists.append(mine[np.lexsort((rng.random(len(mine)), people.district[mine]))])
    districts = int(people.district.max(initial=0)) + 1
    counts = np.stack([np.bincount(people.district[mine], minlength=districts) for mine in lists])
    pairs = counts.min(axis=0)
    chosen = []
    for mine, count in zip(lists, counts, strict=True):
        place = people.district[mine]
        nth = np.arange(len(mine)) - (np.cumsum(count) - count)[place]
        kept = mine[nth < pairs[place]]
        chosen.append(kept[np.lexsort((near[kept], people.district[kept]))])
    return chosen[0], chosen[1]


def _children(people: People, knowledge: Knowledge, made: tuple[Ints, Ints, Ints], rng: Rng) -> None:
    """Enter children, and those of the grown-up who are not married, with their mothers."""
    wife, family, role = made
    figures, age = knowledge.demography, people.age
    stays = rng.random(len(people)) < figures.curves["with_parents"][age]
    child = np.flatnonzero(stays & (role == ALONE) | (age < ADULT))
    single = (role == ALONE) & people.female & (age > YOUNGEST_MOTHER) & ~stays
    single &= rng.random(len(people)) < figures.value("single_mothers")
    mothers = np.concatenate([wife, np.flatnonzero(single)])
    mother = np.full(len(people), -1)
    for _ in range(2):
        mine = child[mother[child] < 0]
        older = figures.value("mother_older") + figures.value("mother_spread") * rng.standard_normal(len(mine))
        want = age[mine] + np.clip(np.round(older), YOUNGEST_MOTHER + 1, OLDEST_MOTHER - 2).astype(np.int64)
        mother[mine] = _near(people, mothers, mine, want, rng)
        mother[child[~_possible(people, child, mother[child])]] = -1
    fits = mother[child] >= 0
    family[child[fits]] = family[mother[child[fits]]]
    role[child[fits]] = CHILD
    left = child[~fits & (age[child] < ADULT)]
    keeper = _near(people, np.flatnonzero((age >= ADULT) & (role != CHILD)), left, age[left] + 50, rng)
    found = keeper >= 0
    family[left[found]] = family[keeper[found]]
    role[left[found]] = OTHER


def _possible(people: People, child: Ints, mother: Ints) -> Bools:
    """(children,): who can be a child of this mother, by her age and the births before, of which few are many."""
    gap = people.age[mother] - people.age[child]
    fits = (mother >= 0) & (gap >= YOUNGEST_MOTHER) & (gap <= OLDEST_MOTHER)
    order = np.lexsort((people.birth_day[child], mother))
    mother, born = mother[order], people.birth_day[child][order]
    near = np.zeros(len(child), bool)
    near[1:] = (mother[1:] == mother[:-1]) & (np.diff(born) < BETWEEN_BIRTHS_D)
    fits[order[near | (_nth(mother) >= MOST_CHILDREN)]] = False
    return fits


def _nth(of: Ints) -> Ints:
    """The running number, from 0, of each row among the rows of the same value, which stand together."""
    first = np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]])) if len(of) else np.zeros(0, np.int64)
    return np.arange(len(of)) - np.repeat(first, np.diff([*first, len(of)]))


def _elders(people: People, knowledge: Knowledge, made: tuple[Ints, Ints, Ints], rng: Rng) -> None:
    """Let some of the old move in with a married child, alone or as a couple."""
    wife, family, role = made
    figures, n = knowledge.demography, len(people)
    shared = np.zeros(n, bool)
    shared[family[(role == CHILD) | (role == OTHER)]] = True
    p = np.where(role == PARTNER, figures.value("elder_couple_joins"), figures.value("elder_single_joins"))
    moves = (family == np.arange(n)) & (people.age >= ELDERLY) & ~shared & (role != CHILD) & (rng.random(n) < p)
    old = np.flatnonzero(moves)
    hosts = wife[people.age[wife] <= YOUNGER]
    older = figures.value("mother_older") + figures.value("mother_spread") * rng.standard_normal(len(old))
    host = _near(people, hosts, old, (people.age[old] - np.round(older)).astype(np.int64), rng)
    order = np.lexsort((rng.random(len(old)), host))
    host[order[_nth(host[order]) > 0]] = -1  # one of the families of origin moves in
    target = np.arange(n)
    target[old[host >= 0]] = host[host >= 0]
    role[target[family] != family] = ELDER
    family[:] = target[family]


def _near(people: People, among: Ints, who: Ints, want: Ints, rng: Rng) -> Ints:
    """For each of `who` somebody of `among` in the same district, of the age wanted or the next; -1 if nobody."""
    if not len(among) or not len(who):
        return np.full(len(who), -1)
    keys = people.district[among] * AGE_STEPS + people.age[among]
    order = np.argsort(keys, kind="stable")
    keys, among = keys[order], among[order]
    place = people.district[who] * AGE_STEPS
    first, last = np.searchsorted(keys, place), np.searchsorted(keys, place + AGE_STEPS) - 1
    low = np.searchsorted(keys, place + want)
    high = np.searchsorted(keys, place + want, side="right")
    at = low + (rng.random(len(who)) * np.maximum(high - low, 1)).astype(np.int64)
    return np.where(last >= first, among[np.clip(at, first, np.maximum(first, last)).clip(0, len(among) - 1)], -1)


def _insurance(people: People, urban: Bools, knowledge: Knowledge, rng: Rng) -> Ints:
    """Employees and pensioners of the towns are insured by their work, most others as residents."""
    curves, u = knowledge.demography.curves, rng.random(len(people))
    employee: Floats = np.where(urban, curves["employee_urban"][people.age], curves["employee_rural"][people.age])
    free = knowledge.demography.value("self_pay")
    return np.where(u < employee, EMPLOYEE, np.where(u < 1 - free, RESIDENT, SELF_PAY))


def household_table(homes: Homes, people: People, districts: tuple[District, ...], number: int) -> pl.DataFrame:
    """The household table of the network led by hospital `number`."""
    count = int(homes.household.max(initial=-1)) + 1
    size = np.bincount(homes.household, minlength=count)
    parts = np.stack([np.bincount(homes.household[homes.role == one], minlength=count) > 0 for one in range(OTHER + 1)])
    district, urban = np.zeros(count, np.int64), np.zeros(count, bool)
    district[homes.household], urban[homes.household] = people.district, homes.urban
    kind = np.select(
        [
            size == 1,
            parts[ELDER] & parts[CHILD],
            parts[ELDER] | parts[OTHER],
            parts[PARTNER] & parts[CHILD],
            parts[PARTNER],
        ],
        [0, 4, 5, 2, 1],
        3,
    )
    return pl.DataFrame(
        {
            "household_id": first_id(TABLES["household"], number) + 1 + np.arange(count),
            "district": words(district, [one.zh for one in districts]),
            "urban": urban,
            "size": size.astype(np.int16),
            "kind": enum(kind, tuple(values.HOUSEHOLD_KIND)),
        }
    )
