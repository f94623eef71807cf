"""The format `xds`: the documents of each consortium in a repository, and their submissions to its registry (ebRIM).

domain-001/repository/<hospital>/<month>/<document>.xml      the document
domain-001/registry/<hospital>/<month>/<document>.xml        its DocumentEntry and SubmissionSet (IHE XDS.b, ITI-42)
"""

import csv
import datetime as dt
import re
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

from simulator.formats.documents.words import oid, row_oid
from simulator.formats.documents.writing import documents
from simulator.formats.format import Format, Period, Progress, Tables
from simulator.formats.ihe.patients import PatientIndex
from simulator.formats.ihe.registry import ENTRY, sha1
from simulator.formats.rejects import Rejects
from simulator.formats.safe_xml import MAX_BYTES, Node, XmlError, read_xml
from simulator.formats.text_templates import FIXED, Template, compile_template, render
from simulator.schema import TABLES
from simulator.world.world import World

HERE = Path(__file__).parent
RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
DTM = "%Y%m%d%H%M%S"
FILES = 1_000_000
CODED = re.compile(r"\{coded: ([a-z]+) ([a-z_]+) ([a-z_]+) ([a-z_]+)\}")
CODE = """<Classification id="{entry_uuid}-WHAT" classificationScheme="{scheme.WHAT}" classifiedObject="{entry_uuid}" \
nodeRepresentation="{CODE}">
<Slot name="codingScheme"><ValueList><Value>{system.WHAT}</Value></ValueList></Slot>
<Name><LocalizedString xml:lang="zh-CN" value="{ZH}"/><LocalizedString xml:lang="en" value="{EN}"/></Name>
</Classification>"""


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of the data files beside this one."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """What the template and the paths may name: classification schemes of XDS and systems of codes."""
    own = oid("own")
    return {
        "scheme": {row["key"]: row["uuid"] for row in rows("xds_schemes")},
        "system": {
            "class": f"{own}.1", "type": oid("kinds"), "format": f"{own}.2", "facility": row_oid("hospital"),
            "practice": row_oid("department"), "confidentiality": oid("confidentiality"),
        },
    }  # fmt: skip


@cache
def template() -> Template:
    """The compiled submission."""

    def coded(found: re.Match[str]) -> str:
        parts = dict(zip(("WHAT", "CODE", "ZH", "EN"), found.groups(), strict=True))
        return re.sub("WHAT|CODE|ZH|EN", lambda one: parts[one[0]], CODE)

    text = CODED.sub(coded, (HERE / "xds_submission.xml").read_text(encoding="utf-8"))
    return compile_template(text, words())


def write_xds(world: World, folder: Path, period: Period, progress: Progress) -> int:
    """Documents and submissions; returns the number of documents."""
    registry = Affinity(world)
    count, made = 0, set[Path]()
    for frame in documents(world, period, progress):
        described = registry.described(frame)
        texts = described.with_columns(submission=render(template(), stamped(described), {}))
        for domain, path, document, submission in texts.select("domain", "uri", "text", "submission").iter_rows():
            for place, text in (("repository", document), ("registry", submission)):
                target = folder / domain / place / path
                if target.parent not in made:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    made.add(target.parent)
                target.write_bytes(text.encode())
        count += len(frame)
    return count


class Affinity:
    """The affinity domains of a world: one for each network of hospitals, with patients of its own."""

    def __init__(self, world: World) -> None:
        networks = world.scenario.networks
        self.domains = {number: f"domain-{nth:03}" for nth, network in enumerate(networks, 1) for number in network}
        self.patients = pl.concat([self._patients(world["patient"], set(network)) for network in networks])
        self.hospitals = world["hospital"].select("hospital_id", "level", hospital_zh="name_zh")
        self.departments = world["department"].select("department_id", practice_code=pl.col("code").cast(pl.String),
                                                      practice_zh="name_zh", practice_en="name_en")  # fmt: skip
        self.staff = world["staff"].select(author_id="staff_id", author_name="name")

    @staticmethod
    def _patients(patients: pl.DataFrame, network: set[int]) -> pl.DataFrame:
        """Each record of the network's hospitals with the number that its person has in the domain."""
        index = PatientIndex(patients.filter(_number(pl.col("hospital_id")).is_in(list(network))))
        first = [min(index.same(row)) for row in range(len(index))]
        names = {hospital: f"&{one.oid}&ISO" for hospital, one in index.domains.items()}
        domain = pl.col("hospital_id").replace_strict(names, return_dtype=pl.String, default=None)
        return index.frame.select(
            "patient_id",
            pl.format("{}^^^&{}&ISO", index.frame["patient_id"].gather(first), pl.lit(f"{row_oid('patient')}.0")).alias(
                "person"
            ),
            pl.format("{}^^^{}", "mrn", domain).alias("source_patient_id"),
        )

    def described(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The documents with the columns of ENTRY, the names of their codes and the domain they belong to."""
        data = [text.encode() for text in frame["text"]]
        unique = [f"{oid('document')}^{one}" for one in frame["document"]]
        levels = TABLES["hospital"]["level"].values or {}
        level = pl.col("level").cast(pl.String)
        joined = frame.rename({"patient_id": "record_id"}).join(
            self.patients, left_on="record_id", right_on="patient_id", how="left", maintain_order="left"
        )
        for other, key in (
            (self.hospitals, "hospital_id"),
            (self.departments, "department_id"),
            (self.staff, "author_id"),
        ):
            joined = joined.join(other, on=key, how="left", maintain_order="left")
        institution = pl.format("{}^^^^^&{}&ISO^^^^{}", "hospital_zh", pl.lit(oid("hospital")), "hospital_id")
        return joined.with_columns(
            pl.Series("unique_id", unique, pl.String), pl.Series("hash", [sha1(one) for one in data], pl.String),
            pl.Series("size", [len(one) for one in data], pl.Int64),
            pl.Series("entry_uuid", [_uuid("entry", one) for one in unique], pl.String),
            pl.Series("set_uuid", [_uuid("set", one) for one in unique], pl.String),
            pl.Series("set_id", [_number_of_set(one) for one in unique], pl.String),
            pl.col("person").alias("patient_id"),
            *(_class(part) for part in ("code", "zh", "en")),
            pl.col("kind_code").alias("type_code"), pl.format("urn:xinglin:cda:{}", "kind_code").alias("format_code"),
            pl.col("kind_zh").alias("title"), pl.col("kind_en").alias("title_en"),
            level.alias("facility_code"),
            level.replace_strict({k: zh for k, (zh, _) in levels.items()}).alias("facility_zh"),
            level.replace_strict({k: en for k, (_, en) in levels.items()}).alias("facility_en"),
            pl.lit("N").alias("confidentiality_code"), pl.lit("正常").alias("confidentiality_zh"),
            pl.lit("normal").alias("confidentiality_en"),
            pl.format("{}^{}^^^^^^^&{}&ISO", "author_id", "author_name", pl.lit(oid("staff"))).alias("author_person"),
            institution.alias("author_institution"),
            pl.format("{}.{}", pl.lit(row_oid("hospital")), "hospital_id").alias("repository_id"),
            *(pl.col(name).dt.truncate("1s").alias(new) for name, new in (
                ("moment", "created_at"), ("admitted_at", "service_start"), ("discharged_at", "service_stop"))),
            pl.col("path").alias("uri"),
            _number(pl.col("hospital_id")).replace_strict(self.domains, return_dtype=pl.String).alias("domain"),
        )  # fmt: skip


def _number_of_set(unique: str) -> str:
    """The object identifier of the submission that brought a document."""
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, f'set {unique}').int}"


def _class(part: str) -> pl.Expr:
    """The class of a document's kind: its code or one of its names."""
    known = {row["kind"]: row[part] for row in rows("xds_classes")}
    return pl.col("kind").replace_strict(known, return_dtype=pl.String).alias(f"class_{part}")


def _number(hospital: pl.Expr) -> pl.Expr:
    """The number of a hospital, which stands in the middle of its id."""
    return hospital // 10**9 % 1000


def _uuid(what: str, unique: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'{what} {unique}')}"


