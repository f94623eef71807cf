"""The fixed words of the documents: identifiers, names of sections and data elements, and the compiled templates.

The identifiers come from memory of the published standards (WS 445, WS/T 500) and not from their text; the column
`sure` of each file says how sure they are, `own` that they are this project's. Documents are in the style of those
standards and claim no conformance to them.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from simulator.formats.text_templates import Template, compile_template
from simulator.schema import TABLES

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
PART = re.compile(r"\{(vitals|results|diagnoses|procedures|drugs)\}")
TEXTS = re.compile(r"\{texts: ([a-z_ ]+)\}")
CODED = re.compile(r"\{coded: ([a-z_]+) ([a-z_]+)\}")
CODED_VALUE = """<value xsi:type="CD" code="{NAME_code}" codeSystem="{oid.SYSTEM}" displayName="{NAME_zh}">
<translation code="{NAME_code}" codeSystem="{oid.SYSTEM}" displayName="{NAME_en}"/>
</value>"""


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of the data files beside this one."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def by_key(name: str, key: str = "key") -> Mapping[str, dict[str, str]]:
    """The same by one of their columns."""
    return {row[key]: row for row in rows(name)}


def oid(key: str) -> str:
    """An identifier of a system of identifiers or codes."""
    return by_key("oids")[key]["oid"]


def row_oid(table: str) -> str:
    """The system of identifiers of a table's rows: the project's own and the table's number."""
    return f"{oid('own')}.{TABLES[table].number}"


def element_code(key: str) -> str:
    """The code of a data element; its key where no identifier of the standard is known."""
    return by_key("data_elements")[key]["code"] or key


def _element(row: Mapping[str, str]) -> str:
    code, system = row["code"] or row["key"], oid("elements" if row["code"] else "own")
    name = f' codeSystemName="{by_key("oids")["elements"]["zh"]}"' if row["code"] else ""
    return (
        f'<code code="{code}" codeSystem="{system}"{name} displayName="{escape(row["zh"])}">'
        f'<translation code="{code}" codeSystem="{system}" displayName="{escape(row["en"])}"/></code>'
    )


def _section(row: Mapping[str, str]) -> str:
    code, system = row["code"] or row["key"], oid("loinc" if row["code"] else "own")
    name = ' codeSystemName="LOINC"' if row["code"] else ""
    return (
        f'<code code="{code}" codeSystem="{system}"{name} displayName="{escape(row["name"])}"/>'
        f"<title>{escape(row['zh'])} {escape(row['en'])}</title>"
    )


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """What a template may name as {group.key}."""
    return {
        "oid": {row["key"]: row["oid"] for row in rows("oids")},
        "oidname": {row["key"]: escape(row["zh"]) for row in rows("oids")},
        "row": {name: row_oid(name) for name in TABLES},
        "element": {row["key"]: _element(row) for row in rows("data_elements")},
        "section": {row["key"]: _section(row) for row in rows("sections")},
    }


@cache
def template(kind: str) -> Template:
    """The compiled template of a kind of document: the shell with the body of that kind and its common parts."""
    text = _text("document").replace("{body}", _text(kind))
    text = PART.sub(lambda found: _text(f"part_{found[1]}"), text)
    text = TEXTS.sub(lambda found: "".join(_text("part_texts").replace("NAME", one) for one in found[1].split()), text)
    text = CODED.sub(lambda found: CODED_VALUE.replace("NAME", found[1]).replace("SYSTEM", found[2]), text)
    return compile_template(text, words())


def _text(name: str) -> str:
    return (TEMPLATES / f"{name}.xml").read_text(encoding="utf-8")
