import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.care.bed_kernel import occupy

DAY = 86400
FOREVER = 10**9
OPEN = np.zeros((0, 3), np.int64)


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
        request, urgent, where, planned, np.full(n, 39_600), died, bed_ward, lends, FOREVER, 2700, 1500, FOREVER, OPEN
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
        OPEN,
    )
    assert started[1] == ended[0] + 2700 + 1500
    assert asked[1] == 3600


def test_the_living_leave_by_day_and_the_dying_at_any_time() -> None:
    where, planned = np.array([[0, -1, -1]]), np.array([[3 * DAY + 3600, 0, 0]])
    common = (np.zeros(1, np.int64), np.zeros((1, 1), bool), FOREVER, 2700, 1500, FOREVER, OPEN)
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
        OPEN,
    )
    assert sorted(admission.tolist()) == [0, 1]
    assert stage.tolist() == [0, 0], "after half a day each finishes the stay where they are"
    assert (ended < 5 * DAY).all()


def test_a_closed_ward_takes_nobody_and_then_those_who_waited() -> None:
    request = np.array([0, DAY, DAY + 60])
    where, planned = np.array([[0, -1, -1]] * 3), np.array([[9 * DAY, 0, 0]] * 3)
    closed = np.array([[0, DAY // 2, 2 * DAY]])
    _, _, _, _, started, _ = occupy(
        request,
        np.ones(3, bool),
        where,
        planned,
        np.full(3, 39_600),
        np.zeros(3, bool),
        np.zeros(3, np.int64),
        np.zeros((1, 1), bool),
        FOREVER,
        2700,
        1500,
        FOREVER,
        closed,
    )
    assert started.tolist() == [1500, 2 * DAY + 1500, 2 * DAY + 1500]
