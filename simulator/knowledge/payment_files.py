"""Reads the files about payment, and checks that they fit each other: complete, and nothing twice."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from simulator.errors import KnowledgeError
from simulator.knowledge import payment as pay
from simulator.knowledge.catalogue import Chapter
from simulator.knowledge.codes import code_key
from simulator.knowledge.models import Disease
from simulator.knowledge.reading import Tell, by_id, read_csv
from simulator.schema import values

Row = TypeVar("Row")
Key = TypeVar("Key")
TERMS = (
    "growth", "high_light", "high_middle", "high_heavy", "low", "ungrouped", "coefficient_primary",
    "coefficient_secondary", "coefficient_tertiary", "account_balance", "account_spread", "uncertain",
)  # fmt: skip


def read_payment(folder: Path, tell: Tell) -> pay.Payment:
    """All files about payment; a mistake goes to `tell`, and unless that raises, its row is left out."""
    insurance = read_csv(folder / "insurance_terms.csv", pay.Terms, tell)
    items = read_csv(folder / "charge_items.csv", pay.ItemClass, tell)
    payment = pay.Payment(
        mdcs=_rows(folder, "drg_mdc.csv", pay.Mdc, tell),
        adrgs=_rows(folder, "drg_adrg.csv", pay.Adrg, tell),
        complications=tuple(read_csv(folder / "drg_cc.csv", pay.Complication, tell)),
        weights=MappingProxyType(by_id("drg_weights.csv", read_csv(folder / "drg_weights.csv", pay.DrgWeight, tell))),
        dip_core=MappingProxyType(by_id("dip_core.csv", read_csv(folder / "dip_core.csv", pay.DipGroup, tell))),
        dip_mixed=MappingProxyType(by_id("dip_mixed.csv", read_csv(folder / "dip_mixed.csv", pay.DipMixed, tell))),
        insurance=_keyed("insurance_terms.csv", insurance, lambda one: (one.insurance, one.level, one.setting), tell),
        items=_keyed("charge_items.csv", items, lambda one: (one.of, one.name), tell),
        terms=MappingProxyType(
            by_id("payment_terms.csv", read_csv(folder / "payment_terms.csv", pay.Term, tell), tell)
        ),
    )
    for complaint in _complaints(payment):
        tell(KnowledgeError(complaint))
    return payment


def _rows(folder: Path, name: str, model: type[Row], tell: Tell) -> tuple[Row, ...]:
    return tuple(by_id(name, read_csv(folder / name, model, tell), tell).values())  # type: ignore[type-var]  # models all


def _keyed(name: str, rows: Iterable[Row], key: Callable[[Row], Key], tell: Tell) -> "MappingProxyType[Key, Row]":
    found: dict[Key, Row] = {}
    for row in rows:
        if key(row) in found:
            tell(KnowledgeError(f"{name}: {key(row)} stands twice; each must stand once"))
        found.setdefault(key(row), row)
    return MappingProxyType(found)


def _complaints(payment: pay.Payment) -> Iterator[str]:
    """What does not fit: groups without MDC or weight, MDCs without a last group, missing figures."""
    yield from _about_groups(payment)
    for name in TERMS:
        if name not in payment.terms:
            yield f"payment_terms.csv: {name} is missing; it must stand there once"
    for key in product(("employee", "resident"), ("primary", "secondary", "tertiary"), ("outpatient", "inpatient")):
        if key not in payment.insurance:
            yield f"insurance_terms.csv: {', '.join(key)} is missing"
    for category in values.CHARGE_CATEGORY:
        if ("category", category) not in payment.items:
            yield f"charge_items.csv: category {category} is missing; each must have a class"


def _about_groups(payment: pay.Payment) -> Iterator[str]:
    letters = {one.id for one in payment.mdcs}
    for adrg in payment.adrgs:
        if adrg.id[0] not in letters:
            yield f"drg_adrg.csv {adrg.id}: its first letter must be an MDC, one of {', '.join(sorted(letters))}"
        for name in (f"{adrg.id}{level}" for level in adrg.levels if f"{adrg.id}{level}" not in payment.weights):
            yield f"drg_weights.csv: {name} is missing; each group of drg_adrg.csv must have a weight"
    open_ended = {one.id[0] for one in payment.adrgs if one.kind == pay.MEDICAL and not one.diagnoses.bounds}
    for mdc in payment.mdcs:
        if mdc.codes.bounds and mdc.id not in open_ended:
            yield f"drg_adrg.csv: MDC {mdc.id} must end with a group {mdc.id}M_ without diagnoses, for all others"


def ungrouped(payment: pay.Payment, chapters: Iterable[Chapter], diseases: Iterable[Disease]) -> Iterator[str]:
    """Categories within the chapters, and diseases, that lead to no MDC or to no mixed group."""
    mixed = [one for one in payment.dip_mixed.values() if one.treatment == "conservative"]
    for chapter in chapters:
        for key in range(code_key(chapter.first), code_key(chapter.last) + 1, 10):
            if payment.mdc_of[key] < 0:
                code = f"{chr(ord('A') + key // 1000)}{key % 1000 // 10:02}"
                yield f"drg_mdc.csv: {code} of chapter {chapter.id} is in no MDC; add it to the codes of one"
    for disease in diseases:
        if not any(one.codes.cells[code_key(disease.icd10)] for one in mixed):
            yield f"dip_mixed.csv: {disease.icd10} ({disease.id}) is in no block; add it to the codes of one"
