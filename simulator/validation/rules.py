"""Coherence rules: each is a named SQL query that returns the rows which break it; none may."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from dataclasses import dataclass

from simulator.schema import TABLES

KNOWN_IDS = "CREATE TEMP TABLE known_id AS " + " UNION ALL ".join(  # the ids of all rows of all tables
    f'SELECT {table.key} AS id FROM "{table.name}"' for table in TABLES.values()
)


@dataclass(frozen=True)
class Rule:
    """One statement about all worlds; `sql` counts the rows that contradict it."""

    id: str
    zh: str
    en: str
    sql: str


def _broken(id_: str, zh: str, en: str, rows: str) -> Rule:
    return Rule(id_, zh, en, f"SELECT count(*) FROM {rows}")


WRITTEN = (
    _broken(
        "times_in_order",
        "挂号、分诊、接诊、入区、离开依次发生",
        "Registration, triage, first contact, admission and departure follow each other",
        "encounter WHERE triaged_at < registered_at OR seen_at < registered_at OR admitted_at < registered_at "
        "OR ended_at < registered_at OR ended_at < seen_at OR ended_at < admitted_at",
    ),
    _broken(
        "bed_times_in_order",
        "先申请床位,再入床,再离床",
        "A bed is asked for, reached and left in this order",
        "bed_stay WHERE started_at < requested_at OR ended_at <= started_at",
    ),
    _broken(
        "one_patient_per_bed",
        "一张床同一时间只有一位患者",
        "A bed holds one patient at a time",
        "(SELECT started_at < lag(coalesce(ended_at, 'infinity')) OVER "
        "(PARTITION BY bed_id ORDER BY started_at) AS broken FROM bed_stay) WHERE broken",
    ),
    _broken(
        "one_bed_per_patient",
        "一位患者同一时间只占一张床",
        "A patient lies in one bed at a time",
        "(SELECT started_at < lag(coalesce(ended_at, 'infinity')) OVER "
        "(PARTITION BY patient_id ORDER BY started_at) AS broken FROM bed_stay) WHERE broken",
    ),
    _broken(
        "one_place_at_a_time",
        "一位患者不会同时在两处就诊",
        "Nobody is seen in two places at once",
        "(SELECT coalesce(admitted_at, registered_at) < lag(coalesce(ended_at, 'infinity')) OVER "
        "(PARTITION BY patient_id ORDER BY coalesce(admitted_at, registered_at), ended_at) AS broken FROM encounter "
        "WHERE kind <> 'inpatient' OR admitted_at IS NOT NULL) WHERE broken",
    ),
    _broken(
        "stays_within_encounters",
        "床位占用在住院期间之内",
        "Bed stays lie within their inpatient stay",
        "bed_stay b JOIN encounter e USING (encounter_id) WHERE e.kind <> 'inpatient' OR b.started_at < e.admitted_at "
        "OR b.ended_at > e.ended_at OR (b.ended_at IS NULL AND e.ended_at IS NOT NULL)",
    ),
    _broken(
        "admission_begins_in_bed",
        "入区时间等于第一次入床时间",
        "An admission begins when the first bed is reached",
        "(SELECT encounter_id, min(started_at) AS first FROM bed_stay GROUP BY 1) "
        "JOIN encounter e USING (encounter_id) WHERE e.admitted_at IS DISTINCT FROM first",
    ),
    _broken(
        "dead_do_not_return",
        "死亡之后没有新的就诊",
        "Nobody comes back after dying",
        "encounter d JOIN encounter e ON d.patient_id = e.patient_id AND d.outcome = 'died' "
        "AND e.registered_at > d.ended_at",
    ),
    _broken(
        "one_main_diagnosis",
        "接诊后结束的就诊恰有一个主要诊断",
        "An encounter that was seen and has ended has exactly one main diagnosis",
        "(SELECT e.encounter_id, count(*) FILTER (d.role = 'main') AS n FROM encounter e LEFT JOIN diagnosis d "
        "USING (encounter_id) WHERE e.seen_at IS NOT NULL AND e.ended_at IS NOT NULL GROUP BY 1) WHERE n <> 1",
    ),
    _broken(
        "sex_fits_diagnosis",
        "男性没有妊娠诊断,女性没有前列腺诊断",
        "No man is pregnant and no woman has a prostate",
        "diagnosis d JOIN patient p USING (patient_id) WHERE (p.sex = 'male' AND (d.code LIKE 'O%' "
        "OR d.code LIKE 'N8%' OR d.code LIKE 'N9%' OR d.code LIKE 'D25%')) "
        "OR (p.sex = 'female' AND d.code SIMILAR TO 'N4[0-9].*')",
    ),
    _broken(
        "results_in_order",
        "先开单,再采样,再接收,再报告",
        "A test is ordered, collected, received and reported in this order",
        'lab_result r JOIN "order" o USING (order_id) WHERE r.collected_at < o.ordered_at '
        "OR r.received_at < r.collected_at OR r.resulted_at < r.received_at",
    ),
    _broken(
        "flags_follow_limits",
        "结果提示与参考范围一致",
        "Flags follow the reference limits",
        "lab_result WHERE value IS NOT NULL AND ((flag = 'N' AND (value < ref_low OR value > ref_high)) "
        "OR (flag IN ('L', 'LL') AND value >= ref_low) OR (flag IN ('H', 'HH') AND value <= ref_high))",
    ),
    _broken(
        "either_number_or_text",
        "检验结果要么是数值,要么是文字",
        "A result is either a number or a text",
        "lab_result WHERE (value IS NULL) = (value_text IS NULL)",
    ),
    _broken(
        "vitals_possible",
        "生命体征在可能范围内",
        "Vital signs are possible",
        "vital_sign WHERE temperature NOT BETWEEN 30 AND 43 OR heart_rate NOT BETWEEN 20 AND 250 "
        "OR spo2 NOT BETWEEN 50 AND 100 OR diastolic >= systolic",
    ),
    _broken(
        "doses_follow_orders",
        "给药不早于医嘱,不晚于停药",
        "Doses are given after the order and before its end",
        "administration a JOIN medication_order m USING (medication_order_id) WHERE a.due_at < m.ordered_at "
        "OR a.given_at > m.ends_at OR (a.given_at IS NULL) = (a.status = 'given')",
    ),
    _broken(
        "amounts_add_up",
        "金额等于单价乘数量",
        "Amount is price times quantity",
        "charge WHERE abs(amount - unit_price * quantity) > 0.005 OR quantity < 1",
    ),
    _broken(
        "settlements_add_up",
        "结算等于费用明细之和,等于医保与个人支付之和",
        "A settlement is the sum of its charges and of what insurance and patient pay",
        "(SELECT s.total, s.insurance_paid, s.patient_paid, coalesce(sum(c.amount), 0) AS charged FROM settlement s "
        "LEFT JOIN charge c USING (encounter_id) GROUP BY s.settlement_id, s.total, s.insurance_paid, s.patient_paid) "
        "WHERE abs(total - charged) > 0.01 OR abs(total - insurance_paid - patient_paid) > 0.01",
    ),
    _broken(
        "ages_right",
        "就诊年龄与出生日期一致",
        "Age agrees with the date of birth",
        "encounter e JOIN patient p USING (patient_id) WHERE e.age_years <> date_sub('year', p.birth_date, "
        "CAST(e.registered_at + to_hours(getvariable('zone')::BIGINT) AS DATE))",
    ),
    _broken(
        "unseen_have_nothing",
        "未就诊离开者没有医嘱和诊断",
        "Who left before being seen has neither orders nor diagnoses",
        "encounter e WHERE outcome = 'left_before_seen' AND (seen_at IS NOT NULL OR EXISTS "
        '(SELECT 1 FROM "order" o WHERE o.encounter_id = e.encounter_id))',
    ),
)


def _references() -> tuple[Rule, ...]:
    """Every reference declared in the schema leads to a row."""
    rules = []
    for table in TABLES.values():
        for column in table.columns:
            if column.refers is None:
                continue
            target = TABLES[column.refers]
            rules.append(
                _broken(
                    f"{table.name}_{column.name}",
                    f"{table.name}.{column.name} 指向存在的 {target.name}",
                    f"{table.name}.{column.name} leads to an existing {target.name}",
                    f'"{table.name}" a ANTI JOIN "{target.name}" b ON b.{target.key} = a.{column.name} '
                    f"WHERE a.{column.name} IS NOT NULL",
                ),
            )
    return tuple(rules)


def _causes() -> tuple[Rule, ...]:
    """Every cause is a row of some table."""
    return tuple(
        _broken(
            f"{table.name}_cause",
            f"{table.name} 的起因存在",
            f"What caused each {table.name} exists",
            f'"{table.name}" a ANTI JOIN known_id k ON a.cause_id = k.id',
        )
        for table in TABLES.values()
        if any(column.name == "cause_id" for column in table.columns)
    )


def _keys() -> tuple[Rule, ...]:
    return tuple(
        _broken(
            f"{table.name}_key",
            f"{table.key} 不重复",
            f"{table.key} is never repeated",
            f'(SELECT {table.key} FROM "{table.name}" GROUP BY 1 HAVING count(*) > 1)',
        )
        for table in TABLES.values()
    )


RULES: tuple[Rule, ...] = (*WRITTEN, *_keys(), *_references(), *_causes())
