"""Checks that every name in the knowledge refers to something that exists, and that figures fit what they refer to."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from simulator.errors import KnowledgeError
from simulator.knowledge.catalogue import Drug, ReferenceRange
from simulator.knowledge.evidence import parse
from simulator.knowledge.knowledge import Knowledge
from simulator.knowledge.models import Disease, Prescription, Shift
from simulator.knowledge.rates import case_rates
from simulator.knowledge.reading import Tell, at_once

Value = TypeVar("Value")


def check_references(knowledge: Knowledge, tell: Tell = at_once) -> None:
    """Tell each dangling name, missing range, impossible rate, and dose outside its limits; by default raise it."""
    for file, entries in _sourced(knowledge):
        for name, text in entries:
            _parse(text, f"{file} {name}.source", knowledge, tell)
    for panel in knowledge.panels.values():
        _exist(f"panels.yaml {panel.id}.tests", panel.tests, knowledge.laboratory, tell)
    for one in knowledge.alternatives.values():
        _exist(f"alternatives.yaml {one.id}.drugs", one.drugs, knowledge.drugs, tell)
        _exist(f"alternatives.yaml {one.id}.procedures", one.procedures, knowledge.procedures, tell)
    for name in knowledge.departments:
        _stand_in(name, knowledge, tell)
    _have_ranges(knowledge, tell)
    for disease in knowledge.diseases.values():
        _check_disease(disease, knowledge, tell)
        _possible(disease, knowledge, tell)


def _parse(text: str, where: str, k: Knowledge, tell: Tell) -> None:
    try:
        parse(text, where, k.sources)
    except KnowledgeError as error:
        tell(error)


def _possible(d: Disease, k: Knowledge, tell: Tell) -> None:
    rates = case_rates(d, k.population)
    if d.occurrence.prevalence is not None and rates.max() > 1:
        tell(
            KnowledgeError(
                f"{d.file} {d.id}.occurrence.prevalence: gives {rates.max():.0%} of people at some age; "
                f"at most 100% can be ill, so lower it or flatten occurrence.age"
            )
        )


def _sourced(k: Knowledge) -> Iterator[tuple[str, Iterable[tuple[str, str]]]]:
    yield "laboratory.csv", [(x.id, x.source) for x in k.laboratory.values()]
    yield "laboratory_ranges.csv", [(x.test, x.source) for x in k.reference_ranges]
    yield "vital_signs.csv", [(x.id, x.source) for x in k.vital_signs.values()]
    yield "vital_sign_ranges.csv", [(x.sign, x.source) for x in k.vital_ranges]
    yield "drugs.csv", [(x.id, s) for x in k.drugs.values() for s in (x.source, x.price_source)]
    yield "panels.yaml", [(x.id, x.source) for x in k.panels.values()]
    yield "imaging.yaml", [(x.id, x.source) for x in k.imaging.values()]
    yield "procedures.csv", [(x.id, x.source) for x in k.procedures.values()]
    yield "alternatives.yaml", [(x.id, x.source) for x in k.alternatives.values()]
    yield "tariffs.csv", [(x.id, x.source) for x in k.tariffs.values()]
    yield "risk_factors.csv", [(x.id, x.source) for x in k.risk_factors.values()]
    yield "drg_mdc.csv", [(x.id, x.source) for x in k.payment.mdcs]
    yield "drg_adrg.csv", [(x.id, x.source) for x in k.payment.adrgs]
    yield "drg_cc.csv", [(x.codes.text, x.source) for x in k.payment.complications]
    yield "drg_weights.csv", [(x.id, x.source) for x in k.payment.weights.values()]
    yield "dip_core.csv", [(x.id, x.source) for x in k.payment.dip_core.values()]
    yield "dip_mixed.csv", [(x.id, x.source) for x in k.payment.dip_mixed.values()]
    yield "insurance_terms.csv", [(" ".join(key), x.source) for key, x in k.payment.insurance.items()]
    yield "charge_items.csv", [(x.name, x.source) for x in k.payment.items.values()]
    yield "payment_terms.csv", [(x.id, x.source) for x in k.payment.terms.values()]
    yield from k.home.sourced()
    yield "census.csv", [(str(x.age_from), s) for x in k.census for s in (x.source, x.sex_source)]


def _exist(where: str, names: Iterable[str], known: Mapping[str, object], tell: Tell) -> None:
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3) or sorted(known)[:8]
            tell(KnowledgeError(f"{where}: must be an id that exists, such as {', '.join(close)}; got {name!r}"))


def _stand_in(name: str, k: Knowledge, tell: Tell) -> None:
    """Following `otherwise` from a department ends at one that has none."""
    passed = [name]
    while (following := k.departments[passed[-1]].otherwise) is not None:
        _exist(f"departments.csv {passed[-1]}.otherwise", [following], k.departments, tell)
        if following in passed:
            ring = " -> ".join((*passed, following))
            where = f"departments.csv {name}.otherwise"
            tell(KnowledgeError(f"{where}: must lead to a department without one, got the ring {ring}"))
        if following in passed or following not in k.departments:
            return
        passed.append(following)


def _have_ranges(k: Knowledge, tell: Tell) -> None:
    """Every quantity has reference intervals for both sexes from birth to 130 years, without gap or overlap."""
    _exist("laboratory_ranges.csv, column test", [r.test for r in k.reference_ranges], k.laboratory, tell)
    ranges: dict[str, list[ReferenceRange]] = {}
    for row in k.reference_ranges:
        ranges.setdefault(row.test, []).append(row)
    for test in k.laboratory.values():
        if test.kind == "qualitative":
            continue
        for sex in ("male", "female"):
            rows = [(r.age_from, r.age_to) for r in ranges.get(test.id, ()) if r.sex in {sex, "any"}]
            _no_gap(f"laboratory_ranges.csv {test.id} {sex}", rows, tell)
    _exist("vital_sign_ranges.csv, column sign", [r.sign for r in k.vital_ranges], k.vital_signs, tell)
    for sign in k.vital_signs:
        _no_gap(
            f"vital_sign_ranges.csv {sign}", [(r.age_from, r.age_to) for r in k.vital_ranges if r.sign == sign], tell
        )


def _no_gap(where: str, spans: list[tuple[float, float]], tell: Tell) -> None:
    end = 0.0
    for low, high in sorted(spans):
        if low != end:
            tell(KnowledgeError(f"{where}: ages {min(low, end)} to {max(low, end)} must be covered exactly once"))
        end = high
    if end != 130:  # noqa: PLR2004  # the oldest age of the format
        tell(KnowledgeError(f"{where}: ages must be covered up to 130, got {end}"))


def _check_disease(d: Disease, k: Knowledge, tell: Tell) -> None:
    where = f"{d.file} {d.id}"

    def exists(key: str, names: Iterable[str], known: Mapping[str, object]) -> None:
        _exist(f"{where}.{key}", names, known, tell)

    exists("departments.outpatient", d.departments.outpatient, k.departments)
    exists("departments.inpatient", d.departments.inpatient, k.departments)
    exists("departments.child", [d.departments.child] if d.departments.child else [], k.departments)
    exists("risks", d.risks, k.risk_factors)
    exists("symptoms", d.symptoms, k.symptoms)
    exists("comorbid", d.comorbid, k.diseases)
    exists("complications", d.complications, k.diseases)
    exists("findings.laboratory", d.findings.laboratory, k.laboratory)
    exists("findings.vital_signs", d.findings.vital_signs, k.vital_signs)
    exists("findings.imaging", d.findings.imaging, k.imaging)
    for examination, findings in _known(d.findings.imaging, k.imaging):
        exists(f"findings.imaging.{examination}", findings, k.imaging[examination].findings)
    for test, shift in _known(d.findings.laboratory, k.laboratory):
        _shift_fits(f"{where}.findings.laboratory.{test}", shift, k.laboratory[test].kind, tell)
    for setting, care in d.care.items():
        exists(f"care.{setting}.panels", care.panels, k.panels)
        exists(f"care.{setting}.imaging", care.imaging, k.imaging)
        exists(f"care.{setting}.procedures", care.procedures, k.procedures)
        exists(f"care.{setting}.drugs", care.drugs, k.drugs)
        for name, given in _known(care.drugs, k.drugs):
            _dose_fits(f"{where}.care.{setting}.drugs.{name}.dose", given, k.drugs[name], tell)
    for number, step in enumerate(d.pathway):
        at = f"pathway[{number}]"
        exists(f"{at}.panel", [step.panel] if step.panel else [], k.panels)
        exists(f"{at}.imaging", [step.imaging] if step.imaging else [], k.imaging)
        exists(f"{at}.procedure", [step.procedure] if step.procedure else [], k.procedures)
        exists(f"{at}.drug", [step.drug] if step.drug else [], k.drugs)


def _known(written: Mapping[str, Value], known: Mapping[str, object]) -> Iterator[tuple[str, Value]]:
    """Those of the entries whose name exists; the others have been told of."""
    return ((name, value) for name, value in written.items() if name in known)


def _dose_fits(where: str, given: Prescription, drug: Drug, tell: Tell) -> None:
    if given.dose is not None and not drug.dose_min <= given.dose <= drug.dose_max:
        limits = f"{drug.dose_min}..{drug.dose_max} {drug.unit}"
        tell(KnowledgeError(f"{where}: must be within {limits}, got {given.dose}"))


def _shift_fits(where: str, shift: Shift, kind: str, tell: Tell) -> None:
    if (kind == "qualitative") != (shift.positive is not None):
        right = "positive" if kind == "qualitative" else "times or plus"
        tell(KnowledgeError(f"{where}: a {kind} test is shifted by {right}"))
