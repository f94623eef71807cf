"""Notes of a stay: progress, nursing, discharge summary, death record."""

from simulator.notes.door import US, Row
from simulator.notes.history import complaint, negatives, symptoms
from simulator.notes.page import Fact, Item, Paragraph, Piece
from simulator.notes.scene import Memory, Scene, diagnosis, plain
from simulator.notes.sections import (
    say_diagnoses,
    say_examination,
    say_image,
    say_plan,
    say_results,
    say_signs,
    vital_items,
)
from simulator.notes.visits import person_words

DAY_US = 86_400 * US
URGENT = 5
"""NEWS2 from which the nurse calls the doctor (Royal College of Physicians 2017: urgent response)."""
PARTS = (("subjective", "S（主观）", "S"), ("objective", "O（客观）", "O"), ("assessment", "A（评估）", "A"))


def progress(scene: Scene, memory: Memory) -> None:
    """Progress note (病程记录) in four paragraphs, S O A P; some of them are yesterday's, word for word."""
    since = memory.at
    made = {"subjective": _subjective(scene, since), "objective": _objective(scene, since)}
    made["assessment"] = _assessment(scene, since)
    for name, zh, en in PARTS:
        scene.section(zh, en)
        before = memory.paragraphs.get(name)
        copied = before is not None and scene.chance(getattr(scene.desk.settings.copy_forward, name))
        shown = made[name] if before is None or not copied else copy_forward(before, made[name])
        scene.page.add(shown)
        made[name] = shown
    scene.section("P（计划）", "P")
    if not say_plan(scene, scene.page, scene.known.since("order", since), scene.known.since("drug", since)):
        scene.page.say("plan_same")
    memory.paragraphs, memory.at = made, scene.known.at


def copy_forward(before: Paragraph, now: Paragraph) -> Paragraph:
    """Yesterday's paragraph again: its facts are marked as copied, and as stale where today's say otherwise."""
    today = {(fact.label, fact.concept): (fact.value, fact.negated) for fact in now.facts()}

    def mark(fact: Fact | None) -> Fact | None:
        if fact is None:
            return None
        stated = (fact.value, fact.negated)
        changed = today.get((fact.label, fact.concept), stated) != stated
        return fact._replace(copied=True, stale=changed or fact.stale)

    copy = Paragraph.__new__(Paragraph)
    copy.zh = [(text, mark(fact)) for text, fact in before.zh]
    copy.en = [(text, mark(fact)) for text, fact in before.en]
    return copy


def course(scene: Scene, since: int) -> tuple[Piece, str]:
    """How the illness has gone since then, and the word's key."""
    states = scene.known("state")
    settings, now = scene.desk.settings, states[-1]
    earlier = len(states) - len(scene.known.since("state", since))
    ratio = now[2] / max(states[max(earlier - 1, 0)][2], 0.01)
    key = "better" if ratio < settings.better else "worse" if ratio > settings.worse else "same"
    return scene.desk.phrases.word("course", key, Fact("course", "illness", now[1], now[0], key)), key


def _subjective(scene: Scene, since: int) -> Paragraph:
    page = scene.paragraph()
    if scene.known("state"):
        piece, _ = course(scene, since)
        told = symptoms(scene)[:2]
        if told:
            page.say("course_better", symptoms=[(one,) for one in told], course=[(piece,)])
        else:
            page.say("course_plain", course=[(piece,)])
    denied = negatives(scene)[:3]
    if denied:
        page.say("denied", negatives=[(one,) for one in denied])
    say_turns(scene, page, scene.known.since("turn", since))
    if not page.zh:
        page.say("plan_observe")
    return page


def say_turns(scene: Scene, page: Paragraph, turns: list[Row]) -> None:
    """Turns for the worse that were recognised."""
    for at, key, event in turns:
        page.say("turn", event=[(scene.desk.phrases.event(event, Fact("event", event, key, at)),)])


