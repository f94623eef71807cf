import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.care.bed_kernel import occupy
from simulator.care.clinic_kernel import NOON, opening, serve_by_urgency, serve_in_turn

DAY = 86400
FOREVER = 10**9
visits = st.lists(st.tuples(st.integers(0, 3 * DAY), st.integers(60, 3600)), min_size=1, max_size=60)


@settings(deadline=None)
@given(visits, st.integers(1, 4))
def test_a_doctor_sees_one_patient_at_a_time_and_nobody_before_arrival(
    rows: list[tuple[int, int]], doctors: int
) -> None:
    arrival, service = np.array(sorted(rows)).T
    seen, who = serve_in_turn(arrival, service, doctors, 8 * 3600, 17 * 3600)
    assert (seen >= arrival).all()
    assert (np.diff(seen) >= 0).all(), "first come, first served"
    for doctor in range(doctors):
        mine = np.flatnonzero(who == doctor)
        assert (seen[mine][1:] >= (seen + service)[mine][:-1]).all()


@settings(deadline=None)
@given(visits, st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_an_urgent_patient_is_never_passed_by_one_who_could_wait(
    rows: list[tuple[int, int]], doctors: int, seed: int
) -> None:
    arrival, service = np.array(sorted(rows)).T
    level = np.random.default_rng(seed).integers(0, 4, len(arrival))
    seen, _ = serve_by_urgency(arrival, level, service, np.full(len(arrival), FOREVER), doctors)
    assert (seen >= arrival).all()
    for one in range(len(arrival)):
        later = (level > level[one]) & (seen > arrival[one]) & (seen < seen[one])
        assert not later.any()


def test_who_waits_longer_than_their_patience_leaves_unseen() -> None:
    arrival = np.array([0, 1, 2])
    seen, who = serve_by_urgency(arrival, np.zeros(3, np.int64), np.full(3, 3600), np.array([FOREVER, 600, FOREVER]), 1)
    assert seen.tolist() == [0, -1, 3600]
    assert who.tolist() == [0, -1, 0]


def test_a_clinic_opens_in_the_morning_and_pauses_at_noon() -> None:
    assert opening(3600, 8 * 3600, 17 * 3600) == 8 * 3600
    assert opening(NOON + 60, 8 * 3600, 17 * 3600) == 13 * 3600 + 1800
    assert opening(NOON + 60, 0, DAY) == NOON + 60


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 20 * DAY), st.booleans(), st.integers(0, 2), st.integers(3600, 9 * DAY)),
        min_size=1,
        max_size=40,
    ),
    st.lists(st.integers(1, 4), min_size=3, max_size=3),
)
def test_beds_hold_one_patient_and_patients_one_bed(rows: list[tuple[int, bool, int, int]], beds: list[int]) -> None:
    request, urgent, path, stay = (np.array(column) for column in zip(*sorted(rows), strict=True))
    where = np.array([[0, -1, -1], [2, 0, -1], [1, 2, 1]])[path]
    planned = np.where(where >= 0, stay[:, None], 0)
    lends = np.array([[False, True, False], [True, False, False], [False, False, False]])
    n, died = len(rows), np.zeros(len(rows), bool)
    bed_ward = np.repeat(np.arange(3), beds)
    admission, stage, bed, asked, started, ended = occupy(
        request, urgent, where, planned, np.full(n, 39_600), died, bed_ward, lends, FOREVER, 2700, 1500, FOREVER
    )
    assert (started >= asked).all()
    assert (ended > started).all()
    for one in range(len(bed_ward)):
        order = np.flatnonzero(bed == one)[np.argsort(started[bed == one])]
        assert (started[order][1:] >= ended[order][:-1]).all(), "cleaned and empty before the next"
    for one in range(n):
        mine = np.flatnonzero(admission == one)
        assert stage[mine][0] == 0, "everybody gets a bed in the end"
        assert (np.diff(stage[mine]) > 0).all(), "stages are lived through in their order"
        assert (started[mine][1:] == ended[mine][:-1]).all(), "no gap between two beds"


def test_a_patient_without_a_bed_waits_until_one_is_clean() -> None:
    request = np.array([0, 3600])
    where, planned = np.array([[0, -1, -1]] * 2), np.array([[2 * DAY, 0, 0]] * 2)
    lends, patience = np.zeros((1, 1), bool), FOREVER
    _, _, _, asked, started, ended = occupy(
        request,
        np.ones(2, bool),
        where,
        planned,
        np.full(2, 39_600),
        np.zeros(2, bool),
        np.zeros(1, np.int64),
        lends,
        patience,
        2700,
        1500,
        FOREVER,
    )
    assert started[1] == ended[0] + 2700 + 1500
    assert asked[1] == 3600


def test_the_living_leave_by_day_and_the_dying_at_any_time() -> None:
    where, planned = np.array([[0, -1, -1]]), np.array([[3 * DAY + 3600, 0, 0]])
    common = (np.zeros(1, np.int64), np.zeros((1, 1), bool), FOREVER, 2700, 1500, FOREVER)
    alive = occupy(np.array([0]), np.array([True]), where, planned, np.array([39_600]), np.array([False]), *common)
    dead = occupy(np.array([0]), np.array([True]), where, planned, np.array([39_600]), np.array([True]), *common)
    assert alive[5][0] % DAY == 39_600
    assert dead[5][0] == 1500 + 3 * DAY + 3600


def test_two_who_wait_for_each_other_s_bed_are_not_locked_for_ever() -> None:
    where, planned = np.array([[1, 2, -1], [2, 1, -1]]), np.full((2, 3), DAY)
    admission, stage, _, _, _, ended = occupy(
        np.array([0, 0]),
        np.ones(2, bool),
        where,
        planned,
        np.full(2, 39_600),
        np.zeros(2, bool),
        np.array([1, 2]),
        np.zeros((3, 3), bool),
        FOREVER,
        2700,
        1500,
        FOREVER,
    )
    assert sorted(admission.tolist()) == [0, 1]
    assert stage.tolist() == [0, 0], "after half a day each finishes the stay where they are"
    assert (ended < 5 * DAY).all()
