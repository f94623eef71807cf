"""ATNA: audit messages of what rows of the world know, in time order, as syslog."""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from simulator import World
from simulator.errors import ReadError
from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.ihe import atna
from simulator.formats.ihe.atna import AUDIT, audited, events, read_message
from simulator.formats.ihe.syslog import MAX_MESSAGE, SyslogError, framed, frames, parse_syslog
from simulator.formats.rejects import Rejects
from simulator.formats.safe_xml import XmlError
from simulator.notes import notes
from simulator.schema import TABLES

ATNA = FORMATS["atna"]
OBJECT = "ParticipantObject"
ORDER = {
    "AuditMessage": [
        "EventIdentification",
        "ActiveParticipant",
        "AuditSourceIdentification",
        f"{OBJECT}Identification",
    ],
    "EventIdentification": ["EventID", "EventTypeCode", "EventOutcomeDescription"],
    "ActiveParticipant": ["RoleIDCode", "MediaIdentifier"],
    "AuditSourceIdentification": ["AuditSourceTypeCode"],
    f"{OBJECT}Identification": [f"{OBJECT}IDTypeCode", f"{OBJECT}Name", f"{OBJECT}Detail"],
}
"""Children in the order of the schema of DICOM PS3.15 A.5, from memory."""


@pytest.fixture(scope="session")
def busy(consortium: World) -> World:
    """Hospitals that refer and consult, with notes of one of them."""
    first = consortium["encounter"]["hospital_id"].min()
    mine = consortium["encounter"].filter(pl.col("hospital_id") == first)["encounter_id"]
    kept = {
        name: frame.filter(pl.col("encounter_id").is_in(mine.implode())) if "encounter_id" in frame.columns else frame
        for name, frame in consortium.items()
    }
    written = notes(World(consortium.scenario, kept), seed=7)
    return World(consortium.scenario, {**consortium, **written})


