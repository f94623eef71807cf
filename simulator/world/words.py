"""Names and addresses from Faker's word lists, drawn as whole columns instead of one call for each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from faker.providers.address.en_US import Provider as AddressEn
from faker.providers.address.zh_CN import Provider as AddressZh
from faker.providers.person.en_US import Provider as PersonEn
from faker.providers.person.zh_CN import Provider as PersonZh

from simulator.arrays import Bools, Floats, Ints, Rng, choose

TWO_WORD_GIVEN_NAMES = 0.5
"""Share of Chinese given names put together from two of Faker's one-character names, so that fewer people share one."""


@dataclass(frozen=True)
class Words:
    """A word list with weights."""

    words: tuple[str, ...]
    weights: Floats

    @classmethod
    def of(cls, source: Sequence[str] | Mapping[str, float]) -> "Words":
        """From one of Faker's lists or its dictionaries of weights."""
        weights = list(source.values()) if isinstance(source, Mapping) else [1.0] * len(source)
        return cls(tuple(source), np.array(weights, np.float64))

    def draw(self, rng: Rng, n: int) -> pl.Series:
        """`n` words, (n,) text."""
        return self.at(choose(rng, self.weights, n))

    def at(self, index: Ints) -> pl.Series:
        """The words of these positions."""
        return pl.Series(self.words, dtype=pl.String).gather(index.astype(np.uint32))


def _single(names: Sequence[str]) -> Words:
    return Words.of(tuple(dict.fromkeys(name for name in names if len(name) == 1)))


SURNAMES_ZH = Words.of(PersonZh.last_names)
SURNAMES_EN = Words.of(PersonEn.last_names)
GIVEN_ZH = (Words.of(PersonZh.first_names_male), Words.of(PersonZh.first_names_female))
SINGLE_ZH = (_single(PersonZh.first_names_male), _single(PersonZh.first_names_female))
GIVEN_EN = (Words.of(PersonEn.first_names_male), Words.of(PersonEn.first_names_female))
CITIES_ZH = Words.of(AddressZh.cities)
STREETS_ZH = Words.of(AddressZh.street_suffixes)
STREETS_EN = Words.of(("Street", "Road", "Avenue", "Lane"))
if not set(STREETS_EN.words) <= set(AddressEn.street_suffixes):
    raise ImportError("Faker's en_US street suffixes have changed; choose others in simulator/world/words.py")


def names_zh(rng: Rng, female: Bools) -> pl.Series:
    """Chinese names, surname first, (n,) text."""
    n = len(female)
    double = pl.Series(rng.random(n) < TWO_WORD_GIVEN_NAMES)
    common = _by_sex(rng, GIVEN_ZH, female)
    made = _by_sex(rng, SINGLE_ZH, female) + _by_sex(rng, SINGLE_ZH, female)
    surnames = SURNAMES_ZH.draw(rng, n)
    return pl.select(pl.when(double).then(surnames + made).otherwise(surnames + common)).to_series()


def names_en(rng: Rng, female: Bools) -> pl.Series:
    """English names, surname last, (n,) text."""
    return _by_sex(rng, GIVEN_EN, female) + " " + SURNAMES_EN.draw(rng, len(female))


def _by_sex(rng: Rng, lists: tuple[Words, Words], female: Bools) -> pl.Series:
    men, women = (one.draw(rng, len(female)) for one in lists)
    return pl.select(pl.when(pl.Series(female)).then(women).otherwise(men)).to_series()


def addresses(rng: Rng, district_zh: pl.Series, district_en: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Home addresses in Chinese and in English, (n,) text each; the streets of the two are independent."""
    n = len(district_zh)
    number, building, flat = (
        pl.Series(rng.integers(low, high, n)).cast(pl.String) for low, high in ((1, 300), (1, 20), (1, 7))
    )
    room = flat + pl.Series("0" + str(door) for door in range(1, 5)).gather(rng.integers(0, 4, n).astype(np.uint32))
    zh = CITIES_ZH.draw(rng, n) + STREETS_ZH.draw(rng, n) + number + "号" + building + "栋" + room + "室"
    street = SURNAMES_EN.draw(rng, n) + " " + STREETS_EN.draw(rng, n)
    en = "Flat " + room + ", Building " + building + ", " + number + " " + street + ", "
    return district_zh.cast(pl.String) + zh, en + district_en.cast(pl.String)
