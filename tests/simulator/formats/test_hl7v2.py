import struct
import subprocess
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hl7
import polars as pl
import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from simulator import World
from simulator.errors import ReadError
from simulator.formats import FORMATS
from simulator.formats.format import Period
from simulator.formats.hl7v2.ack import acknowledge, answer
from simulator.formats.hl7v2.charset import GB18030
from simulator.formats.hl7v2.codes import kinds
from simulator.formats.hl7v2.corrections import cancelled_admissions, merged
from simulator.formats.hl7v2.escape import escape, escaped, unescape, unescaped
from simulator.formats.hl7v2.framing import Deframer, frame
from simulator.formats.hl7v2.message import parse
from simulator.formats.hl7v2.view import view
from simulator.formats.hl7v2.writing import TABLES, write_hl7v2
from simulator.formats.portions import portions
from simulator.formats.rejects import Rejects

HL7V2 = FORMATS["hl7v2"]
CHOICE = "ORM_O01_OBRRQDRQ1RXOODSODT_SUPPGRP"
# hl7apy 1.3 demands all members of this choice at once, and puts a TQ1 after RXE into the group before it.
KNOWN = {
    *(f"Missing required child {CHOICE}.{name}" for name in ("RQD", "RQ1", "RXO", "ODS", "ODT")),
    "Missing required child RDE_O11_ORDER.RDE_O11_TIMING_ENCODED",
}


