"""PIX and PDQ: who is who in a consortium, asked and answered in HL7 v2."""

import datetime as dt
import re
from pathlib import Path

import polars as pl
import pytest
from hl7apy.parser import parse_message
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from simulator import World
from simulator.errors import ReadError
from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.ihe.answering import MAX_LIMIT, answer
from simulator.formats.ihe.answers import Answer, read_answer
from simulator.formats.ihe.er7 import Er7Error, decode, escape, split_messages, unescape
from simulator.formats.ihe.patients import Domain, PatientIndex
from simulator.formats.ihe.queries import Envelope, pdq_query, pix_query
from simulator.formats.rejects import Rejects

PIX = FORMATS["pix"]
ASK, REPLY = (
    Envelope("H001", "INDEX", "20250301093000+0800", "Q1"),
    Envelope("INDEX", "H001", "20250301093001+0800", "A1"),
)
SUCCESSIVE = re.compile(r"(QPD\|[^|]*\|[^|]*\|[^|~\r]*)~[^|\r]*")
"""HL7 v2.5 lets QPD-3 stand once, IHE lets it repeat: a validator of the former sees the first repetition."""


@pytest.fixture(scope="session")
def index(consortium: World) -> PatientIndex:
    return PatientIndex(consortium["patient"])


@pytest.fixture(scope="session")
def county(small_county: World) -> PatientIndex:
    return PatientIndex(small_county["patient"])


def ask(index: PatientIndex, query: str) -> Answer:
    return read_answer(answer(index, query, REPLY))


def pix(index: PatientIndex, number: str, domain: Domain, *wanted: Domain) -> Answer:
    return ask(index, pix_query(ASK, number, domain, wanted))


def test_records_are_linked_as_the_answer_key_links_them(consortium: World, index: PatientIndex) -> None:
    truth = consortium["linkage"].select("patient_id", "person_id")
    both = truth.join(truth.rename({"patient_id": "other_id"}), on="person_id")
    right = both.filter(pl.col("patient_id") < pl.col("other_id")).select("patient_id", "other_id").sort(pl.all())
    assert len(right) > 0
    assert_frame_equal(index.pairs(), right)


def test_each_number_leads_to_all_others_of_its_person(consortium: World, index: PatientIndex) -> None:
    people = consortium["linkage"].join(consortium["patient"], on="patient_id")
    for (_person,), records in people.group_by("person_id"):
        numbers = set(records.select("hospital_id", "mrn").iter_rows())
        for hospital, mrn in numbers:
            told = pix(index, mrn, index.domains[hospital])
            assert (told.code, told.status) == ("AA", "OK")
            found = {(one.domain, one.number) for one in told.patients[0].identifiers if one.domain != "NATIONAL"}
            assert found == {(index.domains[h].name, m) for h, m in numbers - {(hospital, mrn)}}


def test_a_patient_known_nowhere_else_is_not_found_there(index: PatientIndex) -> None:
    row = next(row for row in range(len(index)) if len(index.same(row)) == 1)
    known = index.frame.row(row, named=True)
    home = index.domains[known["hospital_id"]]
    elsewhere = next(one for one in index.domains.values() if one.hospital_id not in {None, home.hospital_id})
    told = pix(index, known["mrn"], home, elsewhere)
    assert (told.code, told.status, told.patients, told.errors) == ("AA", "NF", (), ())


