"""Accounts, passwords and waiting times without a hub."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from hub_config.accounts import Accounts, Person
from hub_config.authenticator import address_of
from hub_config.errors import AccountError
from hub_config.lockout import LONGEST_WAIT_S, Lockout
from hub_config.passwords import hashed, matches, weakness

PASSWORD = "seven quiet cranes over Hunhe"


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path / "accounts.db")


def person(username: str = "mei", **more: object) -> Person:
    return Person(
        **({"username": username, "name": "赵梅", "role": "learner", "language": "zh", "courses": ("his",)} | more)
    )  # type: ignore[arg-type]


def test_groups_are_nbgraders(accounts: Accounts) -> None:
    accounts.add(person(), person("gao", role="instructor", courses=("his", "std")))
    learner, instructor = accounts.find("mei"), accounts.find("gao")
    assert learner is not None
    assert learner.groups == ["nbgrader-his"]
    assert instructor is not None
    assert instructor.groups == ["formgrade-his", "formgrade-std"]


@pytest.mark.parametrize("username", ["", "a", "Mei", "mei li", "../mei", "1mei", "x" * 40, "mei\n", "梅", "mei@x"])
def test_a_username_that_could_be_a_path_or_a_surprise_is_refused(accounts: Accounts, username: str) -> None:
    with pytest.raises(AccountError, match="small letters"):
        accounts.add(person(username))


def test_of_several_people_all_are_added_or_none(accounts: Accounts) -> None:
    accounts.add(person())
    with pytest.raises(AccountError, match="exists already"):
        accounts.add(person("new"), person("mei"))
    assert [one.username for one in accounts.people()] == ["mei"]


def test_passwords_are_argon2id_with_their_own_salt() -> None:
    assert hashed(PASSWORD).startswith("$argon2id$")
    assert hashed(PASSWORD) != hashed(PASSWORD)
    assert matches(hashed(PASSWORD), PASSWORD)
    assert not matches(hashed(PASSWORD), PASSWORD + " ")
    assert not matches(None, "nobody has this password")


def test_weak_passwords_are_named_and_a_sentence_is_fine() -> None:
    assert weakness("short", "mei") == "password_short"
    assert weakness("x" * 300, "mei") == "password_long"
    assert weakness("mei-mei-mei-mei", "mei") == "password_easy"
    assert weakness("Password12345", "mei") == "password_easy"
    assert weakness("abababababab", "mei") == "password_easy"
    assert weakness(PASSWORD, "mei") is None


def test_of_many_who_use_one_link_at_once_one_succeeds(accounts: Accounts) -> None:
    accounts.add(person())
    token = accounts.make_link("mei", 60)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda number: accounts.use_link(token, f"{PASSWORD} {number}"), range(8)))
    assert sum(result is not None for result in results) == 1


def test_without_a_password_nobody_logs_in(accounts: Accounts) -> None:
    accounts.add(person())
    assert accounts.verify("mei", "") is None
    assert accounts.verify("mei", "nobody has this password") is None


def test_a_reset_replaces_the_password_and_forgets_failures(accounts: Accounts) -> None:
    lockout = Lockout(accounts, 2, 100, 60)
    accounts.add(person())
    accounts.use_link(accounts.make_link("mei", 60), PASSWORD)
    for _ in range(2):
        assert lockout.begin("mei", "192.0.2.1") == 0
    assert lockout.begin("mei", "192.0.2.1") > 0
    accounts.use_link(accounts.make_link("mei", 60), PASSWORD + " anew")
    assert lockout.begin("mei", "192.0.2.1") == 0
    assert accounts.verify("mei", PASSWORD) is None
    assert accounts.verify("mei", PASSWORD + " anew")


def test_waiting_doubles_up_to_an_hour(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    lockout, now, waits = Lockout(accounts, 2, 1000, 30), time.time(), []
    monkeypatch.setattr(time, "time", lambda: now)
    for _ in range(30):
        if wait := lockout.begin("mei", "192.0.2.1"):
            waits.append(wait)
            now += wait + 0.001
    assert [round(wait) for wait in waits[:4]] == [30, 60, 120, 240]
    assert round(waits[-1]) == LONGEST_WAIT_S


def test_guesses_at_the_same_moment_do_not_slip_past_the_limit(accounts: Accounts) -> None:
    lockout = Lockout(accounts, 3, 1000, 60)
    let_through = [lockout.begin("mei", "192.0.2.1") == 0 for _ in range(50)]
    assert sum(let_through) == 3


def test_one_address_that_tries_many_names_has_to_wait(accounts: Accounts) -> None:
    lockout = Lockout(accounts, 5, 10, 60)
    let_through = [lockout.begin(f"user{number}", "192.0.2.1") == 0 for number in range(30)]
    assert sum(let_through) == 10
    assert lockout.begin("user99", "192.0.2.2") == 0


def test_a_class_behind_one_address_that_logs_in_rightly_never_waits(accounts: Accounts) -> None:
    lockout = Lockout(accounts, 5, 10, 60)
    for number in range(100):
        assert lockout.begin(f"user{number}", "192.0.2.1") == 0
        lockout.succeeded(f"user{number}", "192.0.2.1")


def test_the_file_is_private(tmp_path: Path) -> None:
    Accounts(tmp_path / "accounts.db")
    assert (tmp_path / "accounts.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("header", "behind_server", "address"),
    [
        ("203.0.113.7,192.0.2.1", False, "192.0.2.1"),
        ("203.0.113.7,127.0.0.1", False, "127.0.0.1"),
        ("203.0.113.7, 192.0.2.1, 127.0.0.1", True, "192.0.2.1"),
        (",127.0.0.1", True, "192.0.2.99"),
        ("", False, "192.0.2.99"),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(header: str, behind_server: bool, address: str) -> None:  # noqa: FBT001
    request = SimpleNamespace(headers={"X-Forwarded-For": header}, remote_ip="192.0.2.99")
    assert address_of(SimpleNamespace(request=request), behind_server=behind_server) == address
