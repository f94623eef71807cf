"""The tables of payment: front page of the record, settlements, and a region's clearing by teaching groups."""

from simulator.schema import values
from simulator.schema.columns import Column, Table
from simulator.schema.common import cause, encounter_ref, patient_ref


def _money(name: str, zh: str, en: str) -> Column:
    return Column(name, "f8", zh, en, unit="CNY")


SETTLEMENT = Table(
    "settlement",
    "care",
    45,
    "结算",
    "Settlements: one for each encounter that has ended",
    (
        Column("settlement_id", "id", "结算编号", "Settlement id"),
        encounter_ref(),
        patient_ref(),
        Column("insurance", "cat", "医疗保障类别", "Insurance", values=values.INSURANCE),
        _money("total", "总费用:甲、乙、丙类之和", "Total: classes A, B and C together"),
        _money("class_a", "甲类费用", "Items of class A: covered in full"),
        _money("class_b", "乙类费用", "Items of class B: covered but for the patient's own share"),
        _money("class_c", "丙类费用(全自费)", "Items of class C: not covered"),
        _money("own_share", "乙类先行自付", "What the patient bears first of class B"),
        _money("deductible", "本次起付金额", "Deductible that was applied"),
        _money("beyond_ceiling", "超封顶线金额", "What the fund would have paid above the ceiling"),
        _money("insurance_paid", "统筹基金支付", "Paid by the insurance's pooled fund"),
        _money("patient_paid", "个人支付:个人账户与现金之和", "Paid by the patient: account and cash together"),
        _money("account_paid", "个人账户支付", "Paid from the personal account of an employee"),
        _money("cash_paid", "现金支付", "Paid in cash"),
        Column("settled_at", "time", "结算时间", "When it was settled"),
        cause("起因:就诊", "Cause: the encounter"),
    ),
)
FRONT_PAGE = Table(
    "front_page",
    "care",
    61,
    "病案首页",
    "Front pages of the record: one for each inpatient who has left",
    (
        Column("front_page_id", "id", "首页编号", "Front page id"),
        encounter_ref(),
        patient_ref(),
        Column("department_id", "id", "出院科室", "Department", refers="department"),
        Column("sex", "cat", "性别", "Sex", values=values.SEX),
        Column("age_years", "i2", "年龄", "Age at registration, whole years", unit="a"),
        Column("insurance", "cat", "医疗付费方式", "Insurance", values=values.INSURANCE),
        Column(
            "stay_number", "i2", "第几次住院(模拟期内)", "Which stay of this patient here since the run began", unit="1"
        ),
        Column("admission_way", "cat", "入院途径", "Way of admission", values=values.ADMISSION_WAY),
        Column("admitted_at", "time", "入院时间", "Reached the first bed"),
        Column("discharged_at", "time", "出院时间", "Left"),
        Column("days", "i2", "实际住院天数", "Days in hospital: dates apart, at least 1", unit="d"),
        Column("main_code", "cat", "主要诊断编码", "Code of the main diagnosis", system="ICD-10"),
        Column("main_zh", "cat", "主要诊断(中文)", "Main diagnosis in Chinese"),
        Column("main_en", "cat", "主要诊断(英文)", "Main diagnosis in English"),
        Column(
            "main_condition",
            "cat",
            "主要诊断入院病情",
            "Main diagnosis: known at admission?",
            values=values.ADMISSION_CONDITION,
        ),
        Column("other_diagnoses", "i2", "其他诊断条数", "Number of other diagnoses", unit="1"),
        Column(
            "operation_code",
            "cat",
            "主要手术操作编码",
            "Code of the main operation or procedure",
            system="ICD-9-CM-3",
            nullable=True,
        ),
        Column("operation_zh", "cat", "主要手术操作(中文)", "Main operation in Chinese", nullable=True),
        Column("operation_en", "cat", "主要手术操作(英文)", "Main operation in English", nullable=True),
        Column("operated_at", "time", "主要手术操作时间", "When the main operation began", nullable=True),
        Column("operations", "i2", "手术操作条数", "Number of operations and procedures", unit="1"),
        Column("intensive_h", "f4", "重症监护时间", "Time in intensive care", unit="h"),
        Column("ventilator_h", "f4", "呼吸机使用时间", "Time on a ventilator", unit="h"),
        Column("discharge_way", "cat", "离院方式", "Way of discharge", values=values.DISCHARGE_WAY),
        _money("total", "总费用", "Total"),
        *(_money(name, zh, en.capitalize()) for name, (zh, en) in values.CHARGE_GROUP.items()),
        Column("drg_code", "cat", "DRG 组(教学分组)", "Group of DRG kind (teaching)"),
        Column("drg_weight", "f8", "DRG 权重", "Its relative weight; empty if ungrouped", unit="1", nullable=True),
        Column("dip_code", "cat", "DIP 病种(教学分组)", "Group of DIP kind (teaching)"),
        Column("dip_score", "f8", "DIP 分值", "Its score; empty if ungrouped", unit="1", nullable=True),
        cause("起因:就诊", "Cause: the encounter"),
    ),
)
PAGE_DIAGNOSIS = Table(
    "front_page_diagnosis",
    "care",
    62,
    "病案首页诊断",
    "Diagnoses on the front page",
    (
        Column("front_page_diagnosis_id", "id", "首页诊断编号", "Id"),
        Column("front_page_id", "id", "首页", "Front page", refers="front_page"),
        encounter_ref(),
        patient_ref(),
        Column("rank", "i2", "顺位", "Rank, 1 is the main diagnosis", unit="1"),
        Column("code", "cat", "疾病编码", "Disease code", system="ICD-10"),
        Column("name_zh", "cat", "疾病名称(中文)", "Disease in Chinese"),
        Column("name_en", "cat", "疾病名称(英文)", "Disease in English"),
        Column("condition", "cat", "入院病情", "Known at admission?", values=values.ADMISSION_CONDITION),
        cause("起因:诊断", "Cause: the diagnosis"),
    ),
)
PAGE_OPERATION = Table(
    "front_page_operation",
    "care",
    63,
    "病案首页手术操作",
    "Operations and procedures on the front page",
    (
        Column("front_page_operation_id", "id", "首页手术操作编号", "Id"),
        Column("front_page_id", "id", "首页", "Front page", refers="front_page"),
        encounter_ref(),
        patient_ref(),
        Column("rank", "i2", "顺位", "Rank, 1 is the main one", unit="1"),
        Column("code", "cat", "手术操作编码", "Procedure code", system="ICD-9-CM-3"),
        Column("name_zh", "cat", "手术操作名称(中文)", "Procedure in Chinese"),
        Column("name_en", "cat", "手术操作名称(英文)", "Procedure in English"),
        Column("kind", "cat", "类别", "Operation, or other procedure", values=values.OPERATION_KIND),
        Column("started_at", "time", "开始时间", "Began"),
        cause("起因:手术操作", "Cause: the procedure"),
    ),
)
BUDGET = Table(
    "budget",
    "payment",
    64,
    "医保住院总额预算(逐月清算)",
    "A region's budgets for insured inpatients, month by month",
    (
        Column("budget_id", "id", "预算编号", "Budget id"),
        Column(
            "hospital_id",
            "id",
            "统筹地区(以其龙头医院表示)",
            "Region, named by its leading hospital",
            refers="hospital",
        ),
        Column("month", "date", "清算月份", "Month, its first day"),
        Column("method", "cat", "付费方式", "Method of payment", values=values.PAYMENT_METHOD),
        Column("cases", "i4", "结算病例数", "Cases that are settled", unit="1"),
        _money("cost", "病例总费用", "What the cases cost"),
        _money("amount", "预算总额", "Budget"),
        Column("points", "f8", "总点数", "Points of all cases", unit="1"),
        _money("point_value", "点值", "Value of a point"),
    ),
)


