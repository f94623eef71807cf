"""A master patient index: which records of which institutions are one person.

Candidate pairs come from blocks; each is compared field by field, and the agreements are weighed as in
Fellegi and Sunter, "A theory for record linkage", Journal of the American Statistical Association 1969 (from memory):
m, how often a field agrees so if the two are one person, is learnt from the pairs that the identity number settles;
u, how often it does if they are not, from pairs drawn at random. Telephone and address are one field, for the people of
a household share both: weighed apart, they would make one person of two.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simulator.platform.sounds import initials

BLOCKS = (("id_number",), ("phone",), ("birth_date", "sound"), ("name", "sex", "district"))
LARGEST_BLOCK = 200
"""Records; a block of more would say that nobody filled the field in properly, and is left out."""
FIELDS = ("name", "birth_date", "id_number", "sex", "contact")
LEVELS = 4
"""Of agreement: 0 differs, 1 nearly, 2 the same, 3 not known in one of the two (weighs nothing)."""
DIFFERS, NEARLY, SAME, UNKNOWN = range(LEVELS)
RANDOM_PAIRS = 200_000
SETTLED = (0.02, 0.08, 0.90)
"""m before anything is learnt, for differs, nearly and same (estimate/low); it counts as much as PRIOR pairs."""
PRIOR = 50.0
UNSETTLED = 2.0
"""Pairs of one person for each that the identity number settles: it is often missing (estimate/low)."""
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Index:
    """persons: institution, patient_id, person (a number for each person found); pairs: the candidates, weighed."""

    persons: pl.DataFrame
    pairs: pl.DataFrame


def link(patients: pl.DataFrame, rng: np.random.Generator, certainty: float = 0.95) -> Index:
    """The index of records with institution, patient_id, name, sex, birth_date, id_number, phone and address.

    Pairs at least as likely one person as `certainty` are joined, and what hangs together is one person.
    """
    records = _prepared(patients)
    left, right = _candidates(records)
    compared = _compare(records, left, right)
    likely = _weigh(compared, _by_chance(records, rng), len(records))
    joined = likely >= certainty
    persons = _components(len(records), left[joined], right[joined])
    names = records.select("institution", "patient_id").with_columns(pl.Series("person", persons))
    pairs = pl.DataFrame(compared, schema=list(FIELDS), orient="row").with_columns(
        pl.Series("left", left), pl.Series("right", right), pl.Series("likely", likely)
    )
    return Index(names, pairs)


def score(persons: pl.DataFrame, truth: pl.DataFrame) -> dict[str, float]:
    """Precision and recall over pairs of records. persons: patient_id, person; truth: patient_id, person_id."""
    both = persons.join(truth, on="patient_id")

    def pairs(*names: str) -> float:
        sizes = both.group_by(names).len()["len"].cast(pl.Int64)
        return float((sizes * (sizes - 1) // 2).sum())

    found, real, right = pairs("person"), pairs("person_id"), pairs("person", "person_id")
    return {"precision": right / found if found else 1.0, "recall": right / real if real else 1.0, "pairs": real}


def _prepared(patients: pl.DataFrame) -> pl.DataFrame:
    blank = [pl.col(name).cast(pl.String).replace("", None) for name in ("name", "id_number", "phone", "address")]
    records = patients.with_columns(blank).with_columns(pl.col("sex").cast(pl.String))
    sound = initials(records["name"].fill_null(""))
    return records.with_columns(sound.alias("sound"), pl.col("address").str.head(4).alias("district")).with_row_index(
        "row"
    )


def _candidates(records: pl.DataFrame) -> tuple[Ints, Ints]:
    """Pairs of rows, the lower first, that share one of the blocks."""
    found = []
    for block in BLOCKS:
        known = records.select("row", *block).drop_nulls()
        known = known.filter(pl.len().over(block) <= LARGEST_BLOCK)
        pairs = known.join(known, on=block, suffix="_right").filter(pl.col("row") < pl.col("row_right"))
        found.append(pairs.select("row", "row_right"))
    pairs = pl.concat(found).unique().sort("row", "row_right")
    return pairs["row"].to_numpy().astype(np.int64), pairs["row_right"].to_numpy().astype(np.int64)


def _compare(records: pl.DataFrame, left: Ints, right: Ints) -> Ints:
    """The level of agreement of each pair in each field, (pairs, fields)."""
    one, two = records[left], records[right].rename(lambda name: f"{name}_2")
    both = pl.concat([one, two], how="horizontal")

    def level(name: str, nearly: pl.Expr) -> pl.Expr:
        a, b = pl.col(name), pl.col(f"{name}_2")
        unknown = pl.when(a.is_null() | b.is_null()).then(UNKNOWN)
        return unknown.when(a == b).then(SAME).when(nearly).then(NEARLY).otherwise(DIFFERS).cast(pl.Int64).alias(name)

    day, other = pl.col("birth_date"), pl.col("birth_date_2")
    parts = [(getattr(day.dt, part)() == getattr(other.dt, part)()).cast(pl.Int8) for part in ("year", "month", "day")]
    nearly = {
        "name": pl.col("sound") == pl.col("sound_2"),
        "birth_date": pl.sum_horizontal(parts) == len(parts) - 1,
        "address": pl.col("district") == pl.col("district_2"),
    }
    apart = [level(name, nearly.get(name, pl.lit(value=False))) for name in (*FIELDS[:-1], "phone", "address")]
    # what is not known of one of the two leaves the other; two known ones count as the better
    phone, address = pl.col("phone"), pl.col("address")
    better = pl.when(phone == UNKNOWN).then(address).when(address == UNKNOWN).then(phone)
    contact = better.otherwise(pl.max_horizontal(phone, address)).alias("contact")
    return both.select(apart).select(*FIELDS[:-1], contact).to_numpy().astype(np.int64)


def _by_chance(records: pl.DataFrame, rng: np.random.Generator) -> Floats:
    """u, (fields, levels): how often records drawn at random agree."""
    left, right = rng.integers(0, len(records), (2, RANDOM_PAIRS))
    other = left != right
    return _shares(_compare(records, left[other], right[other]), np.full(UNKNOWN, 0.5))


def _shares(compared: Ints, before: Floats) -> Floats:
    """How often each level of each field is met where it is known; `before`: counts, (levels,), that are added."""
    shares = np.ones((len(FIELDS), LEVELS))
    for field in range(len(FIELDS)):
        counts = np.bincount(compared[:, field], minlength=LEVELS)[:UNKNOWN] + before
        shares[field, :UNKNOWN] = counts / counts.sum()
    return shares


def _weigh(compared: Ints, chance: Floats, records: int) -> Floats:
    """How likely each pair is one person."""
    name, birth, number = (compared[:, FIELDS.index(field)] for field in ("name", "birth_date", "id_number"))
    settled = (number == SAME) & ((name == SAME) | (name == NEARLY) | (birth == SAME))
    agreed = _shares(compared[settled], PRIOR * np.array(SETTLED))
    # settled by the number itself, they say nothing of how often it disagrees
    agreed[FIELDS.index("id_number"), :UNKNOWN] = SETTLED
    share = UNSETTLED * max(int(settled.sum()), 1) / max(records * (records - 1) / 2, 4.0)
    share = min(share, 0.5)
    fields = np.arange(len(FIELDS))
    weights = np.log(agreed[fields, compared] / chance[fields, compared]).sum(axis=1)
    odds = np.clip(weights + np.log(share / (1 - share)), -500, 500)
    likely: Floats = np.where(settled, 1.0, 1 / (1 + np.exp(-odds)))
    return likely


def _components(count: int, left: Ints, right: Ints) -> Ints:
    """A number for each row: the lowest row that it hangs together with."""
    label = np.arange(count)
    for _ in range(count):
        before = label.copy()
        lowest = np.minimum(label[left], label[right])
        np.minimum.at(label, left, lowest)
        np.minimum.at(label, right, lowest)
        label = label[label]
        if np.array_equal(label, before):
            break
    return label
