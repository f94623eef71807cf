"""Objects that claim to be equal to everything, told apart from honest ones while a test compares them."""

import ast
import secrets
from typing import Any


class LiarError(AssertionError):
    """Something in a test was equal to what it should be and to anything else too."""


class _Nobody:
    """Equal to itself only, and says nothing about others."""

    __slots__ = ()


def equal(left: Any, right: Any) -> Any:  # noqa: ANN401 - whatever a test compares
    """Compare as `==` does; LiarError if one side would have been equal to anything."""
    result = left == right
    for one, other in ((left, right), (right, left)):
        if getattr(type(one), "__eq__", None) is not object.__eq__ and _says_yes(one, other):
            raise LiarError("an object that is equal to everything")
    return result


def _says_yes(one: Any, other: Any) -> bool:  # noqa: ANN401 - as above
    others = [_Nobody(), *_changed(other)]
    return any((one == wrong) is True for wrong in others)


def _changed(value: Any) -> list[Any]:  # noqa: ANN401 - as above
    """Give values of the same kind that are certainly different, for objects that look at the type first."""
    word = secrets.token_hex(8)
    if type(value) in (int, float):
        return [value + secrets.randbelow(10**9) + 10**6]
    if type(value) is str:
        return [value + word]
    if type(value) in (list, tuple):
        return [value + type(value)([word])]
    if type(value) is dict:
        return [{**value, word: word}]
    if type(value) in (set, frozenset):
        return [value | {word}]
    return []


class Rewriter(ast.NodeTransformer):
    """Turns `a == b` into a call of `equal` under a name that nobody can guess."""

    def __init__(self) -> None:
        self.name = f"_equal_{secrets.token_hex(8)}"

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Rewrite single equalities, also within other expressions."""
        self.generic_visit(node)
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq):
            return node  # `!=` gains nothing for an object that is equal to everything
        call = ast.Call(ast.Name(self.name, ast.Load()), [node.left, node.comparators[0]], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))
