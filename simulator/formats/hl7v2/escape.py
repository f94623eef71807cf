r"""Escape sequences: characters that HL7 uses as marks, and line ends, inside text (HL7 v2.5.1 chapter 2, 2.7).

>>> escape("Na|K\n")
'Na\\F\\K\\.br\\'
"""

import re

import polars as pl

SEQUENCES: dict[str, str] = {
    "\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\n": "\\.br\\", "\r": "\\X0D\\",
}  # fmt: skip
"""What stands for each character while the delimiters are the usual ones."""
_MEANING = {sequence: character for character, sequence in SEQUENCES.items()}
_ESCAPED = re.compile(r"\\(E|F|S|T|R|\.br|X(?:[0-9A-Fa-f]{2}){1,500})\\")


def escape(text: str) -> str:
    """Text as it may stand in a field."""
    return text.translate({ord(character): sequence for character, sequence in SEQUENCES.items()})


def unescape(text: str, charset: str = "utf-8") -> str:
    r"""What a field says; \Xhh..\ are bytes of the character set. Unknown sequences stay as they are."""
    return _ESCAPED.sub(lambda found: _one(found[0], charset), text) if "\\" in text else text


def _one(sequence: str, charset: str) -> str:
    if sequence in _MEANING:
        return _MEANING[sequence]
    return bytes.fromhex(sequence[2:-1]).decode(charset, "replace")


def escaped(text: pl.Expr) -> pl.Expr:
    """`escape` for a column."""
    return text.str.replace_many(list(SEQUENCES), list(SEQUENCES.values()))


def unescaped(text: pl.Expr) -> pl.Expr:
    """`unescape` for a column; other bytes than those of line ends stay in their sequence."""
    return text.str.replace_many([*_MEANING, "\\X0A\\"], [*_MEANING.values(), "\n"])
