"""The tables of home monitoring: who takes part, what their devices send, and whom a nurse calls because of it."""

from simulator.schema import values
from simulator.schema.columns import Column, Table
from simulator.schema.common import cause, encounter_ref, patient_ref


def _enrolment_ref() -> Column:
    return Column("home_enrolment_id", "id", "居家监测登记", "Enrolment it belongs to", refers="home_enrolment")


HOME_ENROLMENT = Table(
    "home_enrolment",
    "care",
    46,
    "居家监测登记",
    "Home monitoring: one row for each patient of a clinic who takes part",
    (
        Column("home_enrolment_id", "id", "居家监测登记编号", "Enrolment id"),
        encounter_ref(),
        patient_ref(),
        Column("programme", "cat", "监测项目", "Programme", values=values.HOME_PROGRAMME),
        Column("enrolled_at", "time", "登记时间", "When the clinic enrolled the patient"),
        Column("ended_at", "time", "结束时间", "When it ended; empty while it goes on", nullable=True),
        Column("end_reason", "cat", "结束原因", "Why it ended", values=values.HOME_END, nullable=True),
        cause("起因:登记时的就诊", "Cause: the encounter that enrolled the patient"),
    ),
)
HOME_READING = Table(
    "home_reading",
    "care",
    47,
    "居家监测读数",
    "Readings that devices at home have sent",
    (
        Column("home_reading_id", "id", "读数编号", "Reading id"),
        _enrolment_ref(),
        encounter_ref(),
        patient_ref(),
        Column("device", "str", "设备编号", "Device"),
        Column("measure", "cat", "监测指标", "What was measured", values=values.HOME_MEASURE),
        Column("loinc", "cat", "LOINC 编码", "LOINC number, where there is one", system="LOINC", nullable=True),
        Column("value", "f4", "读数", "Value; its unit is in `unit`"),
        Column("unit", "cat", "单位", "Unit", system="UCUM"),
        Column("ref_low", "f4", "提醒下限", "Below this a reading is flagged", nullable=True),
        Column("ref_high", "f4", "提醒上限", "Above this a reading is flagged", nullable=True),
        Column(
            "flag", "cat", "提示", "Flag: N within the limits, L, H beyond them, LL, HH urgent", values=values.HOME_FLAG
        ),
        Column("measured_at", "time", "测量时间", "When it was measured"),
        Column("sent_at", "time", "上传时间", "When it reached the hospital"),
        cause("起因:居家监测登记", "Cause: the enrolment"),
    ),
)
HOME_CALL = Table(
    "home_call",
    "care",
    48,
    "居家监测随访电话",
    "Calls to patients whose readings called for attention",
    (
        Column("home_call_id", "id", "电话编号", "Call id"),
        _enrolment_ref(),
        encounter_ref(),
        patient_ref(),
        Column("home_reading_id", "id", "触发读数", "Reading that led to it", refers="home_reading"),
        Column("called_at", "time", "拨打时间", "When the nurse called"),
        Column("outcome", "cat", "电话结果", "What came of it", values=values.HOME_CALL),
        cause("起因:触发读数", "Cause: the reading"),
    ),
)
TABLES = (HOME_ENROLMENT, HOME_READING, HOME_CALL)
