"""The index of a consortium's patients: which records of which hospitals are of one person, as the hospitals know it.

Records are linked by their identity number. Where two records of one number give another sex or date of birth the
number is disputed: it links nobody, and a question about it is answered as ambiguous.
"""

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl

from simulator.arrays import Bools, Ints
from simulator.formats.documents.words import oid, row_oid
from simulator.formats.ihe.er7 import escape

Key = TypeVar("Key", bound=Hashable)
SEXES = {"male": "M", "female": "F"}
"""HL7 table 0001."""
NATIONAL = "NATIONAL"
"""The domain of the identity numbers."""


@dataclass(frozen=True)
class Domain:
    """An assigning authority: its name, its object identifier, and the hospital it belongs to."""

    name: str
    oid: str
    hospital_id: int | None

    def __str__(self) -> str:
        return f"{self.name}&{self.oid}&ISO"


class PatientIndex:
    """Records of patients by domain and number, and the groups of them that are of one person."""

    def __init__(self, patients: pl.DataFrame) -> None:
        """patients: rows of the table `patient` of all hospitals."""
        self.frame = patients.sort("patient_id").with_columns(pl.col("sex").cast(pl.String))
        self.domains = _domains(self.frame["hospital_id"].unique().sort().to_list())
        self.numbered = self.frame.with_columns(
            pl.col("name_en").str.extract(r"([^ ]*)$").alias("family"),
            pl.col("name_en").str.extract(r"^(.*) [^ ]*$").alias("given"),
        ).with_row_index("row")
        self._group, self._members, self._disputed = _groups(self.frame)
        self._rows = _places(self.frame.select("hospital_id", "mrn").iter_rows())
        self._numbers = _places(self.frame["id_number"])
        self._names = _places(self.numbered["name"].str.to_lowercase())
        self._families = _places(self.numbered["family"].str.to_lowercase())

    def __len__(self) -> int:
        return len(self.frame)

    def domain(self, name: str, identifier: str) -> Domain | None:
        """The domain of that name or object identifier; None if there is none or the two contradict each other."""
        found = [one for one in self.domains.values() if one.name == name or one.oid == identifier]
        right = len(found) == 1 and name in {"", found[0].name} and identifier in {"", found[0].oid}
        return found[0] if right else None

    def rows(self, domain: Domain, number: str) -> list[int]:
        """The records that have that number in that domain."""
        if domain.hospital_id is not None:
            return self._rows.get((domain.hospital_id, number), [])
        return self._numbers.get(number, [])

    def called(self, name: str) -> pl.DataFrame:
        """The records that may have this name or English family name; all where it is only a beginning."""
        if name.endswith("*"):
            return self.numbered
        text = name.lower()
        return self.numbered[sorted({*self._names.get(text, ()), *self._families.get(text, ())})]

    def same(self, row: int) -> list[int]:
        """The records of the person of this record, itself the first of them."""
        group = self._group[row]
        others = [] if self._disputed[group] else [one for one in self._members[group].tolist() if one != row]
        return [row, *others]

    def disputed(self, row: int) -> bool:
        """Whether records of this one's identity number contradict each other."""
        return bool(self._disputed[self._group[row]])

    def identifiers(self, row: int, domains: Collection[str] | None = None) -> list[str]:
        """The numbers of the person of this record in the notation of HL7 (CX), of these domains or of all."""
        found = []
        for one in self.same(row):
            known = self.frame.row(one, named=True)
            domain = self.domains[known["hospital_id"]]
            if domains is None or domain.name in domains:
                found.append(f"{escape(known['mrn'])}^^^{domain}^MR")
        if domains is None or NATIONAL in domains:
            found.append(f"{escape(self.frame['id_number'][row])}^^^{self.domains[None]}^NI")
        return found

    def pairs(self) -> pl.DataFrame:
        """All pairs of records that are linked, (patient_id, other_id) with patient_id < other_id."""
        keyed = self.frame.select("patient_id", group=pl.Series(self._group))
        kept = keyed.filter(~pl.Series(self._disputed[self._group]))
        both = kept.join(kept.rename({"patient_id": "other_id"}), on="group")
        return both.filter(pl.col("patient_id") < pl.col("other_id")).select("patient_id", "other_id").sort(pl.all())


def _places(keys: Iterable[Key]) -> dict[Key, list[int]]:
    """Key -> the rows that have it."""
    found: dict[Key, list[int]] = {}
    for row, key in enumerate(keys):
        found.setdefault(key, []).append(row)
    return found


def _domains(hospitals: list[int]) -> Mapping[int | None, Domain]:
    own = row_oid("patient")
    domains: dict[int | None, Domain] = {one: Domain(domain_name(one), f"{own}.{one}", one) for one in hospitals}
    return domains | {None: Domain(NATIONAL, oid("id_number"), None)}


def domain_name(hospital: int) -> str:
    """H and the number of the hospital, which stands in the middle of its id."""
    return f"H{hospital // 10**9 % 1000:03}"


def _groups(frame: pl.DataFrame) -> tuple[Ints, list[Ints], Bools]:
    """Group of each record, (n,); records of each group; whether a group's records contradict each other."""
    about = frame.select(
        pl.col("id_number").rank("dense").cast(pl.Int64) - 1, pl.col("birth_date"), pl.col("sex")
    ).with_row_index("row")
    groups = (
        about.group_by("id_number").agg("row", disputed=pl.struct("birth_date", "sex").n_unique() > 1).sort("id_number")
    )
    members: list[Ints] = [np.asarray(one, np.int64) for one in groups["row"].to_list()]
    group, disputed = np.asarray(about["id_number"], np.int64), np.asarray(groups["disputed"], np.bool_)
    return group, members, disputed


def pid(index: PatientIndex, row: int, identifiers: Collection[str]) -> tuple[str, ...]:
    """The fields of a PID segment about a record; the name in Chinese characters and as the English edition has it."""
    known = index.frame.row(row, named=True)
    given, _, family = known["name_en"].rpartition(" ")
    names = f"{escape(known['name'])}^^^^^^L^I~{escape(family)}^{escape(given)}^^^^^L^A"
    born: dt.date = known["birth_date"]
    address = f"{escape(known['address'])}^^{escape(known['district'])}^^^CHN^H"
    english = f"{escape(known['address_en'])}^^{escape(known['district_en'])}^^^CHN^H"
    return (
        "1", "", "~".join(identifiers), "", names, "", f"{born:%Y%m%d}", SEXES[known["sex"]], "", "",
        f"{address}~{english}", "", f"{escape(known['phone'])}^PRN^CP",
    )  # fmt: skip
