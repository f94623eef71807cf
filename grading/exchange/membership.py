"""Who belongs to a course: the hub's groups, named as nbgrader names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from grading.exchange.records import Role

LEARNERS = "nbgrader-"
INSTRUCTORS = "formgrade-"


def role_in(course: str, groups: Collection[str]) -> Role | None:
    """Give somebody's role in a course; None for a stranger, the higher role where there are two."""
    if f"{INSTRUCTORS}{course}" in groups:
        return "instructor"
    return "learner" if f"{LEARNERS}{course}" in groups else None


def courses_in(groups: Collection[str]) -> dict[str, Role]:
    """Every course these groups open, with the role in it."""
    names = {g.removeprefix(p) for p in (LEARNERS, INSTRUCTORS) for g in groups if g.startswith(p)}
    return {name: role for name in sorted(names) if (role := role_in(name, groups))}
