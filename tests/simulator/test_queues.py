from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.care.queues.kernel import AFTERNOON, DAY, NOON, play
from simulator.care.queues.records import BESIDE, JOINS, LEAVES, STEP, Servers, Ways
from simulator.care.queues.theatre_kernel import CLOSES, OPENS, OVERRUN, TURNOVER, Wanted, operate

HOUR = 3600
FOREVER = 10**9
visits = st.lists(st.tuples(st.integers(0, 3 * DAY), st.integers(60, 3600)), min_size=1, max_size=60)
outages = st.lists(st.tuples(st.integers(0, 3 * DAY), st.integers(600, DAY)), max_size=2)


def servers(
    count: Sequence[int],
    hours: tuple[int, int] = (0, DAY),
    *,
    lunch: bool = False,
    batch: int = 1,
    shut: Sequence[tuple[int, int, int]] = (),
) -> Servers:
    """Stations with so many servers each, all of the same hours; shut: server, from, until."""
    ones = np.ones(int(np.sum(count)), np.int64)
    times = (ones * hours[0], ones * hours[1], ones * lunch)
    return Servers.of(np.array(count), np.full(len(count), batch), times, list(shut))


@dataclass
class Played:
    """What happened to steps and walkers."""

    begun: np.ndarray
    server: np.ndarray
    left: np.ndarray


def walk_through(start: Sequence[int], steps: Sequence[Sequence[dict[str, int]]], stations: Servers) -> Played:
    """Play walkers with these steps; what a step does not say is 0."""
    flat = [step for mine in steps for step in mine]
    rows = np.zeros(len(flat), STEP)
    for name in ("station", "service", "walk", "lag", "rank", "role", "patience", "skip"):
        rows[name] = [step.get(name, 0) for step in flat]
    first = np.concatenate([[0], np.cumsum([len(mine) for mine in steps])])
    ways = Ways.of(np.array(start), first, rows)
    play(ways, stations)
    return Played(ways.steps["begun"], ways.steps["server"], ways.walkers["left"])


@settings(deadline=None)
@given(visits, st.integers(1, 4))
def test_a_server_has_one_patient_at_a_time_and_nobody_before_arrival(
    rows: list[tuple[int, int]], doctors: int
) -> None:
    arrival, service = np.array(sorted(rows)).T
    state = walk_through(arrival.tolist(), [[{"service": one}] for one in service.tolist()], servers([doctors]))
    assert (state.begun >= arrival).all()
    assert (np.diff(state.begun) >= 0).all(), "first come, first served"
    for doctor in range(doctors):
        mine = np.flatnonzero(state.server == doctor)
        assert (state.begun[mine][1:] >= (state.begun + service)[mine][:-1]).all()


