import datetime as dt

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from simulator import World
from simulator.world.identity import check_digits, identity_numbers

ASSIGNED_PROVINCES = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46} | {
    50,
    51,
    52,
    53,
    54,
    61,
    62,
    63,
    64,
    65,
    71,
    81,
    82,
    83,
    91,
}


def valid(number: str) -> bool:
    """ISO 7064 MOD 11-2 as GB 11643 writes it: the weighted sum of all 18 characters is 1 modulo 11."""
    weights = [pow(2, 17 - n, 11) for n in range(18)]
    values = [10 if letter == "X" else int(letter) for letter in number]
    return sum(w * v for w, v in zip(weights, values, strict=True)) % 11 == 1


def test_a_published_example_has_the_published_check_digit() -> None:
    assert check_digits(np.array([11010519491231002])).to_list() == ["X"]
    assert check_digits(np.array([44052418800101001])).to_list() == ["4"]


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.dates(dt.date(1920, 1, 1), dt.date(2025, 1, 1)), st.integers(0, 1)), min_size=1
    )
)
def test_numbers_are_valid_different_and_tell_birth_and_sex(rows: list[tuple[int, dt.date, int]]) -> None:
    district, birth, female = zip(*rows, strict=True)
    numbers = identity_numbers(np.array(district), pl.Series(birth, dtype=pl.Date), np.array(female)).to_list()
    assert len(set(numbers)) == len(numbers)
    for number, day, sex in zip(numbers, birth, female, strict=True):
        assert valid(number)
        assert number[6:14] == day.strftime("%Y%m%d")
        assert int(number[16]) % 2 == 1 - sex


def test_a_thousand_people_born_together_still_differ() -> None:
    n = 1300
    birth = pl.Series([dt.date(1970, 1, 1)] * n)
    numbers = identity_numbers(np.zeros(n, np.int64), birth, np.zeros(n, np.int64))
    assert numbers.n_unique() == n
    assert all(valid(number) for number in numbers)


def test_no_patient_has_a_number_that_could_have_been_issued(clinic: World) -> None:
    provinces = {int(number[:2]) for number in clinic["patient"]["id_number"]}
    assert not provinces & ASSIGNED_PROVINCES
    assert set(clinic["patient"]["phone"].str.slice(0, 3)) == {"154"}
    assert set(clinic["patient"]["phone"].str.len_chars()) == {11}
