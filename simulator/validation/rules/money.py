"""Rules about money: prices, charges, settlements."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from simulator.validation.rules.rule import local_day, rule

SETTLING = "INTERVAL 1 HOUR"
"""How long before the end of the period an encounter may have ended without its settlement lying in it."""

MONEY = (
    rule(
        "amounts_add_up",
        "金额等于单价乘数量,精确到分",
        "Amount is price times quantity, to the cent",
        "charge WHERE abs(amount - unit_price * quantity) > 0.005 OR quantity < 1 OR unit_price <= 0 "
        "OR abs(amount * 100 - round(amount * 100)) > 1e-6",
    ),
    rule(
        "one_price_per_item",
        "同一医院同一项目只有一个单价",
        "An item has one price in a hospital",
        "(SELECT 1 FROM charge JOIN encounter USING (encounter_id) GROUP BY hospital_id, category, code "
        "HAVING count(DISTINCT unit_price) > 1)",
    ),
    rule(
        "charged_while_here",
        "计费在就诊期间",
        "Charges are made during the encounter",
        "charge c JOIN encounter e USING (encounter_id) WHERE c.charged_at < e.registered_at "
        "OR c.charged_at > e.ended_at + INTERVAL 3 HOUR",
    ),
    rule(
        "completed_orders_charged",
        "完成的医嘱计费一次,取消的不计费",
        "A completed order is charged once, a cancelled one never",
        '(SELECT o.status, count(c.charge_id) AS n FROM "order" o LEFT JOIN charge c '
        "ON c.cause_id = o.order_id AND c.code = o.code GROUP BY o.order_id, o.status) "
        "WHERE (status = 'completed' AND n <> 1) OR (status = 'cancelled' AND n > 0)",
    ),
    rule(
        "bed_days_once",
        "床位费只收住院患者,每日一次",
        "Only inpatients pay for beds, once a day",
        "(SELECT e.kind, sum(c.quantity) AS n FROM charge c JOIN encounter e USING (encounter_id) "
        f"WHERE c.category = 'bed' GROUP BY e.encounter_id, e.kind, {local_day('c.charged_at')}) "
        "WHERE kind <> 'inpatient' OR n > 1",
    ),
    rule(
        "every_night_charged",
        "床位费天数与住院日相差不超过一天",
        "Bed days that are charged are those of the stay, within one day",
        "encounter e JOIN (SELECT encounter_id, sum(quantity) FILTER (category = 'bed') AS nights FROM charge "
        "GROUP BY 1) c USING (encounter_id) WHERE e.kind = 'inpatient' AND e.admitted_at >= getvariable('begin') "
        f"AND abs(coalesce(nights, 0) - ({local_day('e.ended_at')} - {local_day('e.admitted_at')})) > 1",
    ),
    rule(
        "one_settlement_when_ended",
        "结束的就诊恰结算一次,未结束的不结算",
        "An encounter that has ended is settled once, an open one is not",
        "(SELECT e.ended_at, count(s.settlement_id) AS n FROM encounter e LEFT JOIN settlement s USING (encounter_id) "
        "GROUP BY e.encounter_id, e.ended_at) WHERE n > (ended_at IS NOT NULL)::INT "
        f"OR (n = 0 AND ended_at < getvariable('until') - {SETTLING})",
    ),
    rule(
        "settled_at_the_end",
        "结算在离院和全部计费之后",
        "Settlement follows the end of the encounter and all its charges",
        "settlement s JOIN encounter e USING (encounter_id) WHERE s.settled_at < e.ended_at OR s.settled_at < "
        "(SELECT max(charged_at) FROM charge c WHERE c.encounter_id = s.encounter_id)",
    ),
    rule(
        "settlements_add_up",
        "结算等于费用明细之和,等于医保与个人支付之和",
        "A settlement is the sum of its charges and of what insurance and patient pay",
        "(SELECT s.total, s.insurance_paid, s.patient_paid, coalesce(sum(c.amount), 0) AS charged FROM settlement s "
        "LEFT JOIN charge c USING (encounter_id) GROUP BY s.settlement_id, s.total, s.insurance_paid, s.patient_paid) "
        "WHERE abs(total - charged) > 0.01 OR abs(total - insurance_paid - patient_paid) > 0.01",
    ),
    rule(
        "payers_pay_their_part",
        "医保与个人支付均不为负,自费患者医保不支付,险种与就诊一致",
        "Nobody pays less than nothing, self-payers pay all, and the insurance is the encounter's",
        "settlement s JOIN encounter e USING (encounter_id) WHERE s.insurance_paid < 0 OR s.patient_paid < 0 "
        "OR (s.insurance = 'self_pay' AND s.insurance_paid <> 0) OR s.insurance <> e.insurance",
    ),
)
