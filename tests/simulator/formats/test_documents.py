"""Documents of inpatient stays: what stands in them, what does not yet, and what a reader makes of damaged ones."""

import datetime as dt
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from simulator import World
from simulator.errors import ReadError
from simulator.formats import FORMATS
from simulator.formats.documents.reading import NAMESPACE, read_document
from simulator.formats.documents.words import rows
from simulator.formats.documents.writing import documents
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.rejects import Rejects
from simulator.formats.safe_xml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, XmlError, parse_xml
from simulator.notes import notes

DOCUMENTS = FORMATS["documents"]
MODEL = yaml.safe_load((Path(__file__).parent / "cda_r2.yaml").read_text(encoding="utf-8"))
SPACE = f"{{{NAMESPACE}}}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
WHOLE = ("front_page", "front_page_diagnosis", "front_page_operation")


def faults(root: ET.Element) -> set[str]:
    """What an element and all below it have against the model of CDA R2."""
    nodes = [node for node in root.iter() if node.tag.removeprefix(SPACE) not in MODEL["narrative"]]
    return {fault for node in nodes for fault in _faults(node, node.tag.removeprefix(SPACE))}


def _faults(node: ET.Element, name: str) -> list[str]:
    children = [one.tag.removeprefix(SPACE) for one in node]
    attributes = {key.removeprefix(XSI): value for key, value in node.attrib.items()}
    order = MODEL["order"].get(name, children)
    found = [f"{name} may not hold {one}" for one in children if one not in order]
    places = [order.index(one) for one in children if one in order]
    found += [f"{name} holds {', '.join(children)} in the wrong order"] * (places != sorted(places))
    found += [f"{name} needs one {one}" for one in MODEL["once"].get(name, ()) if children.count(one) != 1]
    found += [f"{name} lacks @{one}" for one in MODEL["attributes"].get(name, ()) if one not in attributes]
    if name == "value" and attributes.get("type") not in MODEL["types"]:
        found.append(f"value is of the type {attributes.get('type')}")
    if attributes.get("moodCode", "EVN") not in MODEL["moods"]:
        found.append(f"{name} is in the mood {attributes['moodCode']}")
    return found


@pytest.fixture(scope="session")
def noted(small_county: World) -> World:
    """A small world with its notes."""
    return World(small_county.scenario, {**small_county, **notes(small_county, seed=7)})


@pytest.fixture(scope="session")
def written(noted: World) -> pl.DataFrame:
    return pl.concat(list(documents(noted, Period(), lambda _: None)))


@pytest.fixture(scope="session")
def unnoted(small_county: World) -> pl.DataFrame:
    return pl.concat(list(documents(small_county, Period(), lambda _: None)))


def test_what_is_written_is_read_back(noted: World, tmp_path: Path) -> None:
    fill(noted, DOCUMENTS, tmp_path / "docs", Period(), lambda _: None)
    back = DOCUMENTS.read(tmp_path / "docs", Rejects())
    for name in WHOLE:
        assert_frame_equal(back[name], noted[name].sort(back[name].columns[0]), check_exact=True)
    for name in set(back) - set(WHOLE) - {"document"}:
        frame = back[name]
        assert len(frame) > 0
        key = frame.columns[0]
        same = noted[name].select(frame.columns).join(frame.select(key), on=key, how="semi").sort(key)
        assert_frame_equal(frame, same, check_exact=True)
    kept = noted["note"].filter(pl.col("kind").is_in(["admission", "operation", "discharge"]))
    assert set(back["note"]["note_id"]) <= set(kept["note_id"])
    assert len(back["document"]) == len(back["document"]["document"].unique())


def test_documents_follow_the_model_of_cda_r2(written: pl.DataFrame, unnoted: pl.DataFrame) -> None:
    texts = pl.concat([written, unnoted])["text"]
    assert set().union(*(faults(ET.fromstring(text)) for text in texts)) == set()  # noqa: S314  # our own


def test_the_check_of_the_model_sees_a_wrong_order(written: pl.DataFrame) -> None:
    root = ET.fromstring(written["text"][0])  # noqa: S314
    root[:] = [root[1], root[0], *root[2:]]
    assert any("wrong order" in one for one in faults(root))


def test_every_stay_that_ended_has_a_front_page_and_the_living_a_summary(noted: World, written: pl.DataFrame) -> None:
    stays = noted["encounter"].filter(pl.col("kind") == "inpatient", pl.col("ended_at").is_not_null())
    by_kind = {str(kind): set(frame["encounter_id"]) for (kind,), frame in written.group_by("kind")}
    assert by_kind["front_page"] == set(noted["front_page"]["encounter_id"])
    assert by_kind["discharge"] <= set(stays.filter(pl.col("outcome") != "died")["encounter_id"])
    assert len(by_kind["admission"]) > len(by_kind["discharge"]) > 0
    assert written["document"].is_unique().all()


@pytest.mark.parametrize("which", ["written", "unnoted"])
def test_a_document_tells_nothing_later_than_itself(which: str, request: pytest.FixtureRequest) -> None:
    for moment, text in request.getfixturevalue(which).select("moment", "text").iter_rows():
        told = read_document(parse_xml(text.encode(), "ClinicalDocument", NAMESPACE))
        times = [
            value
            for table, lines in told.items()
            for line in lines
            for name, value in line.items()
            if name.endswith("_at") and value is not None and table != "document"
        ]
        assert all(time <= moment for time in times)  # type: ignore[operator]


def test_a_world_without_notes_has_the_structured_sections_alone(unnoted: pl.DataFrame) -> None:
    assert set(unnoted["kind"]) == {"admission", "operation", "discharge", "front_page"}
    assert not unnoted["text"].str.contains("现病史", literal=True).any()
    assert unnoted.filter(pl.col("kind") == "admission")["text"].str.contains("DE04.01.119.00", literal=True).all()


