"""The knowledge as a graph: nodes with names in both languages, relations as subject, predicate, object."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from simulator.knowledge.base import Named
from simulator.knowledge.evidence import Evidence
from simulator.knowledge.knowledge import Knowledge
from simulator.knowledge.models import Care, Disease


@dataclass(frozen=True, slots=True)
class Node:
    """A thing that is known; `code` is its number in the terminology of its kind, where it has one."""

    id: str
    kind: str
    zh: str
    en: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """One statement; `weight` is the predicate's figure, None where there is none; `evidence` as in the files."""

    subject: str
    predicate: str
    object: str
    weight: float | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Predicate:
    """What a relation states; `weight` says what its figure is."""

    zh: str
    en: str
    subject: str
    object: str
    weight: str = ""


PREDICATES: Mapping[str, Predicate] = {
    "belongs_to": Predicate("属于", "belongs to", "disease", "chapter"),
    "of_family": Predicate("归入", "is of the family", "disease", "family"),
    "coded_as": Predicate("编码为", "is coded as", "disease", "icd10"),
    "shows_symptom": Predicate("表现为", "shows", "disease", "symptom", "share of patients"),
    "shifts_test": Predicate("改变检验值", "shifts the test", "disease", "test", "share of patients"),
    "shifts_sign": Predicate("改变体征", "shifts the vital sign", "disease", "vital_sign", "share of patients"),
    "seen_as": Predicate("影像所见", "is seen as", "disease", "finding", "share of patients"),
    "disturbs": Predicate("损害", "disturbs", "disease", "axis", "0 healthy, 1 failing"),
    "turns_to": Predicate("可突发", "may take a turn to", "disease", "event", "share of inpatients"),
    "raised_by": Predicate("危险因素为", "is made likelier by", "disease", "risk_factor", "rate ratio"),
    "occurs_with": Predicate("合并", "occurs with", "disease", "disease", "share of patients"),
    "goes_on_to": Predicate("并发", "goes on to", "disease", "disease", "share of episodes"),
    "seen_in": Predicate("就诊于", "is seen in the clinic of", "disease", "department", "share of patients"),
    "admitted_to": Predicate("收治于", "is admitted to", "disease", "department", "share of patients"),
    "tested_by": Predicate("检验", "is tested by", "disease", "panel", "share of patients, highest setting"),
    "examined_by": Predicate("检查", "is examined by", "disease", "imaging", "share of patients, highest setting"),
    "treated_with": Predicate("用药", "is treated with", "disease", "drug", "share of patients, highest setting"),
    "treated_by": Predicate("处置", "is treated by", "disease", "procedure", "share of patients, highest setting"),
    "contains": Predicate("包含", "contains", "panel", "test"),
    "can_show": Predicate("可见", "can show", "imaging", "finding"),
    "falls_to": Predicate("缺科时转由", "is stood in for by", "department", "department"),
}
"""Every predicate that a relation may have: names, the kinds of its ends, and what its weight is."""

AXES: Mapping[str, tuple[str, str]] = {
    "infection": ("感染", "Infection"),
    "lung": ("肺功能", "Lungs"),
    "heart": ("心功能", "Heart"),
    "kidney": ("肾功能", "Kidneys"),
    "liver": ("肝功能", "Liver"),
    "brain": ("脑功能", "Brain"),
    "volume": ("容量", "Volume"),
    "blood": ("血液", "Blood"),
    "metabolic": ("代谢", "Metabolism"),
    "pain": ("疼痛", "Pain"),
}
EVENTS: Mapping[str, tuple[str, str]] = {
    "sepsis": ("脓毒症", "Sepsis"),
    "bleeding": ("大出血", "Bleeding"),
    "respiratory_failure": ("呼吸衰竭", "Respiratory failure"),
    "cardiac_arrest": ("心搏骤停", "Cardiac arrest"),
    "kidney_injury": ("急性肾损伤", "Acute kidney injury"),
}


def nodes(k: Knowledge) -> Iterator[Node]:
    """Every node, by kind, in the order of the files."""
    yield from (Node(f"chapter:{c.id}", "chapter", c.zh, c.en, f"{c.first}-{c.last}") for c in k.chapters.values())
    yield from _named("family", k.families.values())
    for d in k.diseases.values():
        yield Node(f"disease:{d.id}", "disease", d.zh, d.en, d.icd10)
        yield Node(f"icd10:{d.icd10}", "icd10", d.zh, d.en, d.icd10)
    yield from _named("symptom", k.symptoms.values())
    yield from _named("vital_sign", k.vital_signs.values(), "loinc")
    yield from _named("panel", k.panels.values())
    yield from _named("test", k.laboratory.values(), "loinc")
    yield from _named("drug", k.drugs.values(), "atc")
    yield from _named("procedure", k.procedures.values(), "icd9")
    for one in k.imaging.values():
        yield Node(f"imaging:{one.id}", "imaging", one.zh, one.en, one.modality)
        for name, finding in one.findings.items():
            yield Node(f"finding:{one.id}.{name}", "finding", finding.zh, finding.en)
    yield from _named("department", k.departments.values())
    yield from _named("risk_factor", k.risk_factors.values())
    for kind, names in (("axis", AXES), ("event", EVENTS)):
        yield from (Node(f"{kind}:{name}", kind, zh, en) for name, (zh, en) in names.items())


