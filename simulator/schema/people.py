"""The tables about people: the truth, and what one hospital knows of it."""

from simulator.schema import values
from simulator.schema.columns import Column, Table

PERSON = Table(
    "person",
    "truth",
    20,
    "人口(真实情况)",
    "People as they are",
    (
        Column("person_id", "id", "个人编号", "Person id"),
        Column("sex", "cat", "性别", "Sex", values=values.SEX),
        Column("birth_date", "date", "出生日期", "Date of birth"),
        Column("district", "cat", "居住地", "District of residence"),
        Column("height_cm", "f4", "身高", "Height", unit="cm", loinc="8302-2"),
        Column("weight_kg", "f4", "体重", "Weight", unit="kg", loinc="29463-7"),
        Column("smoker", "bool", "是否吸烟", "Smokes"),
        Column("household_id", "id", "家庭户编号", "Household", refers="household"),
        Column("household_role", "cat", "在家庭户中的身份", "Part in the household", values=values.HOUSEHOLD_ROLE),
        Column("urban", "bool", "是否居住在城镇", "Lives in a town or city"),
        Column("insurance", "cat", "医疗保障类别", "Insurance", values=values.INSURANCE),
        Column("prediabetes", "bool", "是否处于糖尿病前期", "Has prediabetes"),
        Column(
            "egfr",
            "f4",
            "估算肾小球滤过率",
            "Estimated glomerular filtration rate",
            unit="mL/min/{1.73_m2}",
            loinc="98979-8",
        ),
    ),
    truth=True,
)
CONDITION = Table(
    "condition",
    "truth",
    21,
    "慢性病(真实情况)",
    "Long-standing diseases people have, known or not",
    (
        Column("condition_id", "id", "慢性病编号", "Condition id"),
        Column("person_id", "id", "个人编号", "Person who has it", refers="person"),
        Column("disease", "cat", "疾病标识", "Disease in the knowledge files"),
        Column("code", "cat", "疾病编码", "Disease code", system="ICD-10"),
        Column("onset_on", "date", "起病日期", "Day on which it began"),
        Column("aware", "bool", "模拟开始时本人是否知晓", "Whether the person knew of it on the first day"),
        Column("treated", "bool", "模拟开始时是否在治疗", "Whether it was treated on the first day"),
        Column("controlled", "bool", "模拟开始时是否控制达标", "Whether it was under control on the first day"),
        Column(
            "known_on",
            "date",
            "首次诊断日期(空为至今未诊断)",
            "Day on which it was first diagnosed; none if it is still unknown",
            nullable=True,
        ),
    ),
    truth=True,
)
EPISODE = Table(
    "episode",
    "truth",
    22,
    "病程(真实情况)",
    "Bouts of illness that bring people to hospital",
    (
        Column("episode_id", "id", "病程编号", "Episode id"),
        Column("person_id", "id", "个人编号", "Person who falls ill", refers="person"),
        Column("disease", "cat", "疾病标识", "Disease in the knowledge files"),
        Column("code", "cat", "疾病编码", "Disease code", system="ICD-10"),
        Column("started_at", "time", "开始时间", "When the person sets out for the hospital"),
        Column("severity", "f4", "严重程度(0 最轻,1 最重)", "Severity, 0 mildest, 1 gravest", unit="1"),
    ),
    truth=True,
)
LINKAGE = Table(
    "linkage",
    "truth",
    23,
    "患者与个人对照(答案)",
    "Which patient is which person (answer key)",
    (
        Column("linkage_id", "id", "对照编号", "Linkage id"),
        Column("patient_id", "id", "患者编号", "Patient", refers="patient"),
        Column("person_id", "id", "个人编号", "Person", refers="person"),
    ),
    truth=True,
)
PATIENT = Table(
    "patient",
    "people",
    24,
    "患者主索引",
    "Patients: people as one hospital knows them",
    (
        Column("patient_id", "id", "患者编号", "Patient id"),
        Column("hospital_id", "id", "医院编号", "Hospital that keeps the record", refers="hospital"),
        Column("mrn", "str", "病案号", "Medical record number"),
        Column("name", "str", "姓名", "Name"),
        Column("name_en", "str", "英文版姓名", "Name used in the English edition"),
        Column("sex", "cat", "性别", "Sex", values=values.SEX),
        Column("birth_date", "date", "出生日期", "Date of birth"),
        Column(
            "id_number",
            "str",
            "居民身份证号(校验位正确,地区码从未启用)",
            "Resident identity number (right check digit, region code never issued)",
            system="GB 11643-1999",
        ),
        Column("phone", "str", "联系电话(号段从未启用)", "Telephone (number range never issued)"),
        Column("address", "str", "住址", "Address"),
        Column("address_en", "str", "英文版住址", "Address used in the English edition"),
        Column("district", "cat", "居住地", "District of residence, in Chinese"),
        Column("district_en", "cat", "居住地(英文)", "District of residence, in English"),
        Column("insurance", "cat", "医疗保障类别", "Insurance", values=values.INSURANCE),
    ),
)
HOUSEHOLD = Table(
    "household",
    "truth",
    25,
    "家庭户(真实情况)",
    "Households",
    (
        Column("household_id", "id", "家庭户编号", "Household id"),
        Column("district", "cat", "居住地", "District of residence"),
        Column("urban", "bool", "是否在城镇", "In a town or city"),
        Column("size", "i2", "人数", "People who live in it", unit="{person}"),
        Column("kind", "cat", "家庭户类型", "Kind of household", values=values.HOUSEHOLD_KIND),
    ),
    truth=True,
)
BIRTH = Table(
    "birth",
    "truth",
    26,
    "出生(真实情况)",
    "Births among the people of the catchment",
    (
        Column("birth_id", "id", "出生编号", "Birth id"),
        Column("person_id", "id", "新生儿", "Child", refers="person"),
        Column("mother_id", "id", "母亲(空为不详)", "Mother; none if she is not known", refers="person", nullable=True),
        Column("born_at", "time", "出生时间", "When the child was born"),
        Column("place", "cat", "出生地点", "Where", values=values.BIRTH_PLACE),
        Column(
            "encounter_id",
            "id",
            "分娩住院(在本网络医院分娩时)",
            "Stay of the delivery, in a hospital of the network",
            refers="encounter",
            nullable=True,
        ),
    ),
    truth=True,
)
DEATH = Table(
    "death",
    "truth",
    27,
    "死亡(真实情况)",
    "Deaths among the people of the catchment",
    (
        Column("death_id", "id", "死亡编号", "Death id"),
        Column("person_id", "id", "死者", "Person who died", refers="person"),
        Column("died_at", "time", "死亡时间", "When"),
        Column("place", "cat", "死亡地点", "Where", values=values.DEATH_PLACE),
        Column(
            "encounter_id",
            "id",
            "死亡时所在就诊(死于医院时)",
            "Encounter that ended with the death, in hospital",
            refers="encounter",
            nullable=True,
        ),
    ),
    truth=True,
)
TABLES = (HOUSEHOLD, PERSON, CONDITION, EPISODE, LINKAGE, PATIENT, BIRTH, DEATH)
