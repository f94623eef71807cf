"""Checks that every name in the knowledge refers to something that exists, and that figures fit what they refer to."""

import difflib
from collections.abc import Iterable, Iterator, Mapping

from simulator.errors import KnowledgeError
from simulator.knowledge.evidence import parse
from simulator.knowledge.knowledge import Knowledge
from simulator.knowledge.models import Disease, Shift


def check_references(knowledge: Knowledge) -> None:
    """Raise KnowledgeError at the first dangling name, missing range, impossible rate, or dose outside its limits."""
    for file, entries in _sourced(knowledge):
        for name, text in entries:
            parse(text, f"{file} {name}.source", knowledge.sources)
    for panel in knowledge.panels.values():
        _exist(f"panels.yaml {panel.id}.tests", panel.tests, knowledge.laboratory)
    for name in knowledge.departments:
        _stand_in(name, knowledge)
    _have_ranges(knowledge)
    for disease, rates in zip(knowledge.diseases.values(), knowledge.case_rates, strict=True):
        _check_disease(disease, knowledge)
        if disease.occurrence.prevalence is not None and rates.max() > 1:
            raise KnowledgeError(
                f"{disease.file} {disease.id}.occurrence.prevalence: gives {rates.max():.0%} of people at some age; "
                f"at most 100% can be ill, so lower it or flatten occurrence.age"
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
    yield "tariffs.csv", [(x.id, x.source) for x in k.tariffs.values()]
    yield "risk_factors.csv", [(x.id, x.source) for x in k.risk_factors.values()]
    yield "census.csv", [(str(x.age_from), s) for x in k.census for s in (x.source, x.sex_source)]


def _exist(where: str, names: Iterable[str], known: Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3) or sorted(known)[:8]
            raise KnowledgeError(f"{where}: must be an id that exists, such as {', '.join(close)}; got {name!r}")


def _stand_in(name: str, k: Knowledge) -> None:
    """Following `otherwise` from a department ends at one that has none."""
    passed = [name]
    while (following := k.departments[passed[-1]].otherwise) is not None:
        _exist(f"departments.csv {passed[-1]}.otherwise", [following], k.departments)
        if following in passed:
            raise KnowledgeError(
                f"departments.csv {name}.otherwise: must lead to a department without one, "
                f"got the ring {' -> '.join((*passed, following))}"
            )
        passed.append(following)


def _have_ranges(k: Knowledge) -> None:
    """Every quantity has reference intervals for both sexes from birth to 130 years, without gap or overlap."""
    _exist("laboratory_ranges.csv, column test", [r.test for r in k.reference_ranges], k.laboratory)
    for test in k.laboratory.values():
        if test.kind == "qualitative":
            continue
        for sex in ("male", "female"):
            rows = [(r.age_from, r.age_to) for r in k.reference_ranges if r.test == test.id and r.sex in {sex, "any"}]
            _no_gap(f"laboratory_ranges.csv {test.id} {sex}", rows)
    _exist("vital_sign_ranges.csv, column sign", [r.sign for r in k.vital_ranges], k.vital_signs)
    for sign in k.vital_signs:
        _no_gap(f"vital_sign_ranges.csv {sign}", [(r.age_from, r.age_to) for r in k.vital_ranges if r.sign == sign])


def _no_gap(where: str, spans: list[tuple[float, float]]) -> None:
    end = 0.0
    for low, high in sorted(spans):
        if low != end:
            raise KnowledgeError(f"{where}: ages {min(low, end)} to {max(low, end)} must be covered exactly once")
        end = high
    if end != 130:  # noqa: PLR2004  # the oldest age of the format
        raise KnowledgeError(f"{where}: ages must be covered up to 130, got {end}")


def _check_disease(d: Disease, k: Knowledge) -> None:
    where = f"{d.file} {d.id}"

    def exists(key: str, names: Iterable[str], known: Mapping[str, object]) -> None:
        _exist(f"{where}.{key}", names, known)

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
    for examination, findings in d.findings.imaging.items():
        exists(f"findings.imaging.{examination}", findings, k.imaging[examination].findings)
    for test, shift in d.findings.laboratory.items():
        _shift_fits(f"{where}.findings.laboratory.{test}", shift, k.laboratory[test].kind)
    for setting, care in d.care.items():
        exists(f"care.{setting}.panels", care.panels, k.panels)
        exists(f"care.{setting}.imaging", care.imaging, k.imaging)
        exists(f"care.{setting}.procedures", care.procedures, k.procedures)
        exists(f"care.{setting}.drugs", care.drugs, k.drugs)
        for name, given in care.drugs.items():
            drug = k.drugs[name]
            if given.dose is not None and not drug.dose_min <= given.dose <= drug.dose_max:
                raise KnowledgeError(
                    f"{where}.care.{setting}.drugs.{name}.dose: must be within "
                    f"{drug.dose_min}..{drug.dose_max} {drug.unit}, got {given.dose}"
                )

    for number, step in enumerate(d.pathway):
        at = f"pathway[{number}]"
        exists(f"{at}.panel", [step.panel] if step.panel else [], k.panels)
        exists(f"{at}.imaging", [step.imaging] if step.imaging else [], k.imaging)
        exists(f"{at}.procedure", [step.procedure] if step.procedure else [], k.procedures)
        exists(f"{at}.drug", [step.drug] if step.drug else [], k.drugs)


def _shift_fits(where: str, shift: Shift, kind: str) -> None:
    if (kind == "qualitative") != (shift.positive is not None):
        right = "positive" if kind == "qualitative" else "times or plus"
        raise KnowledgeError(f"{where}: a {kind} test is shifted by {right}")
