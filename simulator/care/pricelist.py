"""Everything that has a price, in one list."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.knowledge import Knowledge
from simulator.knowledge.payment import ItemClass, Payment
from simulator.schema import values

CATEGORIES = tuple(values.CHARGE_CATEGORY)
GROUPS = tuple(values.CHARGE_GROUP)
CLASSES = ("A", "B", "C")
TARIFF_CATEGORY = {
    "registration": "registration",
    "inpatient_consultation": "registration",
    "bed": "bed",
    "nursing": "nursing",
    "consumables": "consumable",
    "infusion_set": "consumable",
    "anaesthesia": "procedure",
    "herbal": "drug",
    "proprietary": "drug",
    "surgical_implant": "consumable",
}


@dataclass(frozen=True)
class PriceList:
    """Everything that has a price: code, names, category and price in fen; `at` is where each catalogue begins.

    item_class: position in CLASSES; own_share: what the patient bears first; group: that of the front page.
    """

    codes: list[str]
    zh: list[str]
    en: list[str]
    category: Ints
    fen: Ints
    item_class: Ints
    own_share: Floats
    group: Ints
    at: dict[str, int]

    def has(self, name: str) -> bool:
        """Whether something of this name is priced."""
        return name in self.codes

    def tariff(self, name: str) -> int:
        """Position of a tariff."""
        return self.codes.index(name)


def price_list(knowledge: Knowledge) -> PriceList:
    """Tariffs, panels, images, procedures and drugs in one list."""
    parts: dict[str, list[tuple[Any, str]]] = {
        "tariff": [(one, _tariff_category(one.id)) for one in knowledge.tariffs.values()],
        "panel": [(one, "laboratory") for one in knowledge.panels.values()],
        "imaging": [(one, "imaging") for one in knowledge.imaging.values()],
        "procedure": [
            (one, "treatment" if one.kind == "bedside" else "procedure") for one in knowledge.procedures.values()
        ],
        "drug": [(one, "drug") for one in knowledge.drugs.values()],
    }
    start = np.cumsum([0, *(len(part) for part in parts.values())])
    every = [entry for part in parts.values() for entry in part]
    classes = [_class_of(one, category, knowledge.payment) for one, category in every]
    return PriceList(
        codes=[one.id for one, _ in every],
        zh=[one.zh for one, _ in every],
        en=[one.en for one, _ in every],
        category=np.array([CATEGORIES.index(category) for _, category in every]),
        fen=np.array([round(one.price * 100) for one, _ in every]),
        item_class=np.array([CLASSES.index(one.item_class) for one in classes]),
        own_share=np.array([one.own_share for one in classes]),
        group=np.array([GROUPS.index(one.group) for one in classes]),
        at={name: int(start[n]) for n, name in enumerate(parts)},
    )


def _class_of(entry: Any, category: str, payment: Payment) -> ItemClass:  # noqa: ANN401  # an entry of any catalogue
    """The nearest statement: about the item, else about its kind of drug or image, else about its category."""
    kinds = [("item", entry.id)]
    kinds += [("drug_class", entry.drug_class)] if category == "drug" and hasattr(entry, "drug_class") else []
    kinds += [("imaging", entry.modality)] if hasattr(entry, "modality") else []
    return next(payment.items[key] for key in (*kinds, ("category", category)) if key in payment.items)


def _tariff_category(name: str) -> str:
    for prefix, category in TARIFF_CATEGORY.items():
        if name.startswith(prefix):
            return category
    return "treatment"