def test_what_cannot_be_answered_is_told_with_its_place_and_code(index: PatientIndex) -> None:
    home = next(iter(index.domains.values()))
    nowhere = Domain("H999", "1.2.3", 1)
    mrn = index.frame["mrn"][0]
    for query, place, code in (
        (pix_query(ASK, "none", home), "QPD^1^3^1^1", "204"),
        (pix_query(ASK, "", home), "QPD^1^3^1^1", "101"),
        (pix_query(ASK, mrn, nowhere), "QPD^1^3^1^4", "204"),
        (pix_query(ASK, mrn, home, [home, nowhere]), "QPD^1^4^2^4", "204"),
        (pix_query(ASK, mrn, home).replace("|2.5|", "|2.3|"), "MSH^1^12", "203"),
        (pix_query(ASK, mrn, home).replace("QBP^Q23^QBP_Q21", "ADT^A01"), "MSH^1^9^1^1", "200"),
        (pix_query(ASK, mrn, home).replace("IHE PIX Query", "Who"), "QPD^1^1", "103"),
        (pix_query(ASK, mrn, home).replace("|Q1|", "||", 2), "QPD^1^2", "101"),
        (pix_query(ASK, mrn, home).replace("QPD|", "ZZZ|"), "QPD^1", "100"),
        (pdq_query(ASK, {}), "QPD^1^3", "101"),
        (pdq_query(ASK, {"PID.99": "x"}), "QPD^1^3^1^1", "103"),
        (pdq_query(ASK, {"PID.8": "F", "PID.5.1.1": "*"}), "QPD^1^3^2^2", "101"),
        (pdq_query(ASK, {"PID.8": "X"}), "QPD^1^3^1^2", "103"),
        (pdq_query(ASK, {"PID.7.1": "yesterday"}), "QPD^1^3^1^2", "102"),
        (pdq_query(ASK, {"PID.8": "F"}, wanted=[nowhere]), "QPD^1^8^1^4", "204"),
        (pdq_query(ASK, {"PID.3.4.1": "H999"}), "QPD^1^3^1^2", "204"),
        (pdq_query(ASK, {"PID.8": "F"}, pointer="7-0000000000000000"), "DSC^1^1", "204"),
        (pdq_query(ASK, {"PID.8": "F"}).replace("RCP|I", "RCP|I|all"), "RCP^1^2", "102"),
        (pdq_query(ASK, {f"PID.5.{n}": "x" for n in range(30)}), "QPD^1^3", "102"),
    ):
        told = ask(index, query)
        assert (told.code, told.status) == ("AE", "AE"), query
        assert [error[:2] for error in told.errors] == [(place, code)], query
        assert told.patients == ()


def test_a_number_or_person_that_is_not_one_is_ambiguous(consortium: World) -> None:
    patients = consortium["patient"]
    linked = PatientIndex(patients)
    row = next(row for row in range(len(linked)) if len(linked.same(row)) > 1)
    known = linked.frame.row(row, named=True)
    home = linked.domains[known["hospital_id"]]
    other = pl.when(pl.col("patient_id") == known["patient_id"]).then(pl.lit("1900-01-01").str.to_date())
    disputed = PatientIndex(patients.with_columns(other.otherwise("birth_date").alias("birth_date")))
    told = pix(disputed, known["mrn"], home)
    assert [error[1] for error in told.errors] == ["205"]
    assert disputed.same(row) == [row]
    stranger = patients.filter(pl.col("hospital_id") == known["hospital_id"], pl.col("mrn") != known["mrn"])[:1]
    twice = PatientIndex(pl.concat([patients.filter(pl.col("patient_id") != stranger["patient_id"][0]),
                                    stranger.with_columns(pl.lit(known["mrn"]).alias("mrn"))]))  # fmt: skip
    told = pix(twice, known["mrn"], home)
    assert told.errors[0][:2] == ("QPD^1^3^1^1", "205")
    assert "several patients" in told.errors[0][2]


@pytest.mark.parametrize("limit", [1, 7, 50, 10**5])
def test_candidates_come_in_pieces_that_make_up_the_whole(county: PatientIndex, limit: int) -> None:
    wanted = county.frame.filter(pl.col("sex") == "female", pl.col("name").str.starts_with("王"))
    assert len(wanted) > 7
    found: list[str] = []
    pointer = ""
    for _ in range(len(wanted) + 1):
        told = ask(county, pdq_query(ASK, {"PID.8": "F", "PID.5.1.1": "王*"}, limit=limit, pointer=pointer))
        assert told.total == len(wanted)
        assert len(told.patients) <= min(limit, MAX_LIMIT)
        found += [one.identifiers[0].number for one in told.patients]
        assert told.left == len(wanted) - len(found)
        pointer = told.pointer
        if not pointer:
            break
    assert found == wanted["mrn"].to_list()
    assert ask(county, pdq_query(ASK, {"PID.8": "M"}, pointer="1-" + "0" * 16)).code == "AE"


def test_candidates_are_found_by_each_thing_that_can_be_looked_for(county: PatientIndex) -> None:
    known = county.frame.row(5, named=True)
    given, family = known["name_en"].rsplit(" ", 1)
    for asked in (
        {"PID.3": known["mrn"]},
        {"PID.3.1": known["id_number"]},
        {"PID.5.1.1": known["name"]},
        {"PID.5.1": f"{known['name'][:1]}*"},
        {"PID.5.1.1": family.upper(), "PID.5.2": f"{given[:2]}*"},
        {"PID.11.1": f"{known['address'][:6]}*", "PID.11.3": known["district"]},
        {"PID.13": known["phone"]},
        {"PID.3.1": known["mrn"], "PID.3.4.1": "H001"},
    ):
        told = ask(county, pdq_query(ASK, asked, limit=MAX_LIMIT))
        assert told.code == "AA"
        assert known["mrn"] in [one.identifiers[0].number for one in told.patients], asked
    assert ask(county, pdq_query(ASK, {"PID.5.1.1": "nobody"})).status == "NF"


