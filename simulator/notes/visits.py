"""The first note of an encounter: outpatient and emergency note, admission record."""

from simulator.notes.history import (
    complaint,
    say_complaint,
    say_family,
    say_past,
    say_periods,
    say_personal,
    say_present,
)
from simulator.notes.scene import Memory, Scene, plain
from simulator.notes.sections import say_diagnoses, say_examination, say_plan, say_results
from simulator.schema import values


def visit(scene: Scene, _: Memory) -> None:
    """Outpatient or emergency note (门诊病历、急诊病历)."""
    _history(scene, stay=False)
    _rest(scene)
    page = scene.page
    if not say_plan(scene, page, scene.known("order"), scene.known("drug")):
        page.say("plan_advice")


def admission(scene: Scene, _: Memory) -> None:
    """Admission record (入院记录)."""
    page, when = scene.page, scene.desk.phrases.when(scene.known("admitted")[0][0])
    told = complaint(scene)
    page.line()
    person = [plain(*person_words(scene))]
    if told is None:
        page.say("opening_admission_plain", person=person, when=[plain(when, when)])
    else:
        page.say("opening_admission", person=person, when=[plain(when, when)], complaint=[told])
    _history(scene, stay=True)
    _rest(scene)
    if not say_plan(scene, page, scene.known("order"), scene.known("drug")):
        page.say("plan_observe")


def person_words(scene: Scene) -> tuple[str, str]:
    """Name, sex and age."""
    who = scene.who
    zh, en = values.SEX[who.sex]
    return f"{who.name[0]}，{zh}，{who.age_words[0]}", f"{who.name[1]}, {en}, {who.age_words[1]}"


def _history(scene: Scene, *, stay: bool) -> None:
    page = scene.page
    scene.section("主诉", "Chief complaint")
    say_complaint(scene, page)
    scene.section("现病史", "History of present illness")
    say_present(scene, page, stay=stay)
    scene.section("既往史", "Past history")
    say_past(scene, page)
    if not stay:
        return
    scene.section("个人史", "Personal history")
    say_personal(scene, page)
    begin = len(page.zh), len(page.en)
    scene.section("月经史", "Menstrual history")
    if not say_periods(scene, page):
        del page.zh[begin[0] :], page.en[begin[1] :]
    scene.section("家族史", "Family history")
    say_family(scene, page)


def _rest(scene: Scene) -> None:
    page = scene.page
    scene.section("体格检查", "Examination")
    say_examination(scene, page)
    scene.section("辅助检查", "Investigations")
    say_results(scene, page, scene.known("result"), scene.known("image"))
    scene.section("初步诊断", "Provisional diagnosis")
    page.line()
    say_diagnoses(scene, page, first=True)
    scene.section("诊疗计划", "Plan")
