"""Rules about people: who patients are, and which illness can be whose."""

from simulator.validation.rules.rule import local, local_day, rule

NEWBORN_DAYS = 28
CHECK_WEIGHTS = "[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]"
CHECK_SUM = f"list_sum(list_transform({CHECK_WEIGHTS}, lambda w, i: TRY_CAST(substr(id_number, i::INT, 1) AS INT) * w))"
"""GB 11643-1999: the weighted sum of the first 17 digits, modulo 11, points to the check character."""

PEOPLE = (
    rule(
        "sex_fits_diagnosis",
        "男性没有妊娠诊断,女性没有前列腺诊断",
        "No man is pregnant and no woman has a prostate",
        "diagnosis d JOIN patient p USING (patient_id) WHERE (p.sex = 'male' AND (d.code LIKE 'O%' "
        "OR d.code LIKE 'N8%' OR d.code LIKE 'N9%' OR d.code LIKE 'D25%')) "
        "OR (p.sex = 'female' AND d.code SIMILAR TO 'N4[0-9].*')",
    ),
    rule(
        "ages_right",
        "就诊年龄与出生日期一致",
        "Age agrees with the date of birth",
        "encounter e JOIN patient p USING (patient_id) WHERE e.age_years <> "
        f"year({local('e.registered_at')}) - year(p.birth_date) "
        f"- (strftime({local('e.registered_at')}, '%m%d') < strftime(p.birth_date, '%m%d'))::INT",
    ),
    rule(
        "born_before_registered",
        "先出生,后挂号",
        "Nobody is registered before birth",
        f"encounter e JOIN patient p USING (patient_id) WHERE {local_day('e.registered_at')} < p.birth_date",
    ),
    rule(
        "record_number_once",
        "同一医院内病案号不重复",
        "A hospital gives a medical record number once",
        "(SELECT 1 FROM patient GROUP BY hospital_id, mrn HAVING count(*) > 1)",
    ),
    rule(
        "identity_number_once",
        "同一医院内一个身份证号只有一位患者",
        "An identity number belongs to one patient of a hospital",
        "(SELECT 1 FROM patient WHERE id_number IS NOT NULL GROUP BY hospital_id, id_number HAVING count(*) > 1)",
    ),
    rule(
        "identity_numbers_check",
        "身份证号校验位正确",
        "Identity numbers have the right check character",
        "patient WHERE id_number IS NOT NULL AND (length(id_number) <> 18 OR "
        f"substr(id_number, 18, 1) IS DISTINCT FROM substr('10X98765432', ({CHECK_SUM} % 11)::INT + 1, 1))",
    ),
    rule(
        "identity_numbers_tell_birth_and_sex",
        "身份证号里的出生日期和性别与登记一致",
        "The birth date and the sex inside an identity number are the patient's",
        "patient WHERE id_number IS NOT NULL AND (substr(id_number, 7, 8) <> strftime(birth_date, '%Y%m%d') "
        "OR (TRY_CAST(substr(id_number, 17, 1) AS INT) % 2 = 1) IS DISTINCT FROM (sex = 'male'))",
    ),
    rule(
        "patients_are_their_persons",
        "患者的性别、出生日期、居住地与其本人一致",
        "A patient's sex, birth date and district are those of the person",
        "patient t JOIN linkage USING (patient_id) JOIN person p USING (person_id) "
        "WHERE t.sex <> p.sex OR t.birth_date <> p.birth_date OR t.district <> p.district",
    ),
    rule(
        "one_person_per_patient",
        "每位患者恰对应一个人",
        "Each patient is exactly one person",
        "(SELECT t.patient_id FROM patient t LEFT JOIN linkage l USING (patient_id) GROUP BY 1 "
        "HAVING count(l.linkage_id) <> 1)",
    ),
    rule(
        "bodies_possible",
        "身高体重在可能范围内",
        "Heights and weights are possible",
        "person WHERE height_cm NOT BETWEEN 35 AND 230 OR weight_kg NOT BETWEEN 1 AND 260",
    ),
    rule(
        "weights_near",
        "测得的体重与本人体重相近",
        "A measured weight is near the person's weight",
        "vital_sign v JOIN linkage USING (patient_id) JOIN person p USING (person_id) "
        "WHERE abs(v.weight_kg - p.weight_kg) > 0.2 * p.weight_kg",
    ),
    rule(
        "no_condition_twice",
        "一个人的同一种慢性病只记一次",
        "Nobody has the same long-standing disease twice",
        "(SELECT 1 FROM condition GROUP BY person_id, disease HAVING count(*) > 1)",
    ),
    rule(
        "households_share_a_home",
        "同一户的人居住地和城乡一致,户的人数相符",
        "Members of a household live in its district, in town or country as it does, and are as many as it says",
        "household h LEFT JOIN (SELECT household_id, count(*) AS members, "
        "count(DISTINCT district) AS districts, any_value(district) AS district, "
        "count(DISTINCT urban) AS kinds, any_value(urban) AS urban FROM person GROUP BY 1) m USING (household_id) "
        "WHERE m.members IS DISTINCT FROM h.size OR m.districts <> 1 OR m.district <> h.district "
        "OR m.kinds <> 1 OR m.urban <> h.urban",
    ),
    rule(
        "children_live_with_adults",
        "每户至少有一名成年人",
        "There is an adult in every household",
        "(SELECT household_id FROM person GROUP BY 1 "
        "HAVING min(birth_date) > CAST(getvariable('begin') AS DATE) - INTERVAL 17 YEAR)",
    ),
    rule(
        "insurance_of_the_person",
        "登记的医疗保障类别与其本人一致",
        "A patient is registered with the person's insurance",
        "patient t JOIN linkage USING (patient_id) JOIN person p USING (person_id) WHERE t.insurance <> p.insurance",
    ),
    rule(
        "one_address_per_household",
        "同一户的患者住址相同",
        "Patients of one household have one address",
        "(SELECT p.household_id FROM patient t JOIN linkage USING (patient_id) JOIN person p USING (person_id) "
        "GROUP BY 1 HAVING count(DISTINCT t.address) > 1)",
    ),
    rule(
        "conditions_in_order",
        "慢性病先出生后起病、先起病后诊断;知晓才治疗,治疗才达标",
        "A long-standing disease begins after birth, is known after it began; only the known is treated, "
        "and only the treated is under control",
        "condition c JOIN person p USING (person_id) WHERE c.known_on < c.onset_on OR c.onset_on < p.birth_date "
        "OR (c.treated AND NOT c.aware) OR (c.controlled AND NOT c.treated) OR (c.aware AND c.known_on IS NULL)",
    ),
    rule(
        "recorded_once_known",
        "慢性病诊断后才会记入病历",
        "A long-standing disease is on record only once it is known",
        "diagnosis d JOIN condition c ON c.condition_id = d.cause_id "
        f"WHERE c.known_on IS NULL OR {local_day('d.diagnosed_at')} < c.known_on",
    ),
    rule(
        "deaths_end_care",
        "去世后不再就诊",
        "Nobody is registered, or still here, after the death",
        "encounter e JOIN linkage USING (patient_id) JOIN death d USING (person_id) "
        "WHERE e.registered_at >= d.died_at OR e.ended_at > d.died_at",
    ),
    rule(
        "deaths_in_hospital_on_record",
        "院内死亡与就诊结局一致,每人只死亡一次",
        "A death in hospital ends an encounter that says so, and each such encounter has one; nobody dies twice",
        "(SELECT 1 FROM death d FULL JOIN (SELECT * FROM encounter WHERE outcome = 'died') e USING (encounter_id) "
        "WHERE (d.place = 'hospital' OR e.patient_id IS NOT NULL) AND d.died_at IS DISTINCT FROM e.ended_at "
        "UNION ALL SELECT 1 FROM death GROUP BY person_id HAVING count(*) > 1)",
    ),
    rule(
        "births_have_mothers",
        "出生日期一致;母亲为 14 至 55 岁女性;分娩住院属于母亲",
        "A child's birth date is that of the birth, the mother is a woman of 14 to 55, and a delivery is her stay",
        "birth b JOIN person c USING (person_id) LEFT JOIN person m ON m.person_id = b.mother_id "
        "LEFT JOIN encounter e USING (encounter_id) LEFT JOIN linkage l ON l.patient_id = e.patient_id "
        f"WHERE {local_day('b.born_at')} <> c.birth_date OR m.sex = 'male' "
        "OR date_diff('year', m.birth_date, c.birth_date) NOT BETWEEN 14 AND 55 "
        "OR (b.encounter_id IS NOT NULL AND (l.person_id IS DISTINCT FROM b.mother_id "
        "OR b.born_at < e.admitted_at OR b.born_at > e.ended_at))",
    ),
    rule(
        "episodes_of_their_person",
        "就诊的病程属于就诊者本人",
        "An encounter's episode of illness is that person's own",
        "encounter e JOIN episode s ON s.episode_id = e.cause_id JOIN linkage l ON l.patient_id = e.patient_id "
        "WHERE l.person_id <> s.person_id",
    ),
    rule(
        "conditions_of_their_holder",
        "作为诊断的慢性病属于本人,编码一致",
        "A long-standing disease is diagnosed in whoever has it, with its code",
        "diagnosis d JOIN condition c ON c.condition_id = d.cause_id JOIN linkage l USING (patient_id) "
        "WHERE l.person_id <> c.person_id OR c.code <> d.code",
    ),
    rule(
        "main_diagnosis_is_the_illness",
        "主要诊断就是引起就诊的疾病",
        "The main diagnosis is the illness that led to the encounter",
        "diagnosis d JOIN encounter e USING (encounter_id) JOIN episode s ON s.episode_id = e.cause_id "
        "WHERE d.role = 'main' AND d.code <> s.code",
    ),
    rule(
        "newborn_diagnoses_early",
        "新生儿诊断首次入院或急诊在出生 28 天内",
        "Diagnoses of the newborn bring to ward or emergency department within 28 days of birth",
        "diagnosis d JOIN encounter e USING (encounter_id) JOIN patient p ON p.patient_id = e.patient_id "
        f"WHERE d.code LIKE 'P%' AND d.role = 'main' AND e.kind <> 'outpatient' "
        f"AND {local_day('e.registered_at')} - p.birth_date > {NEWBORN_DAYS}",
    ),
    rule(
        "pregnant_of_childbearing_age",
        "妊娠诊断者在 12 至 55 岁之间",
        "Who is pregnant is 12 to 55 years old",
        "diagnosis d JOIN encounter e USING (encounter_id) "
        "WHERE d.code LIKE 'O%' AND e.age_years NOT BETWEEN 12 AND 55",
    ),
)
