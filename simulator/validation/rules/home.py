"""Rules about home monitoring: who takes part, when readings can be, and what they can say."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from simulator.validation.rules.rule import local, rule

READING = "home_reading r JOIN home_enrolment h USING (home_enrolment_id)"
DISEASES = {"hypertension": "I10", "type2_diabetes": "E11", "copd": "J44", "heart_failure": "I50|I11[.]0"}
"""Programme -> regular expression for the beginning of the code of a diagnosis."""
POSSIBLE = {
    "systolic": (40, 280),
    "diastolic": (20, 180),
    "heart_rate": (20, 250),
    "glucose_fasting": (1, 33.4),
    "glucose_after_meal": (1, 33.4),
    "spo2": (50, 100),
    "weight": (20, 260),
    "symptom_score": (0, 10),
}
"""What a device can show, in the measure's unit."""

HOME = (
    rule(
        "home_enrolled_in_a_clinic_with_the_disease",
        "居家监测在门诊登记,就诊诊断包含该项目的疾病",
        "A programme is joined at a clinic, at a visit whose diagnoses have its disease",
        "home_enrolment h JOIN encounter e USING (encounter_id) WHERE e.kind <> 'outpatient' OR e.seen_at IS NULL "
        "OR h.enrolled_at < e.seen_at OR NOT EXISTS (SELECT 1 FROM diagnosis d WHERE d.encounter_id = h.encounter_id "
        "AND regexp_matches(d.code, CASE h.programme "
        + " ".join(f"WHEN '{name}' THEN '^({codes})'" for name, codes in DISEASES.items())
        + " END))",
    ),
    rule(
        "home_one_programme_a_person",
        "一个人只参加一个居家监测项目",
        "Nobody takes part in two programmes",
        "(SELECT 1 FROM home_enrolment JOIN linkage USING (patient_id) GROUP BY person_id HAVING count(*) > 1)",
    ),
    rule(
        "home_enrolments_end_for_a_reason",
        "结束的登记有原因,因死亡结束的在死亡时结束",
        "An enrolment that ended says why, and one that ended with a death ended at that time",
        "home_enrolment h JOIN linkage USING (patient_id) LEFT JOIN death d USING (person_id) "
        "WHERE (h.ended_at IS NULL) <> (h.end_reason IS NULL) OR h.ended_at < h.enrolled_at "
        "OR (h.end_reason = 'died' AND h.ended_at IS DISTINCT FROM d.died_at) "
        "OR coalesce(h.ended_at, 'infinity') > d.died_at",
    ),
    rule(
        "home_readings_while_enrolled",
        "读数在登记之后、结束之前测量,属于登记的患者",
        "Readings are taken between enrolment and its end, by the patient enrolled",
        f"{READING} WHERE r.measured_at < h.enrolled_at OR r.measured_at > h.ended_at "
        "OR r.patient_id <> h.patient_id OR r.encounter_id <> h.encounter_id",
    ),
    rule(
        "home_readings_not_on_a_ward",
        "住院期间没有居家读数",
        "Nobody lies on a ward and measures at home",
        "home_reading r JOIN linkage l USING (patient_id) JOIN linkage other ON other.person_id = l.person_id "
        "JOIN encounter e ON e.patient_id = other.patient_id AND e.kind = 'inpatient' "
        "WHERE r.measured_at >= e.admitted_at AND r.measured_at < coalesce(e.ended_at, 'infinity')",
    ),
    rule(
        "home_readings_of_the_living",
        "去世后没有读数、上传和随访电话",
        "The dead neither measure nor send, and nobody calls them",
        "death d JOIN linkage USING (person_id) JOIN (SELECT patient_id, sent_at AS moment FROM home_reading UNION ALL "
        "SELECT patient_id, called_at FROM home_call) USING (patient_id) WHERE moment >= d.died_at",
    ),
    rule(
        "home_readings_sent_after_measured",
        "读数先测量后上传",
        "Readings are measured before they are sent",
        "home_reading WHERE sent_at < measured_at",
    ),
    rule(
        "home_values_possible",
        "居家读数在设备可显示的范围内",
        "Readings are what their device can show",
        "home_reading WHERE value NOT BETWEEN CASE measure "
        + " ".join(f"WHEN '{name}' THEN {least}" for name, (least, _) in POSSIBLE.items())
        + " END AND CASE measure "
        + " ".join(f"WHEN '{name}' THEN {most}" for name, (_, most) in POSSIBLE.items())
        + " END",
    ),
    rule(
        "home_pressures_in_order",
        "同一次测量的舒张压低于收缩压",
        "Of one measurement the diastolic pressure lies below the systolic one",
        "home_reading a JOIN home_reading b USING (home_enrolment_id, measured_at) "
        "WHERE a.measure = 'diastolic' AND b.measure = 'systolic' AND a.value >= b.value",
    ),
    rule(
        "home_flags_follow_limits",
        "居家读数的提示与提醒限一致",
        "Flags of readings follow their limits",
        "home_reading WHERE (flag IN ('L', 'LL')) <> coalesce(value < ref_low, FALSE) "
        "OR (flag IN ('H', 'HH')) <> coalesce(value > ref_high, FALSE)",
    ),
    rule(
        "home_one_unit_a_measure",
        "一个居家指标只有一种单位和一个 LOINC 编码",
        "A measure at home has one unit and one LOINC number",
        "(SELECT 1 FROM home_reading GROUP BY measure HAVING count(DISTINCT unit) > 1 "
        "OR count(DISTINCT coalesce(loinc, '')) > 1)",
    ),
    rule(
        "home_measured_once_a_moment",
        "同一时刻同一指标只有一条读数",
        "A measure is taken once at a moment",
        "(SELECT 1 FROM home_reading GROUP BY home_enrolment_id, measure, measured_at HAVING count(*) > 1)",
    ),
    rule(
        "home_devices_have_one_owner",
        "一台设备只属于一位患者",
        "A device belongs to one patient",
        "(SELECT 1 FROM home_reading GROUP BY device HAVING count(DISTINCT home_enrolment_id) > 1)",
    ),
    rule(
        "home_calls_follow_an_alert",
        "电话在超限读数上传之后拨打,针对同一患者",
        "A call follows a flagged reading of the same patient that has been sent",
        "home_call c JOIN home_reading r USING (home_reading_id) WHERE r.flag = 'N' OR c.called_at < r.sent_at "
        "OR c.patient_id <> r.patient_id OR c.home_enrolment_id <> r.home_enrolment_id",
    ),
    rule(
        "home_calls_by_day",
        "随访电话在白天拨打",
        "Calls are made by day",
        f"home_call WHERE hour({local('called_at')}) NOT BETWEEN 8 AND 18",
    ),
)