def _objective(scene: Scene, since: int) -> Paragraph:
    page = scene.paragraph()
    row = scene.known.last("vital")
    if row is None:
        page.say("no_vitals")
    else:
        page.say("vitals", signs=vital_items(scene, row))
    say_signs(scene, page)
    results, images = scene.known.since("result", since), scene.known.since("image", since)
    if results or images:
        say_results(scene, page, results, images)
    return page


def _assessment(scene: Scene, since: int) -> Paragraph:
    page = scene.paragraph()
    rows = sorted(scene.known("diagnosis"), key=lambda row: row[2] != "main")[:3]
    if not rows:
        page.say("diagnosis_open")
    elif scene.known("state"):
        piece, _ = course(scene, since)
        page.say("assessment", diseases=[(diagnosis(scene, row, formal=False),) for row in rows], course=[(piece,)])
    return page


def nursing(scene: Scene, _: Memory) -> None:
    """Nursing record (护理记录): observations with NEWS2, drugs given and intake."""
    page, phrases, known = scene.page, scene.desk.phrases, scene.known
    row, bed = known.last("vital"), known.last("bed")
    scene.section("护理记录", "Nursing record")
    if row is not None:
        fact = Fact("sign", "consciousness", row[1], row[0], str(row[8]))
        sign = [(phrases.word("consciousness", str(row[8]), fact),)]
        if bed is None:
            page.say("conscious", sign=sign)
        else:
            ward, place = scene.desk.names[bed[2]], scene.desk.names[bed[3]]
            page.say("nurse_bed", ward=[plain(*ward)], bed=[plain(place[0], place[1])], sign=sign)
        page.say("nurse_vitals", signs=vital_items(scene, row))
        _scores(scene, row)
    _intake(scene)
    page.say("nurse_end")


def _scores(scene: Scene, row: Row) -> None:
    page = scene.page

    def said(name: str, value: str, unit: str, zh: str, en: str) -> list[Item]:
        return [(Piece(zh, en, Fact("vital", name, row[1], row[0], value, unit)),)]

    if row[9] > 0:
        flow = f"{row[9]:.3g}"
        page.say("nurse_oxygen", flow=said("oxygen_flow", flow, "L/min", f"{flow}L/min", f"{flow} L/min"))
    page.say("nurse_pain", score=said("pain_score", f"{row[10]}", "{score}", f"{row[10]}", f"{row[10]}"))
    if row[11] is not None:
        page.say("nurse_score", score=said("news2", f"{row[11]}", "{score}", f"{row[11]}", f"{row[11]}"))
        if row[11] >= URGENT:
            page.say("nurse_alert")


def _intake(scene: Scene) -> None:
    """Drugs given in the last 24 hours, and how much of it by vein."""
    known, phrases = scene.known, scene.desk.phrases
    doses = known.since("dose", known.at - DAY_US)
    orders = {row[1]: row for row in known("drug")}
    given = {orders[row[2]][3]: (row, orders[row[2]]) for row in doses if row[2] in orders}
    if given:
        names = [
            (Piece(order[4], phrases.lower(order[5]), Fact("drug", order[3], row[1], row[0])),)
            for row, order in given.values()
        ]
        scene.page.say("nurse_drugs", drugs=names[: scene.desk.settings.most.drugs])
    fluids = [row for row in doses if row[4] == "mL" and row[2] in orders and orders[row[2]][8] == "iv"]
    if fluids:
        total, last = f"{sum(row[3] for row in fluids):.0f}", fluids[-1]
        fact = Fact("intake", "intravenous", last[1], last[0], total, "mL")
        scene.page.say("nurse_intake", intake=[(Piece(f"{total}ml", f"{total} mL", fact),)])


