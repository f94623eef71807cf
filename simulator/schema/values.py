"""The value sets: each code the records use, in Chinese and in English."""

from simulator.schema.columns import ValueSet

SEX: ValueSet = {"male": ("男", "male"), "female": ("女", "female")}
HOSPITAL_LEVEL: ValueSet = {
    "primary": ("基层医疗卫生机构", "primary care clinic"),
    "secondary": ("二级医院", "secondary hospital"),
    "tertiary": ("三级医院", "tertiary hospital"),
}
DEPARTMENT_KIND: ValueSet = {
    "clinical": ("临床科室", "clinical department"),
    "emergency": ("急诊科", "emergency department"),
    "support": ("医技科室", "diagnostic or supporting department"),
}
WARD_KIND: ValueSet = {
    "general": ("普通病区", "general ward"),
    "intensive": ("重症监护病区", "intensive care unit"),
    "maternity": ("产科病区", "maternity ward"),
    "paediatric": ("儿科病区", "children's ward"),
}
STAFF_ROLE: ValueSet = {
    "doctor": ("医师", "doctor"),
    "nurse": ("护士", "nurse"),
    "technician": ("技师", "technician"),
    "pharmacist": ("药师", "pharmacist"),
}
STAFF_TITLE: ValueSet = {
    "chief": ("主任级", "chief"),
    "associate": ("副主任级", "associate chief"),
    "attending": ("主治/主管级", "attending"),
    "resident": ("住院/初级", "resident or junior"),
}
INSURANCE: ValueSet = {
    "employee": ("城镇职工基本医疗保险", "urban employee basic medical insurance"),
    "resident": ("城乡居民基本医疗保险", "urban and rural resident basic medical insurance"),
    "self_pay": ("自费", "self-paying"),
}
HOUSEHOLD_KIND: ValueSet = {
    "alone": ("独居", "one person"),
    "couple": ("夫妻", "couple"),
    "couple_children": ("夫妻与子女", "couple with children"),
    "single_parent": ("单亲与子女", "one parent with children"),
    "three_generations": ("三代同堂", "three generations"),
    "other": ("其他", "other"),
}
HOUSEHOLD_ROLE: ValueSet = {
    "alone": ("独居者", "lives alone"),
    "partner": ("夫妻一方", "one of the couple"),
    "child": ("子女", "child of the family"),
    "elder": ("同住的老人", "old parent living with a child"),
    "parent": ("单亲父母", "parent without a partner"),
    "other": ("其他成员", "other member"),
}
DEATH_PLACE: ValueSet = {
    "hospital": ("医院", "hospital"),
    "home": ("家中", "at home"),
    "elsewhere": ("其他场所", "elsewhere"),
}
BIRTH_PLACE: ValueSet = {
    "here": ("本医院(网络内)", "a hospital of the network"),
    "other_hospital": ("其他医院", "another hospital"),
    "home": ("家中", "at home"),
}
ENCOUNTER_KIND: ValueSet = {
    "outpatient": ("门诊", "outpatient visit"),
    "emergency": ("急诊", "emergency visit"),
    "inpatient": ("住院", "inpatient stay"),
}
ARRIVAL_MODE: ValueSet = {
    "walk_in": ("自行来院", "walked in"),
    "appointment": ("预约", "by appointment"),
    "ambulance": ("急救车送入", "by ambulance"),
    "referred_up": ("下级机构上转", "referred by a hospital or health centre of a lower level"),
    "referred_down": ("上级医院下转", "sent back by a hospital of a higher level"),
    "from_outpatient": ("门诊收入院", "admitted from the outpatient clinic"),
    "from_emergency": ("急诊收入院", "admitted from the emergency department"),
}
TRIAGE_LEVEL: ValueSet = {
    "1": ("Ⅰ级 濒危", "level 1, resuscitation"),
    "2": ("Ⅱ级 危重", "level 2, emergent"),
    "3": ("Ⅲ级 急症", "level 3, urgent"),
    "4": ("Ⅳ级 非急症", "level 4, non-urgent"),
}
OUTCOME: ValueSet = {
    "home": ("离院回家", "went home"),
    "admitted": ("收住院", "admitted to a ward"),
    "referred": ("转往上级医院", "referred to a hospital of a higher level"),
    "transferred": ("转院", "transferred to another hospital"),
    "left_before_seen": ("未就诊离开", "left before being seen"),
    "against_advice": ("自动出院", "left against medical advice"),
    "died": ("死亡", "died"),
}
REFERRAL_DIRECTION: ValueSet = {
    "up": ("上转", "to a hospital of a higher level"),
    "down": ("下转", "back to the nearer hospital or health centre"),
}
REFERRAL_REASON: ValueSet = {
    "beyond_means": ("病情超出本机构诊疗能力", "beyond the means of this place"),
    "specialist": ("需专科诊治", "needs a specialist"),
    "rehabilitation": ("病情稳定,转回康复", "stable, for rehabilitation"),
    "follow_up": ("治疗结束,转回随访", "treated, for follow-up"),
}
TELECONSULT_ADVICE: ValueSet = {
    "continue": ("同意目前治疗方案", "go on as now"),
    "adjust": ("调整治疗方案", "change the treatment"),
    "refer": ("建议上转", "refer the patient"),
}
STAY_REASON: ValueSet = {
    "admission": ("入院", "admission"),
    "step_up": ("转入重症监护", "transfer to intensive care"),
    "step_down": ("转出重症监护", "transfer out of intensive care"),
}
DIAGNOSIS_ROLE: ValueSet = {"main": ("主要诊断", "main diagnosis"), "secondary": ("其他诊断", "secondary diagnosis")}
ORDER_KIND: ValueSet = {
    "laboratory": ("检验", "laboratory"),
    "imaging": ("检查", "imaging"),
    "procedure": ("手术操作", "procedure"),
}
PRIORITY: ValueSet = {"routine": ("常规", "routine"), "urgent": ("急", "urgent")}
ORDER_STATUS: ValueSet = {
    "completed": ("已完成", "completed"),
    "active": ("执行中", "active"),
    "cancelled": ("已取消", "cancelled"),
}
RESULT_FLAG: ValueSet = {
    "N": ("正常", "within the reference range"),
    "L": ("偏低", "below the reference range"),
    "H": ("偏高", "above the reference range"),
    "LL": ("危急低值", "critically low"),
    "HH": ("危急高值", "critically high"),
    "A": ("异常", "abnormal (qualitative test)"),
}
CONSCIOUSNESS: ValueSet = {
    "A": ("清醒", "alert"),
    "V": ("对声音有反应", "responds to voice"),
    "P": ("对疼痛有反应", "responds to pain"),
    "U": ("无反应", "unresponsive"),
}
DETERIORATION: ValueSet = {
    "sepsis": ("脓毒症", "sepsis"),
    "bleeding": ("出血", "bleeding"),
    "respiratory_failure": ("呼吸衰竭", "respiratory failure"),
    "cardiac_arrest": ("心脏骤停", "cardiac arrest"),
    "kidney_injury": ("急性肾损伤", "acute kidney injury"),
}
PRESCRIPTION_KIND: ValueSet = {
    "outpatient": ("门诊处方", "outpatient prescription"),
    "emergency": ("急诊处方", "emergency prescription"),
    "inpatient": ("住院医嘱", "inpatient order"),
    "discharge": ("出院带药", "discharge medication"),
}
ADMINISTRATION_STATUS: ValueSet = {
    "given": ("已执行", "given"),
    "held": ("暂停", "held"),
    "refused": ("拒绝", "refused"),
}
IMAGING_RESULT: ValueSet = {"normal": ("未见异常", "normal"), "abnormal": ("异常", "abnormal")}
CHARGE_CATEGORY: ValueSet = {
    "registration": ("挂号诊察费", "consultation"),
    "bed": ("床位费", "bed"),
    "nursing": ("护理费", "nursing"),
    "laboratory": ("化验费", "laboratory"),
    "imaging": ("检查费", "imaging"),
    "procedure": ("手术治疗费", "surgery and procedures"),
    "treatment": ("治疗费", "treatment"),
    "drug": ("药品费", "drugs"),
    "consumable": ("卫生材料费", "consumables"),
}
CHARGE_GROUP: ValueSet = {
    "general": ("综合医疗服务类", "general services"),
    "diagnosis": ("诊断类", "diagnostics"),
    "treatment": ("治疗类", "treatment"),
    "rehabilitation": ("康复类", "rehabilitation"),
    "traditional": ("中医类", "traditional Chinese medicine"),
    "western_drug": ("西药类", "western drugs"),
    "traditional_drug": ("中药类", "traditional drugs"),
    "blood": ("血液和血液制品类", "blood and blood products"),
    "consumable": ("耗材类", "consumables"),
}
ADMISSION_WAY: ValueSet = {
    "1": ("急诊", "emergency"),
    "2": ("门诊", "outpatient clinic"),
    "3": ("其他医疗机构转入", "from another institution"),
    "9": ("其他", "other"),
}
ADMISSION_CONDITION: ValueSet = {
    "1": ("有", "present"),
    "2": ("临床未确定", "clinically uncertain"),
    "3": ("情况不明", "unknown"),
    "4": ("无", "absent: arose in hospital"),
}
DISCHARGE_WAY: ValueSet = {
    "1": ("医嘱离院", "discharged by order"),
    "2": ("医嘱转院", "transferred by order"),
    "3": ("医嘱转社区卫生服务机构/乡镇卫生院", "sent to a health centre by order"),
    "4": ("非医嘱离院", "left against advice"),
    "5": ("死亡", "died"),
    "9": ("其他", "other"),
}
OPERATION_KIND: ValueSet = {"operation": ("手术", "operation"), "procedure": ("操作", "procedure")}
PAYMENT_METHOD: ValueSet = {
    "drg": ("按疾病诊断相关分组付费", "by diagnosis-related groups"),
    "dip": ("按病种分值付费", "by diagnosis-intervention packets"),
}
OUTLIER: ValueSet = {
    "normal": ("正常倍率", "within the bounds"),
    "high": ("高倍率", "high-cost outlier"),
    "low": ("低倍率", "low-cost outlier"),
    "ungrouped": ("未入组", "ungrouped"),
}
DISRUPTION: ValueSet = {
    "registration": ("挂号窗口", "registration counters"),
    "triage": ("急诊分诊台", "triage desk"),
    "payment": ("收费窗口", "payment counters"),
    "phlebotomy": ("采血窗口", "phlebotomy"),
    "laboratory": ("检验科", "laboratory"),
    "imaging": ("影像检查", "imaging"),
    "pharmacy": ("药房", "pharmacy"),
    "his": ("医院信息系统", "hospital information system"),
    "emergency": ("急诊科", "emergency department"),
    "theatre": ("手术室", "operating theatres"),
    "ward": ("病区", "ward"),
}
DIVERSION_REASON: ValueSet = {
    "boarding": ("急诊滞留患者过多", "too many emergency patients waiting for a bed"),
    "disruption": ("急诊科运行中断", "emergency department out of order"),
}
HOME_PROGRAMME: ValueSet = {
    "hypertension": ("高血压居家监测", "hypertension"),
    "type2_diabetes": ("2型糖尿病居家监测", "type 2 diabetes"),
    "copd": ("慢阻肺居家监测", "chronic obstructive pulmonary disease"),
    "heart_failure": ("心力衰竭居家监测", "heart failure"),
}
HOME_END: ValueSet = {
    "withdrew": ("退出", "the patient withdrew"),
    "died": ("死亡", "the patient died"),
}
HOME_MEASURE: ValueSet = {
    "systolic": ("收缩压", "systolic blood pressure"),
    "diastolic": ("舒张压", "diastolic blood pressure"),
    "heart_rate": ("脉率", "pulse rate"),
    "glucose_fasting": ("空腹末梢血糖", "fasting capillary glucose"),
    "glucose_after_meal": ("餐后2小时末梢血糖", "capillary glucose 2 h after a meal"),
    "spo2": ("血氧饱和度", "oxygen saturation"),
    "weight": ("体重", "body weight"),
    "symptom_score": ("气促自评分", "breathlessness, self-rated 0 to 10"),
}
HOME_FLAG: ValueSet = {
    "N": ("在提醒限内", "within the limits"),
    "L": ("低于提醒下限", "below the lower limit"),
    "H": ("高于提醒上限", "above the upper limit"),
    "LL": ("紧急低值", "urgently low"),
    "HH": ("紧急高值", "urgently high"),
}
HOME_CALL: ValueSet = {
    "unanswered": ("未接通", "nobody answered"),
    "in_hospital": ("患者已住院", "the patient is in hospital"),
    "visit_advised": ("建议就诊", "advised to come to the clinic"),
    "drugs_adjusted": ("调整用药", "drugs were changed"),
    "measure_again": ("复测", "asked to measure again"),
    "reassured": ("解释与健康指导", "reassured"),
}