@settings(deadline=None)
@given(visits, st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_an_urgent_patient_is_never_passed_by_one_who_could_wait(
    rows: list[tuple[int, int]], doctors: int, seed: int
) -> None:
    arrival, service = np.array(sorted(rows)).T
    rank = np.random.default_rng(seed).integers(0, 4, len(arrival))
    steps = [[{"service": s, "rank": r}] for s, r in zip(service.tolist(), rank.tolist(), strict=True)]
    begun = walk_through(arrival.tolist(), steps, servers([doctors])).begun
    for one in range(len(arrival)):
        later = (rank > rank[one]) & (begun > arrival[one]) & (begun < begun[one])
        assert not later.any()


@settings(deadline=None)
@given(visits, st.integers(1, 3), outages)
def test_nobody_is_served_by_a_closed_station_and_everybody_afterwards(
    rows: list[tuple[int, int]], count: int, spans: list[tuple[int, int]]
) -> None:
    arrival, service = np.array(sorted(rows)).T
    shut = [(v, begins, begins + length) for begins, length in spans for v in range(count)]
    stations = servers([count], (8 * HOUR, 17 * HOUR), shut=shut)
    begun = walk_through(arrival.tolist(), [[{"service": one}] for one in service.tolist()], stations).begun
    assert (begun >= arrival).all()
    assert ((begun % DAY >= 8 * HOUR) & (begun % DAY < 17 * HOUR)).all()
    for begins, length in spans:
        assert not ((begun >= begins) & (begun < begins + length)).any()


@settings(deadline=None)
@given(visits, outages)
def test_before_something_breaks_down_nothing_changes(
    rows: list[tuple[int, int]], spans: list[tuple[int, int]]
) -> None:
    arrival, service = np.array(sorted(rows)).T
    steps = [
        [{"service": one}, {"station": 1, "service": 300, "walk": 60, "patience": HOUR}] for one in service.tolist()
    ]
    whole = walk_through(arrival.tolist(), steps, servers([1, 1]))
    broken = walk_through(arrival.tolist(), steps, servers([1, 1], shut=[(1, b, b + length) for b, length in spans]))
    for begins in [min((b for b, _ in spans), default=FOREVER)]:
        before = whole.begun < begins
        assert (broken.begun[before] == whole.begun[before]).all()


def test_who_waits_longer_than_their_patience_leaves_unseen_at_that_moment() -> None:
    steps = [[{"service": HOUR, "role": LEAVES, "patience": patience}] for patience in (0, 600, 0)]
    state = walk_through([0, 1, 2], steps, servers([1]))
    assert state.begun.tolist() == [0, -1, HOUR]
    assert state.left.tolist() == [HOUR, -1 - 601, 2 * HOUR]


def test_a_clinic_opens_in_the_morning_and_pauses_at_noon() -> None:
    start = [HOUR, NOON + 60, 20 * HOUR]
    state = walk_through(start, [[{"service": 60}]] * 3, servers([3], (8 * HOUR, DAY), lunch=True))
    assert state.begun.tolist() == [8 * HOUR, AFTERNOON, 20 * HOUR]


def test_a_patient_walks_on_while_the_specimen_is_tested_and_reads_the_result_when_it_is_there() -> None:
    blood, laboratory = {"service": 100}, {"station": 1, "service": 50, "walk": 200, "role": BESIDE, "lag": 1000}
    image, reading = {"station": 2, "service": 300}, {"station": 3, "service": 60, "role": JOINS, "patience": 9000}
    state = walk_through([0], [[blood, laboratory, image, reading]], servers([1, 1, 1, 1]))
    assert state.begun.tolist() == [0, 300, 100, 300 + 50 + 1000]
    impatient = {**reading, "patience": 500}
    state = walk_through([0], [[blood, laboratory, image, impatient]], servers([1, 1, 1, 1]))
    assert state.begun[3] == 400 + 500, "without the result"


def test_who_gives_up_paying_goes_on_without_what_had_to_be_paid() -> None:
    pays = {"service": 60, "patience": 600, "skip": 1}
    state = walk_through(
        [0], [[pays, {"station": 1}, {"station": 2, "service": 5}]], servers([1, 1, 1], shut=[(0, 0, DAY)])
    )
    assert state.begun.tolist() == [-1, -1, 600]
    assert state.left.tolist() == [605]


def test_an_analyser_takes_what_waits_together() -> None:
    state = walk_through([0, 1, 2, 3], [[{"service": 100}]] * 4, servers([1], batch=2))
    assert state.begun.tolist() == [0, 100, 100, 200]


operations = st.lists(
    st.tuples(
        st.integers(0, 6 * DAY), st.integers(1, 6), st.integers(5, 300), st.booleans(), st.integers(0, 9), st.booleans()
    ),
    min_size=1,
    max_size=40,
)


def lists(rows: Sequence[tuple[int, int, int, bool, int, bool]], theatres: Servers) -> tuple[Wanted, np.ndarray]:
    """Operations (ready, hours expected, minutes needed, urgent, patient, leaves early), and what came of them."""
    ready, usual, taken, urgent, patient, early = (np.array(column) for column in zip(*sorted(rows), strict=True))
    rooms = len(theatres.servers)
    wanted = Wanted(
        ready,
        (ready - OPENS + DAY - 1) // DAY,
        usual * HOUR,
        taken * 60,
        urgent,
        np.arange(len(ready)) % rooms,
        patient,
        np.where(early, ready + 2 * DAY, FOREVER),
    )
    return wanted, np.stack(operate(wanted, np.arange(200) % 7 < 5, theatres.servers, theatres.shut, 10))


@settings(deadline=None)
@given(operations, st.integers(1, 3))
def test_no_theatre_holds_two_operations_and_no_patient_has_two(
    rows: list[tuple[int, int, int, bool, int, bool]], rooms: int
) -> None:
    wanted, (began, theatre, struck) = lists(rows, servers([rooms]))
    done = began >= 0
    assert (began[done] >= wanted.ready[done]).all()
    assert done[wanted.latest == FOREVER].all(), "who stays long enough has the operation"
    assert (began + wanted.taken <= wanted.latest)[done].all()
    for key in (theatre, wanted.patient):
        for one in np.unique(key[done]):
            mine = np.flatnonzero(done & (key == one))
            mine = mine[np.argsort(began[mine])]
            assert (began[mine][1:] >= (began + wanted.taken + TURNOVER)[mine][:-1]).all()
    elective = done & ~wanted.urgent
    assert ((began[elective] % DAY >= OPENS) & (began[elective] // DAY % 7 < 5)).all()
    assert (struck[wanted.urgent] == 0).all()


def test_an_operation_that_the_day_cannot_hold_is_struck_off_and_heads_the_next_list() -> None:
    long = (0, 4, 500, False, 0, False)
    wanted, (began, _, struck) = lists(
        [long, (60, 4, 200, False, 1, False), (HOUR, 2, 60, True, 2, False)], servers([1])
    )
    assert struck.tolist() == [0, 1, 0]
    assert began[1] == DAY + OPENS
    assert began[0] == OPENS
    assert began[0] + wanted.taken[0] + wanted.usual[1] > CLOSES + OVERRUN
    assert began[2] == HOUR, "an emergency does not wait for the lists"


def test_closed_theatres_operate_nobody() -> None:
    _, (began, _, struck) = lists(
        [(0, 2, 60, False, 0, False), (60, 2, 60, True, 1, False)], servers([1], shut=[(0, 0, DAY)])
    )
    assert began.tolist() == [DAY + OPENS, DAY]
    assert struck.tolist() == [1, 0]
