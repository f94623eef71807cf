"""Password hashes (argon2id) and the rules for new passwords."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 256
MIN_DIFFERENT = 5
COMMON = (
    "password",
    "qwertyuiop",
    "1234567890",
    "0123456789",
    "abcdefghij",
    "woaini1314",
    "iloveyou",
    "letmein",
    "xinglin",
)

HASHER = PasswordHasher()


@cache
def _nobody() -> str:
    """A hash to compare with when there is no account, so that the answer takes as long."""
    return HASHER.hash("nobody has this password")


def hashed(password: str) -> str:
    """argon2id hash with its parameters and salt."""
    return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether password belongs to the stored hash; equally slow where nothing is stored."""
    try:
        right = HASHER.verify(stored or _nobody(), password[:MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def weakness(password: str, username: str) -> str | None:
    """Why a new password is refused (a key of the texts), or None."""
    lowered = password.lower()
    if len(password) < MIN_LENGTH:
        return "password_short"
    if len(password) > MAX_LENGTH:
        return "password_long"
    if username.lower() in lowered or len(set(password)) < MIN_DIFFERENT or any(word in lowered for word in COMMON):
        return "password_easy"
    return None
