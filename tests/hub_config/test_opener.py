import re
from functools import partial
from pathlib import Path

import pytest

from grading.errors import ExchangeError
from hub_config.opener import NAME, fetch_if_new
from hub_config.portal.render import templates
from hub_config.portal.texts import text


@pytest.fixture(autouse=True)
def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_EXCHANGE_URL", "http://127.0.0.1:9/services/exchange/")
    monkeypatch.setenv("XINGLIN_LANG", "en")


def test_a_notebook_that_is_there_is_opened_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "his" / "los"
    folder.mkdir(parents=True)
    for name in ("los.ipynb", "copy.ipynb"):
        (folder / name).write_text("my work")
    assert fetch_if_new(tmp_path, "his", "los") == Path("his/los/los.ipynb")
    assert (folder / "los.ipynb").read_text() == "my work"


def test_feedback_alone_is_no_copy_of_the_assignment(tmp_path: Path) -> None:
    (tmp_path / "his" / "los" / "feedback").mkdir(parents=True)
    with pytest.raises(ExchangeError):
        fetch_if_new(tmp_path, "his", "los")


def test_without_the_exchange_the_learner_reads_why(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError) as caught:
        fetch_if_new(tmp_path, "his", "los")
    assert re.search(r"[a-z]{4}", str(caught.value))
    assert "Traceback" not in str(caught.value)
    assert not (tmp_path / "his").exists()


@pytest.mark.parametrize("name", ["..", ".", "../his", "his/..", "", "a" * 81, ".ssh"])
def test_no_address_leads_out_of_the_home(name: str) -> None:
    assert re.fullmatch(NAME, name) is None


@pytest.mark.parametrize(("lang", "title"), [("zh", "作业还没有取到"), ("en", "The assignment has not arrived yet")])
def test_the_waiting_page_tries_again_and_escapes_what_it_says(lang: str, title: str) -> None:
    values = {"t": partial(text, lang), "lang": lang, "base": "/services/portal/", "course": "his", "module": "los"}
    page = templates().get_template("waiting.html").render(**values, message="<b>soon</b>")
    assert title in page
    assert 'http-equiv="refresh" content="5"' in page
    assert "&lt;b&gt;soon" in page
