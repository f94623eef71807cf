"""Rosters: everybody or nobody, and every bad row told."""

from pathlib import Path

import pytest

from hub_config.accounts import Accounts
from hub_config.errors import RosterError
from hub_config.roster import Row, read_roster

GOOD = "username,name,role,courses,language\nmei,赵梅,learner,his,zh\ngao,高老师,instructor,his std,\nbob,Bob,,his,en\n"
BAD = """username,name,role,courses,language
mei,赵梅,learner,his,zh
Bad Name,X,learner,his,zh
mei,Again,learner,his,zh
lu,Lu,teacher,his,zh
wu,Wu,learner,nope,zh
li,Li,learner,his,fr
zu,,learner,his,zh
old,Old,learner,his,zh
qi,Qi,learner,,zh
xu,Xu,learner,his,zh,extra
"""


def read(file: Path, text: str | bytes, known: set[str] = frozenset()) -> list[Row]:  # type: ignore[assignment]
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_roster(file, known_users=set(known), known_courses={"his", "std"}, language="zh")


def test_a_good_roster_gives_people(tmp_path: Path) -> None:
    people = [row.person for row in read(tmp_path / "r.csv", GOOD)]
    assert [(p.username, p.role, p.courses, p.language) for p in people] == [
        ("mei", "learner", ("his",), "zh"),
        ("gao", "instructor", ("his", "std"), "zh"),
        ("bob", "learner", ("his",), "en"),
    ]


def test_every_bad_or_repeated_row_is_listed_with_its_line_and_reason(tmp_path: Path) -> None:
    with pytest.raises(RosterError) as told:
        read(tmp_path / "r.csv", BAD, {"old"})
    said = str(told.value).splitlines()
    assert "nothing was imported, 9 of 10 rows are wrong" in said[0]
    expected = {
        3: "small letters",
        4: "stands in line 2 already",
        5: "one of learner, instructor, admin",
        6: "no course 'nope'",
        7: "one of zh, en",
        8: "the name is empty",
        9: "has an account already",
        10: "no course",
        11: "more fields than columns",
    }
    assert len(said) == 1 + len(expected)
    for line, (number, reason) in zip(said[1:], expected.items(), strict=True):
        assert line.strip().startswith(f"line {number}:")
        assert reason in line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_chinese_spreadsheets_write_is_read(tmp_path: Path, encoding: str) -> None:
    rows = read(tmp_path / "r.csv", GOOD.replace("\n", "\r\n").encode(encoding))
    assert rows[0].person.name == "赵梅"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,courses\nMei,his\n", "username"),
        ("username,name,courses,colour\nmei,Mei,his,red\n", "colour"),
        ("username,name,courses\n", "no rows"),
        ("", "missing"),
    ],
)
def test_a_wrong_header_is_told(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(RosterError, match=reason):
        read(tmp_path / "r.csv", text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match=r"missing\.csv"):
        read_roster(tmp_path / "missing.csv", known_users=set(), known_courses={"his"}, language="zh")


def test_the_command_imports_nothing_and_exits_2(tmp_path: Path, cli: object) -> None:
    (tmp_path / "r.csv").write_text(BAD)
    done = cli(tmp_path / "state", "user", "roster", str(tmp_path / "r.csv"))  # type: ignore[operator]
    assert done.returncode == 2
    assert "line 4:" in done.stderr
    assert "Traceback" not in done.stderr
    assert Accounts(tmp_path / "state" / "accounts.db").people() == []
