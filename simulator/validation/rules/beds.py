"""Rules about beds: one patient each, no gaps between moves, wards that fit."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from simulator.validation.rules.rule import rule

CLEANING = "INTERVAL 30 MINUTE"

BEDS = (
    rule(
        "bed_times_in_order",
        "先申请床位,再入床,再离床",
        "A bed is asked for, reached and left in this order",
        "bed_stay WHERE started_at < requested_at OR ended_at <= started_at",
    ),
    rule(
        "one_patient_per_bed",
        "一张床同一时间只有一位患者",
        "A bed holds one patient at a time",
        "(SELECT started_at < lag(coalesce(ended_at, 'infinity')) OVER "
        "(PARTITION BY bed_id ORDER BY started_at) AS broken FROM bed_stay) WHERE broken",
    ),
    rule(
        "one_bed_per_patient",
        "一位患者同一时间只占一张床",
        "A patient lies in one bed at a time",
        "(SELECT started_at < lag(coalesce(ended_at, 'infinity')) OVER "
        "(PARTITION BY patient_id ORDER BY started_at) AS broken FROM bed_stay) WHERE broken",
    ),
    rule(
        "beds_are_cleaned",
        "两位患者之间留出清洁的时间",
        "A bed is cleaned between two patients",
        "(SELECT started_at - lag(ended_at) OVER (PARTITION BY bed_id ORDER BY started_at) AS gap FROM bed_stay) "
        f"WHERE gap < {CLEANING}",
    ),
    rule(
        "stays_within_encounters",
        "床位占用在住院期间之内",
        "Bed stays lie within their inpatient stay",
        "bed_stay b JOIN encounter e USING (encounter_id) WHERE e.kind <> 'inpatient' OR b.started_at < e.admitted_at "
        "OR b.ended_at > e.ended_at OR (b.ended_at IS NULL AND e.ended_at IS NOT NULL)",
    ),
    rule(
        "admission_begins_in_bed",
        "入区时间等于第一次入床时间",
        "An admission begins when the first bed is reached",
        "(SELECT encounter_id, min(started_at) AS first FROM bed_stay GROUP BY 1) "
        "JOIN encounter e USING (encounter_id) WHERE e.admitted_at IS DISTINCT FROM first",
    ),
    rule(
        "moves_without_gap",
        "转床前后首尾相接",
        "A patient who moves leaves one bed for the next without a gap",
        "(SELECT started_at - lag(ended_at) OVER (PARTITION BY encounter_id ORDER BY started_at) AS gap FROM bed_stay) "
        "WHERE gap <> INTERVAL 0 SECOND",
    ),
    rule(
        "first_bed_is_an_admission",
        "第一张床的原因是入院,其后是转床",
        "The first bed of a stay is an admission, later ones are moves",
        "(SELECT reason, row_number() OVER (PARTITION BY encounter_id ORDER BY started_at) AS nth FROM bed_stay) "
        "WHERE (nth = 1) <> (reason = 'admission')",
    ),
    rule(
        "intensive_moves",
        "转入重症进重症病区,转出重症离开重症病区",
        "A step up leads into intensive care, a step down out of it",
        "bed_stay s JOIN ward w USING (ward_id) WHERE (reason = 'step_up' AND w.kind <> 'intensive') "
        "OR (reason = 'step_down' AND w.kind = 'intensive')",
    ),
    rule(
        "beds_stand_in_their_ward",
        "病床属于所记的病区,病区属于所在医院",
        "A bed stands in the ward that is named, in the encounter's hospital",
        "bed_stay s JOIN bed b USING (bed_id) JOIN ward w ON w.ward_id = s.ward_id "
        "JOIN encounter e USING (encounter_id) WHERE s.ward_id <> b.ward_id OR w.hospital_id <> e.hospital_id",
    ),
    rule(
        "beds_counted",
        "病区和医院的床位数等于实际床位",
        "Wards and hospitals have as many beds as they say",
        "(SELECT w.beds AS said, count(b.bed_id) AS n FROM ward w LEFT JOIN bed b USING (ward_id) "
        "GROUP BY w.ward_id, w.beds UNION ALL SELECT h.beds, count(b.bed_id) FROM hospital h "
        "LEFT JOIN ward w USING (hospital_id) LEFT JOIN bed b USING (ward_id) GROUP BY h.hospital_id, h.beds) "
        "WHERE said <> n",
    ),
    rule(
        "maternity_is_for_women",
        "产科病区没有成年男性患者",
        "No man lies in the maternity ward",
        "bed_stay s JOIN ward w USING (ward_id) JOIN encounter e USING (encounter_id) "
        "JOIN patient p ON p.patient_id = e.patient_id "
        "WHERE w.kind = 'maternity' AND p.sex = 'male' AND e.age_years > 0",
    ),
    rule(
        "childrens_ward_is_for_children",
        "儿科病区没有成年患者",
        "No adult lies in the children's ward",
        "bed_stay s JOIN ward w USING (ward_id) JOIN encounter e USING (encounter_id) "
        "WHERE w.kind = 'paediatric' AND e.age_years >= 18",
    ),
)