@pytest.fixture(scope="module")
def written(small_county: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hl7v2")
    write_hl7v2(small_county, folder, Period(), lambda _: None)
    return folder


@pytest.fixture(scope="module")
def messages(small_county: World, written: Path) -> dict[str, list[str]]:
    """Messages by type, with those that no row of a world brings about."""
    texts = [one for file in sorted(written.rglob("*.hl7")) for one in lines_of(file)]
    tables = next(portions(small_county, TABLES))
    made = view(tables, small_county.scenario.calendar.zone, "UNICODE UTF-8")
    stays = tables["encounter"].filter(pl.col("admitted_at").is_not_null())["encounter_id"].head(3)
    texts += cancelled_admissions(made, stays, timedelta(minutes=20))["text"].to_list()
    ids = tables["patient"]["patient_id"]
    pairs = pl.DataFrame(
        {"patient_id": [ids[0]], "former_id": [ids[1]], "at": [tables["encounter"]["registered_at"][0]]}
    )
    texts += merged(made, pairs)["text"].to_list()
    texts.append(str(acknowledge(parse(texts[0]), datetime(2025, 1, 1, tzinfo=UTC))))
    found = defaultdict(list)
    for text in texts:
        found[text.split("|")[8]].append(text)
    return found


def lines_of(file: Path) -> list[str]:
    return file.read_bytes().decode().removesuffix("\n").split("\n")


def test_what_is_written_is_read_back(small_county: World, written: Path) -> None:
    back = HL7V2.read(written, Rejects())
    came = small_county["patient"].join(small_county["encounter"], on="patient_id", how="semi", maintain_order="left")
    assert "admission" in back["bed_stay"]["reason"]
    for name, frame_ in back.items():
        whole = came if name == "patient" else small_county[name]
        assert len(frame_) == len(whole) > 0, name
        assert_frame_equal(texts_of(frame_), texts_of(whole.select(frame_.columns)), check_exact=True)


def texts_of(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col(pl.Categorical).cast(pl.String))


def test_every_kind_of_message_occurs(messages: dict[str, list[str]]) -> None:
    assert {"^".join(name.split("^")[:2]) for name in messages} >= set(kinds()) - {"ADT^A15", "ADT^A02"}
    assert any(name.startswith("ACK^") for name in messages)


def test_hl7apy_and_python_hl7_read_every_kind_and_give_it_back(messages: dict[str, list[str]], tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    for texts in messages.values():
        for text in texts[:: max(1, len(texts) // 4)]:
            read = parse_message(text, validation_level=VALIDATION_LEVEL.STRICT)
            try:
                read.validate(report_file=str(report))
            except Exception as error:  # noqa: BLE001  # whichever it is, it must be one of hl7apy's own two
                assert str(error) in KNOWN, text  # noqa: PT017
            assert {line.removeprefix("Error: ").strip() for line in report.read_text().splitlines()
                    if line.startswith("Error")} <= KNOWN, text  # fmt: skip
            again = read.to_er7() + "\r"
            assert sorted(again.split("\r")) == sorted(text.split("\r"))
            if "RXE" not in text:
                assert again == text
            assert str(hl7.parse(text)) == text
            assert str(parse(text)) == text


def test_a_file_splits_into_messages_in_order_of_time_with_ids_of_their_own(written: Path) -> None:
    controls: set[str] = set()
    for file in sorted(written.rglob("*.hl7")):
        texts = lines_of(file)
        assert len(hl7.split_file(file.read_bytes().decode())) == len(texts)
        times = [text.split("|")[6] for text in texts]
        assert times == sorted(times)
        assert {time[:8] for time in times} == {file.stem.replace("-", "")}
        own = {text.split("|")[9] for text in texts}
        assert len(own) == len(texts)
        assert not own & controls
        assert max(map(len, own)) <= 20
        controls |= own


def test_no_message_says_what_was_known_only_later(messages: dict[str, list[str]]) -> None:
    for texts in messages.values():
        for text in texts:
            head, *rest = text.split("\r")
            sent, kind = head.split("|")[6], head.split("|")[8]
            for line in rest:
                if line.startswith("PV1|") and not kind.startswith("ADT^A03"):
                    assert "".join(line.split("|")[36:37] + line.split("|")[45:46]) == ""
                for field in line.split("|"):
                    if len(field) == 19 and field[14] == "+" and line[:3] not in {"TQ1", "AIS", "SCH"}:
                        assert field <= sent, (kind, line)


def test_portions_make_no_difference(small_county: World, written: Path, tmp_path: Path) -> None:
    write_hl7v2(small_county, tmp_path, Period(), lambda _: None, size=150)
    for file in sorted(written.rglob("*.hl7")):
        assert sorted(lines_of(tmp_path / file.relative_to(written))) == sorted(lines_of(file))


def test_the_character_set_of_china_is_named_and_read(clinic: World, tmp_path: Path) -> None:
    write_hl7v2(clinic, tmp_path, Period(), lambda _: None, GB18030)
    assert b"|GB 18030-2000|" in next(tmp_path.rglob("*.hl7")).read_bytes()
    back = HL7V2.read(tmp_path, Rejects())
    assert set(back["patient"]["name"]) <= set(clinic["patient"]["name"])
    assert len(back["encounter"]) == len(clinic["encounter"])


@given(st.text(alphabet=st.one_of(st.sampled_from("|^~\\&\r\nEFSTR.br"), st.characters(codec="utf-8"))))
def test_escaping_is_undone_by_reading(text: str) -> None:
    assert unescape(escape(text)) == text
    column = pl.DataFrame({"text": [text]})
    assert column.select(escaped(pl.col("text"))).item() == escape(text)
    assert column.select(unescaped(escaped(pl.col("text")))).item() == text


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"framed", b"batch"])
def test_other_line_ends_frames_and_batches_are_read(written: Path, tmp_path: Path, end: bytes) -> None:
    file = max(written.rglob("*.hl7"), key=lambda one: one.stat().st_size)
    texts = [text.encode() for text in lines_of(file)]
    data = b"".join(texts).replace(b"\r", end)
    if end == b"framed":
        data = b"".join(frame(text) for text in texts)
    if end == b"batch":
        data = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + b"".join(texts) + b"BTS|1\rFTS|1\r"
    (tmp_path / "one.hl7").write_bytes(data)
    back, plain = HL7V2.read(tmp_path / "one.hl7", Rejects()), HL7V2.read(file, Rejects())
    for name, rows in plain.items():
        assert_frame_equal(texts_of(back[name]), texts_of(rows))


def test_a_wrong_value_is_named_by_file_message_segment_and_field(written: Path, tmp_path: Path) -> None:
    texts = [text for file in sorted(written.rglob("*.hl7")) for text in lines_of(file)]
    at = next(at for at, text in enumerate(texts) if "|ADT^A04^" in text)
    texts[at] = texts[at].replace("|WALK|", "|FLEW|").replace("|APPT|", "|FLEW|").replace("|AMB|", "|FLEW|")
    (tmp_path / "bad.hl7").write_text("\n".join(texts), newline="")
    with pytest.raises(ReadError, match=rf"bad\.hl7: message {at + 1}, PV1-14: 'FLEW' should be one of WALK, APPT"):
        HL7V2.read(tmp_path, Rejects())
    rejects = Rejects(keep=True)
    HL7V2.read(tmp_path, rejects)
    assert len(rejects.found) == 1


def test_other_delimiters_are_read_as_the_usual_ones() -> None:
    odd = parse("MSH#*+?%#HIS#1#LIS#1#2025##ADT*A01*ADT_A01#7#P#2.5.1\rPID#1##7*x|y\r")
    assert odd.first("PID").field(3) == "7^x\\F\\y"
    with pytest.raises(ReadError, match="delimiters"):
        parse("MSH||||||")


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_damaged_messages_are_rejects_and_nothing_else(
    data: st.DataObject, messages: dict[str, list[str]], tmp_path: Path
) -> None:
    raw = bytearray("\n".join(texts[0] for texts in messages.values()).encode())
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 9))] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b"|", b"^", b"\r", b"\\"])
        )
    path = tmp_path / "damaged.hl7"
    path.write_bytes(bytes(raw))
    assert "patient" in HL7V2.read(path, Rejects(keep=True))
    with suppress(ReadError):
        parse(bytes(raw).decode("utf-8", "replace"))


