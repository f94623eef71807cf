"""Which of a network's hospitals treats whom: the nearest, or a higher one, with or without a referral, and back again.

People go to the health centre that is nearest, or to the nearest hospital. Grave cases of a county's hospital go on to
the hospital at the top. Some are seen nearer to home first and sent on from there; some return there afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.arrays import DAY, Bools, Ints, Rng
from simulator.care.cases import case_rows
from simulator.care.demand import yearly, yearly_primary
from simulator.care.episodes import Episodes, draw_episodes
from simulator.care.flow import Flow, flow
from simulator.care.queues.diversion import disruption_table, diversion_table
from simulator.care.rules import EMERGENCY
from simulator.care.site import Site
from simulator.care.visits import NOT_SENT, Duties, Visits, plan_visits
from simulator.scenario import LEVELS

NOWHERE = -1
BEYOND = np.array([0.10, 0.06, 0.14])
"""Share of a county hospital's patients of middling severity who are treated at the top, by setting: estimate/low."""
SENT = np.array([0.10, 0.12, 0.30])
"""Share of those treated away from the nearest place who were seen there first, by setting: estimate/low."""
BACK = np.array([0.15, 0.0, 0.35])
"""Share of them who are followed up at the nearest place, by setting: estimate/low."""

Draws = Callable[..., Rng]
"""The random stream of a step at the hospital with this number."""


@dataclass(frozen=True)
class Journeys:
    """One row for each episode (n,): positions in the network of where the patient is treated, seen first, followed up.

    first: NOWHERE for those who come by themselves.
    """

    treated: Ints
    first: Ints
    after: Ints


@dataclass(frozen=True)
class Played:
    """One hospital's queues and beds, the tables of what went wrong, and its rows of cases.

    The episodes of the cases are those of the whole network.
    """

    flow: Flow
    tables: dict[str, pl.DataFrame]
    rows: pl.DataFrame


def network_episodes(site: Site, members: Sequence[Site], draws: Draws) -> tuple[Episodes, Journeys]:
    """All episodes of a network's people and where each of them leads; site: the hospital at the top."""
    number = site.registry.number
    episodes = draw_episodes(site, yearly(site), draws("episodes", number))
    if len(members) == 1:
        here = np.zeros(len(episodes), np.int64)
        return episodes, Journeys(here, np.full(len(episodes), NOWHERE), here)
    minor = draw_episodes(site, yearly_primary(site), draws("primary_episodes", number))
    both = Episodes(*(np.concatenate(pair) for pair in zip(_columns(episodes), _columns(minor), strict=True)))
    at_centre = np.arange(len(both)) >= len(episodes)
    return both, _journeys(site, members, both, at_centre, draws("journeys", number))


def alive(site: Site, episodes: Episodes, journeys: Journeys) -> tuple[Episodes, Journeys]:
    """The episodes that begin before their person's death outside hospitals."""
    rows = np.flatnonzero(site.people.dies_at[episodes.person] > site.clock.begin + episodes.day * DAY)
    return episodes.take(rows), Journeys(journeys.treated[rows], journeys.first[rows], journeys.after[rows])


def _columns(episodes: Episodes) -> list[np.ndarray]:
    return [getattr(episodes, name) for name in Episodes.__dataclass_fields__]


def _journeys(site: Site, members: Sequence[Site], episodes: Episodes, at_centre: Bools, rng: Rng) -> Journeys:
    """Draw the way of each episode."""
    district_of = np.repeat(np.arange(len(members)), [len(one.registry.hospital.districts) for one in members])
    home = district_of[site.people.district[episodes.person]]
    near = nearest_hospital(members)[home]
    n, setting = len(episodes), episodes.setting
    beyond = rng.random(n) < BEYOND[setting] * (0.1 + 4 * episodes.severity**2)
    treated = np.where(at_centre, home, np.where(beyond, 0, near))
    away = (treated != home) & ~at_centre
    sent = away & (rng.random(n) < SENT[setting])
    over = sent & (near != treated) & ((home == near) | (rng.random(n) < 0.5))  # noqa: PLR2004  # half are sent on by the county's hospital
    walks = sent & ~over & (near != home) & (setting != EMERGENCY)
    back = away & (rng.random(n) < BACK[setting])
    first = np.where(over, near, np.where(walks, home, NOWHERE))
    return Journeys(treated, first, np.where(back, home, treated))


def nearest_hospital(members: Sequence[Site]) -> Ints:
    """For each member the position of the first one on its way up that is no health centre, or the last."""
    place = {one.registry.hospital.id: n for n, one in enumerate(members)}
    found = []
    for n, one in enumerate(members):
        at, above = n, one.registry.hospital
        while above.level == "primary" and above.refers_to is not None:
            at = place[above.refers_to]
            above = members[at].registry.hospital
        found.append(at)
    return np.array(found)


def play_network(members: Sequence[Site], episodes: Episodes, journeys: Journeys, draws: Draws) -> list[Played]:
    """Play each hospital, the lower levels first, so that those they send on set out when they were seen."""
    ready = np.full(len(episodes), NOT_SENT)
    played: dict[int, Played] = {}
    for n in sorted(range(len(members)), key=lambda n: LEVELS.index(members[n].registry.hospital.level)):
        played[n] = _play(members[n], n, episodes, journeys, ready, draws)
    return [played[n] for n in range(len(members))]


def _play(site: Site, place: int, episodes: Episodes, journeys: Journeys, ready: Ints, draws: Draws) -> Played:  # noqa: PLR0913, PLR0917  # one hospital and what others sent it
    """Play one hospital; `ready` then says when those whom it sends on were seen."""
    sends, treats, follows = (one == place for one in (journeys.first, journeys.treated, journeys.after))
    mine = np.flatnonzero(sends | treats | follows)
    duties = Duties(sends[mine], treats[mine], follows[mine], np.where(treats[mine], ready[mine], NOT_SENT))
    own, number = episodes.take(mine), site.registry.number
    visits = plan_visits(site, own, duties, draws("visits", number))
    out = site.clock.scenario.disrupted(number)
    found = flow(site, visits, own, draws("flow", number), out)
    happened = {"disruption": disruption_table(site, out), "diversion": diversion_table(site, visits, found.diversion)}
    rows = case_rows(site, found, visits, own, draws("outcomes", number))
    _set_out(ready, mine, visits, found, sends)
    return Played(found, happened, rows.with_columns(episode=pl.Series(mine[rows["episode"].to_numpy()])))


def _set_out(ready: Ints, mine: Ints, visits: Visits, found: Flow, sends: Bools) -> None:
    """Enter when the patients seen at their first visit are sent on."""
    episode = mine[visits.episode]
    rows = np.flatnonzero(sends[episode] & ~visits.returns & (found.times.seen >= 0))
    ready[episode[rows]] = found.times.decided[rows]
