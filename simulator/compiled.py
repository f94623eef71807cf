"""Compile a sequential loop to machine code once, and keep the result where this user may write."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code, cached on disk (NUMBA_CACHE_DIR says where) or in memory if nothing is writable."""
    try:
        made: Callable[P, R] = numba.njit(cache=True)(function)
    except RuntimeError:  # Numba found no folder to write its cache to
        made = numba.njit(function)
    return made


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """A helper that is compiled into each place that calls it: what is passed need not be handed over."""
    made: Callable[P, R] = numba.njit(forceinline=True)(function)
    return made
