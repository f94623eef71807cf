"""Every text exists in both languages and takes the same values."""

import string

import pytest

from grading.exchange.refusals import STATUS, Refusal
from grading.exchange.texts import TEXTS, both


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_says_the_same_in_both_languages(key: str) -> None:
    assert set(TEXTS[key]) == {"zh", "en"}
    assert names(TEXTS[key]["zh"]) == names(TEXTS[key]["en"])
    assert names(TEXTS[key]["zh"]).isdisjoint({"key", "language", "code"}), "names of parameters"
    assert all(both(key, **dict.fromkeys(names(TEXTS[key]["en"]), 7)).values())


@pytest.mark.parametrize("code", STATUS)
def test_every_refusal_has_a_text(code: str) -> None:
    values = dict.fromkeys(names(TEXTS[code]["en"]), 7)
    retry = values.pop("retry_s", None)
    assert Refusal(code, retry_s=retry, **values).text["zh"]
