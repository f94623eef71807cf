"""The hidden course of illness: truth beside the record, never given to learners."""

from simulator.schema import values
from simulator.schema.columns import Column, Table
from simulator.schema.common import cause, encounter_ref, patient_ref

AXES = {
    "infection": ("感染轴", "Infection and its inflammation"),
    "lung": ("呼吸轴", "Failure of the lungs"),
    "heart": ("循环轴", "Failure of heart and circulation"),
    "kidney": ("肾脏轴", "Failure of the kidneys"),
    "liver": ("肝脏轴", "Failure of the liver"),
    "brain": ("神经轴", "Failure of consciousness"),
    "volume": ("容量轴(-1 脱水,1 超负荷)", "Body fluid, -1 dry and 1 overloaded"),
    "blood": ("血液轴", "Loss or lack of blood cells"),
    "metabolic": ("代谢轴", "Metabolic disturbance"),
    "pain": ("疼痛轴", "Pain"),
}
"""Axis -> (zh, en); 0 is healthy, 1 is failing."""

LATENT_STATE = Table(
    "latent_state",
    "truth",
    36,
    "潜在生理状态(答案)",
    "The hidden state of a patient, every six hours and when something happens (answer key)",
    (
        Column("latent_state_id", "id", "状态编号", "State id"),
        encounter_ref(),
        patient_ref(),
        Column("at", "time", "时间", "When it was so"),
        Column(
            "illness", "f4", "主病剩余程度(入院时中等病情为 1)", "What is left of the illness; 1 is middling", unit="1"
        ),
        *(Column(name, "f4", zh, en, unit="1") for name, (zh, en) in AXES.items()),
        cause("起因:就诊", "Cause: the encounter"),
    ),
    truth=True,
)
DETERIORATION = Table(
    "deterioration",
    "truth",
    37,
    "病情恶化事件(答案)",
    "Turns for the worse: when they began and when they were recognised (answer key)",
    (
        Column("deterioration_id", "id", "恶化事件编号", "Event id"),
        encounter_ref(),
        patient_ref(),
        Column("event", "cat", "事件", "Event", values=values.DETERIORATION),
        Column("onset_at", "time", "开始时间(可早于就诊)", "When it began; may be before the encounter"),
        Column("recognised_at", "time", "识别时间", "When it was recognised; empty if not yet", nullable=True),
        Column("ended_at", "time", "结束时间", "When it was over; empty if it goes on", nullable=True),
        Column("fatal", "bool", "是否致死", "Whether the patient dies of it"),
        cause("起因:主要诊断", "Cause: the main diagnosis"),
    ),
    truth=True,
)
TABLES = (LATENT_STATE, DETERIORATION)
