"""Rules about encounters: when, where, with whom, and how they end."""

from simulator.validation.rules.rule import local, rule

VISITS = (
    rule(
        "times_in_order",
        "挂号、分诊、接诊、入区、离开依次发生",
        "Registration, triage, first contact, admission and departure follow each other",
        "encounter WHERE triaged_at < registered_at OR seen_at < registered_at OR admitted_at < registered_at "
        "OR seen_at < triaged_at OR ended_at < registered_at OR ended_at < seen_at OR ended_at < admitted_at",
    ),
    rule(
        "one_place_at_a_time",
        "一位患者不会同时在两处就诊",
        "Nobody is seen in two places at once",
        "(SELECT coalesce(admitted_at, registered_at) < lag(coalesce(ended_at, 'infinity')) OVER "
        "(PARTITION BY patient_id ORDER BY coalesce(admitted_at, registered_at), ended_at) AS broken FROM encounter "
        "WHERE kind <> 'inpatient' OR admitted_at IS NOT NULL) WHERE broken",
    ),
    rule(
        "dead_do_not_return",
        "死亡之后没有新的就诊",
        "Nobody comes back after dying",
        "encounter d JOIN encounter e ON d.patient_id = e.patient_id AND d.outcome = 'died' "
        "AND e.registered_at > d.ended_at",
    ),
    rule(
        "one_main_diagnosis",
        "接诊后结束的就诊恰有一个主要诊断",
        "An encounter that was seen and has ended has exactly one main diagnosis",
        "(SELECT e.encounter_id, count(*) FILTER (d.role = 'main') AS n FROM encounter e LEFT JOIN diagnosis d "
        "USING (encounter_id) WHERE e.seen_at IS NOT NULL AND e.ended_at IS NOT NULL GROUP BY 1) WHERE n <> 1",
    ),
    rule(
        "diagnosis_ranks_once",
        "一次就诊的诊断顺位不重复,主要诊断居首",
        "An encounter's diagnoses have different ranks, the main one first",
        "(SELECT 1 FROM diagnosis GROUP BY encounter_id HAVING count(DISTINCT rank) < count(*) "
        "OR bool_or((role = 'main') <> (rank = 1)))",
    ),
    rule(
        "unseen_have_nothing",
        "未就诊离开者没有医嘱和诊断",
        "Who left before being seen has neither orders nor diagnoses",
        "encounter e WHERE outcome = 'left_before_seen' AND (seen_at IS NOT NULL OR EXISTS "
        '(SELECT 1 FROM "order" o WHERE o.encounter_id = e.encounter_id))',
    ),
    rule(
        "triage_in_emergencies_alone",
        "急诊都分诊,其他就诊不分诊",
        "Emergencies are triaged, others are not",
        "encounter WHERE (kind <> 'emergency' AND (triage_level IS NOT NULL OR triaged_at IS NOT NULL)) "
        "OR (kind = 'emergency' AND (triage_level IS NULL OR triaged_at IS NULL) "
        "AND registered_at < getvariable('until') - INTERVAL 5 MINUTE)",
    ),
    rule(
        "admissions_follow_a_visit",
        "每次住院都由本人在同院的一次门急诊收入,来源一致",
        "Each admission follows the same patient's visit that ended with it, and says which kind",
        "encounter e LEFT JOIN encounter v ON v.encounter_id = e.previous_encounter_id "
        "WHERE (e.kind = 'inpatient') <> (v.encounter_id IS NOT NULL) OR v.kind = 'inpatient' "
        "OR v.patient_id <> e.patient_id OR v.hospital_id <> e.hospital_id OR v.registered_at > e.registered_at "
        "OR v.outcome <> 'admitted' OR e.arrival_mode <> 'from_' || v.kind",
    ),
    rule(
        "open_or_ended",
        "结束的就诊有离院方式,未结束的没有",
        "An encounter that has ended says how; an open one does not",
        "encounter WHERE (ended_at IS NULL) <> (outcome IS NULL)",
    ),
    rule(
        "outcomes_fit",
        "离院方式与就诊类型相符",
        "How an encounter ended fits its kind",
        "encounter WHERE (outcome = 'admitted' AND kind = 'inpatient') "
        "OR (outcome = 'left_before_seen' AND kind <> 'emergency') "
        "OR (outcome IN ('transferred', 'against_advice') AND kind <> 'inpatient')",
    ),
    rule(
        "clinics_are_open",
        "门诊患者在开诊时间内到院(可提前一小时)",
        "Clinic patients come within opening hours, or in the hour before",
        "encounter e JOIN department d USING (department_id) WHERE e.kind = 'outpatient' "
        f"AND hour({local('e.arrived_at')}) NOT BETWEEN d.opens - 1 AND d.closes - 1",
    ),
    rule(
        "clinics_keep_their_weekend",
        "周末停诊的科室周末没有门诊",
        "A clinic that is closed at the weekend sees nobody then",
        "encounter e JOIN department d USING (department_id) WHERE e.kind = 'outpatient' AND NOT d.weekend "
        f"AND isodow({local('e.registered_at')}) > 5",
    ),
    rule(
        "one_house",
        "就诊的科室、医师、患者登记都属于同一家医院",
        "Department, doctor and record of an encounter belong to its hospital",
        "encounter e JOIN department d USING (department_id) JOIN patient p USING (patient_id) "
        "LEFT JOIN staff s ON s.staff_id = e.doctor_id WHERE d.hospital_id <> e.hospital_id "
        "OR p.hospital_id <> e.hospital_id OR s.hospital_id <> e.hospital_id",
    ),
    rule(
        "emergencies_in_the_emergency_department",
        "急诊在急诊科,门诊不在急诊科",
        "Emergencies are seen in the emergency department, clinic patients elsewhere",
        "encounter e JOIN department d USING (department_id) "
        "WHERE e.kind <> 'inpatient' AND (e.kind = 'emergency') <> (d.kind = 'emergency')",
    ),
    rule(
        "seen_by_a_doctor",
        "接诊者是本科室医师",
        "Whoever was seen was seen by a doctor of the department",
        "encounter e LEFT JOIN staff s ON s.staff_id = e.doctor_id WHERE e.seen_at IS NOT NULL "
        "AND (s.role IS DISTINCT FROM 'doctor' OR s.department_id <> e.department_id)",
    ),
    rule(
        "complaints_in_both_languages",
        "主诉中英文成对",
        "A complaint stands in both languages or in neither",
        "encounter WHERE (complaint_zh IS NULL) <> (complaint_en IS NULL)",
    ),
)
