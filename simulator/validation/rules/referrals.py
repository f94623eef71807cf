"""Rules about networks: who is referred where, and who consults whom at a distance."""

from simulator.validation.rules.rule import rule

LEVEL = "array_position(['primary', 'secondary', 'tertiary'], {}.level)"

REFERRALS = (
    rule(
        "referrals_end_an_encounter",
        "转诊在转出就诊期间决定,上转的离院方式为转往上级医院",
        "A referral is decided before the encounter is over, and one upwards is its outcome",
        "referral r JOIN encounter e ON e.encounter_id = r.from_encounter_id "
        "WHERE r.referred_at NOT BETWEEN e.registered_at AND e.ended_at "
        "OR (r.direction = 'up') <> (e.outcome = 'referred')",
    ),
    rule(
        "referred_patients_arrive",
        "转入就诊是同一个人在另一家机构、转出之后的就诊",
        "Who was referred registers later, elsewhere, and is the same person",
        "referral r JOIN encounter a ON a.encounter_id = r.from_encounter_id "
        "JOIN encounter b ON b.encounter_id = r.to_encounter_id JOIN linkage la ON la.patient_id = a.patient_id "
        "JOIN linkage lb ON lb.patient_id = b.patient_id WHERE la.person_id <> lb.person_id "
        "OR a.hospital_id = b.hospital_id OR b.registered_at < r.referred_at "
        "OR b.arrival_mode <> 'referred_' || r.direction OR b.registered_at IS DISTINCT FROM r.arrived_at",
    ),
    rule(
        "referrals_name_their_hospitals",
        "转诊的两家机构与两次就诊一致",
        "The hospitals of a referral are those of its encounters",
        "referral r JOIN encounter a ON a.encounter_id = r.from_encounter_id "
        "LEFT JOIN encounter b ON b.encounter_id = r.to_encounter_id "
        "WHERE a.hospital_id <> r.from_hospital_id OR b.hospital_id <> r.to_hospital_id",
    ),
    rule(
        "referrals_go_the_right_way",
        "上转到更高级别,下转到更低级别",
        "Up means to a higher level, down to a lower one",
        "referral r JOIN hospital a ON a.hospital_id = r.from_hospital_id "
        "JOIN hospital b ON b.hospital_id = r.to_hospital_id "
        f"WHERE (r.direction = 'up') <> ({LEVEL.format('b')} > {LEVEL.format('a')}) "
        f"OR {LEVEL.format('a')} = {LEVEL.format('b')}",
    ),
    rule(
        "referred_encounters_have_a_referral",
        "上转的就诊、转来的就诊都有转诊单",
        "Encounters that end or begin with a referral have one",
        "encounter e WHERE (outcome = 'referred' AND NOT EXISTS (SELECT 1 FROM referral r "
        "WHERE r.from_encounter_id = e.encounter_id)) OR (arrival_mode = 'referred_up' AND NOT EXISTS "
        "(SELECT 1 FROM referral r WHERE r.to_encounter_id = e.encounter_id))",
    ),
    rule(
        "referred_once",
        "一次就诊至多转出一次、转入一次",
        "An encounter is referred once at most, and begins with one referral at most",
        "(SELECT 1 FROM referral GROUP BY from_encounter_id HAVING count(*) > 1 UNION ALL SELECT 1 FROM referral "
        "WHERE to_encounter_id IS NOT NULL GROUP BY to_encounter_id HAVING count(*) > 1)",
    ),
    rule(
        "teleconsults_during_the_stay",
        "远程会诊在住院期间,先申请后开始后结束",
        "Consultations at a distance happen during the stay, asked for before they begin",
        "teleconsult t JOIN encounter e USING (encounter_id) WHERE e.kind <> 'inpatient' "
        "OR t.requested_at < e.admitted_at OR t.started_at < t.requested_at OR t.ended_at < t.started_at "
        "OR t.ended_at > e.ended_at",
    ),
    rule(
        "teleconsults_ask_upwards",
        "远程会诊由上级医院本院医师完成",
        "A consultation at a distance is answered by a doctor of a hospital of a higher level",
        "teleconsult t JOIN encounter e USING (encounter_id) JOIN hospital a ON a.hospital_id = e.hospital_id "
        "JOIN hospital b ON b.hospital_id = t.hospital_id JOIN staff s ON s.staff_id = t.consultant_id "
        f"WHERE {LEVEL.format('b')} <= {LEVEL.format('a')} OR s.hospital_id <> t.hospital_id OR s.role <> 'doctor'",
    ),
    rule(
        "one_identity_everywhere",
        "同一个人在各家医院登记的身份证号一致",
        "A person has the same identity number at every hospital",
        "(SELECT l.person_id FROM patient p JOIN linkage l USING (patient_id) WHERE p.id_number IS NOT NULL "
        "GROUP BY 1 HAVING count(DISTINCT p.id_number) > 1)",
    ),
)
