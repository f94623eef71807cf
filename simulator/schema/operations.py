"""The tables of what went wrong in a hospital: what was out of order, and when ambulances went elsewhere."""

from simulator.schema import values
from simulator.schema.columns import Column, Table

DISRUPTION = Table(
    "disruption",
    "registry",
    18,
    "运行中断",
    "Disruptions: systems, departments and wards that were out of order, wholly or in part",
    (
        Column("disruption_id", "id", "中断编号", "Disruption id"),
        Column("hospital_id", "id", "医院编号", "Hospital", refers="hospital"),
        Column("what", "cat", "中断的系统、部门或病区", "What was out of order", values=values.DISRUPTION),
        Column("ward_id", "id", "关闭的病区", "The ward that took nobody", refers="ward", nullable=True),
        Column("begins_at", "time", "开始时间", "From when"),
        Column("ends_at", "time", "恢复时间", "Until when"),
        Column("capacity", "f4", "剩余能力(0 为完全停止)", "Share of the capacity that was left; 0 is none", unit="1"),
    ),
)
DIVERSION = Table(
    "diversion",
    "registry",
    19,
    "急救分流",
    "Diversions: spans in which ambulances were sent to other hospitals",
    (
        Column("diversion_id", "id", "分流编号", "Diversion id"),
        Column("hospital_id", "id", "医院编号", "Hospital", refers="hospital"),
        Column("reason", "cat", "分流原因", "Why", values=values.DIVERSION_REASON),
        Column("begins_at", "time", "开始时间", "From when"),
        Column("ends_at", "time", "结束时间", "Until when"),
        Column(
            "ambulances",
            "i4",
            "分流到其他医院的救护车次数",
            "Ambulances that were sent elsewhere",
            unit="1",
        ),
    ),
)
TABLES = (DISRUPTION, DIVERSION)
