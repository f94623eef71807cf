"""Rules about queues, theatres and what is out of order: everybody in turn, nobody where nothing works."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from simulator.validation.rules.rule import rule

UNDER_WAY = "INTERVAL 45 MINUTE"
"""What was begun before something broke down is still finished."""
OPERATIONS = "procedure p JOIN encounter e USING (encounter_id) WHERE p.theatre IS NOT NULL"
SERVED = """(
    SELECT e.hospital_id, 'emergency' AS what, NULL::BIGINT AS ward_id, e.seen_at AS at FROM encounter e
    WHERE e.kind = 'emergency'
    UNION ALL SELECT hospital_id, 'triage', NULL, triaged_at FROM encounter
    UNION ALL SELECT e.hospital_id, 'phlebotomy', NULL, r.collected_at FROM lab_result r
    JOIN encounter e USING (encounter_id) WHERE e.kind <> 'inpatient'
    UNION ALL SELECT e.hospital_id, 'imaging', NULL, i.started_at FROM imaging_study i
    JOIN encounter e USING (encounter_id)
    UNION ALL SELECT e.hospital_id, 'pharmacy', NULL, m.dispensed_at FROM medication_order m
    JOIN encounter e USING (encounter_id)
    UNION ALL SELECT e.hospital_id, 'theatre', NULL, p.started_at FROM procedure p
    JOIN encounter e USING (encounter_id) WHERE p.theatre IS NOT NULL
    UNION ALL SELECT e.hospital_id, 'ward', s.ward_id, s.started_at FROM bed_stay s
    JOIN encounter e USING (encounter_id))"""
"""When somebody had their turn, and where."""

STATIONS = (
    rule(
        "visits_step_by_step",
        "门急诊先到院,再挂号,再分诊,再接诊;住院没有到院时间",
        "Visits arrive, register, are triaged and seen in this order; stays have no arrival",
        "encounter WHERE (kind <> 'inpatient') <> (arrived_at IS NOT NULL) OR registered_at < arrived_at "
        "OR triaged_at < registered_at OR seen_at < triaged_at",
    ),
    rule(
        "tests_are_paid_first",
        "门急诊检验、检查先缴费后执行,住院不单独缴费",
        "Tests and images of visits are paid for before they are done, those of stays are not paid for one by one",
        '(SELECT o.ordered_at, o.paid_at, e.kind, done FROM "order" o JOIN encounter e USING (encounter_id) '
        "JOIN (SELECT order_id, collected_at AS done FROM lab_result UNION ALL "
        "SELECT order_id, started_at FROM imaging_study) USING (order_id)) WHERE paid_at < ordered_at "
        "OR done < paid_at OR (kind = 'inpatient') <> (paid_at IS NULL)",
    ),
    rule(
        "drugs_are_paid_first",
        "药品先开方,再缴费,再发药,离院之前取走",
        "Drugs are ordered, paid for and dispensed in this order, before the patient leaves",
        "medication_order m JOIN encounter e USING (encounter_id) WHERE m.paid_at < m.ordered_at "
        "OR m.dispensed_at < coalesce(m.paid_at, m.ordered_at) OR m.dispensed_at > e.ended_at",
    ),
    rule(
        "one_operation_per_theatre",
        "一间手术室同一时间只有一台手术",
        "A theatre holds one operation at a time",
        "(SELECT p.started_at < lag(p.ended_at) OVER (PARTITION BY e.hospital_id, p.theatre ORDER BY p.started_at) "
        f"AS broken FROM {OPERATIONS}) WHERE broken",
    ),
    rule(
        "one_operation_per_patient",
        "一位患者同一时间只做一台手术",
        "A patient has one operation at a time",
        "(SELECT p.started_at < lag(p.ended_at) OVER (PARTITION BY p.patient_id ORDER BY p.started_at) AS broken "
        f"FROM {OPERATIONS}) WHERE broken",
    ),
    rule(
        "theatres_are_for_inpatients",
        "有手术间的都是住院手术,并记有改期次数",
        "What has a theatre is an inpatient's operation, and says how often it was postponed",
        "procedure p JOIN encounter e USING (encounter_id) WHERE (p.theatre IS NULL) <> (p.postponed IS NULL) "
        "OR (p.theatre IS NOT NULL AND e.kind <> 'inpatient') OR p.theatre < 1 OR p.postponed < 0",
    ),
    rule(
        "nobody_served_where_nothing_works",
        "完全停止的部门或病区在停止期间不接待患者",
        "What does not work at all serves nobody until it works again",
        f"disruption d JOIN {SERVED} s ON s.hospital_id = d.hospital_id AND s.what = d.what "
        "AND s.ward_id IS NOT DISTINCT FROM d.ward_id WHERE d.capacity = 0 "
        f"AND s.at > d.begins_at + {UNDER_WAY} AND s.at < d.ends_at",
    ),
    rule(
        "no_results_while_laboratory_is_down",
        "检验科停止期间收到的标本在恢复之后才出结果",
        "Specimens received while the laboratory does not work have their results after it works again",
        "disruption d JOIN encounter e USING (hospital_id) JOIN lab_result r USING (encounter_id) "
        "WHERE d.what = 'laboratory' AND d.capacity = 0 AND r.received_at >= d.begins_at "
        "AND r.received_at < d.ends_at AND r.resulted_at < d.ends_at",
    ),
    rule(
        "no_ambulance_on_diversion",
        "分流期间没有救护车送来患者",
        "No ambulance brings anybody while the hospital is on diversion",
        "diversion d JOIN encounter e USING (hospital_id) WHERE e.arrival_mode = 'ambulance' "
        "AND e.arrived_at >= d.begins_at AND e.arrived_at < d.ends_at",
    ),
    rule(
        "spans_have_a_length",
        "中断和分流的结束晚于开始,剩余能力小于一",
        "Disruptions and diversions end after they began, and leave less than the whole capacity",
        "(SELECT begins_at, ends_at, capacity AS left_over FROM disruption UNION ALL "
        "SELECT begins_at, ends_at, least(ambulances, 0) FROM diversion) "
        "WHERE ends_at <= begins_at OR left_over < 0 OR left_over >= 1",
    ),
)
