"""Reports about something done: operation record, imaging report."""

from simulator.notes.door import US
from simulator.notes.page import Fact, Piece
from simulator.notes.scene import Memory, Scene, diagnosis, plain
from simulator.notes.sections import image_finding, image_name

MOST_ABSENT = 4
MINUTE_US = 60 * US


def operation(scene: Scene, _: Memory) -> None:
    """Operation record (手术记录)."""
    page, phrases = scene.page, scene.desk.phrases
    row = next(row for row in scene.known("procedure") if row[1] == scene.cause)
    at, key, _, code, zh, en, begun = row
    one = phrases.procedures[zh]
    procedure = Piece(zh, phrases.lower(en), Fact("procedure", one.id, key, at, code))
    main = [found for found in scene.known("diagnosis") if found[2] == "main"]
    scene.section("术前诊断", "Preoperative diagnosis")
    if main:
        page.say("diagnosis_line", number=[plain("1", "1")], disease=[(diagnosis(scene, main[0]),)])
    else:
        page.say("diagnosis_open")
    scene.section("手术名称", "Operation")
    page.say("complaint", complaint=[(procedure._replace(en=en),)])
    scene.section("手术经过", "Procedure")
    if one.anaesthesia == "none":
        page.say("operation_steps_plain", procedure=[(procedure,)])
    else:
        how = phrases.word("anaesthesia", one.anaesthesia, Fact("anaesthesia", one.anaesthesia, key, at))
        page.say("operation_steps", anaesthesia=[(how,)], procedure=[(procedure,)])
    minutes, start = max(1, round((at - begun) / MINUTE_US)), phrases.when(begun)
    lasted = Piece(f"{minutes}分钟", f"{minutes} min", Fact("duration", one.id, key, at, f"{minutes}", "min"))
    page.say("operation_time", begin=[plain(start, start)], minutes=[(lasted,)])


def imaging(scene: Scene, _: Memory) -> None:
    """Imaging report (影像报告): examination, description, impression."""
    page, phrases = scene.page, scene.desk.phrases
    row = next(row for row in scene.known("image") if row[1] == scene.cause)
    one = phrases.imaging[row[4]]
    name, finding = image_name(scene, row), image_finding(scene, row)
    scene.section("检查项目", "Examination")
    page.say("complaint", complaint=[(name,)])
    scene.section("描述", "Findings")
    if row[6] == "abnormal":
        site = phrases.words["sites"][row[3]]
        where = Piece(site["zh"], site["en"], Fact("body_site", row[3], row[1], row[0]))
        page.say("image_seen", site=[(where,)], finding=[(finding,)])
    absent = [
        (Piece(found.zh, phrases.lower(found.en), Fact("finding", key, row[1], row[0], "normal", negated=True)),)
        for key, found in one.findings.items()
        if found.zh != row[7]
    ][:MOST_ABSENT]
    if absent:
        page.say("image_absent", findings=absent)
    scene.section("印象", "Impression")
    if row[6] == "abnormal":
        page.say("image_impression", finding=[(finding,)])
    else:
        page.say("image_normal", examination=[(name,)])
