"""Rules about laboratory results and vital signs."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from simulator.validation.rules.rule import rule

DIFFERENTIAL = "('neutrophil_pct', 'lymphocyte_pct', 'eosinophil_pct', 'monocyte_pct', 'basophil_pct')"


def _part_within(part: str, whole: str) -> str:
    """Reports in which a part exceeds the whole."""
    return (
        f"(SELECT max(value) FILTER (test_code = '{part}') AS part, max(value) FILTER (test_code = '{whole}') AS whole "
        "FROM lab_result GROUP BY order_id) WHERE part > whole"
    )


RESULTS = (
    rule(
        "results_in_order",
        "先开单,再采样,再接收,再报告",
        "A test is ordered, collected, received and reported in this order",
        'lab_result r JOIN "order" o USING (order_id) WHERE r.collected_at < o.ordered_at '
        "OR r.received_at < r.collected_at OR r.resulted_at < r.received_at",
    ),
    rule(
        "specimens_while_here",
        "采样在患者在院期间",
        "Specimens are taken while the patient is here",
        "lab_result r JOIN encounter e USING (encounter_id) WHERE r.collected_at < e.seen_at "
        "OR r.collected_at > e.ended_at",
    ),
    rule(
        "flags_follow_limits",
        "结果提示与参考范围一致",
        "Flags follow the reference limits",
        "lab_result WHERE value IS NOT NULL AND ((flag = 'N' AND (value < ref_low OR value > ref_high)) "
        "OR (flag IN ('L', 'LL') AND value >= ref_low) OR (flag IN ('H', 'HH') AND value <= ref_high))",
    ),
    rule(
        "either_number_or_text",
        "检验结果要么是数值,要么是文字",
        "A result is either a number or a text",
        "lab_result WHERE (value IS NULL) = (value_text IS NULL)",
    ),
    rule(
        "one_test_once_per_order",
        "一张检验单里一个项目只出一次",
        "An order reports a test once",
        "(SELECT 1 FROM lab_result GROUP BY order_id, test_code HAVING count(*) > 1)",
    ),
    rule(
        "one_unit_per_test",
        "一个检验项目只有一种单位和一个 LOINC 编码",
        "A test has one unit and one LOINC number",
        "(SELECT 1 FROM lab_result GROUP BY test_code HAVING count(DISTINCT coalesce(unit, '')) > 1 "
        "OR count(DISTINCT loinc) > 1)",
    ),
    rule(
        "limits_in_order",
        "参考下限低于上限",
        "Lower reference limits lie below upper ones",
        "lab_result WHERE ref_low >= ref_high",
    ),
    rule(
        "amounts_not_negative",
        "除碱剩余外结果不为负",
        "No result is negative but a base excess",
        "lab_result WHERE value < 0 AND test_code NOT LIKE '%base_excess%'",
    ),
    rule(
        "differential_within_a_hundred",
        "白细胞分类之和不超过 100%",
        "A differential count does not exceed 100 %",
        f"(SELECT sum(value) AS total FROM lab_result WHERE test_code IN {DIFFERENTIAL} GROUP BY order_id) "
        "WHERE total > 100.5",
    ),
    rule(
        "direct_within_total_bilirubin",
        "直接胆红素不超过总胆红素",
        "Direct bilirubin does not exceed total bilirubin",
        _part_within("direct_bilirubin", "total_bilirubin"),
    ),
    rule(
        "albumin_within_protein",
        "白蛋白不超过总蛋白",
        "Albumin does not exceed total protein",
        _part_within("albumin", "total_protein"),
    ),
    rule(
        "vitals_possible",
        "生命体征在可能范围内",
        "Vital signs are possible",
        "vital_sign WHERE temperature NOT BETWEEN 30 AND 43 OR heart_rate NOT BETWEEN 20 AND 250 "
        "OR spo2 NOT BETWEEN 50 AND 100 OR diastolic >= systolic",
    ),
    rule(
        "vitals_while_here",
        "生命体征在就诊期间测量",
        "Vital signs are measured during the encounter",
        "vital_sign v JOIN encounter e USING (encounter_id) WHERE v.measured_at < e.registered_at "
        "OR v.measured_at > e.ended_at",
    ),
    rule(
        "vitals_once_a_moment",
        "同一时刻只测一次生命体征",
        "Vital signs are charted once at a moment",
        "(SELECT 1 FROM vital_sign GROUP BY encounter_id, measured_at HAVING count(*) > 1)",
    ),
)