def stamped(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its times as XDS writes them: UTC to the second."""
    times = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    return frame.with_columns(pl.col(name).dt.strftime(DTM) for name in times)


@cache
def places() -> tuple[tuple[str, str, str], ...]:
    """Column, path and attribute (or text) of what a submission tells."""
    fixed = ((row, FIXED.sub(lambda one: words()[one[1]][one[2]], row["path"])) for row in rows("xds_fields"))
    return tuple((row["column"], path, row["attribute"]) for row, path in fixed)


def read_xds(folder: Path, rejects: Rejects) -> Tables:
    """`document_entry`: what the submissions tell, with the domain; a document changed since then is a reject."""
    found: list[dict[str, object]] = []
    for nth, path in enumerate(sorted(folder.glob("*/registry/**/*.xml"))):
        name = str(path.relative_to(folder))
        if nth >= FILES:
            rejects.add(name, "file", f"is one more than the {FILES:,} that are read; read a part of the folder")
            break
        try:
            entry = read_submission(read_xml(path, "RegistryObjectList", RIM))
            _check(entry, path.relative_to(folder).parts[0], folder)
        except XmlError as error:
            rejects.add(name, error.where, error.reason)
            continue
        found.append(entry | {"domain": path.relative_to(folder).parts[0]})
    return {
        "document_entry": pl.DataFrame(found, schema=ENTRY | {"domain": pl.String()}, orient="row").sort("unique_id")
    }


def read_submission(root: Node) -> dict[str, object]:
    """One document entry in the columns of ENTRY; XmlError names what is missing or wrong."""
    entry: dict[str, object] = {}
    for column, path, attribute in places():
        node = root.find(path)
        text = None if node is None else node.attributes.get(attribute) if attribute else node.text
        if node is None or text is None:
            if column != "service_stop":
                raise XmlError(root.where, f"lacks {path}{'/@' * bool(attribute)}{attribute}")
            entry[column] = None
        else:
            entry[column] = _typed(column, text, node)
    return entry


def _typed(column: str, text: str, node: Node) -> object:
    if column == "hash" and not re.fullmatch("[0-9a-f]{40}", text):
        raise XmlError(node.where, f"{text[:60]!r} should be a SHA-1 hash of 40 hexadecimal digits")
    if column == "size":
        if not re.fullmatch("[0-9]{1,12}", text):
            raise XmlError(node.where, f"{text[:60]!r} should be a number of bytes")
        return int(text)
    if ENTRY[column].is_temporal():
        try:
            return dt.datetime.strptime(text, DTM).replace(tzinfo=dt.UTC)
        except ValueError:
            raise XmlError(node.where, f"{text[:60]!r} should be a time like 20250301093000") from None
    return text


def _check(entry: Mapping[str, object], domain: str, folder: Path) -> None:
    """Whether the document lies where its entry says and is still the same."""
    uri = str(entry["uri"])
    base = (folder / domain / "repository").resolve()
    try:
        path = (base / uri).resolve()
        there = path.is_relative_to(base) and path.is_file() and path.stat().st_size <= MAX_BYTES
        data = path.read_bytes() if there else b""
    except (OSError, ValueError):  # a name too long or with a character that no name may have
        there, data = False, b""
    if not there:
        raise XmlError("URI", f"{uri[:80]!r} is no document of the repository with at most {MAX_BYTES:,} bytes")
    if (sha1(data), len(data)) != (entry["hash"], entry["size"]):
        raise XmlError("hash", f"the document {uri[:80]} was changed since it was registered (XDSNonIdenticalHash)")


XDS = Format("文档注册与存储(XDS)", "Documents with registry and repository (XDS)", "documents", write_xds, read_xds)
