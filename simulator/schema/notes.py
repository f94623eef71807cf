"""The tables of clinical notes: their text in both languages, and what each stretch of text states."""

from simulator.schema.columns import Column, Table, ValueSet
from simulator.schema.common import cause, encounter_ref, patient_ref

NOTE_KIND: ValueSet = {
    "outpatient": ("门诊病历", "outpatient note"),
    "emergency": ("急诊病历", "emergency note"),
    "admission": ("入院记录", "admission record"),
    "progress": ("病程记录", "progress note"),
    "operation": ("手术记录", "operation record"),
    "nursing": ("护理记录", "nursing record"),
    "imaging": ("影像报告", "imaging report"),
    "discharge": ("出院小结", "discharge summary"),
    "death": ("死亡记录", "death record"),
}
LANGUAGE: ValueSet = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
EXPERIENCER: ValueSet = {"patient": ("患者本人", "the patient"), "family": ("家属", "a relative")}
SPAN_LABEL: ValueSet = {
    "symptom": ("症状", "symptom"),
    "onset": ("起病时间", "how long it has lasted"),
    "disease": ("疾病诊断", "disease"),
    "history": ("既往史", "past history"),
    "family_history": ("家族史", "family history"),
    "habit": ("个人史", "personal history"),
    "allergy": ("过敏史", "allergy"),
    "vital": ("生命体征", "vital sign"),
    "sign": ("体征", "physical sign"),
    "test": ("检验结果", "laboratory result"),
    "examination": ("检查项目", "test or examination ordered or done"),
    "finding": ("影像所见", "imaging finding"),
    "body_site": ("部位", "body site"),
    "procedure": ("手术操作", "procedure"),
    "anaesthesia": ("麻醉方式", "anaesthesia"),
    "drug": ("药品", "drug"),
    "dose": ("剂量", "dose"),
    "route": ("给药途径", "route"),
    "frequency": ("频次", "frequency"),
    "duration": ("疗程或时长", "duration"),
    "intake": ("入量", "intake"),
    "course": ("病情变化", "course of the illness"),
    "event": ("病情恶化", "turn for the worse"),
    "outcome": ("转归", "outcome"),
}
NOTE = Table(
    "note",
    "notes",
    70,
    "病历文书",
    "Clinical notes, the same facts in both languages",
    (
        Column("note_id", "id", "文书编号", "Note id"),
        encounter_ref(),
        patient_ref(),
        Column("author_id", "id", "书写者", "Who wrote it", refers="staff"),
        Column("kind", "cat", "文书类别", "Kind of note", values=NOTE_KIND),
        Column("written_at", "time", "书写时间", "When it was written; it knows nothing later"),
        Column("text_zh", "str", "正文(中文)", "Text in Chinese"),
        Column("text_en", "str", "正文(英文)", "Text in English"),
        cause("起因:就诊、手术或检查", "Cause: the encounter, the procedure or the imaging study"),
    ),
)
NOTE_SPAN = Table(
    "note_span",
    "notes",
    71,
    "文书标注(答案)",
    "What each stretch of a note's text states (answer key)",
    (
        Column("note_span_id", "id", "标注编号", "Span id"),
        Column("note_id", "id", "文书", "Note", refers="note"),
        Column("language", "cat", "语言", "Language of the text", values=LANGUAGE),
        Column("start", "i4", "起点(Unicode 码位,从 0 计)", "First character, in code points from 0", unit="1"),
        Column("end", "i4", "终点(不含)", "One after the last character", unit="1"),
        Column("surface", "str", "原文", "The text as it stands there"),
        Column("label", "cat", "类别", "What it is", values=SPAN_LABEL),
        Column("concept", "cat", "概念标识", "Concept in the knowledge files, or column of the record"),
        Column("value", "cat", "取值", "Value, where there is one", nullable=True),
        Column("unit", "cat", "单位", "Unit of the value", nullable=True),
        Column("negated", "bool", "是否否定", "Whether it is denied"),
        Column("uncertain", "bool", "是否存疑", "Whether it is only suspected"),
        Column("experiencer", "cat", "所属对象", "Whom it concerns", values=EXPERIENCER),
        Column("historical", "bool", "是否既往", "Whether it is of the past"),
        Column("copied", "bool", "是否复制自前一份病程", "Copied forward from the note before"),
        Column("stale", "bool", "复制后是否已过时", "Copied, and no longer so when the note was written"),
        Column("stated_at", "time", "所述事件的时间", "When what it states became known"),
        cause("起因:所述事件", "Cause: the event it states"),
    ),
    truth=True,
)
TABLES = (NOTE, NOTE_SPAN)
