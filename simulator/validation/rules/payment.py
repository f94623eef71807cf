"""Rules about payment: front pages, the insurance's share, groups and the clearing of budgets."""

# ruff: noqa: S608  # every name in a query is declared in the schema

from simulator.schema import values
from simulator.validation.rules.rule import local_day, rule

GROUPED = " + ".join(values.CHARGE_GROUP)
LEFT = (
    "CASE e.outcome WHEN 'home' THEN '1' WHEN 'transferred' THEN '2' WHEN 'referred' THEN '2' "
    "WHEN 'against_advice' THEN '4' WHEN 'died' THEN '5' END"
)
BOTH = (
    "(SELECT 'drg' AS method, * RENAME (drg_settlement_id AS id) FROM drg_settlement UNION ALL "
    "SELECT 'dip', * RENAME (dip_settlement_id AS id) FROM dip_settlement)"
)

PAYMENT = (
    rule(
        "classes_add_up",
        "甲、乙、丙类之和等于总费用,先行自付不超过乙类",
        "Classes A, B and C are the total, and the patient's own share is part of class B",
        "settlement WHERE abs(class_a + class_b + class_c - total) > 0.005 OR own_share > class_b + 0.005 "
        "OR least(class_a, class_b, class_c, own_share, deductible, beyond_ceiling) < 0",
    ),
    rule(
        "fund_pays_what_is_covered",
        "统筹基金支付不超过扣除丙类、先行自付、起付线后的费用",
        "The fund pays no more than what is left without class C, own share and deductible",
        "settlement WHERE insurance_paid + beyond_ceiling > total - class_c - own_share - deductible + 0.005",
    ),
    rule(
        "patient_pays_from_account_or_cash",
        "个人支付等于个人账户与现金之和,只有职工有个人账户",
        "What the patient pays comes from account and cash, and only employees have an account",
        "settlement WHERE abs(account_paid + cash_paid - patient_paid) > 0.005 OR account_paid < 0 OR cash_paid < 0 "
        "OR (account_paid > 0 AND insurance <> 'employee')",
    ),
    rule(
        "one_front_page_when_discharged",
        "每个出院患者恰有一份病案首页,其他就诊没有",
        "Each inpatient who has left has one front page, nobody else has",
        "(SELECT e.kind = 'inpatient' AND e.ended_at IS NOT NULL AS due, count(f.front_page_id) AS n FROM encounter e "
        "LEFT JOIN front_page f USING (encounter_id) GROUP BY e.encounter_id, e.kind, e.ended_at) WHERE n <> due::INT",
    ),
    rule(
        "front_pages_agree_with_the_stay",
        "首页的时间、天数、离院方式、年龄、险种与就诊一致",
        "Times, days, way of discharge, age and insurance on the page are those of the stay",
        "front_page f JOIN encounter e USING (encounter_id) WHERE f.admitted_at <> e.admitted_at "
        "OR f.discharged_at <> e.ended_at OR f.age_years <> e.age_years OR f.insurance <> e.insurance "
        f"OR f.days <> greatest({local_day('e.ended_at')} - {local_day('e.admitted_at')}, 1) "
        f"OR f.discharge_way <> {LEFT}",
    ),
    rule(
        "front_page_diagnoses_are_those_made",
        "首页诊断就是该次住院的诊断,主要诊断居首",
        "The diagnoses on the page are those of the stay, the main one first",
        "(SELECT f.main_code, f.other_diagnoses, count(d.diagnosis_id) - 1 AS n, "
        "min(d.code) FILTER (d.rank = 1) AS main FROM front_page f LEFT JOIN diagnosis d USING (encounter_id) "
        "GROUP BY f.front_page_id, f.main_code, f.other_diagnoses) WHERE main_code IS DISTINCT FROM main "
        "OR other_diagnoses <> n",
    ),
    rule(
        "front_page_lists_are_whole",
        "首页的诊断和手术操作条数与明细相符,手术操作都有记录",
        "A page lists as many diagnoses and operations as it says, and each operation was done",
        "(SELECT f.other_diagnoses + 1 AS said, f.operations AS operations, f.operation_code AS main, "
        "(SELECT count(*) FROM front_page_diagnosis d WHERE d.front_page_id = f.front_page_id) AS n, "
        "(SELECT count(*) FROM front_page_operation o JOIN procedure p ON p.procedure_id = o.cause_id "
        "AND p.encounter_id = f.encounter_id AND p.code = o.code WHERE o.front_page_id = f.front_page_id) AS m, "
        "(SELECT min(o.code) FROM front_page_operation o WHERE o.front_page_id = f.front_page_id AND o.rank = 1) "
        "AS first FROM front_page f) WHERE said <> n OR operations <> m OR main IS DISTINCT FROM first",
    ),
    rule(
        "front_page_charges_add_up",
        "首页总费用等于费用明细之和,等于各类之和",
        "The total on the page is that of the charges, and of its groups",
        f"(SELECT f.total, {GROUPED} AS grouped, coalesce((SELECT sum(amount) FROM charge c "
        "WHERE c.encounter_id = f.encounter_id), 0) AS charged FROM front_page f) "
        "WHERE abs(total - grouped) > 0.005 OR abs(total - charged) > 0.005",
    ),
    rule(
        "intensive_hours_of_the_beds",
        "首页的重症监护时间等于重症病床占用时间",
        "Hours in intensive care are those of the beds there",
        "(SELECT f.intensive_h, "
        "coalesce(sum(epoch(b.ended_at - b.started_at)) FILTER (w.kind = 'intensive'), 0) / 3600 AS hours "
        "FROM front_page f JOIN bed_stay b USING (encounter_id) JOIN ward w USING (ward_id) "
        "GROUP BY f.front_page_id, f.intensive_h) WHERE abs(intensive_h - hours) > 0.01",
    ),
    rule(
        "stays_are_counted",
        "同一患者的住院次数依次递增",
        "The stays of a patient are numbered one after the other",
        "(SELECT stay_number - lag(stay_number) OVER (PARTITION BY patient_id ORDER BY admitted_at) AS step "
        "FROM front_page) WHERE step <> 1",
    ),
    rule(
        "groups_follow_from_the_page",
        "病组相同则权重相同,病种相同则分值相同",
        "One group has one weight, and one score",
        "(SELECT 1 FROM front_page GROUP BY drg_code HAVING count(DISTINCT coalesce(drg_weight, -1)) > 1 UNION ALL "
        "SELECT 1 FROM front_page GROUP BY dip_code HAVING count(DISTINCT coalesce(dip_score, -1)) > 1)",
    ),
    rule(
        "groups_fit_the_operation",
        "手术组有手术操作,内科组的首页没有手术",
        "A group of operations has one on its page, a medical group has none",
        "front_page f WHERE (drg_code[2] = 'S' AND operation_code IS NULL) OR (drg_code[2] = 'M' AND EXISTS "
        "(SELECT 1 FROM front_page_operation o WHERE o.front_page_id = f.front_page_id AND o.kind = 'operation'))",
    ),
    rule(
        "insured_stays_are_cleared_once",
        "每份已结算的参保住院按每种方式清算一次",
        "An insured stay that is settled is cleared once by each method",
        "(SELECT s.insurance <> 'self_pay' AS due, (SELECT count(*) FROM drg_settlement d "
        "WHERE d.encounter_id = f.encounter_id) AS n, (SELECT count(*) FROM dip_settlement d "
        "WHERE d.encounter_id = f.encounter_id) AS m FROM front_page f JOIN settlement s USING (encounter_id)) "
        "WHERE n <> due::INT OR m <> due::INT",
    ),
    rule(
        "clearing_follows_the_page",
        "清算的病组、费用、个人支付与首页和结算一致",
        "Group, cost and patient's part of a clearing are those of page and settlement",
        f"{BOTH} d JOIN front_page f USING (front_page_id) JOIN settlement s ON s.encounter_id = f.encounter_id "
        "WHERE d.code <> CASE method WHEN 'drg' THEN f.drg_code ELSE f.dip_code END OR d.total <> f.total "
        "OR abs(d.patient_paid - s.patient_paid) > 0.005 "
        "OR abs(d.payment - d.patient_paid - d.fund_paid) > 0.005 OR abs(d.payment - d.total - d.balance) > 0.005",
    ),
    rule(
        "budgets_are_conserved",
        "各病例付费之和等于预算总额,点数之和等于总点数",
        "What the cases are paid is the budget, and their points are those of the budget",
        f"(SELECT b.amount, b.points, b.cases, sum(d.payment) AS paid, sum(d.points) AS given, count(*) AS n "
        f"FROM budget b LEFT JOIN {BOTH} d USING (budget_id) GROUP BY b.budget_id, b.amount, b.points, b.cases) "
        "WHERE abs(amount - coalesce(paid, 0)) > 0.005 OR abs(points - given) > 0.01 OR cases <> n",
    ),
    rule(
        "points_are_worth_the_same",
        "同一预算内每点价值相同",
        "A point has one value within a budget",
        f"{BOTH} d JOIN budget b USING (budget_id) WHERE abs(d.payment - d.points * b.point_value) > 0.011",
    ),
    rule(
        "outliers_are_out_of_bounds",
        "正常病例按基准点数,高倍率高于、低倍率低于基准点数",
        "Ordinary cases get the standard points, high outliers more, low ones less",
        f"{BOTH} d WHERE (outlier = 'normal' AND abs(points - standard_points) > 1e-4) "
        "OR (outlier = 'high' AND points <= standard_points) OR (outlier = 'low' AND points >= standard_points) "
        "OR (outlier = 'ungrouped') <> (standard_points IS NULL)",
    ),
)
