"""The format `atna`: who saw, ordered, gave and wrote what, as audit messages in time order.

Each line is a message of syslog (RFC 5424) with an AuditMessage of the shape of DICOM PS3.15 A.5 (RFC 3881).
Only what rows of the world know is told: who saw a laboratory result, or logged in, is in no row.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import polars as pl

from simulator.formats.documents.words import oid, row_oid
from simulator.formats.format import Format, Period, Progress, Tables
from simulator.formats.ihe.syslog import BOM, MAX_MESSAGE, SyslogError, parse_syslog
from simulator.formats.ihe.xds import rows
from simulator.formats.portions import encounters
from simulator.formats.rejects import Rejects
from simulator.formats.safe_xml import Node, XmlError, parse_xml
from simulator.formats.text_templates import Template, compile_template, render
from simulator.schema import TABLES
from simulator.world.world import World

WINDOW = 4_000
"""Encounters that begin within one span of time; what happened in the span is sorted and written at once."""
PRIORITY = 10 * 8 + 5
"""Facility 10 (security), severity 5 (notice), as IHE asks for audit messages."""
TIME = "%Y-%m-%dT%H:%M:%S%.6fZ"
AUDIT = pl.Schema({
    "at": pl.Datetime("us", "UTC"), "event": pl.String(), "code": pl.String(), "action": pl.String(),
    "user_id": pl.Int64(), "destination": pl.String(), "hospital_id": pl.Int64(), "patient_number": pl.String(),
    "table": pl.String(), "row_id": pl.Int64(),
})  # fmt: skip
"""What an audit message tells: when, what, who, at which hospital, of whom, and which row it was."""


@cache
def template() -> Template:
    """The compiled audit message."""
    text = (Path(__file__).parent / "atna_message.xml").read_text(encoding="utf-8")
    return compile_template(text.strip(), {"own": {"system": oid("own")}})


@cache
def events() -> Mapping[str, Mapping[str, str]]:
    """What is audited, by its key."""
    return {row["key"]: row for row in rows("atna_events")}


def write_atna(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """audit.log, one message a line, in order of time; returns the number of messages."""
    count = 0
    with (folder / "audit.log").open("ab") as stream:
        for frame, done in audited(world, period):
            lines = syslog_lines(world, frame)
            if len(lines):
                stream.write(("\n".join(lines) + "\n").encode())
            count += len(lines)
            progress(done)
    return count


def audited(world: World, period: Period) -> Iterator[tuple[pl.DataFrame, int]]:
    """What happened in one span after another, in the columns of AUDIT, and how many encounters began by then."""
    chosen = (
        world.lazy("encounter")
        .select("encounter_id", "patient_id", "hospital_id", "registered_at")
        .join(encounters(world, period).to_frame().lazy(), on="encounter_id", how="semi")
        .collect()
    )
    starts = chosen["registered_at"].sort()
    bounds = [None, *(starts[n] for n in range(WINDOW, len(starts), WINDOW)), None]
    for nth, (begin, end) in enumerate(pairwise(bounds), 1):
        found = [_happened(world, row, chosen, begin, end) for row in events().values() if row["table"] in world]
        whole = pl.concat(found).sort("at", "row_id", "event")
        yield _numbered(whole, world), min(nth * WINDOW, len(starts))


def _happened(
    world: World, row: Mapping[str, str], chosen: pl.DataFrame, begin: dt.datetime | None, end: dt.datetime | None
) -> pl.DataFrame:
    """The rows of one kind of event in a span of time."""
    time, table = pl.col(row["time"]), TABLES[row["table"]]
    by = "from_encounter_id" if row["table"] == "referral" else "encounter_id"
    found = world.lazy(row["table"]).filter(time.is_not_null(), pl.col(row["user"]).is_not_null())
    found = found.filter(time >= begin) if begin is not None else found
    found = found.filter(time < end) if end is not None else found
    to = pl.col("to_hospital_id").cast(pl.String) if row["table"] == "referral" else pl.lit(None, pl.String)
    return (
        found.select(
            time.alias("at"), pl.lit(row["key"]).alias("event"), pl.lit(row["code"]).alias("code"),
            pl.lit(row["action"]).alias("action"), pl.col(row["user"]).alias("user_id"), to.alias("destination"),
            pl.col(by).alias("encounter_id"), pl.lit(row["table"]).alias("table"), pl.col(table.key).alias("row_id"),
        )
        .join(chosen.lazy(), on="encounter_id", how="inner", maintain_order="left")
        .collect()
    )  # fmt: skip


def _numbered(frame: pl.DataFrame, world: World) -> pl.DataFrame:
    """The frame with the number that the hospital knows the patient by."""
    patients = world["patient"].select("patient_id", "mrn", home="hospital_id")
    number = pl.format("{}^^^&{}.{}&ISO", "mrn", pl.lit(row_oid("patient")), "home").alias("patient_number")
    return (
        frame.join(patients, on="patient_id", how="left", maintain_order="left")
        .with_columns(number)
        .select(AUDIT.names())
    )


def syslog_lines(world: World, frame: pl.DataFrame) -> pl.Series:
    """The messages of what happened, (n,) text without line ends."""
    names = {part: {key: row[part] for key, row in events().items()} for part in ("name", "zh", "en")}
    staff = world["staff"].select(user_id="staff_id", employee_number="employee_number", user_name="name",
                                  role=pl.col("role").cast(pl.String))  # fmt: skip
    patients = world["patient"].select(
        pl.format("{}^^^&{}.{}&ISO", "mrn", pl.lit(row_oid("patient")), "hospital_id").alias("patient_number"),
        patient_name="name",
    )
    number = (pl.col("hospital_id") // 10**9 % 1000).cast(pl.String).str.zfill(3)
    full = (
        frame.join(staff, on="user_id", how="left", maintain_order="left")
        .join(patients.unique("patient_number"), on="patient_number", how="left", maintain_order="left")
        .with_columns(
            *(
                pl.col("event").replace_strict(known, return_dtype=pl.String).alias(part)
                for part, known in names.items()
            ),
            pl.col("at").dt.strftime(TIME),
            pl.format("his.h{}.example", number).alias("source"),
        )
    )
    head = pl.format("<{}>1 {} {} xinglin - IHE+RFC-3881 - {}", pl.lit(PRIORITY), "at", "source", pl.lit(BOM))
    return full.select(pl.concat_str(head, render(template(), full, {}).str.strip_chars_end("\n"))).to_series()


def read_atna(folder: Path, rejects: Rejects) -> Tables:
    """`audit`: what the messages of audit.log tell, in their order."""
    found: list[dict[str, object]] = []
    path = folder / "audit.log"
    if path.is_file():
        with path.open("rb") as stream:
            for number, raw in enumerate(iter(lambda: stream.readline(MAX_MESSAGE + 1), b""), 1):
                if len(raw) > MAX_MESSAGE:
                    rejects.add(
                        path.name, f"line {number}", f"is longer than {MAX_MESSAGE:,} bytes; the rest is not read"
                    )
                    break
                try:
                    found.append(read_message(raw.removesuffix(b"\n").decode()))
                except UnicodeDecodeError:
                    rejects.add(path.name, f"line {number}", "is no UTF-8")
                except SyslogError as error:
                    rejects.add(path.name, f"line {number}", str(error))
                except XmlError as error:
                    rejects.add(path.name, f"line {number}, {error.where}", error.reason)
    return {"audit": pl.DataFrame(found, schema=AUDIT, orient="row")}


def read_message(line: str) -> dict[str, object]:
    """What one message tells; SyslogError or XmlError names what is wrong."""
    root = parse_xml(parse_syslog(line).text.encode(), "AuditMessage", "")
    people, objects = root.all("ActiveParticipant"), root.all("ParticipantObjectIdentification")
    about = {"1": None, "2": None} | {one.attributes.get("ParticipantObjectTypeCode", ""): one for one in objects}
    if not people or about["1"] is None or about["2"] is None:
        raise XmlError(root.where, "lacks an ActiveParticipant, or objects of the types 1 (person) and 2 (system)")
    other = people[1] if len(people) > 1 else None
    return {
        "at": _time(_needed(root, "EventIdentification", "EventDateTime"), root),
        "event": _needed(root, "EventIdentification/EventTypeCode", "csd-code"),
        "code": _needed(root, "EventIdentification/EventID", "csd-code"),
        "action": _action(_needed(root, "EventIdentification", "EventActionCode"), root),
        "user_id": _number(_needed(people[0], "", "UserID"), people[0]),
        "destination": None if other is None else _needed(other, "", "UserID"),
        "hospital_id": _number(_needed(root, "AuditSourceIdentification", "AuditEnterpriseSiteID"), root),
        "patient_number": _needed(about["1"], "", "ParticipantObjectID"),
        "table": _needed(about["2"], "ParticipantObjectIDTypeCode", "csd-code"),
        "row_id": _number(_needed(about["2"], "", "ParticipantObjectID"), about["2"]),
    }


def _needed(node: Node, path: str, attribute: str) -> str:
    found = node.find(path) if path else node
    text = found.attributes.get(attribute) if found else None
    if text is None:
        raise XmlError(node.where, f"lacks {path}/@{attribute}".replace("lacks /", "lacks "))
    return text


def _time(text: str, root: Node) -> dt.datetime:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)
    except ValueError:
        raise XmlError(root.where, f"{text[:60]!r} should be a time like 2025-03-01T01:30:00.000000Z") from None


def _action(text: str, root: Node) -> str:
    if text not in set("CRUDE"):
        raise XmlError(root.where, f"EventActionCode should be one of C, R, U, D, E, found {text[:20]!r}")
    return text


def _number(text: str, node: Node) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004  # digits of a 64-bit number
        raise XmlError(node.where, f"{text[:60]!r} should be a number of at most 18 digits")
    return int(text)


ATNA = Format("审计日志(ATNA)", "Audit messages (ATNA)", "messages", write_atna, read_atna)
