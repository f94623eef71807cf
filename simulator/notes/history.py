"""What the patient or the family tells: complaint, present illness, past, personal and family history."""

from simulator.care.complaints import RETURN
from simulator.notes.lots import lot
from simulator.notes.page import Fact, Item, Paragraph, Piece
from simulator.notes.scene import INFANT, Scene, diagnosis, listed, plain

CONDITION = 21
"""Number of the table of long-standing conditions, which stands in front of its ids."""
ROWS = 10**12
RECENT = 12
"""Measurements that a writer looks back over."""


def complaint(scene: Scene) -> Item | None:
    """The chief complaint as its parts; none where the patient has no symptom to tell."""
    at, _, _, _, _, zh, _, cause = scene.registered
    found = scene.desk.phrases.complaints.get(zh)
    if found is None:
        return None
    symptom, (span_zh, span_en) = found
    onset = Piece(span_zh, span_en, Fact("onset", symptom, cause, at, span_zh))
    recurrent = (Piece("反复", "recurrent "),) if zh.startswith("反复") else ()
    return (*recurrent, scene.desk.phrases.symptom(symptom, Fact("symptom", symptom, cause, at)), Piece("", " "), onset)


def say_complaint(scene: Scene, page: Paragraph) -> None:
    """Chief complaint (主诉)."""
    told = complaint(scene)
    if told is not None:
        page.say("complaint", complaint=[told])
    elif scene.registered[5] == RETURN[0]:
        page.say("complaint_followup")
    else:
        page.say("complaint_none")


def say_present(scene: Scene, page: Paragraph, *, stay: bool) -> None:
    """Present illness (现病史): onset, symptoms that are there, and those that were asked about and are not."""
    told = complaint(scene)
    main = next((row for row in scene.known("diagnosis") if row[2] == "main"), None)
    if scene.known.last("vital") and _consciousness(scene) != "A":
        page.say("told_by_others")
    if told is not None:
        symptom, onset = told[-3], told[-1]
        sentence = "present_long" if told[0].zh == "反复" else "present" if stay else "present_visit"
        page.say(sentence, symptom=[(symptom,)], onset=[(onset,)], others=_others(scene))
    elif scene.registered[5] == RETURN[0]:
        if main is None:
            page.say("complaint_followup")
        else:
            page.say("present_followup", disease=[(diagnosis(scene, main, formal=False),)])
    else:
        page.say("present_check_up")
    say_denied(scene, page)


def _others(scene: Scene) -> tuple[Item, ...]:
    return tuple(listed(("，伴", ", with "), symptoms(scene)[1:]))


def symptoms(scene: Scene) -> list[Piece]:
    """All symptoms of the illness, the main one first."""
    at, cause = scene.registered[0], scene.registered[7]
    return [scene.desk.phrases.symptom(one, Fact("symptom", one, cause, at)) for one in scene.who.symptoms]


def say_denied(scene: Scene, page: Paragraph) -> None:
    """Symptoms that are typical for what this might be, and that this patient does not have."""
    denied = negatives(scene)
    if denied:
        child = scene.who.age < scene.desk.settings.spoken_for_until
        page.say("denied_by_family" if child else "denied", negatives=[(one,) for one in denied])


def negatives(scene: Scene) -> list[Piece]:
    """A few denied symptoms; none that the record speaks against, and none of one line with a symptom that is there."""
    who, settings, kin = scene.who, scene.desk.settings, scene.desk.differential.kin
    present = set(who.symptoms)
    for one in who.symptoms:
        present |= kin.get(one, frozenset())
    present |= _measured(scene)
    if _consciousness(scene) != "A":
        return []
    asked = [
        one
        for one in scene.desk.differential.asked(who.disease, who.sex, infant=who.age < INFANT)
        if one not in present
    ]
    if not asked:
        return []
    count = 2 + scene.lot.pick(settings.most.negatives - 1)
    begin = scene.lot.pick(max(1, min(len(asked), 4) - count + 2))
    at, cause = scene.registered[0], scene.registered[7]
    return [
        scene.desk.phrases.symptom(one, Fact("symptom", one, cause, at, negated=True))
        for one in asked[begin : begin + count]
    ]


