"""Guessing passwords gets slower: waiting times per account and per network address."""

import time
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub_config.accounts import Accounts, Failure, digest

LONGEST_WAIT_S = 3600.0
FORGET_AFTER_S = 6 * 3600.0


@dataclass(frozen=True)
class Lockout:
    """Counts attempts in accounts.db; unknown names like known ones, so waiting does not tell who exists."""

    accounts: Accounts
    account_failures: int
    address_failures: int
    first_wait_s: float

    def begin(self, username: str, address: str) -> float:
        """Seconds to wait, or 0: then the attempt is counted as failed *before* the password is looked at.

        Counting first means that a thousand guesses sent at once find the limit as surely as one after another.
        """
        now = time.time()
        limits = {_account(username): self.account_failures, _address(address): self.address_failures}
        with Session(self.accounts.engine) as session, session.begin():
            found = {key: session.get(Failure, key) or Failure(key=key, count=0, last=now, until=0.0) for key in limits}
            if (wait := max(failure.until for failure in found.values()) - now) > 0:
                return wait
            for key, failure in found.items():
                failure.count = 1 if now - failure.last > FORGET_AFTER_S else failure.count + 1
                failure.last = now
                if (beyond := failure.count - limits[key]) >= 0:
                    failure.until = now + min(LONGEST_WAIT_S, self.first_wait_s * 2.0 ** min(beyond, 12))
                session.add(failure)
        return 0.0

    def succeeded(self, username: str, address: str) -> None:
        """The password was right: the account's count begins anew, and the address gets its attempt back."""
        with Session(self.accounts.engine) as session, session.begin():
            if account := session.get(Failure, _account(username)):
                session.delete(account)
            if place := session.get(Failure, _address(address)):
                place.count -= 1
                if place.count < self.address_failures:
                    place.until = 0.0


def _account(username: str) -> str:
    return digest(f"account {username}")


def _address(address: str) -> str:
    return digest(f"address {address}")
