import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import SeedError
from simulator.seeds import SeedTree, derive, stream

NAMES = st.lists(st.one_of(st.text(), st.integers()), min_size=1, max_size=4).map(tuple)


@given(st.integers(min_value=0), NAMES)
def test_a_stream_depends_on_seed_and_name_only(seed: int, names: tuple[str | int, ...]) -> None:
    alone = stream(SeedTree(seed), *names).random(3)
    tree = SeedTree(seed)
    stream(tree, "something else entirely", -99)
    assert np.array_equal(alone, stream(tree, *names).random(3))


@given(st.integers(min_value=0), NAMES, NAMES)
def test_different_names_have_different_streams(
    seed: int, one: tuple[str | int, ...], other: tuple[str | int, ...]
) -> None:
    same_path = list(map(repr, one)) == list(map(repr, other))
    assert (derive(seed, *one) == derive(seed, *other)) == same_path


def test_a_name_joined_from_two_is_another_name() -> None:
    assert derive(1, "care", "flow") != derive(1, "careflow")
    assert derive(1, "care", "1") != derive(1, "care", 1)


def test_a_name_asked_for_twice_is_refused() -> None:
    tree = SeedTree(1)
    stream(tree, "care", "flow", 1)
    with pytest.raises(SeedError, match="care/flow/1 was asked for twice"):
        stream(tree, "care", "flow", 1)


def test_a_stream_without_a_name_is_refused() -> None:
    with pytest.raises(SeedError, match="needs a name"):
        stream(SeedTree(1))


def test_known_numbers_stay() -> None:
    assert derive(42, "care", "flow", 1) % 10**12 == GOLDEN


GOLDEN = 834_244_259_238
