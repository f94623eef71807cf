"""The format `pix`: what a consortium's hospitals ask about their patients, and what the index answers.

Of each patient, when the simulated time is over: a query of PIX for the numbers elsewhere, and queries of PDQ by name
and date of birth until all candidates are told. Files: pix.hl7 and pdq.hl7, each a query and its answer by turns.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from simulator.formats.format import Format, Period, Progress, Tables
from simulator.formats.ihe.answering import answer
from simulator.formats.ihe.answers import Answer, Candidate, read_answer
from simulator.formats.ihe.er7 import Er7Error, Message, decode, needed, piece, split_messages
from simulator.formats.ihe.patients import NATIONAL, PatientIndex
from simulator.formats.ihe.queries import Envelope, pdq_query, pix_query
from simulator.formats.portions import encounters
from simulator.formats.rejects import Rejects
from simulator.schema import TABLES
from simulator.world.world import World

INDEX = "INDEX"
MAX_BYTES = 256 * 2**20
"""One file of a conversation, at the most."""
ROUNDS = 100
"""How often a hospital asks for the next candidates before it gives up."""
REFERENCE = pl.Schema({"hospital_id": pl.Int64(), "mrn": pl.String(), "other_id": pl.Int64(), "other_mrn": pl.String()})
"""A patient's number in one hospital and in another."""
TOLD = ("hospital_id", "mrn", "name", "name_en", "sex", "birth_date", "id_number", "phone", "address", "address_en",
        "district", "district_en")  # fmt: skip


def write_pix(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """The two conversations; returns the number of messages."""
    chosen = encounters(world, period)
    ids = world.lazy("encounter").select("encounter_id", "patient_id").collect()
    asking = ids.filter(pl.col("encounter_id").is_in(chosen.implode()))["patient_id"].unique()
    index = PatientIndex(world["patient"])
    rows = index.frame["patient_id"].is_in(asking.implode()).arg_true().to_list()
    end = dt.datetime.combine(world.scenario.start, dt.time(), world.scenario.calendar.zone)
    at = f"{end + dt.timedelta(days=world.scenario.days):%Y%m%d%H%M%S%z}"
    count = 0
    with (folder / "pix.hl7").open("ab") as pix, (folder / "pdq.hl7").open("ab") as pdq:
        for nth, row in enumerate(rows):
            for stream, messages in ((pix, _cross_references(index, row, at)), (pdq, _candidates(index, row, at))):
                for message in messages:
                    stream.write(message.encode())
                    count += 1
            progress(len(chosen) * (nth + 1) // len(rows))
    return count


def _cross_references(index: PatientIndex, row: int, at: str) -> Iterator[str]:
    known = index.frame.row(row, named=True)
    home = index.domains[known["hospital_id"]]
    number = f"PIX-{known['patient_id']}"
    query = pix_query(Envelope(home.name, INDEX, at, number), known["mrn"], home)
    yield from (query, answer(index, query, Envelope(INDEX, home.name, at, f"{number}-A")))


def _candidates(index: PatientIndex, row: int, at: str) -> Iterator[str]:
    known = index.frame.row(row, named=True)
    home = index.domains[known["hospital_id"]]
    asked = {"PID.5.1.1": known["name"], "PID.7.1": f"{known['birth_date']:%Y%m%d}"}
    pointer = ""
    for nth in range(ROUNDS):
        number = f"PDQ-{known['patient_id']}-{nth}"
        query = pdq_query(Envelope(home.name, INDEX, at, number), asked, pointer=pointer)
        told = answer(index, query, Envelope(INDEX, home.name, at, f"{number}-A"))
        yield from (query, told)
        pointer = read_answer(told).pointer
        if not pointer:
            return


def read_pix(folder: Path, rejects: Rejects) -> Tables:
    """`cross_reference` from the answers of PIX, `patient` from those of PDQ, each row once."""
    references: list[tuple[object, ...]] = []
    for query, told in _exchanges(folder / "pix.hl7", rejects):
        given = needed(query, "QPD").raw(3)
        mine = (_hospital(piece(given, 4, 2)), piece(given, 1))
        for patient in told.patients:
            others = ((one.oid, one.number) for one in patient.identifiers if one.domain != NATIONAL)
            references += [(*mine, _hospital(identifier), number) for identifier, number in others]
    people = [_row(patient) for _, told in _exchanges(folder / "pdq.hl7", rejects) for patient in told.patients]
    schema = TABLES["patient"].schema
    return {
        "cross_reference": pl.DataFrame(references, schema=REFERENCE, orient="row").unique().sort(pl.all()),
        "patient": pl.DataFrame(people, schema={name: schema[name] for name in TOLD}, orient="row")
        .unique()
        .sort("hospital_id", "mrn"),
    }


def _exchanges(path: Path, rejects: Rejects) -> Iterator[tuple[Message, Answer]]:
    """Each query of a file with its answer; a pair that is wrong is a reject."""
    if not path.is_file():
        return
    if path.stat().st_size > MAX_BYTES:
        rejects.add(path.name, "file", f"is larger than {MAX_BYTES:,} bytes; export a shorter period")
        return
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        rejects.add(path.name, "file", "is no UTF-8")
        return
    messages = split_messages(text)
    if len(messages) % 2 or (text and not messages):
        rejects.add(path.name, "file", f"should hold a query and an answer by turns, found {len(messages)} messages")
    for nth in range(0, len(messages) - 1, 2):
        try:
            query, told = decode(messages[nth]), read_answer(messages[nth + 1])
            _check(query, told)
        except Er7Error as error:
            rejects.add(path.name, f"messages {nth + 1} and {nth + 2}, {error.where}", error.reason)
            continue
        yield query, told


def _check(query: Message, told: Answer) -> None:
    """Whether the two belong together and tell what can be kept."""
    asked = needed(query, "QPD")
    if asked.text(2) != told.tag:
        raise Er7Error("QAK-1", f"should be {asked.text(2)[:40]!r} as in the query, found {told.tag[:40]!r}")
    if asked.text(1) == "IHE PIX Query":
        _hospital(piece(asked.raw(3), 4, 2))
    for patient in told.patients:
        for one in patient.identifiers:
            if one.domain != NATIONAL:
                _hospital(one.oid)
        if asked.text(1) != "IHE PIX Query":
            _row(patient)


def _hospital(identifier: str) -> int:
    """The hospital whose domain that is: the last number of its object identifier."""
    last = identifier.rpartition(".")[2]
    if not (last.isascii() and last.isdigit() and len(last) <= 18):  # noqa: PLR2004  # digits of a 64-bit number
        raise Er7Error("PID-3.4.2", f"should end in the number of a hospital, found {identifier[:60]!r}")
    return int(last)


def _row(patient: Candidate) -> tuple[object, ...]:
    national = [one.number for one in patient.identifiers if one.domain == NATIONAL]
    if not national or not patient.sex or patient.birth_date is None:
        raise Er7Error("PID", "should tell identity number, sex and date of birth")
    own = patient.identifiers[0]
    return (
        _hospital(own.oid), own.number, patient.name, patient.name_en, patient.sex, patient.birth_date, national[0],
        patient.phone, patient.address, patient.address_en, patient.district, patient.district_en,
    )  # fmt: skip


PIX_FORMAT = Format(
    "患者交叉索引与人口学查询(PIX/PDQ)",
    "Patient cross-references and queries (PIX, PDQ)",
    "messages",
    write_pix,
    read_pix,
)
