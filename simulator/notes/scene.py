"""What stands before the writer of one note: the patient, what is known by now, a style, and an empty page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.notes.differential import Differential
from simulator.notes.door import Known, Row
from simulator.notes.lots import Lot, lot
from simulator.notes.page import Fact, Item, Paragraph, Piece
from simulator.notes.phrases import Phrases, Style
from simulator.notes.settings import Settings
from simulator.notes.templates import Sentence

INFANT = 3
"""Years of age under which nobody tells what they feel."""


@dataclass(frozen=True, slots=True)
class Who:
    """What does not change while a patient is here: identity, and what they would tell when asked."""

    person: int
    sex: str
    age: int
    age_words: tuple[str, str]
    name: tuple[str, str]
    place: tuple[str, str]
    record: str
    smoker: bool
    episode: int
    disease: str
    conditions: frozenset[str]
    symptoms: tuple[str, ...]
    """Symptoms of the illness, the main one first; none where the patient tells of none."""

    def has(self, symptoms: Sequence[str]) -> bool:
        """Whether the illness has one of these symptoms."""
        return any(one in symptoms for one in self.symptoms)


@dataclass(frozen=True, slots=True)
class Desk:
    """What all writers share."""

    phrases: Phrases
    differential: Differential
    settings: Settings
    templates: Mapping[str, Sentence]
    salt: int
    names: Mapping[int, tuple[str, str]]
    """Ward, bed or member of staff -> name."""


@dataclass(slots=True)
class Memory:
    """What the last progress note of a stay said, and when it was written."""

    at: int
    paragraphs: dict[str, Paragraph] = field(default_factory=dict)


@dataclass(slots=True)
class Scene:
    """One note in the making; cause: the encounter, procedure or imaging study that it is about."""

    desk: Desk
    who: Who
    known: Known
    cause: int
    lot: Lot
    style: Style
    page: Paragraph
    registered: Row
    """The registration: every encounter begins with it."""

    def paragraph(self) -> Paragraph:
        """An empty paragraph with the draws of this note."""
        return Paragraph(self.desk.templates, self.lot)

    def chance(self, share: float) -> bool:
        """Whether something of this share happens."""
        return self.lot.share() < share

    def section(self, zh: str, en: str) -> None:
        """Begin a section with its heading."""
        if self.page.zh:
            self.page.line()
        self.page.head(f"{zh}：", f"{en}: ")


def open_scene(desk: Desk, who: Who, known: Known, note: tuple[int, int], writer: int) -> Scene:
    """A scene for a note (kind, cause) by a writer; all draws hang on the encounter, the time and the cause."""
    kind, cause = note
    draws = lot(desk.salt, known.encounter, known.at, cause, kind)
    habits = lot(desk.salt, writer)
    abbreviating = desk.settings.abbreviating
    style = Style(habits.share() < abbreviating.zh, habits.share() < abbreviating.en)
    return Scene(desk, who, known, cause, draws, style, Paragraph(desk.templates, draws), known("registered")[0])


def plain(zh: str, en: str) -> Item:
    """Text that states nothing to be marked."""
    return (Piece(zh, en),)


def listed(before: tuple[str, str], items: Sequence[Piece]) -> Sequence[Item]:
    """`before` and then all of the pieces as one item; nothing if there are none."""
    if not items:
        return ()
    made = [Piece(*before)]
    for nth, piece in enumerate(items):
        if nth:
            made.append(Piece("、", " and " if nth == len(items) - 1 else ", "))
        made.append(piece)
    return (tuple(made),)


def known_disease(phrases: Phrases, row: Row) -> str | None:
    """The disease of the knowledge that a diagnosis names. row: an event `diagnosis`."""
    return phrases.by_name.get(row[4])


def diagnosis(scene: Scene, row: Row, *, label: str = "disease", uncertain: bool = False, formal: bool = True) -> Piece:
    """A diagnosis as a piece; formal: under its full name, as in a list of diagnoses."""
    at, key, _, code, zh, en, _ = row
    disease = known_disease(scene.desk.phrases, row)
    fact = Fact(label, disease or code, key, at, code, uncertain=uncertain, historical=label == "history")
    if formal and label == "disease":
        return Piece(zh, en if not uncertain else scene.desk.phrases.lower(en), fact)
    return scene.desk.phrases.disease(disease, (zh, en), scene.style, fact, plain=label == "history")
