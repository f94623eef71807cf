"""`xinglin user`: add, invite, roster, reset, list."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub_config.accounts import Accounts, Person
from hub_config.courses import course_names
from hub_config.errors import AccountError
from hub_config.roster import read_roster
from hub_config.settings import Settings, load_settings
from hub_config.starters import invitation, link
from hub_config.state import State

user = typer.Typer(help="People: add them, invite them, give them a new password link.", no_args_is_help=True)
console = Console()

HOUR_S = 3600

Username = Annotated[str, typer.Argument(help="Name to log in with: small letters, digits, - and _.")]


def open_accounts(settings: Settings) -> Accounts:
    """The accounts in the state folder."""
    state = State(settings.state)
    state.prepare()
    return Accounts(state.accounts)


@user.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    role: Annotated[str, typer.Option(help="learner, instructor or admin.")] = "learner",
    course: Annotated[list[str] | None, typer.Option(help="A course they take or teach; may be repeated.")] = None,
    language: Annotated[str, typer.Option(help="zh or en; the platform's if empty.")] = "",
) -> None:
    """Add one person and print the invitation link."""
    settings = load_settings()
    refuse_unknown(course or [])
    accounts = open_accounts(settings)
    accounts.add(Person(username, name or username, role, language or settings.language, tuple(course or ())))
    show_links(settings, [(username, name or username, invitation(accounts, settings, username))])


@user.command()
def invite(username: Username) -> None:
    """Print a new invitation link for somebody who has none that works."""
    settings = load_settings()
    accounts = open_accounts(settings)
    person = existing(accounts, username)
    if person.active:
        raise AccountError(
            f"user {username!r} has a password already; `user reset {username}` gives a link to choose another"
        )
    show_links(settings, [(username, person.name, invitation(accounts, settings, username))])


@user.command()
def roster(
    file: Annotated[Path, typer.Argument(help="CSV with the columns username, name, role, courses, language.")],
    out: Annotated[Path | None, typer.Option(help="Also write username, name and link to this CSV file.")] = None,
) -> None:
    """Add everybody in a CSV file, or nobody where a row is wrong, and print the invitation links."""
    settings = load_settings()
    accounts = open_accounts(settings)
    known = {person.username for person in accounts.people()}
    rows = read_roster(file, known_users=known, known_courses=set(course_names()), language=settings.language)
    accounts.add(*(row.person for row in rows))
    links = [
        (row.person.username, row.person.name, invitation(accounts, settings, row.person.username)) for row in rows
    ]
    show_links(settings, links)
    if out:
        write_links(out, links)


@user.command()
def reset(username: Username) -> None:
    """Print a one-time link with which a user chooses a new password; it works for a short time."""
    settings = load_settings()
    accounts = open_accounts(settings)
    person = existing(accounts, username)
    token = accounts.make_link(username, settings.reset_hours * HOUR_S)
    show_links(settings, [(username, person.name, link(settings, token))], lifetime=f"{settings.reset_hours} hours")


@user.command()
def courses(
    username: Username,
    course: Annotated[list[str] | None, typer.Option(help="A course they take or teach; may be repeated.")] = None,
) -> None:
    """Set the courses a user takes (learner) or teaches (instructor): exactly those given."""
    accounts = open_accounts(load_settings())
    refuse_unknown(course or [])
    accounts.set_courses(username, tuple(course or ()))
    console.print(f"{escape(username)}: {' '.join(course or ()) or 'no course'}")


@user.command(name="list")
def list_people() -> None:
    """Show everybody."""
    table = Table("username", "name", "role", "courses", "language", "password set")
    for person in open_accounts(load_settings()).people():
        table.add_row(
            person.username,
            escape(person.name),
            person.role,
            " ".join(person.courses),
            person.language,
            "yes" if person.active else "no",
        )
    console.print(table)


def refuse_unknown(courses: list[str]) -> None:
    """Raise AccountError for a course that does not exist."""
    if unknown := sorted(set(courses) - set(course_names())):
        raise AccountError(f"there is no course {', '.join(unknown)}; there are {', '.join(course_names()) or 'none'}")


def existing(accounts: Accounts, username: str) -> Person:
    """The user. Raises AccountError."""
    if person := accounts.find(username):
        return person
    raise AccountError(f"there is no user {username!r}; `user list` shows all, `user add` makes one")


def show_links(settings: Settings, links: list[tuple[str, str, str]], lifetime: str = "") -> None:
    """Print links one per line, never broken, so that they can be copied."""
    console.print(
        f"{len(links)} one-time link(s), good for {lifetime or f'{settings.invitation_days} days'}; "
        "give each only to its person:"
    )
    for username, name, address in links:
        console.print(f"  {escape(username)} ({escape(name)})  {address}", soft_wrap=True, highlight=False)


def write_links(out: Path, links: list[tuple[str, str, str]]) -> None:
    """Write the links as CSV, readable by us alone."""
    import csv  # noqa: PLC0415 - only here
    import os  # noqa: PLC0415 - only here

    half = out.with_name(out.name + ".part")
    with os.fdopen(
        os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="", encoding="utf-8-sig"
    ) as stream:
        writer = csv.writer(stream)
        writer.writerow(("username", "name", "link"))
        writer.writerows(links)
    half.replace(out)