def _measured(scene: Scene) -> set[str]:
    """Symptoms that nobody denies in the face of the vital signs."""
    settings, kin = scene.desk.settings, scene.desk.differential.kin
    rows = scene.known("vital")[-RECENT:]
    found: set[str] = set()
    if any(row[2] >= settings.fever_cel for row in rows):
        found |= kin["fever"]
    if any(row[7] <= settings.breathless_spo2 or row[9] > 0 for row in rows):
        found |= kin["dyspnoea"]
    return found


def _consciousness(scene: Scene) -> str:
    row = scene.known.last("vital")
    return "A" if row is None else str(row[8])


def say_past(scene: Scene, page: Paragraph) -> None:
    """Past history (既往史): long-standing diseases by diagnosis, those denied, allergies."""
    settings, phrases = scene.desk.settings, scene.desk.phrases
    if phrases.knowledge.diseases[scene.who.disease].newborn:
        page.say("past_newborn")
        return
    rows = [row for row in scene.known("diagnosis") if row[6] // ROWS == CONDITION][: settings.most.history]
    had = [diagnosis(scene, row, label="history", formal=False) for row in rows]
    if had:
        page.say("past", names=[(one,) for one in had])
    at, cause = scene.registered[0], scene.known.encounter
    if scene.who.age >= settings.smoking_from:
        denied = [
            phrases.disease(
                key,
                phrases.disease_names(key),
                scene.style,
                Fact("history", key, cause, at, negated=True, historical=True),
                plain=True,
            )
            for key in phrases.words["asked"]
            if key not in scene.who.conditions and key != scene.who.disease
        ]
        if denied:
            page.say("past_denied", names=[(one,) for one in denied])
    elif not had:
        page.say("past_plain")
    allergy = Piece("药物过敏", "drug allergy", Fact("allergy", "drug_allergy", cause, at, negated=True))
    page.say("allergy_denied", allergy=[(allergy,)])


def say_personal(scene: Scene, page: Paragraph) -> None:
    """Personal history (个人史): where the patient lives, smoking; for women, periods."""
    who, settings = scene.who, scene.desk.settings
    page.say("residence", place=[plain(*who.place)])
    at, cause = scene.registered[0], scene.known.encounter
    if who.age >= settings.smoking_from:
        habit = Piece("吸烟", "smoking", Fact("habit", "smoking", cause, at, negated=not who.smoker))
        page.say("smoker" if who.smoker else "smoking_denied", habit=[(habit,)])


def say_periods(scene: Scene, page: Paragraph) -> bool:
    """Menstrual history (月经史) of women whose illness does not lie there; whether there was any to tell."""
    who, settings = scene.who, scene.desk.settings
    if who.sex != "female" or scene.desk.phrases.knowledge.diseases[who.disease].icd10[0] in "ONCP":
        return False
    at, cause = scene.registered[0], scene.known.encounter
    low, high = settings.periods
    if who.age >= settings.menopause_from:
        ended = Piece("已绝经", "postmenopausal", Fact("habit", "menopause", cause, at))
        page.say("menopause", periods=[(ended,)])
        return True
    if low <= who.age <= high:
        regular = Piece("月经周期规律", "regular periods", Fact("habit", "regular_periods", cause, at))
        page.say("periods", periods=[(regular,)])
        return True
    return False


def say_family(scene: Scene, page: Paragraph) -> None:
    """Family history (家族史): the same for a person in every note."""
    phrases, who = scene.desk.phrases, scene.who
    draws = lot(scene.desk.salt, who.person, 1)
    at, cause = scene.registered[0], scene.known.encounter
    told: list[Item] = []
    free: list[Item] = []
    for key, share in scene.desk.settings.family.items():
        names = phrases.disease_names(key)
        relative = phrases.words["relatives"][draws.pick(2)]
        if draws.share() < share:
            ill = phrases.disease(
                key, names, scene.style, Fact("family_history", key, cause, at, family=True), plain=True
            )
            told.append((Piece(f"{relative['zh']}患", f"{relative['en']} has "), ill))
        else:
            fact = Fact("family_history", key, cause, at, negated=True, family=True)
            free.append((phrases.disease(key, names, scene.style, fact, plain=True),))
    if told:
        page.say("family", relatives=told)
    if free:
        page.say("family_denied", names=free)
