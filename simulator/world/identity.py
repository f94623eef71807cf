"""Identity numbers with the right check digit and telephone numbers, from ranges that were never issued.

GB/T 2260 gives region codes beginning with 7 to Taiwan only (71); 79 was never assigned, so no resident identity
number begins with it. Mobile numbers beginning with 154 were never allocated by the national numbering plan.
"""

import numpy as np
import polars as pl

from simulator.arrays import Ints, Rng
from simulator.mixing import row_hash

REGION = 79
MOBILE = 154
PAIRS = 500
"""Sequence numbers of one sex for one place and day: the odd or the even ones of 000-999."""
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_DIGITS = "10X98765432"
"""GB 11643-1999, ISO 7064:1983 MOD 11-2: the digit by the weighted sum modulo 11."""


def identity_numbers(district: Ints, birth: pl.Series, female: Ints, area: int = 0) -> pl.Series:
    """18-character numbers: region (6), birth date (8), sequence (3, odd for men), check; different for each person.

    area: which of several places with districts of their own these people live in, 0..98.
    """
    same = pl.DataFrame({"district": district, "birth": birth, "female": female})
    rank = same.select(pl.int_range(pl.len()).over("district", "birth", "female")).to_series().to_numpy()
    start = row_hash(district, birth.to_physical().to_numpy(), female) % np.uint64(PAIRS)
    sequence = 2 * ((rank + start.astype(np.int64)) % PAIRS) + np.where(female == 1, 0, 1)
    region = REGION * 10**4 + ((rank // PAIRS + area) % 99 + 1) * 100 + district + 1
    day = pl.DataFrame({"birth": birth}).select(
        pl.col("birth").dt.year().cast(pl.Int64) * 10_000
        + pl.col("birth").dt.month().cast(pl.Int64) * 100
        + pl.col("birth").dt.day().cast(pl.Int64)
    )
    number = region.astype(np.int64) * 10**11 + day.to_series().to_numpy() * 1000 + sequence
    return pl.Series(number).cast(pl.String) + check_digits(number)


def check_digits(number: Ints) -> pl.Series:
    """The eighteenth character of these 17-digit numbers, (n,) text."""
    remainder = np.zeros(len(number), np.int64)
    rest = number.astype(np.int64)
    for weight in WEIGHTS[::-1]:
        rest, digit = np.divmod(rest, 10)
        remainder += digit * weight
    return pl.Series(list(CHECK_DIGITS)).gather((remainder % 11).astype(np.uint32))


def telephones(rng: Rng, n: int) -> pl.Series:
    """Mobile numbers of 11 digits, (n,) text; two people may share one, as families do."""
    return pl.Series(MOBILE * 10**8 + rng.integers(0, 10**8, n)).cast(pl.String)
