"""Who may log in: users, their courses, one-time links, and failed attempts, in one SQLite file."""

import hashlib
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import ForeignKey, create_engine, event, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from hub_config.errors import AccountError
from hub_config.passwords import hashed, matches

Role = Literal["learner", "instructor", "admin"]
ROLES: tuple[Role, ...] = ("learner", "instructor", "admin")
LANGUAGES = ("zh", "en")
USERNAME = re.compile(r"[a-z][a-z0-9_-]{1,30}")
COURSE = re.compile(r"[a-z][a-z0-9_-]{0,30}")
DAY_S = 86400


class Base(DeclarativeBase):
    """The tables of accounts.db."""


class User(Base):
    """A person: learner, instructor or administrator."""

    __tablename__ = "users"
    username: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    language: Mapped[str]
    password: Mapped[str | None]
    memberships: Mapped[list["Membership"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class Membership(Base):
    """A user takes a course, or teaches it."""

    __tablename__ = "memberships"
    username: Mapped[str] = mapped_column(ForeignKey("users.username"), primary_key=True)
    course: Mapped[str] = mapped_column(primary_key=True)
    teaches: Mapped[bool]


class Link(Base):
    """A one-time link to choose a password; only the hash of its token is kept. Times in seconds since 1970."""

    __tablename__ = "links"
    token: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("users.username"))
    expires: Mapped[float]
    used: Mapped[float | None]


class Failure(Base):
    """Wrong passwords in a row for one account or one address; `key` is a hash, so the table names nobody."""

    __tablename__ = "failures"
    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last: Mapped[float]
    until: Mapped[float]


@dataclass(frozen=True)
class Person:
    """What others may know of a user."""

    username: str
    name: str
    role: str
    language: str
    courses: tuple[str, ...] = field(default=())
    active: bool = False

    @property
    def groups(self) -> list[str]:
        """The names nbgrader knows: `nbgrader-<course>` for learners, `formgrade-<course>` for instructors."""
        prefix = "nbgrader" if self.role == "learner" else "formgrade"
        return [f"{prefix}-{course}" for course in self.courses]


def _person(user: User) -> Person:
    courses = tuple(sorted(m.course for m in user.memberships))
    return Person(user.username, user.name, user.role, user.language, courses, user.password is not None)


def digest(text: str) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_person(person: Person) -> None:
    """Raise AccountError naming the first thing that is wrong."""
    if not USERNAME.fullmatch(person.username):
        raise AccountError(
            f"username {person.username!r}: 2 to 31 characters, small letters, digits, - and _, "
            f"beginning with a letter (such as wang_li)"
        )
    if person.role not in ROLES:
        raise AccountError(f"role {person.role!r}: one of {', '.join(ROLES)}")
    if person.language not in LANGUAGES:
        raise AccountError(f"language {person.language!r}: one of {', '.join(LANGUAGES)}")
    for course in person.courses:
        if not COURSE.fullmatch(course):
            raise AccountError(f"course {course!r}: the name of a folder in courses/, such as his")


class Accounts:
    """The accounts of one platform. Every method is one transaction and may be called from any thread."""

    def __init__(self, file: Path) -> None:
        self.engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 30})
        event.listen(self.engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode=WAL"))
        Base.metadata.create_all(self.engine)
        file.chmod(0o600)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with Session(self.engine) as session, session.begin():
            yield session

    def add(self, *people: Person) -> None:
        """Create users who have no password yet: all, or none with AccountError naming the first that is not right."""
        with self._session() as session:
            for person in people:
                check_person(person)
                if session.get(User, person.username):
                    raise AccountError(f"user {person.username!r} exists already; `user list` shows all")
                user = User(
                    username=person.username,
                    name=person.name,
                    role=person.role,
                    language=person.language,
                    password=None,
                )
                teaches = person.role != "learner"
                user.memberships = [
                    Membership(course=course, teaches=teaches) for course in dict.fromkeys(person.courses)
                ]
                session.add(user)
                session.flush()

    def find(self, username: str) -> Person | None:
        """The user, or None."""
        with self._session() as session:
            user = session.get(User, username)
            return _person(user) if user else None

    def people(self) -> list[Person]:
        """Everybody, by username."""
        with self._session() as session:
            return [_person(user) for user in session.scalars(select(User).order_by(User.username))]

    def set_courses(self, username: str, courses: tuple[str, ...]) -> None:
        """Make these, and no others, the courses a user takes or teaches. Raises AccountError."""
        with self._session() as session:
            if not (user := session.get(User, username)):
                raise AccountError(f"there is no user {username!r}; `user list` shows all, `user add` makes one")
            for old in list(user.memberships):
                if old.course not in courses:
                    user.memberships.remove(old)
            kept = {old.course for old in user.memberships}
            teaches = user.role != "learner"
            user.memberships += [
                Membership(course=course, teaches=teaches) for course in dict.fromkeys(courses) if course not in kept
            ]

    def choose_language(self, username: str, language: str) -> None:
        """Remember a user's language."""
        with self._session() as session:
            if language in LANGUAGES and (user := session.get(User, username)):
                user.language = language

    def make_link(self, username: str, lifetime_s: float) -> str:
        """The token of a new one-time link; older links of the user stop working."""
        token = secrets.token_urlsafe(32)
        with self._session() as session:
            if not session.get(User, username):
                raise AccountError(f"there is no user {username!r}; `user list` shows all, `user add` makes one")
            for old in session.scalars(select(Link).where(Link.username == username, Link.used.is_(None))):
                session.delete(old)
            session.add(Link(token=digest(token), username=username, expires=time.time() + lifetime_s, used=None))
        return token

    def owner_of_link(self, token: str) -> Person | None:
        """Whose link this is, while it is unused and has not expired."""
        with self._session() as session:
            link = session.get(Link, digest(token))
            if link is None or link.used is not None or link.expires < time.time():
                return None
            user = session.get(User, link.username)
            return _person(user) if user else None

    def use_link(self, token: str, password: str) -> Person | None:
        """Set the password and spend the link; None when it was spent or has expired meanwhile."""
        stored = hashed(password)
        with self._session() as session:
            now = time.time()
            spend = (
                update(Link)
                .where(Link.token == digest(token), Link.used.is_(None), Link.expires >= now)
                .values(used=now)
            )
            if session.connection().execute(spend).rowcount != 1:  # of two at the same moment only one finds it unused
                return None
            link = session.get_one(Link, digest(token))
            user = session.get_one(User, link.username)
            user.password = stored
            if failure := session.get(Failure, digest(f"account {user.username}")):
                session.delete(failure)
            return _person(user)

    def verify(self, username: str, password: str) -> Person | None:
        """The user whose name and password these are, else None. As slow for strangers as for users."""
        with self._session() as session:
            user = session.get(User, username) if USERNAME.fullmatch(username) else None
            return _person(user) if matches(user.password if user else None, password) and user else None