@given(st.lists(st.binary(max_size=40).map(lambda raw: raw.translate(None, b"\x0b\x1c"))), st.integers(1, 9))
def test_frames_come_back_whatever_the_pieces(bodies: list[bytes], step: int) -> None:
    wire = b"".join(frame(body) for body in bodies)
    deframer = Deframer()
    got = [one for at in range(0, len(wire), step) for one in deframer.feed(wire[at : at + step])]
    deframer.close()
    assert got == bodies


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (b"MSH", "should begin"),
        (b"\x0bA\x1cB", "should follow"),
        (b"\x0bA\x0bB", "no end"),
        (b"\x0b" + b"A" * 99, "more than"),
    ],
)
def test_what_is_no_mllp_is_named(wire: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        Deframer(largest=50).feed(wire)


def test_what_cannot_be_parsed_is_refused_with_a_reason() -> None:
    told = answer(b"nonsense", datetime(2025, 1, 1, tzinfo=UTC)).decode()
    assert "MSA|AR|" in told
    assert "begins with MSH" in told


def test_tshark_names_every_message_on_the_wire(messages: dict[str, list[str]], tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(pcap([frame(texts[0].encode()) for texts in messages.values()]))
    told = subprocess.run(
        ["tshark", "-r", str(path), "-Y", "hl7", "-T", "fields", "-e", "_ws.col.Info"],
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout.splitlines()  # fmt: skip
    assert len(told) == len(messages)
    for line, name in zip(told, messages, strict=True):
        kind, event = name.split("^")[:2]
        assert f"{kind}^{event}" in line or f"{kind} ({event})" in line or (kind in line and event in line), line


def pcap(payloads: list[bytes]) -> bytes:
    """One TCP connection to port 2575 on loopback addresses, one message in each packet."""
    out, number = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1), 1
    for payload in payloads:
        tcp = struct.pack(">HHIIBBHHH", 40000, 2575, number, 1, 0x50, 0x18, 65535, 0, 0) + payload
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, b"\x7f\0\0\1", b"\x7f\0\0\2")
        packet = b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + ip + tcp
        out += struct.pack("<IIII", 1735689600 + number, 0, len(packet), len(packet)) + packet
        number += len(payload)
    return out