def _named(kind: str, entries: Iterable[Named], code: str = "") -> Iterator[Node]:
    for one in entries:
        yield Node(f"{kind}:{one.id}", kind, one.zh, one.en, str(getattr(one, code) or "") if code else "")


def relations(k: Knowledge) -> Iterator[Relation]:
    """Every relation, disease by disease, then those among the catalogues, in the order of the files."""
    for disease in k.diseases.values():
        yield from chain(_place(disease), _signs(disease), _course(disease), _looked_after(disease), _done(disease))
    for panel in k.panels.values():
        yield from (
            Relation(f"panel:{panel.id}", "contains", f"test:{test}", None, panel.source) for test in panel.tests
        )
    for one in k.imaging.values():
        for finding in one.findings:
            yield Relation(f"imaging:{one.id}", "can_show", f"finding:{one.id}.{finding}", None, one.source)
    for department in k.departments.values():
        if department.otherwise:
            yield Relation(
                f"department:{department.id}", "falls_to", f"department:{department.otherwise}", None, "estimate/medium"
            )


def _place(d: Disease) -> Iterator[Relation]:
    """Chapter, family and code: matters of order, not of measurement."""
    for predicate, target in (("belongs_to", f"chapter:{d.chapter}"), ("of_family", f"family:{d.family}")):
        yield Relation(f"disease:{d.id}", predicate, target, None, "")
    yield Relation(f"disease:{d.id}", "coded_as", f"icd10:{d.icd10}", None, "")


def _signs(d: Disease) -> Iterator[Relation]:
    yield from _each(d, "shows_symptom", "symptom", "symptoms", d.symptoms)
    tests = {
        name: shift.p if shift.positive is None else shift.positive for name, shift in d.findings.laboratory.items()
    }
    yield from _each(d, "shifts_test", "test", "findings.laboratory", tests)
    signs = {name: shift.p for name, shift in d.findings.vital_signs.items()}
    yield from _each(d, "shifts_sign", "vital_sign", "findings.vital_signs", signs)
    for examination, found in d.findings.imaging.items():
        path = f"findings.imaging.{examination}"
        yield from _each(d, "seen_as", f"finding:{examination}", path, found, joint=".")


def _course(d: Disease) -> Iterator[Relation]:
    if d.physiology is not None:
        yield from _each(d, "disturbs", "axis", "physiology.axes", d.physiology.axes)
        yield from _each(d, "turns_to", "event", "physiology.events", d.physiology.events)
    yield from _each(d, "raised_by", "risk_factor", "risks", d.risks)
    yield from _each(d, "occurs_with", "disease", "comorbid", d.comorbid)
    yield from _each(d, "goes_on_to", "disease", "complications", d.complications)


def _looked_after(d: Disease) -> Iterator[Relation]:
    if d.settings.outpatient > 0:
        yield from _each(d, "seen_in", "department", "departments.outpatient", d.departments.outpatient)
    if d.settings.inpatient > 0:
        yield from _each(d, "admitted_to", "department", "departments.inpatient", d.departments.inpatient)


def _done(d: Disease) -> Iterator[Relation]:
    """What is ordered, once for each thing, at its highest share among the settings and the pathway."""
    for predicate, kind, field, step in (
        ("tested_by", "panel", "panels", "panel"),
        ("examined_by", "imaging", "imaging", "imaging"),
        ("treated_with", "drug", "drugs", "drug"),
        ("treated_by", "procedure", "procedures", "procedure"),
    ):
        best: dict[str, tuple[float, str]] = {}
        for setting, care in d.care.items():
            for name, share in _shares(care, field).items():
                best[name] = max(best.get(name, (-1.0, "")), (share, f"care.{setting}.{field}.{name}"))
        for one in d.pathway:
            if name := getattr(one, step):
                best[name] = max(best.get(name, (-1.0, "")), (one.p, "pathway"))
        for name, (share, path) in best.items():
            yield Relation(f"disease:{d.id}", predicate, f"{kind}:{name}", share, _text(d.evidence_for(path)))


def _shares(care: Care, field: str) -> Mapping[str, float]:
    if field == "drugs":
        return {name: given.p for name, given in care.drugs.items()}
    shares: Mapping[str, float] = getattr(care, field)
    return shares


def _each(  # noqa: PLR0913, PLR0917  # the parts of a relation
    d: Disease, predicate: str, kind: str, path: str, weights: Mapping[str, float], joint: str = ":"
) -> Iterator[Relation]:
    for name, weight in weights.items():
        evidence = _text(d.evidence_for(f"{path}.{name}"))
        yield Relation(f"disease:{d.id}", predicate, f"{kind}{joint}{name}", weight, evidence)


def _text(evidence: Evidence) -> str:
    return f"{evidence.source}/{evidence.confidence}"
