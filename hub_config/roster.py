"""Rosters: a CSV file of people, checked whole before anybody is imported."""

import csv
from dataclasses import dataclass
from pathlib import Path

from hub_config.accounts import Person, check_person
from hub_config.errors import AccountError, RosterError

COLUMNS = ("username", "name", "role", "courses", "language")
NEEDED = ("username", "name", "courses")
MAX_BYTES = 5 * 2**20


@dataclass(frozen=True)
class Row:
    """One line of the file and the person it describes."""

    line: int
    person: Person


def read_roster(file: Path, *, known_users: set[str], known_courses: set[str], language: str) -> list[Row]:
    """All rows of a roster. Raises RosterError listing every bad or repeated row, its line and reason.

    Columns: username, name, role (learner where empty), courses (several: separated by spaces or ;), language.
    """
    reader = csv.DictReader(_text(file).splitlines(), skipinitialspace=True)
    header = [(name or "").strip().lower() for name in reader.fieldnames or []]
    reader.fieldnames = header
    if missing := [name for name in NEEDED if name not in header]:
        raise RosterError(
            f"{file}, line 1: columns {', '.join(missing)} are missing; the first line must name {', '.join(COLUMNS)}"
        )
    if strange := [name for name in header if name not in COLUMNS]:
        raise RosterError(
            f"{file}, line 1: unknown columns {', '.join(map(repr, strange))}; the columns are {', '.join(COLUMNS)}"
        )
    rows: list[Row] = []
    problems: list[str] = []
    first_line: dict[str, int] = {}
    for values in reader:
        try:
            row = _row(reader.line_num, values, known_courses, language)
            if row.person.username in known_users:
                raise AccountError(f"user {row.person.username!r} has an account already")  # noqa: TRY301 - one list of reasons
            if (before := first_line.setdefault(row.person.username, row.line)) != row.line:
                raise AccountError(f"user {row.person.username!r} stands in line {before} already")  # noqa: TRY301 - the same
            rows.append(row)
        except AccountError as error:
            problems.append(f"line {reader.line_num}: {error}")
    if problems:
        raise RosterError(
            f"{file}: nothing was imported, {len(problems)} of {len(problems) + len(rows)} rows are wrong\n  "
            + "\n  ".join(problems)
        )
    if not rows:
        raise RosterError(f"{file}: no rows below the first line; write one person per line")
    return rows


def _text(file: Path) -> str:
    """The file's text: UTF-8 (with or without mark), else GB 18030 as Chinese spreadsheets write it."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RosterError(f"{file}: {error.strerror}; give the path of a CSV file") from None
    if len(data) > MAX_BYTES:
        raise RosterError(f"{file}: {len(data)} bytes are no roster; at most {MAX_BYTES}")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterError(f"{file}: neither UTF-8 nor GB 18030 text; save the sheet as CSV UTF-8")


def _row(line: int, values: dict[str, str | None], known_courses: set[str], language: str) -> Row:
    """One row. Raises AccountError with the reason."""
    if None in values:
        raise AccountError("more fields than columns; put a field that contains commas in quotes")
    field = {name: (value or "").strip() for name, value in values.items()}
    courses = tuple(dict.fromkeys(field["courses"].replace(";", " ").split()))
    person = Person(
        field["username"].lower(),
        field["name"],
        field.get("role") or "learner",
        field.get("language") or language,
        courses,
    )
    check_person(person)
    if not person.name:
        raise AccountError("the name is empty")
    if not courses and person.role != "admin":
        raise AccountError("no course")
    if unknown := [course for course in courses if course not in known_courses]:
        raise AccountError(
            f"there is no course {', '.join(map(repr, unknown))}; there are {', '.join(sorted(known_courses))}"
        )
    return Row(line, person)
