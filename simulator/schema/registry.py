"""The tables that say what the hospital is made of: buildings, beds and people who work there."""

from simulator.schema import values
from simulator.schema.columns import Column, Table

HOSPITAL = Table(
    "hospital",
    "registry",
    10,
    "医院",
    "Hospitals",
    (
        Column("hospital_id", "id", "医院编号", "Hospital id"),
        Column("name_zh", "str", "医院名称(中文)", "Name in Chinese"),
        Column("name_en", "str", "医院名称(英文)", "Name in English"),
        Column("level", "cat", "医院级别", "Level of the hospital", values=values.HOSPITAL_LEVEL),
        Column("beds", "i4", "实有床位数", "Beds in use", unit="{bed}"),
        Column("population", "i4", "服务人口", "People in its catchment", unit="{person}"),
    ),
)
DEPARTMENT = Table(
    "department",
    "registry",
    11,
    "科室",
    "Departments",
    (
        Column("department_id", "id", "科室编号", "Department id"),
        Column("hospital_id", "id", "医院编号", "Hospital it belongs to", refers="hospital"),
        Column("code", "cat", "科室代码", "Department code"),
        Column("name_zh", "cat", "科室名称(中文)", "Name in Chinese"),
        Column("name_en", "cat", "科室名称(英文)", "Name in English"),
        Column("kind", "cat", "科室类别", "Kind of department", values=values.DEPARTMENT_KIND),
        Column("opens", "i2", "门诊开诊时间(本地时间,整点)", "Hour at which the clinic opens, local time", unit="h"),
        Column("closes", "i2", "门诊停诊时间(本地时间,整点)", "Hour at which the clinic closes, local time", unit="h"),
        Column("weekend", "bool", "周末是否开诊", "Whether the clinic opens at the weekend"),
    ),
)
WARD = Table(
    "ward",
    "registry",
    12,
    "病区",
    "Wards",
    (
        Column("ward_id", "id", "病区编号", "Ward id"),
        Column("hospital_id", "id", "医院编号", "Hospital it belongs to", refers="hospital"),
        Column("department_id", "id", "所属科室", "Department that runs the ward", refers="department"),
        Column("code", "cat", "病区代码", "Ward code"),
        Column("name_zh", "cat", "病区名称(中文)", "Name in Chinese"),
        Column("name_en", "cat", "病区名称(英文)", "Name in English"),
        Column("kind", "cat", "病区类别", "Kind of ward", values=values.WARD_KIND),
        Column("beds", "i2", "床位数", "Number of beds", unit="{bed}"),
    ),
)
BED = Table(
    "bed",
    "registry",
    13,
    "病床",
    "Beds",
    (
        Column("bed_id", "id", "病床编号", "Bed id"),
        Column("ward_id", "id", "所在病区", "Ward it stands in", refers="ward"),
        Column("label", "str", "床号", "Label on the bed"),
    ),
)
STAFF = Table(
    "staff",
    "registry",
    14,
    "职工",
    "Staff",
    (
        Column("staff_id", "id", "职工编号", "Staff id"),
        Column("hospital_id", "id", "医院编号", "Hospital that employs them", refers="hospital"),
        Column("department_id", "id", "所属科室", "Department they work in", refers="department"),
        Column("employee_number", "str", "工号", "Employee number"),
        Column("name", "str", "姓名", "Name"),
        Column("name_en", "str", "英文版姓名", "Name used in the English edition"),
        Column("sex", "cat", "性别", "Sex", values=values.SEX),
        Column("role", "cat", "岗位", "Role", values=values.STAFF_ROLE),
        Column("title", "cat", "职称级别", "Grade", values=values.STAFF_TITLE),
    ),
)
TABLES = (HOSPITAL, DEPARTMENT, WARD, BED, STAFF)
