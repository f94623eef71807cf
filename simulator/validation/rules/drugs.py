"""Rules about drugs: ordered, given and charged as the formulary allows."""

from simulator.validation.rules.rule import rule

DRUGS = (
    rule(
        "drug_orders_make_sense",
        "用药医嘱先开后停,天数和数量为正",
        "A drug order ends after it begins, for at least one day and one unit",
        "medication_order WHERE ends_at <= ordered_at OR days < 1 OR quantity < 1",
    ),
    rule(
        "drug_orders_while_here",
        "用药医嘱开在接诊之后、离院之前",
        "Drugs are ordered after the patient was seen and before they left",
        "medication_order m JOIN encounter e USING (encounter_id) WHERE m.ordered_at < e.seen_at "
        "OR m.ordered_at > e.ended_at",
    ),
    rule(
        "prescription_kinds_fit",
        "处方类别与就诊类型相符",
        "The kind of prescription fits the kind of encounter",
        "medication_order m JOIN encounter e USING (encounter_id) "
        "WHERE (m.kind IN ('inpatient', 'discharge')) <> (e.kind = 'inpatient') "
        "OR (m.kind = 'emergency') <> (e.kind = 'emergency')",
    ),
    rule(
        "doses_within_limits",
        "单次剂量在药品目录的范围内(儿童只查上限)",
        "Single doses lie within the formulary's limits; for children under the upper one",
        "medication_order m JOIN drug_limit l ON l.drug_code = m.drug_code JOIN encounter e USING (encounter_id) "
        "WHERE m.dose > l.dose_max * 1.001 OR (e.age_years >= 14 AND m.dose < l.dose_min * 0.999)",
    ),
    rule(
        "one_identity_per_drug",
        "一种药品只有一个 ATC 编码和一种剂量单位",
        "A drug has one ATC code and one unit of dose",
        "(SELECT 1 FROM medication_order GROUP BY drug_code HAVING count(DISTINCT atc) > 1 "
        "OR count(DISTINCT dose_unit) > 1)",
    ),
    rule(
        "doses_follow_orders",
        "给药不早于医嘱,不晚于停药",
        "Doses are given after the order and before its end",
        "administration a JOIN medication_order m USING (medication_order_id) WHERE a.due_at < m.ordered_at "
        "OR a.given_at > m.ends_at OR (a.given_at IS NULL) = (a.status = 'given')",
    ),
    rule(
        "doses_as_ordered",
        "所给剂量就是医嘱剂量,且为病区或急诊用药",
        "The dose given is the dose ordered, of an order for ward or emergency room",
        "administration a JOIN medication_order m USING (medication_order_id) WHERE a.dose <> m.dose "
        "OR a.dose_unit <> m.dose_unit OR a.encounter_id <> m.encounter_id OR m.kind NOT IN ('inpatient', 'emergency')",
    ),
    rule(
        "doses_while_here",
        "给药在患者在院期间",
        "Doses are given while the patient is here",
        "administration a JOIN encounter e USING (encounter_id) WHERE a.given_at < coalesce(e.admitted_at, e.seen_at) "
        "OR a.given_at > e.ended_at",
    ),
    rule(
        "nurses_give",
        "给药者是护士",
        "Doses are given by nurses",
        "administration a JOIN staff s ON s.staff_id = a.nurse_id WHERE s.role <> 'nurse'",
    ),
    rule(
        "one_dose_at_a_time",
        "同一医嘱同一时间只有一次给药",
        "An order has one dose due at a time",
        "(SELECT 1 FROM administration GROUP BY medication_order_id, due_at HAVING count(*) > 1)",
    ),
    rule(
        "dispensed_drugs_charged",
        "发出或使用的药品都计费",
        "Every drug that was dispensed or given is charged",
        "medication_order m ANTI JOIN charge c ON c.cause_id = m.medication_order_id "
        "WHERE m.dispensed_at IS NOT NULL OR EXISTS (SELECT 1 FROM administration a "
        "WHERE a.medication_order_id = m.medication_order_id AND a.status = 'given')",
    ),
)