def test_a_strict_reader_of_hl7_2_5_takes_queries_and_answers(consortium: World, tmp_path: Path) -> None:
    fill(consortium, PIX, tmp_path / "out", Period(), lambda _: None)
    for name in ("pix", "pdq"):
        messages = split_messages((tmp_path / "out" / f"{name}.hl7").read_bytes().decode())
        for message in messages[:40]:
            assert parse_message(SUCCESSIVE.sub(r"\1", message), find_groups=True, validation_level=1).validate()


def test_what_is_asked_and_answered_is_read_back(consortium: World, tmp_path: Path) -> None:
    fill(consortium, PIX, tmp_path / "out", Period(), lambda _: None)
    back = PIX.read(tmp_path / "out", Rejects())
    patients = consortium["patient"]
    columns = back["patient"].columns
    assert_frame_equal(back["patient"], patients.select(columns).sort("hospital_id", "mrn"))
    names = patients.select("patient_id", "hospital_id", "mrn")
    pairs = PatientIndex(patients).pairs()
    both = pl.concat([pairs, pairs.select(pl.col("other_id").alias("patient_id"), other_id="patient_id")])
    right = both.join(names, on="patient_id").join(names.rename({"patient_id": "other_id"}), on="other_id", suffix="_2")
    right = right.select("hospital_id", "mrn", other_id="hospital_id_2", other_mrn="mrn_2").sort(pl.all())
    assert_frame_equal(back["cross_reference"], right)


def test_a_period_in_which_nothing_happened_gives_nothing(consortium: World, tmp_path: Path) -> None:
    never = Period(end=dt.datetime(1999, 1, 1, tzinfo=dt.UTC))
    assert PIX.write(consortium, tmp_path, never, lambda _: None) == 0
    assert all(frame.is_empty() for frame in PIX.read(tmp_path, Rejects()).values())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("RSP^K23", "ACK^K23", r"pix\.hl7: messages 1 and 2, MSH-9: should be RSP"),
        ("MSA|AA", "MSA|AB", "MSA-1: should be one of AA, AE, AR, found 'AB'"),
        ("QAK|PIX", "QAK|PAX", "QAK-1: should be"),
        ("QAK|", "ZAK|", "lacks the segment QAK"),
        ("|^~\\&|INDEX", "|^~*&|INDEX", "MSH-2: should be"),
        ("MSA|AA", "M SA|AA", "should begin with a name like PID"),
        ("MSH|^~\\&|INDEX", "XSH|^~\\&|INDEX", "by turns"),
    ],
)
def test_a_damaged_conversation_is_named(consortium: World, tmp_path: Path, old: str, new: str, told: str) -> None:
    fill(consortium, PIX, tmp_path / "out", Period(), lambda _: None)
    path = tmp_path / "out" / "pix.hl7"
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode(), 1))
    with pytest.raises(ReadError, match=told):
        PIX.read(tmp_path / "out", Rejects())


def test_texts_survive_their_escapes() -> None:
    odd = "a|b^c&d~e\\f\r\ng\\T\\ \\Xzz\\"
    assert unescape(escape(odd)) == odd
    assert not set("|^&~\r\n") & set(escape(odd))


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_mutated_message_is_answered_or_refused_and_nothing_else(index: PatientIndex, data: st.DataObject) -> None:
    home = next(iter(index.domains.values()))
    query = data.draw(st.sampled_from([
        pix_query(ASK, index.frame["mrn"][0], home, [home]),
        pdq_query(ASK, {"PID.8": "F", "PID.5.1.1": "王*"}, wanted=[home], limit=3),
        answer(index, pdq_query(ASK, {"PID.8": "F"}, limit=3), REPLY),
    ]))  # fmt: skip
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(query)))
        piece = data.draw(
            st.sampled_from(["", "|", "^", "~", "&", "\\", "\r", "@PID.5", "*", "9" * 40, "\ud800", "MSH|"])
        )
        query = query[:place] + piece + query[place + data.draw(st.integers(0, 20)) :]
    for read in (lambda: read_answer(query), lambda: decode(answer(index, query, REPLY))):
        try:
            assert read()
        except Er7Error:
            continue