def test_the_words_of_a_note_stand_in_their_sections(written: pl.DataFrame) -> None:
    admissions = written.filter(pl.col("kind") == "admission")["text"]
    assert admissions.str.contains("<title>现病史 History of present illness</title>", literal=True).all()
    course = written.filter(pl.col("kind") == "discharge")["text"]
    assert course.str.contains('code="DE06.00.296.00"', literal=True).all()


def test_text_is_escaped(noted: World) -> None:
    odd = 'a<b & "c"\r\n\x00\td]]>'
    patient = noted["patient"].with_columns(pl.lit(odd).alias("name"))
    names = pl.lit(odd).cast(pl.Categorical)
    pages = noted["front_page_diagnosis"].with_columns(names.alias("name_zh"))
    world = World(noted.scenario, {**noted, "patient": patient, "front_page_diagnosis": pages})
    frame = pl.concat(list(documents(world, Period(), lambda _: None)))
    for text in frame.filter(pl.col("kind") == "front_page")["text"]:
        told = read_document(parse_xml(text.encode(), "ClinicalDocument", NAMESPACE))
        assert told["patient"][0]["name"] == odd.replace("\x00", "")
        assert told["front_page_diagnosis"][0]["name_zh"] == odd.replace("\x00", "")


def test_the_same_world_gives_the_same_documents(noted: World, written: pl.DataFrame) -> None:
    again = pl.concat(list(documents(noted, Period(), lambda _: None)))
    assert_frame_equal(again, written)


def test_every_identifier_says_how_sure_it_is() -> None:
    sure = {"memory/high", "memory/medium", "memory/low", "own"}
    for name in ("oids", "kinds", "sections", "data_elements", "codes"):
        assert {row["sure"] for row in rows(name)} <= sure
    for name in ("sections", "data_elements"):
        assert all((row["sure"] == "own") == (not row["code"]) for row in rows(name))


@pytest.fixture
def page(written: pl.DataFrame) -> str:
    return str(written.filter(pl.col("kind") == "front_page")["text"][0])


def test_a_period_in_which_nothing_happened_gives_nothing(small_county: World, tmp_path: Path) -> None:
    never = Period(end=dt.datetime(1999, 1, 1, tzinfo=dt.UTC))
    assert DOCUMENTS.write(small_county, tmp_path, never, lambda _: None) == 0
    assert all(frame.is_empty() for frame in DOCUMENTS.read(tmp_path, Rejects()).values())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('<id root="2.16.156.10011.1.1"', '<id root="2.16"', r"page\.xml: line 2, /ClinicalDocument: lacks id"),
        ('code="C0032" codeSystem="2.16.156.10011.2.4" codeSystemName', 'code="C9" x', "'C9' should be one of C0034"),
        ("<birthTime value=", '<birthTime value="19991399"/><birthTime value=', "birthTime.*date like 20250301"),
        ('unit="a"', 'unit="a" value="1"', "is no well-formed XML"),
        ("</ClinicalDocument>", "", "is no well-formed XML"),
        ("urn:hl7-org:v3", "urn:hl7-org:v2", "the root should be ClinicalDocument of the namespace urn:hl7-org:v3"),
        ("<ClinicalDocument", '<!DOCTYPE x [<!ENTITY a "b">]><ClinicalDocument', "document type declaration"),
        ("<ClinicalDocument", '<!DOCTYPE x SYSTEM "http://example.com/x"><ClinicalDocument', "document type"),
        ("<title>", f"<title>{'<a>' * MAX_DEPTH}", "deep in each other"),
        ("<title>", f"<title>{'<a/>' * MAX_ELEMENTS}", "more than 50,000 elements"),
        ("<title>", f"<title>{' ' * MAX_BYTES}", "at most 4,194,304 are read"),
    ],
)
def test_a_damaged_document_is_named_by_file_line_and_element(
    page: str, tmp_path: Path, old: str, new: str, told: str
) -> None:
    (tmp_path / "page.xml").write_text(page.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReadError, match=told):
        DOCUMENTS.read(tmp_path, Rejects())
    rejects = Rejects(keep=True)
    assert all(frame.is_empty() for frame in DOCUMENTS.read(tmp_path, rejects).values())
    assert [one.file for one in rejects.found] == ["page.xml"]


def test_two_documents_that_disagree_are_named(page: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(page, encoding="utf-8")
    (tmp_path / "b.xml").write_text(page.replace("<birthTime value=", '<birthTime value="19010101" x='), "utf-8")
    with pytest.raises(ReadError, match=r"b\.xml: patient \d+: is told differently by another document"):
        DOCUMENTS.read(tmp_path, Rejects())


def test_text_in_many_pieces_is_read_in_time_that_grows_with_its_length() -> None:
    text = f"<a>{'x<!---->' * 400_000}</a>".encode()
    assert len(parse_xml(text, "a", "").text) == 400_000


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_document_is_read_or_refused_and_nothing_else(written: pl.DataFrame, data: st.DataObject) -> None:
    raw = bytearray(written["text"][data.draw(st.integers(0, len(written) - 1))].encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(raw) - 1))
        piece = data.draw(st.binary(max_size=8) | st.sampled_from([b"<", b"&", b'"', b"9" * 30, b"</section>", b"-"]))
        raw[place : place + data.draw(st.integers(0, 40))] = piece
    try:
        told = read_document(parse_xml(bytes(raw), "ClinicalDocument", NAMESPACE))
    except XmlError:
        return
    assert told["document"]
