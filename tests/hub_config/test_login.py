"""Logging in, guessing, invitations: through the pages, as people do."""

import re
import statistics
import time
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub_config.accounts import Failure, Person, digest
from hub_config.check.client import FIELD, Browser
from hub_config.settings import Settings
from hub_config.starters import link

pytestmark = pytest.mark.hub

PASSWORD = "seven quiet cranes over Hunhe"
NEW = "a train that left Tieling at dusk"


def attempt(platform: Any, username: str, password: str) -> httpx.Response:
    with Browser(platform.url, username) as browser:
        return browser.log_in(password)


def invited(platform: Any, username: str) -> str:
    platform.accounts.add(Person(username, username.title(), "learner", "en", ("his",)))
    token = platform.accounts.make_link(username, 600)
    return link(Settings(public_url=platform.url), token)


def test_the_right_password_logs_in_and_the_wrong_one_does_not(platform: Any) -> None:
    assert attempt(platform, "mei", PASSWORD).is_success
    assert attempt(platform, "mei", PASSWORD + "!").status_code == 403


def test_the_login_page_speaks_the_browsers_language_and_the_chosen_one_stays(visitor: httpx.Client) -> None:
    assert "用户名" in visitor.get("/hub/login", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    assert "Username" in visitor.get("/hub/login", headers={"Accept-Language": "en-GB"}).text
    visitor.get("/hub/language", params={"to": "en", "next": "/hub/login"})
    page = visitor.get("/hub/login", headers={"Accept-Language": "zh-CN"})
    assert "Username" in page.text
    assert '<html lang="en">' in page.text


def test_the_language_switch_leads_to_no_other_site(visitor: httpx.Client) -> None:
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = visitor.get("/hub/language", params={"to": "en", "next": target}, follow_redirects=False)
        assert "evil.example" not in answer.headers["Location"].split("/")[2:3]
        assert not answer.headers["Location"].startswith(("http", "//", "/\\"))


def test_nothing_on_the_login_page_comes_from_elsewhere(visitor: httpx.Client) -> None:
    page = visitor.get("/hub/login").text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        assert visitor.get(address.replace("&amp;", "&")).status_code == 200


def test_a_login_without_the_forms_token_is_refused(platform: Any) -> None:
    with httpx.Client(base_url=platform.url, trust_env=False) as http:
        answer = http.post("/hub/login", data={"username": "mei", "password": PASSWORD})
    assert answer.status_code == 403


def test_guessing_locks_the_account_for_a_while_even_for_the_right_password(platform: Any) -> None:
    with Browser(platform.url, "guessed") as browser:
        browser.choose_password(invited(platform, "guessed"), NEW)
    for _ in range(3):
        assert attempt(platform, "guessed", "wrong wrong wrong").status_code == 403
    locked = attempt(platform, "guessed", NEW)
    assert locked.status_code == 403
    assert re.search(r"Wait \d+ seconds|等待 \d+ 秒", locked.text)
    time.sleep(2.5)
    assert attempt(platform, "guessed", NEW).is_success


def test_an_unknown_name_is_answered_like_a_known_one(platform: Any) -> None:
    """Same page, same waiting: nobody learns who has an account."""
    with Browser(platform.url, "someone") as browser:
        browser.choose_password(invited(platform, "someone"), NEW)

    def answers(username: str) -> list[str]:
        pages = [attempt(platform, username, "wrong wrong wrong").text for _ in range(4)]
        pages = [FIELD.sub("", page).replace(username, "NAME") for page in pages]
        return [re.sub(r"\d+ (秒|seconds)", "N", page) for page in pages]

    assert answers("someone") == answers("nobody-at-all")


def test_an_unknown_name_takes_as_long_as_a_known_one(platform: Any) -> None:
    def seconds(username: str) -> float:
        took = []
        for number in range(6):
            with Browser(platform.url, f"{username}") as browser:
                token = browser._form_token("/hub/login")
                name = username if username == "bob" else f"{username}{number}"
                start = time.perf_counter()
                browser.http.post(
                    "/hub/login", data={"_xsrf": token, "username": name, "password": "wrong wrong wrong"}
                )
                took.append(time.perf_counter() - start)
            platform.accounts.engine.dispose()
            if username == "bob":
                platform.accounts.use_link(platform.accounts.make_link("bob", 60), PASSWORD)  # also forgets the failure
        return statistics.median(took)

    known, unknown = seconds("bob"), seconds("stranger")
    assert 1 / 3 < known / unknown < 3, "without the decoy hash an unknown name answers some ten times faster"


def test_an_invitation_works_once(platform: Any) -> None:
    address = invited(platform, "once")
    with Browser(platform.url, "once") as browser:
        assert browser.choose_password(address, NEW).is_success
    with httpx.Client(trust_env=False) as http:
        again = http.get(address)
    assert again.status_code == 403
    assert 'name="password"' not in again.text
    assert attempt(platform, "once", NEW).is_success


def test_an_expired_or_invented_invitation_does_not_work(platform: Any) -> None:
    platform.accounts.add(Person("late", "Late", "learner", "en", ("his",)))
    token = platform.accounts.make_link("late", -1)
    with httpx.Client(base_url=platform.url, trust_env=False) as http:
        for invented in (token, "x" * 43, "", "' OR 1=1 --"):
            answer = http.get("/hub/invite", params={"token": invented})
            assert answer.status_code == 403
            assert 'name="password"' not in answer.text


def test_a_weak_or_mistyped_password_does_not_spend_the_invitation(platform: Any) -> None:
    address = invited(platform, "weak")
    with Browser(platform.url, "weak") as browser:
        form = {"_xsrf": browser._form_token(address), "password": "short", "again": "short"}
        assert "10" in browser.http.post(address, data=form).text
        for password in ("weak-weak-weak", "password1234", "aaaaaaaaaaaa"):
            answer = browser.http.post(address, data=form | {"password": password, "again": password})
            assert answer.status_code == 403
        assert browser.http.post(address, data=form | {"password": NEW, "again": NEW + "x"}).status_code == 403
        assert browser.choose_password(address, NEW).is_success


def test_a_new_link_makes_the_old_one_useless(platform: Any) -> None:
    old = invited(platform, "twice")
    platform.accounts.make_link("twice", 600)
    with httpx.Client(trust_env=False) as http:
        assert http.get(old).status_code == 403


def test_invitation_tokens_and_passwords_are_in_no_file_of_the_state(platform: Any) -> None:
    address = invited(platform, "hidden")
    with Browser(platform.url, "hidden") as browser:
        browser.choose_password(address, NEW)
    token = address.partition("token=")[2]
    for file in platform.state.root.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert token.encode() not in data, file
            assert NEW.encode() not in data, file


def test_a_spoofed_address_header_does_not_choose_the_address_that_is_counted(platform: Any) -> None:
    spoofed = {"X-Forwarded-For": "203.0.113.7", "X-Real-Ip": "203.0.113.8"}
    with httpx.Client(base_url=platform.url, trust_env=False, headers=spoofed) as http:
        found = FIELD.search(http.get("/hub/login").text)
        assert found
        form = {"_xsrf": found[1], "username": "spoof", "password": "wrong wrong wrong"}
        assert http.post("/hub/login", data=form).status_code == 403
    with Session(platform.accounts.engine) as session:
        keys = set(session.scalars(select(Failure.key)))
    assert digest("account spoof") in keys
    assert digest("address 127.0.0.1") in keys
    assert not keys & {digest("address 203.0.113.7"), digest("address 203.0.113.8")}


def test_secrets_are_readable_by_the_owner_alone(platform: Any) -> None:
    for folder in (platform.state.root, platform.state.secrets, platform.state.homes, platform.state.hub):
        assert folder.stat().st_mode & 0o077 == 0, folder
    for file in [*platform.state.secrets.iterdir(), platform.state.accounts]:
        assert file.stat().st_mode & 0o077 == 0, file
