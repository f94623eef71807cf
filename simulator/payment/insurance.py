"""The insurance's share of a bill (医保结算): classes A, B and C, deductible, share, ceiling; in fen, to the last one.

A simulated person's whole year is not at hand when a bill is settled, so deductible and ceiling hold for each bill.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.arrays import Bools, Floats, Ints
from simulator.knowledge.payment import Payment
from simulator.schema import values

FEN = 100
INSURED = tuple(name for name in values.INSURANCE if name != "self_pay")


@dataclass(frozen=True)
class Bills:
    """Bills (n,), all in fen: by class of item, and of class B what the patient bears first."""

    class_a: Ints
    class_b: Ints
    class_c: Ints
    own_share: Ints

    @property
    def total(self) -> Ints:
        """The whole bill."""
        return np.asarray(self.class_a + self.class_b + self.class_c)

    @property
    def covered(self) -> Ints:
        """What the insurance looks at: without class C and the patient's own share of class B."""
        return np.asarray(self.total - self.class_c - self.own_share)


@dataclass(frozen=True)
class Settled:
    """How bills (n,) are paid, fen: fund + account + cash is the total; deductible and beyond are part of the latter.

    beyond: what the fund would have paid above the ceiling.
    """

    deductible: Ints
    beyond: Ints
    fund: Ints
    account: Ints
    cash: Ints


def terms_table(payment: Payment, level: str) -> Floats:
    """Terms of a hospital's level, (insurances, [outpatient, inpatient], [deductible fen, share, ceiling fen])."""
    return np.array(
        [
            [
                (one.deductible * FEN, one.share, one.ceiling * FEN)
                for setting in ("outpatient", "inpatient")
                for one in [payment.insurance[name, level, setting]]
            ]
            for name in INSURED
        ]
    )


def settle(bills: Bills, insurance: Ints, stay: Bools, balance: Ints, terms: Floats) -> Settled:
    """Settle bills; insurance: position in `values.INSURANCE`; stay: inpatient; balance: fen in the own account."""
    covered = bills.covered
    insured = insurance < len(INSURED)
    mine = terms[np.where(insured, insurance, 0), stay.astype(np.int64)]
    deductible = np.where(insured, np.minimum(mine[:, 0], covered), 0).astype(np.int64)
    share = _round(np.where(insured, (covered - deductible) * mine[:, 1], 0.0))
    fund = np.minimum(share, mine[:, 2].astype(np.int64))
    account = np.where(insurance == INSURED.index("employee"), np.minimum(balance, covered - fund), 0)
    return Settled(deductible, share - fund, fund, account, bills.total - fund - account)


def _round(fen: Floats) -> npt.NDArray[np.int64]:
    """To the nearest fen, halves up; a hair is added so that 0.1 × 45 fen is not 4.4999."""
    return np.asarray(np.floor(fen + 0.5 + 1e-6), np.int64)


def own_share(fen: Ints, share: Floats) -> Ints:
    """What the patient bears first of each line, fen."""
    return _round(fen * share)