def _settlement(method: str, number: int, zh: str, en: str) -> Table:
    name = f"{method}_settlement"
    return Table(
        name,
        "care",
        number,
        zh,
        en,
        (
            Column(f"{name}_id", "id", "病例结算编号", "Settlement id"),
            encounter_ref(),
            patient_ref(),
            Column("front_page_id", "id", "首页", "Front page", refers="front_page"),
            Column("budget_id", "id", "所属预算", "Budget that pays", refers="budget"),
            Column("code", "cat", "病组(教学分组)", "Group (teaching)"),
            Column(
                "standard_points", "f8", "基准点数:权重乘等级系数", "Weight times the hospital's coefficient",
                unit="1", nullable=True,
            ),
            Column("points", "f8", "结算点数", "Points that are paid", unit="1"),
            Column("outlier", "cat", "费用异常类型", "Kind of outlier", values=values.OUTLIER),
            _money("total", "实际总费用", "What the case cost"),
            _money("payment", "付费标准:点数乘点值", "What the case is paid: points times value"),
            _money("patient_paid", "个人支付", "Of this by the patient"),
            _money("fund_paid", "统筹基金支付", "Of this by the pooled fund"),
            _money("balance", "医院结余(付费标准减总费用)", "Left to the hospital: payment less cost"),
            cause("起因:病案首页", "Cause: the front page"),
        ),
    )  # fmt: skip


DRG_SETTLEMENT = _settlement("drg", 65, "按 DRG 病例清算", "Clearing of cases by groups of DRG kind")
DIP_SETTLEMENT = _settlement("dip", 66, "按 DIP 病例清算", "Clearing of cases by groups of DIP kind")
CLEARING = (BUDGET, DRG_SETTLEMENT, DIP_SETTLEMENT)
"""Made when all records of all hospitals are there."""
TABLES = (SETTLEMENT, FRONT_PAGE, PAGE_DIAGNOSIS, PAGE_OPERATION, *CLEARING)
