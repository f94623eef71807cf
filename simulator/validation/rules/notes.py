"""Rules about clinical notes; a world without notes breaks none."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from simulator.validation.rules.rule import rule

STAY = (
    "encounter e WHERE e.kind = 'inpatient' AND e.seen_at IS NOT NULL AND e.admitted_at IS NOT NULL "
    "AND EXISTS (SELECT 1 FROM note) AND "
)
WRITTEN = "(SELECT 1 FROM note n WHERE n.encounter_id = e.encounter_id AND n.kind IN {})"

NOTES = (
    rule(
        "notes_about_their_time",
        "病历文书写于挂号之后、离院后 24 小时之内（影像报告除外）",
        "Notes are written after registration and within 24 hours of leaving; reports of images may be later",
        "note n JOIN encounter e USING (encounter_id) WHERE n.written_at < e.registered_at "
        "OR (n.written_at > e.ended_at + INTERVAL 24 HOUR AND n.kind <> 'imaging')",
    ),
    rule(
        "notes_do_not_know_the_future",
        "病历文书不陈述书写之后的事",
        "No note states what became known after it was written",
        "note_span s JOIN note n USING (note_id) WHERE s.stated_at > n.written_at",
    ),
    rule(
        "spans_within_their_text",
        "标注位于正文之内",
        "Spans lie within their text",
        'note_span s JOIN note n USING (note_id) WHERE s.start < 0 OR s."end" <= s.start '
        "OR s.\"end\" > length(CASE s.language WHEN 'zh' THEN n.text_zh ELSE n.text_en END)",
    ),
    rule(
        "spans_are_what_stands_there",
        "标注的原文与正文一致",
        "A span's surface is what stands in the text there",
        "note_span s JOIN note n USING (note_id) WHERE s.surface <> substring("
        "CASE s.language WHEN 'zh' THEN n.text_zh ELSE n.text_en END, s.start + 1, s.\"end\" - s.start)",
    ),
    rule(
        "both_languages_state_the_same",
        "中英文陈述同样的事实",
        "Both languages state the same facts",
        "(SELECT note_id, label, concept, value, negated, uncertain, cause_id FROM note_span "
        "GROUP BY ALL HAVING count(*) FILTER (language = 'zh') <> count(*) FILTER (language = 'en'))",
    ),
    rule(
        "stays_have_an_admission_record",
        "住院满 24 小时或已出院者有一份入院记录",
        "Each stay that has lasted 24 hours or has ended has one admission record",
        f"{STAY} (e.ended_at IS NOT NULL OR e.admitted_at + INTERVAL 24 HOUR < getvariable('until')) "
        f"AND (SELECT count(*) FROM note n WHERE n.encounter_id = e.encounter_id AND n.kind = 'admission') <> 1",
    ),
    rule(
        "stays_that_ended_have_a_summary",
        "已结束的住院有出院小结或死亡记录",
        "Each stay that has ended has a discharge summary, or a death record",
        f"{STAY} e.ended_at IS NOT NULL AND NOT EXISTS "
        + WRITTEN.format("(CASE e.outcome WHEN 'died' THEN 'death' ELSE 'discharge' END)"),
    ),
    rule(
        "only_copies_are_stale",
        "只有复制的陈述才会过时",
        "Only what was copied forward can be stale",
        "note_span WHERE stale AND NOT copied",
    ),
    rule(
        "notes_by_the_right_people",
        "护理记录由护士书写，其他病历由医师或技师书写",
        "Nurses write nursing records, doctors and technicians the rest",
        "note n JOIN staff s ON s.staff_id = n.author_id WHERE (n.kind = 'nursing') <> (s.role = 'nurse')",
    ),
)