@pytest.fixture(scope="session")
def folder(busy: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("audit") / "audit"
    fill(busy, ATNA, out, Period(), lambda _: None)
    return out


@pytest.fixture(scope="session")
def lines(folder: Path) -> list[str]:
    return (folder / "audit.log").read_text("utf-8").splitlines()


def test_what_is_written_is_read_back(busy: World, folder: Path) -> None:
    told = pl.concat([frame for frame, _ in audited(busy, Period())])
    back = ATNA.read(folder, Rejects())["audit"]
    assert_frame_equal(back, told)
    assert set(back["event"]) == set(events())


def test_each_row_with_a_person_and_a_time_is_told_once(busy: World, folder: Path) -> None:
    back = ATNA.read(folder, Rejects())["audit"]
    for key, row in events().items():
        table = busy[row["table"]]
        known = table.filter(pl.col(row["time"]).is_not_null() & pl.col(row["user"]).is_not_null())
        mine = back.filter(pl.col("event") == key)
        assert mine["row_id"].sort().to_list() == known[TABLES[row["table"]].key].sort().to_list()
        both = mine.join(known, left_on="row_id", right_on=TABLES[row["table"]].key)
        assert (both["at"] == both[row["time"]]).all()


def test_messages_come_in_time_order_whatever_the_span(
    busy: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = ATNA.read(folder, Rejects())["audit"]
    assert back["at"].is_sorted()
    monkeypatch.setattr(atna, "WINDOW", 50)
    spans = list(audited(busy, Period()))
    assert len(spans) > 5
    assert_frame_equal(pl.concat([frame for frame, _ in spans]), back)


def test_a_period_holds_the_encounters_that_began_in_it(busy: World) -> None:
    middle = busy["encounter"]["registered_at"].sort()[len(busy["encounter"]) // 2]
    halves = [audited(busy, Period(None, middle)), audited(busy, Period(middle, None))]
    told = [pl.concat([frame for frame, _ in half]) for half in halves]
    whole = pl.concat([frame for frame, _ in audited(busy, Period())])
    assert_frame_equal(pl.concat(told).sort("at", "row_id", "event"), whole)


def test_a_message_has_the_shape_of_the_schema(lines: list[str]) -> None:
    for line in lines[:: max(1, len(lines) // 500)]:
        root = ET.fromstring(parse_syslog(line).text)  # noqa: S314  # our own
        for node in root.iter():
            if node.tag in ORDER:
                places = [ORDER[node.tag].index(one.tag) for one in node]
                assert places == sorted(places)
                assert places
        assert [one.get("ParticipantObjectTypeCode") for one in root.findall("ParticipantObjectIdentification")] == [
            "1",
            "2",
        ]
        assert {one.get("EventActionCode") for one in root.findall("EventIdentification")} <= set("CRUDE")
        assert all(re.fullmatch(r"1101\d\d", node.get("csd-code", "")) for node in root.iter("EventID"))


def test_the_head_is_that_of_rfc_5424(lines: list[str]) -> None:
    head = re.compile(
        r"<85>1 \d{4}(-\d\d){2}T(\d\d:){2}\d\d\.\d{6}Z his\.h\d{3}\.example xinglin - IHE\+RFC-3881 - \ufeff"
        r"<AuditMessage>.*"
    )
    assert all(head.fullmatch(line) for line in lines)


def test_a_referral_tells_whereto_the_record_went(busy: World, folder: Path) -> None:
    back = ATNA.read(folder, Rejects())["audit"].filter(pl.col("event") == "referred")
    where = dict(busy["referral"].select("referral_id", "to_hospital_id").iter_rows())
    assert len(back) == len(where) > 0
    assert all(int(to) == where[row] for row, to in back.select("row_id", "destination").iter_rows())


def test_frames_hold_messages_of_any_bytes(lines: list[str]) -> None:
    messages = [line.encode() for line in lines[:50]] + [b"", b"1 2\n3 "]
    stream = b"".join(framed(one) for one in messages if one)
    assert list(frames(stream)) == [one for one in messages if one]
    for broken in (
        stream[:-1],
        b"x",
        b"0 ",
        b"99999999 a",
        str(MAX_MESSAGE + 1).encode() + b" " + b"a" * (MAX_MESSAGE + 1),
    ):
        with pytest.raises(SyslogError, match=r"byte \d+: should be a length"):
            list(frames(broken))


def test_a_period_in_which_nothing_happened_gives_nothing(consortium: World, tmp_path: Path) -> None:
    never = Period(end=dt.datetime(1999, 1, 1, tzinfo=dt.UTC))
    assert ATNA.write(consortium, tmp_path, never, lambda _: None) == 0
    assert all(frame.is_empty() for frame in ATNA.read(tmp_path, Rejects()).values())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<85>1", "<999>1", r"audit\.log: line 1: should begin like <85>1"),
        ("<AuditMessage>", "<!DOCTYPE a><AuditMessage>", r"line 1, line 1: has a document type declaration"),
        ("</AuditMessage>", "", "is no well-formed XML"),
        ('UserID="', 'UserID="x', r"/AuditMessage/ActiveParticipant: 'x\d+' should be a number"),
        ('EventDateTime="', 'EventDateTime="x', "should be a time like"),
        ('EventActionCode="', 'EventActionCode="X', "EventActionCode should be one of C, R, U, D, E"),
        ("<EventID csd-code", "<EventID code", "lacks EventIdentification/EventID/@csd-code"),
        ('ParticipantObjectTypeCode="1"', 'ParticipantObjectTypeCode="2"', "lacks an ActiveParticipant, or objects"),
        ("<85>", "<85>" + "a" * MAX_MESSAGE, "is longer than 65,536 bytes"),
    ],
)
def test_a_damaged_message_is_named(lines: list[str], tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "audit.log").write_text("\n".join([lines[0].replace(old, new, 1), *lines[1:5]]), "utf-8")
    with pytest.raises(ReadError, match=told):
        ATNA.read(tmp_path, Rejects())
    rejects = Rejects(keep=True)
    assert len(ATNA.read(tmp_path, rejects)["audit"]) == (4 if len(new) < MAX_MESSAGE else 0)
    assert len(rejects.found) == 1


@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_message_is_read_or_refused_and_nothing_else(lines: list[str], data: st.DataObject) -> None:
    text = lines[data.draw(st.integers(0, len(lines) - 1))]
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(text)))
        piece = data.draw(st.sampled_from(["", "<", ">", '"', "&", "9" * 40, "\x00", "é", " ", "</AuditMessage>"]))
        text = text[:place] + piece + text[place + data.draw(st.integers(0, 30)) :]
    try:
        told = read_message(text)
    except (SyslogError, XmlError):
        return
    assert set(told) == set(AUDIT)
