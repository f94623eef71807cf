"""The first two people: an instructor and a learner. Neither has a password until its one-time link is used."""

from dataclasses import dataclass

from hub_config.accounts import Accounts, Person
from hub_config.courses import course_names
from hub_config.settings import Settings

DAY_S = 86400
STARTERS = {"teacher": ("高老师 Ms Gao", "instructor"), "learner": ("小林 Xiao Lin", "learner")}


@dataclass(frozen=True)
class Welcome:
    """A one-time link for one of them."""

    username: str
    role: str
    link: str


def welcome(accounts: Accounts, settings: Settings) -> list[Welcome]:
    """Links for those of the two who have not chosen a password; both are made where there is nobody at all."""
    courses = tuple(course_names())
    if not accounts.people():
        accounts.add(
            *(Person(username, name, role, settings.language, courses) for username, (name, role) in STARTERS.items())
        )
    waiting = [person for person in map(accounts.find, STARTERS) if person and not person.active]
    for person in waiting:
        accounts.set_courses(person.username, courses)
    return [
        Welcome(person.username, person.role, invitation(accounts, settings, person.username)) for person in waiting
    ]


def invitation(accounts: Accounts, settings: Settings, username: str) -> str:
    """The address of a new one-time link with which a user chooses a password."""
    return link(settings, accounts.make_link(username, settings.invitation_days * DAY_S))


def link(settings: Settings, token: str) -> str:
    """The address at which the owner of a token chooses a password."""
    return f"{settings.url}hub/invite?token={token}"