def discharge(scene: Scene, _: Memory) -> None:
    """Discharge summary (出院小结)."""
    page, phrases, known = scene.page, scene.desk.phrases, scene.known
    _opening(scene)
    scene.section("诊疗经过", "Hospital course")
    _course(scene)
    at, outcome = known("ended")[-1][0], str(known("ended")[-1][2])
    days = _days(scene, at)
    said = [(phrases.word("outcome", outcome, Fact("outcome", outcome, known.encounter, at)),)]
    page.say("discharge_home", days=days, outcome=said)
    scene.section("出院情况", "On discharge")
    say_examination(scene, page)
    scene.section("出院诊断", "Discharge diagnosis")
    page.line()
    say_diagnoses(scene, page, first=False)
    scene.section("出院医嘱", "Advice")
    drugs = [row for row in known("drug") if row[2] == "discharge"]
    if drugs:
        page.say("discharge_drugs", drugs=[phrases.drug(row, scene.style) for row in drugs])
    else:
        page.say("discharge_no_drugs")
    _follow_up(scene, at)
    page.say("advice")


def _opening(scene: Scene) -> None:
    page, when = scene.page, scene.desk.phrases.when(scene.known("admitted")[0][0])
    told, person = complaint(scene), [plain(*person_words(scene))]
    page.line()
    if told is None:
        page.say("opening_admission_plain", person=person, when=[plain(when, when)])
    else:
        page.say("opening_admission", person=person, when=[plain(when, when)], complaint=[told])


def _days(scene: Scene, ended: int) -> list[Item]:
    days = max(1, round((ended - scene.known("admitted")[0][0]) / DAY_US))
    fact = Fact("duration", "length_of_stay", scene.known.encounter, ended, f"{days}", "d")
    return [(Piece(f"{days}天", f"{days} day{'s' if days > 1 else ''}", fact),)]


def _course(scene: Scene) -> None:
    """What was found, what was done, what went wrong."""
    page, phrases, known, most = scene.page, scene.desk.phrases, scene.known, scene.desk.settings.most
    last = {row[2]: row for row in known("result") if row[8] != "N"}
    if last:
        page.say("course_tests", tests=[phrases.test(row, scene.style) for row in list(last.values())[: most.tests]])
    for row in {row[4]: row for row in known("image")}.values():
        say_image(scene, page, row)
    done = {row[4]: row for row in known("procedure")}
    if done:
        names = [_procedure(scene, row) for row in done.values()]
        page.say("course_procedures", procedures=names)
    carriers = phrases.words["carriers"]
    drugs = {row[3]: row for row in known("drug") if row[2] == "inpatient" and row[3] not in carriers}
    if drugs:
        said = [(Piece(row[4], phrases.lower(row[5]), Fact("drug", row[3], row[1], row[0])),) for row in drugs.values()]
        page.say("course_drugs", drugs=said[: most.drugs])
    say_turns(scene, page, known("turn"))


def _procedure(scene: Scene, row: Row) -> Item:
    one = scene.desk.phrases.procedures.get(row[4])
    fact = Fact("procedure", one.id if one else row[3], row[1], row[0], row[3])
    return (Piece(row[4], scene.desk.phrases.lower(row[5]), fact),)


def _follow_up(scene: Scene, at: int) -> None:
    follow = scene.desk.phrases.knowledge.diseases[scene.who.disease].follow_up
    if follow is None:
        return
    days = round(follow.interval_d)
    fact = Fact("duration", "follow_up", scene.known.encounter, at, f"{days}", "d")
    weeks, rest = divmod(days, 7)
    piece = Piece(f"{days}天", f"{days} days", fact) if rest else Piece(f"{weeks}周", f"{weeks} weeks", fact)
    scene.page.say("follow_up", interval=[(piece,)])


def death(scene: Scene, _: Memory) -> None:
    """Death record (死亡记录)."""
    page, known = scene.page, scene.known
    _opening(scene)
    scene.section("诊疗经过及抢救经过", "Hospital course")
    _course(scene)
    at = known("ended")[-1][0]
    page.say(
        "died", outcome=[(scene.desk.phrases.word("outcome", "died", Fact("outcome", "died", known.encounter, at)),)]
    )
    when = scene.desk.phrases.when(at)
    scene.section("死亡时间", "Time of death")
    page.head(when, when)
    scene.section("死亡诊断", "Diagnoses")
    page.line()
    say_diagnoses(scene, page, first=False)
