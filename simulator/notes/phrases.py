"""How facts are called in a note: formal words or abbreviations, by the style of the writer."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from simulator.care.complaints import NONE, SPANS, complaint_words
from simulator.knowledge import Knowledge
from simulator.knowledge.reading import read_yaml
from simulator.notes.door import US, Row
from simulator.notes.page import Fact, Item, Piece
from simulator.notes.settings import FOLDER
from simulator.schema import values

Words = Mapping[str, Any]


class Style(NamedTuple):
    """Whether the writer abbreviates, in each language."""

    zh: bool
    en: bool


@cache
def load_words() -> Words:
    """words.yaml."""
    return read_yaml(FOLDER / "words.yaml")


class Phrases:
    """The knowledge's names as pieces of text; one for all notes of a run."""

    def __init__(self, knowledge: Knowledge, zone_s: int) -> None:
        self.knowledge, self.words = knowledge, load_words()
        self._zone = dt.timezone(dt.timedelta(seconds=zone_s))
        self._proper = tuple(self.words["proper"])
        self.complaints = {
            complaint_words(symptom, span)[0]: (symptom.id, span)
            for symptom in knowledge.symptoms.values()
            for span in SPANS
            if symptom.id != NONE
        }
        self.by_code = {disease.icd10: key for key, disease in reversed(list(knowledge.diseases.items()))}
        self.by_name = {disease.zh: key for key, disease in knowledge.diseases.items()}
        self.procedures = {one.zh: one for one in knowledge.procedures.values()}
        self.imaging = {one.zh: one for one in knowledge.imaging.values()}
        self._lower: dict[str, str] = {}

    def when(self, at: int) -> str:
        """Local date and time, to the minute."""
        return dt.datetime.fromtimestamp(at // US, self._zone).isoformat(" ", "minutes")[:16]

    def lower(self, text: str) -> str:
        """An English name as it stands within a sentence: a small letter, unless it is a name or an abbreviation."""
        found = self._lower.get(text)
        if found is None:
            keep = text[1:2].isupper() or text[1:2].isdigit() or text.startswith(self._proper) or text[1:2] == "-"
            found = self._lower[text] = text if keep else text[:1].lower() + text[1:]
        return found

    def symptom(self, key: str, fact: Fact) -> Piece:
        """A symptom."""
        one = self.knowledge.symptoms[key]
        return Piece(one.zh, self.lower(one.en), fact)

    def disease(
        self, key: str | None, names: tuple[str, str], style: Style, fact: Fact, *, plain: bool = False
    ) -> Piece:
        """A disease by its formal name, its abbreviation, or (`plain`) as people call it."""
        zh, en = names[0], self.lower(names[1])
        if key is not None:
            short = self.words["diseases"].get(key)
            common = self.words["plain_diseases"].get(key) if plain else None
            if common:
                return Piece(common["zh"], common["short" if style.en else "en"], fact)
            if short and style.zh:
                zh = short["zh"]
            if short and style.en:
                en = short["en"]
        return Piece(zh, en, fact)

    def disease_names(self, key: str) -> tuple[str, str]:
        """Formal names of a disease."""
        one = self.knowledge.diseases[key]
        return one.zh, one.en

    def unit(self, unit: str | None) -> tuple[str, str]:
        """How a unit is written."""
        found = self.words["units"].get(unit)
        return (found["zh"], found["en"]) if found else (unit or "", unit or "")

    def drug(self, row: Row, style: Style) -> Item:
        """A prescription: drug, dose, route and how often. row: an event `drug`."""
        at, key, _, code, zh, en, dose, unit, route, often, _ = row
        amount = f"{dose:.4g}"
        unit_zh, unit_en = self.unit(unit)
        said = ("适量", "thin layer") if unit == "application" else (f"{amount}{unit_zh}", f"{amount} {unit_en}")
        way, times = self.words["routes"][route], self.words["frequencies"][often]
        return (
            Piece(zh, self.lower(en), Fact("drug", code, key, at)),
            Piece(" ", " "),
            Piece(*said, Fact("dose", code, key, at, amount, unit)),
            Piece(" ", " "),
            Piece(way["zh"][style.zh], way["en"][style.en], Fact("route", code, key, at, route)),
            Piece(" ", " "),
            Piece(times["zh"][style.zh], times["en"][style.en], Fact("frequency", code, key, at, often)),
        )

    def test(self, row: Row, style: Style) -> Item:
        """A laboratory result with its arrow. row: an event `result`."""
        at, key, code, zh, en, value, text, unit, flag, _ = row
        short = self.words["tests"].get(code)
        name_zh, name_en = (short if short and style.zh else zh), (short if short and style.en else self.lower(en))
        if value is None:
            found = self.words["results"].get(text, {"zh": text, "en": text})
            shown = Piece(f"{name_zh}{found['zh']}", f"{name_en} {found['en']}", Fact("test", code, key, at, text))
            return (shown,)
        unit_zh, unit_en = self.unit(unit)
        amount = f"{value:.6g}"
        space = "" if unit_en in {"", "%"} else " "
        zh_text, en_text = f"{name_zh} {amount}{unit_zh}", f"{name_en} {amount}{space}{unit_en}"
        arrow = {"H": "↑", "HH": "↑↑", "L": "↓", "LL": "↓↓"}.get(flag, "")
        return (Piece(zh_text, en_text, Fact("test", code, key, at, amount, unit)), Piece(arrow, arrow and f" {arrow}"))

    def vitals(self, row: Row, style: Style, *, adult: bool) -> list[Item]:
        """Temperature, pulse, breathing, blood pressure and saturation. row: an event `vital`."""
        at, key, heat, pulse, breaths, systolic, diastolic, spo2 = row[:8]
        made = (
            ("temperature", f"{heat:.1f}", "Cel", ("体温", "T"), "℃", ("temperature", "T"), " °C"),
            ("heart_rate", f"{pulse}", "/min", ("脉搏", "P"), "次/分", ("pulse", "HR"), "/min"),
            ("respiratory_rate", f"{breaths}", "/min", ("呼吸", "R"), "次/分", ("respiratory rate", "RR"), "/min"),
            ("blood_pressure", f"{systolic}/{diastolic}", "mm[Hg]", ("血压", "BP"), "mmHg", ("BP", "BP"), " mmHg"),
            ("spo2", f"{spo2}", "%", ("血氧饱和度", "SpO₂"), "%", ("saturation", "SpO₂"), "%"),
        )
        return [
            (
                Piece(
                    f"{zh[style.zh]} {value}{after_zh}",
                    f"{en[style.en]} {value}{after_en}",
                    Fact("vital", name, key, at, value, unit),
                ),
            )
            for name, value, unit, zh, after_zh, en, after_en in made
            if adult or name != "blood_pressure"
        ]

    def word(self, group: str, key: str, fact: Fact) -> Piece:
        """A word of words.yaml, in both languages."""
        found = self.words[group][key]
        return Piece(found["zh"], found["en"], fact)

    def event(self, key: str, fact: Fact) -> Piece:
        """A turn for the worse."""
        zh, en = values.DETERIORATION[key]
        return Piece(zh, en, fact)
