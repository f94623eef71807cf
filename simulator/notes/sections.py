"""Sections that several kinds of notes share: examination, results, diagnoses, plan."""

from collections.abc import Sequence

from simulator.care.complaints import RETURN
from simulator.notes.door import Row
from simulator.notes.page import Fact, Item, Paragraph, Piece
from simulator.notes.scene import Scene, diagnosis, plain

ADULT = 14
"""Years of age from which blood pressure is written down."""
RECENT = 60
"""Results that a writer looks back over."""
ORDER_LABEL = {"laboratory": "examination", "imaging": "examination", "procedure": "procedure"}


def vital_items(scene: Scene, row: Row) -> list[Item]:
    """Vital signs of one measurement."""
    return scene.desk.phrases.vitals(row, scene.style, adult=scene.who.age >= ADULT)


def say_examination(scene: Scene, page: Paragraph) -> None:
    """Physical examination (体格检查): the last vital signs, consciousness, and what the hidden state shows."""
    row = scene.known.last("vital")
    if row is None:
        page.say("no_vitals")
        return
    page.say("vitals", signs=vital_items(scene, row))
    fact = Fact("sign", "consciousness", row[1], row[0], str(row[8]))
    page.say(
        "conscious" if row[8] == "A" and scene.who.age >= ADULT else "not_conscious",
        sign=[(scene.desk.phrases.word("consciousness", str(row[8]), fact),)],
    )
    say_signs(scene, page)


def say_signs(scene: Scene, page: Paragraph) -> None:
    """Signs of lung, heart and liver where the hidden state is disturbed, and their absence where it is not."""
    state = scene.known.last("state")
    if state is None:
        return
    settings, words = scene.desk.settings, scene.desk.phrases.words["signs"]
    seen: list[Item] = []
    absent: list[Item] = []
    vital = scene.known.last("vital")
    yellow = any(row[2] == "total_bilirubin" and row[8] in {"H", "HH"} for row in scene.known("result")[-RECENT:])
    short_of_breath = vital is not None and (vital[7] <= settings.breathless_spo2 or vital[9] > 0)
    contrary = {"lung": short_of_breath, "heart": False, "liver": yellow}
    for name, level in (("lung", state[3]), ("heart", state[4]), ("liver", state[5])):
        word = words[name]
        if level >= settings.visible:
            seen.append((Piece(word["zh"], word["en"], Fact("sign", name, state[1], state[0])),))
        elif level < settings.clear and not contrary[name] and not scene.who.has(word["told"]):
            fact = Fact("sign", name, state[1], state[0], negated=True)
            absent.append((Piece(word["no_zh"], word["no_en"], fact),))
    if seen:
        page.say("signs_seen", signs=seen)
    if absent:
        page.say("signs_absent", signs=absent)


def say_results(scene: Scene, page: Paragraph, results: Sequence[Row], images: Sequence[Row]) -> None:
    """Auxiliary examinations (辅助检查): results outside their limits, panels without one, images."""
    if not results and not images:
        waiting = any(row[2] != "procedure" for row in scene.known("order"))
        page.say("tests_none" if waiting else "tests_not_done")
        return
    abnormal = _latest(results)[: scene.desk.settings.most.tests]
    if abnormal:
        page.say("tests_abnormal", tests=[scene.desk.phrases.test(row, scene.style) for row in abnormal])
    elif results:
        row = results[-1]
        fact = Fact("test", "all", row[1], row[0], "normal")
        page.say("tests_normal", panels=[(Piece("各项检验指标", "laboratory results", fact),)])
    for row in images:
        say_image(scene, page, row)


def _latest(results: Sequence[Row]) -> list[Row]:
    """The last result of each test outside its limits, the critical ones first."""
    last = {row[2]: row for row in results}
    outside = [row for row in last.values() if row[8] != "N"]
    return sorted(outside, key=lambda row: row[8] not in {"LL", "HH"})


def say_image(scene: Scene, page: Paragraph, row: Row) -> None:
    """An examination and its conclusion."""
    page.say("image", examination=[(image_name(scene, row),)], finding=[(image_finding(scene, row),)])


def image_name(scene: Scene, row: Row) -> Piece:
    """The examination by name."""
    one = scene.desk.phrases.imaging.get(row[4])
    return Piece(row[4], row[5], Fact("examination", one.id if one else row[4], row[1], row[0]))


def image_finding(scene: Scene, row: Row) -> Piece:
    """What it concluded."""
    one = scene.desk.phrases.imaging.get(row[4])
    concept = next((key for key, found in one.findings.items() if found.zh == row[7]), "normal") if one else row[7]
    return Piece(row[7], scene.desk.phrases.lower(row[8]), Fact("finding", concept, row[1], row[0], row[6]))


def say_diagnoses(scene: Scene, page: Paragraph, *, first: bool) -> None:
    """Diagnoses as numbered lines; `first` writers hedge about the main one and name what is to be excluded."""
    rows = sorted(scene.known("diagnosis"), key=lambda row: row[2] != "main")
    if not rows:
        page.say("diagnosis_open")
        return
    settings = scene.desk.settings
    first = first and rows[0][3][0] not in scene.desk.phrases.words["certain"] and scene.registered[5] != RETURN[0]
    suspected = first and scene.chance(settings.suspected)
    for nth, row in enumerate(rows[: settings.most.history], start=1):
        if nth > 1:
            page.line()
        uncertain = suspected and nth == 1
        item = (diagnosis(scene, row, uncertain=uncertain),)
        page.say(
            "diagnosis_suspected" if uncertain else "diagnosis_line", number=[plain(f"{nth}", f"{nth}")], disease=[item]
        )
    if first and (suspected or scene.chance(settings.excluded)):
        _say_excluded(scene, page)


def _say_excluded(scene: Scene, page: Paragraph) -> None:
    who, phrases = scene.who, scene.desk.phrases
    has = {phrases.by_name.get(row[4]) for row in scene.known("diagnosis")} | who.conditions
    possible = [one for one in scene.desk.differential.suspects(who.disease, who.sex, who.age) if one not in has][:4]
    if not possible:
        return
    key = possible[scene.lot.pick(len(possible))]
    at, cause = scene.registered[0], scene.registered[7]
    fact = Fact("disease", key, cause, at, phrases.knowledge.diseases[key].icd10, uncertain=True)
    page.line()
    page.say("excluded", disease=[(phrases.disease(key, phrases.disease_names(key), scene.style, fact),)])


def say_plan(scene: Scene, page: Paragraph, orders: Sequence[Row], drugs: Sequence[Row]) -> bool:
    """Plan (诊疗计划): what was ordered; whether there was anything."""
    most, phrases = scene.desk.settings.most, scene.desk.phrases
    named = list({row[4]: row for row in orders}.values())
    items: list[Item] = []
    done: list[Item] = []
    for row in named[: most.orders]:
        label = ORDER_LABEL[row[2]]
        piece = Piece(row[4], phrases.lower(row[5]), Fact(label, row[3], row[1], row[0]))
        (done if label == "procedure" else items).append((piece,))
    if items:
        page.say("plan_orders", orders=items)
    if done:
        page.say("plan_procedures", procedures=done)
    prescribed = list({row[3]: row for row in drugs}.values())[: most.drugs]
    if prescribed:
        page.say("plan_drugs", drugs=[phrases.drug(row, scene.style) for row in prescribed])
    return bool(items or done or prescribed)
