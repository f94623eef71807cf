"""How module 1.4 is marked. Never leaves the server.

Each learner's system has a coding of its own (column names, codes, units, numbers for "not measured"). It travels with
the table as `attrs`, which no file that a learner gets can hold, so that hidden rows can be written in the same coding.
"""

import numpy as np
import pandas as pd

from grading.checks import WRONG, as_dict, as_table, close, data, item, points, same
from grading.errors import AnswerError

LOCAL = "Asia/Shanghai"
ROWS, HIDDEN_ROWS = 2500, 400
ROLES = (
    "record_id", "patient_id", "sex", "birth_date", "visit_kind", "ward", "measured_at",
    "temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2", "weight",
)  # fmt: skip
IDENTITY = ("record_id", "patient_id", "sex", "visit_kind", "ward")
TIMES = ("birth_date", "measured_at")
MEASURED = ("temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2", "weight")
WITH_GAPS = ("temperature", "heart_rate", "weight")
TEMPERATURE = {"[degF]": lambda c: np.round(c * 9 / 5 + 32, 1), "0.1 Cel": lambda c: np.round(c * 10)}
PRESSURE = {"kPa": lambda p: np.round(p / 7.50062, 1), "0.1 kPa": lambda p: np.round(p / 0.750062)}
WEIGHT = {"[jin]": lambda w: np.round(w * 2, 1), "0.1 kg": lambda w: np.round(w * 10)}
TICKS_PER_SECOND = {"s": 1, "ms": 1000}


@data
def files(world, rng):
    """One learner's export: rows of one world in the coding of a system that nobody else has."""
    clean, wards = _clean(world, rng)
    export = _written(clean, coding := _coding(rng), rng)
    export.attrs["coding"] = coding
    return {"export.csv": export, "wards.csv": wards}


def _clean(world, rng):
    """Vital signs with sex, birth date, kind of visit and ward, in SI and local time; rows drawn, dates shifted."""
    signs = world["vital_sign"].to_pandas()
    signs = signs.iloc[np.sort(rng.choice(len(signs), min(ROWS, len(signs)), replace=False))]
    signs = signs.merge(world["patient"].to_pandas(), on="patient_id")
    signs = signs.merge(world["encounter"].to_pandas()[["encounter_id", "kind"]], on="encounter_id")
    wards = world["ward"].to_pandas()
    signs = _with_ward(signs, world["bed_stay"].to_pandas().merge(wards[["ward_id", "code"]], on="ward_id"))
    old = signs["patient_id"].unique()
    renamed = dict(zip(old, rng.permutation(len(old)) + 200_001, strict=True))
    table = pd.DataFrame(
        {
            "patient_id": signs["patient_id"].map(renamed),
            "sex": signs["sex"].astype(str),
            "birth_date": pd.to_datetime(signs["birth_date"]),
            "visit_kind": signs["kind"].astype(str),
            "ward": signs["ward"],
            "measured_at": signs["measured_at"].dt.tz_convert(LOCAL).dt.tz_localize(None).dt.floor("min")
            + pd.Timedelta(weeks=int(rng.integers(-20, 21))),
            **{name: signs[name].astype(float) for name in MEASURED[:-1]},
            "weight": signs["weight_kg"].astype(float),
        }
    )
    table = table.sort_values(["measured_at", "patient_id"]).reset_index(drop=True)
    table.insert(0, "record_id", np.arange(len(table)) * 3 + int(rng.integers(1, 9)) * 1_000_000)
    signs_on_the_wall = wards.rename(columns={"code": "ward"})[["ward", "name_zh", "name_en"]].astype(str)
    return table, signs_on_the_wall


def _with_ward(signs, stays):
    """Add the code of the ward the patient lay in when measured; empty outside the wards."""
    stays = stays.sort_values("started_at")[["encounter_id", "started_at", "code"]].astype({"code": str})
    merged = pd.merge_asof(
        signs.sort_values("measured_at"), stays, left_on="measured_at", right_on="started_at", by="encounter_id"
    )
    return merged.rename(columns={"code": "ward"})


def _coding(rng):
    """One old system: how it names, shuffles, codes and measures."""
    order = [ROLES[k] for k in _derangement(len(ROLES), rng)]
    gaps = rng.permutation([-1, 0, 999])[:2].tolist()
    kinds = rng.permutation(["outpatient", "emergency", "inpatient"]).tolist()
    first = int(rng.integers(0, 2))
    return {
        "columns": {role: f"c{k:02d}" for k, role in enumerate(order, 1)},
        "sex": dict(zip(rng.permutation(["male", "female"]).tolist(), (1, 2), strict=True)),
        "visit_kind": {kind: first + k for k, kind in enumerate(kinds)},
        "temperature": str(rng.choice(list(TEMPERATURE))),
        "pressure": str(rng.choice(list(PRESSURE))),
        "weight": str(rng.choice(list(WEIGHT))),
        "ticks": str(rng.choice(list(TICKS_PER_SECOND))),
        "missing": {"temperature": gaps[0], "heart_rate": gaps[1], "weight": int(rng.choice([0, -1, 9999]))},
    }


def _derangement(n, rng):
    """A shuffle in which nothing stays and no two trade places, so that guessing by position earns nothing."""
    while True:
        order = rng.permutation(n)
        if (order != np.arange(n)).all() and (order[order] != np.arange(n)).all():
            return order


def _written(clean, coding, rng):
    """The clean table as the old system writes it."""
    seconds = (clean["measured_at"].dt.tz_localize(LOCAL) - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(seconds=1)
    table = clean.assign(
        sex=clean["sex"].map(coding["sex"]),
        visit_kind=clean["visit_kind"].map(coding["visit_kind"]),
        birth_date=clean["birth_date"].dt.strftime("%Y%m%d").astype(int),
        measured_at=seconds * TICKS_PER_SECOND[coding["ticks"]],
        temperature=TEMPERATURE[coding["temperature"]](clean["temperature"]),
        systolic=PRESSURE[coding["pressure"]](clean["systolic"]),
        diastolic=PRESSURE[coding["pressure"]](clean["diastolic"]),
        weight=WEIGHT[coding["weight"]](clean["weight"]),
    )
    for name, share in (("temperature", 0.05), ("heart_rate", 0.04), ("weight", 0.15)):
        gone = (rng.random(len(table)) < share) & table[name].notna()
        table.loc[gone, name] = coding["missing"][name]
    return table.rename(columns=coding["columns"])[sorted(coding["columns"].values())]


def _coding_of(own):
    return own.files()["export.csv"].attrs["coding"]


def _named(got, keys):
    """A dict, without blanks around its keys; columns may also have been written as keys with roles as values."""
    table = {str(key).strip(): value for key, value in as_dict(got).items()}
    if not table:
        raise AnswerError("not_written", name="roles")
    if not set(table) & set(keys):
        table = {str(value).strip(): key for key, value in table.items()}
    return table


@item("roles", points=4)
def roles(ask, learner):
    coding = _coding_of(learner)["columns"]
    truth = {column: role for role, column in coding.items()}
    got = _named(ask.value("roles"), truth)

    def right(names):
        return all(str(got.get(coding[name])).strip() == name for name in names)

    def swapped(a, b):
        return got.get(coding[a]) == b and got.get(coding[b]) == a

    yield points(1, right(IDENTITY), "identity").unless(
        ids_swapped=swapped("record_id", "patient_id"), codes_swapped=swapped("sex", "visit_kind")
    )
    yield points(1, right(TIMES), "times").unless(times_swapped=swapped("birth_date", "measured_at"))
    yield points(2, right(MEASURED), "measured").unless(
        pressures_swapped=swapped("systolic", "diastolic"),
        rates_swapped=swapped("heart_rate", "respiratory_rate"),
        per_cent_is_not_a_temperature=swapped("temperature", "spo2"),
    )


def _numbers(values):
    values = values if isinstance(values, list | tuple | set | np.ndarray | pd.Series) else [values]
    return {float(value) for value in values if value is not None and not pd.isna(value)}


@item("missing", points=4)
def missing(ask, learner):
    coding = _coding_of(learner)
    export = learner.files()["export.csv"]
    given = {str(key).strip(): _numbers(value) for key, value in as_dict(ask.value("missing")).items()}
    role_of = {column: role for role, column in coding["columns"].items()}
    given = {role_of.get(key, key): values for key, values in given.items() if values}
    if not given:
        raise AnswerError("not_written", name="missing")
    found = {name: coding["missing"][name] in given.get(name, set()) for name in WITH_GAPS}
    real = {
        (name, value)
        for name, values in given.items()
        if name in coding["columns"]
        for value in values
        if value != coding["missing"].get(name) and (export[coding["columns"][name]] == value).any()
    }
    yield points(2, all(found.values()), "found").unless(
        one_column_only=sum(found.values()) == 1, rare_column_forgotten=not found["weight"] and sum(found.values()) == 2
    )
    yield points(2, not real if any(found.values()) else WRONG, "nothing_real").unless(
        zero_is_a_code=any(name in ("sex", "visit_kind") for name, _ in real),
        outliers_as_missing=any(name in MEASURED for name, _ in real),
    )


_WORDS = {
    "male": "male", "m": "male", "男": "male", "female": "female", "f": "female", "女": "female",
    "outpatient": "outpatient", "门诊": "outpatient", "emergency": "emergency", "急诊": "emergency",
    "inpatient": "inpatient", "住院": "inpatient",
}  # fmt: skip


def _meaning(got, field):
    """Code -> meaning, whichever way round it was written; codes as numbers, words in either language."""
    table = as_dict(as_dict(got).get(field) or {})
    found = {}
    for key, value in table.items():
        code, word = (value, key) if str(key).strip().lower() in _WORDS else (key, value)
        found[_code(code)] = _WORDS.get(str(word).strip().lower())
    return found


def _code(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


@item("codes", points=4)
def codes(ask, learner):
    coding = _coding_of(learner)
    got = ask.value("codes")
    if not as_dict(got):
        raise AnswerError("not_written", name="codes")
    for field, worth in (("sex", 2), ("visit_kind", 2)):
        meaning = _meaning(got, field)
        truth = {float(code): name for name, code in coding[field].items()}
        if field == "sex":
            reasons = {"sexes_swapped": meaning == dict(zip(truth, reversed(truth.values()), strict=True))}
        else:
            at = {name: meaning.get(float(code)) for name, code in coding[field].items()}
            reasons = {
                "night_is_emergency": at["outpatient"] == "emergency" and at["emergency"] == "outpatient",
                "ward_means_inpatient": at["inpatient"] not in ("inpatient", None),
            }
        yield points(worth, meaning == truth, field).unless(**reasons)


_UNITS = {
    "[degf]": "[degF]", "f": "[degF]", "°f": "[degF]", "℉": "[degF]", "cel": "Cel", "°c": "Cel", "0.1 cel": "0.1 Cel",
    "kpa": "kPa", "0.1 kpa": "0.1 kPa", "mm[hg]": "mm[Hg]", "mmhg": "mm[Hg]", "[jin]": "[jin]", "jin": "[jin]",
    "斤": "[jin]", "kg": "kg", "0.1 kg": "0.1 kg", "%": "%", "1": "1", "s": "s", "ms": "ms", "min": "min",
}  # fmt: skip


@item("units", points=4)
def units(ask, learner):
    coding = _coding_of(learner)
    given = {str(k).strip(): _UNITS.get(str(v).strip().lower()) for k, v in as_dict(ask.value("units")).items()}
    if not any(given.values()):
        raise AnswerError("not_written", name="units")
    pressure = {given.get("systolic"), given.get("diastolic")}
    yield points(1, given.get("temperature") == coding["temperature"], "temperature").unless(
        familiar_unit=given.get("temperature") == "Cel"
    )
    yield points(1, pressure == {coding["pressure"]}, "pressure").unless(
        looks_like_mmhg="mm[Hg]" in pressure, tenths_forgotten=pressure == {"kPa"}, tenths_invented=pressure == {"0.1 kPa"}
    )
    yield points(1, given.get("weight") == coding["weight"], "weight").unless(
        weight_in_kg=given.get("weight") == "kg", jin_and_tenths=given.get("weight") in ("[jin]", "0.1 kg")
    )
    yield points(1, given.get("measured_at") == coding["ticks"], "clock").unless(
        clock_ticks=given.get("measured_at") in ("s", "ms", "min")
    )


STANDARD = (
    "record_id", "sex", "visit_kind", "measured_at", "temperature_c", "heart_rate", "systolic_mmhg", "diastolic_mmhg",
    "weight_kg",
)  # fmt: skip
RENAMED = {"temperature": "temperature_c", "systolic": "systolic_mmhg", "diastolic": "diastolic_mmhg", "weight": "weight_kg"}
WITH_GAPS_STANDARD = ("temperature_c", "heart_rate", "weight_kg")
QUANTITIES = {"temperature_c": 0.06, "systolic_mmhg": 0.5, "diastolic_mmhg": 0.5, "weight_kg": 0.06}


@item("to_standard", points=6)
def to_standard(ask, hidden, learner):
    """Rows of other patients, written by the learner's own old system."""
    coding = _coding_of(learner)
    other = hidden.files()["export.csv"]
    clean = _read(other, other.attrs["coding"]).iloc[:HIDDEN_ROWS]
    export = _written(clean, coding, hidden.rng("gaps"))
    want = _read(export, coding).set_index("record_id")
    asked = export.sample(frac=1, random_state=int(hidden.rng("order").integers(2**31))).reset_index(drop=True)
    asked.attrs = {}
    table = as_table(ask("to_standard", asked), STANDARD)
    table = table.assign(record_id=pd.to_numeric(table["record_id"], errors="coerce")).drop_duplicates("record_id")
    complete = set(table["record_id"]) == set(want.index)
    want = want[want.index.isin(table["record_id"])].rename(columns=RENAMED)
    got = table.set_index("record_id").reindex(want.index)
    numbers = {name: pd.to_numeric(got[name], errors="coerce") for name in (*QUANTITIES, "heart_rate")}
    shown = any(numbers[name][want[name].isna()].notna().any() for name in WITH_GAPS_STANDARD)
    kept = all(numbers[name][want[name].notna()].notna().all() for name in WITH_GAPS_STANDARD)

    def converted(**factors):
        return len(want) > 0 and all(
            close(numbers[name][known], want[name][known] * factors.get(name, 1), within=tolerance)
            for name, tolerance in QUANTITIES.items()
            for known in [want[name].notna()]
        )

    yield points(1, complete, "rows").unless(rows_dropped=True)
    yield points(1, _words(got, want), "words")
    at = _local(got["measured_at"])
    hours = pd.Timedelta(hours=8)
    yield points(2, _agree(at, want["measured_at"]), "clock").unless(
        utc_as_local=_agree(at + hours, want["measured_at"]), twice_eight_hours=_agree(at - hours, want["measured_at"])
    )
    raw = {"kPa": 1 / 7.50062, "0.1 kPa": 1 / 0.750062}[coding["pressure"]]
    yield points(1, converted(), "quantities").unless(
        pressure_left_as_it_was=converted(systolic_mmhg=raw, diastolic_mmhg=raw),
        weight_left_as_it_was=converted(weight_kg={"[jin]": 2, "0.1 kg": 10}[coding["weight"]]),
    )
    yield points(1, complete and kept and not shown, "gaps").unless(code_became_a_value=shown)


def _local(times):
    """Times of either kind as Beijing time without a zone; what is no time becomes empty."""
    at = pd.to_datetime(times, errors="coerce")
    if not pd.api.types.is_datetime64_any_dtype(at):
        at = pd.to_datetime(times, errors="coerce", utc=True)
    return at.dt.tz_convert(LOCAL).dt.tz_localize(None) if at.dt.tz is not None else at


def _read(export, coding):
    """The inverse of _written: what the old system's rows mean; NaN where it means 'not measured'."""
    table = export.rename(columns={column: role for role, column in coding["columns"].items()})[list(ROLES)].copy()
    for name, code in coding["missing"].items():
        table[name] = table[name].astype(float).mask(table[name] == code)
    for name in ("sex", "visit_kind"):
        table[name] = table[name].map({code: word for word, code in coding[name].items()})
    table["birth_date"] = pd.to_datetime(table["birth_date"].astype(str), format="%Y%m%d")
    at = pd.to_datetime(table["measured_at"] // TICKS_PER_SECOND[coding["ticks"]], unit="s", utc=True)
    table["measured_at"] = at.dt.tz_convert(LOCAL).dt.tz_localize(None)
    celsius = {"[degF]": lambda f: (f - 32) * 5 / 9, "0.1 Cel": lambda t: t / 10}[coding["temperature"]]
    table["temperature"] = celsius(table["temperature"])
    for name in ("systolic", "diastolic"):
        table[name] = table[name] * {"kPa": 7.50062, "0.1 kPa": 0.750062}[coding["pressure"]]
    table["weight"] = table["weight"] / {"[jin]": 2, "0.1 kg": 10}[coding["weight"]]
    return table


def _words(got, want):
    return all(
        bool(same(got[name].map(lambda word: _WORDS.get(str(word).strip().lower())), want[name]))
        for name in ("sex", "visit_kind")
    )


def _agree(got, want):
    return len(got) > 0 and bool(close(got, want, within="1 minute"))


PARTS = {
    "identity": {"zh": "编号、编码与病区", "en": "numbers, codes and the ward"},
    "times": {"zh": "日期和时间", "en": "dates and times"},
    "measured": {"zh": "测量值", "en": "measurements"},
    "found": {"zh": "所有表示“没有测”的数字都找到了", "en": "every number that means “not measured” is found"},
    "nothing_real": {"zh": "没有误伤真实的测量值", "en": "nothing that was really measured is thrown away"},
    "sex": {"zh": "性别", "en": "sex"},
    "visit_kind": {"zh": "就诊类型", "en": "kind of visit"},
    "temperature": {"zh": "体温", "en": "temperature"},
    "pressure": {"zh": "血压", "en": "blood pressure"},
    "weight": {"zh": "体重", "en": "weight"},
    "clock": {"zh": "测量时间", "en": "time of measurement"},
    "rows": {"zh": "一行不多，一行不少", "en": "every row, once"},
    "words": {"zh": "编码换成了文字", "en": "codes turned into words"},
    "quantities": {"zh": "单位换算", "en": "units converted"},
    "gaps": {"zh": "没有测的留空", "en": "left empty where not measured"},
}
MISCONCEPTIONS = {
    "ids_swapped": {
        "zh": "记录号和患者号弄反了。同一位病人会测很多次，所以患者号会重复；记录号每行只用一次。",
        "en": "The record number and the patient number are the wrong way round. A patient is measured many times, so the patient's number repeats; a record's number is used once.",
    },
    "codes_swapped": {
        "zh": "性别和就诊类型弄反了。先数一数每一列有几种不同的值。",
        "en": "Sex and kind of visit are the wrong way round. Count how many different values each column has.",
    },
    "times_swapped": {
        "zh": "出生日期和测量时间弄反了。一个人一生只有一个出生日期：按患者分组，看哪一列在组内不变。",
        "en": "Birth date and time of measurement are the wrong way round. People are born once: group by patient and see which column never changes.",
    },
    "pressures_swapped": {
        "zh": "收缩压和舒张压弄反了。心脏收缩时把血挤出去，压力总是更高：逐行比较这两列，谁总在上面？",
        "en": "Systolic and diastolic are the wrong way round. While the heart squeezes, the pressure is higher, always: compare the two columns row by row.",
    },
    "rates_swapped": {
        "zh": "心率和呼吸频率弄反了。安静的成年人一分钟心跳六七十次，呼吸只有十几次。",
        "en": "Heart rate and respiratory rate are the wrong way round. At rest an adult's heart beats sixty or seventy times a minute; they breathe fewer than twenty times.",
    },
    "per_cent_is_not_a_temperature": {
        "zh": "体温和血氧饱和度弄反了。百分比有一个跨不过去的上限，体温没有；再看看哪一列有小数或者位数更多。",
        "en": "Temperature and oxygen saturation are the wrong way round. A percentage has a ceiling it cannot pass; a temperature has none. Look, too, at which column has decimals or more digits.",
    },
    "one_column_only": {
        "zh": "你只在一列里找到了。每个科室的习惯不同，同一个系统里也会用几种数字表示“没有测”。每一列都要看。",
        "en": "You found it in one column only. Each corner of a hospital has its habits: one system may use several numbers for “not measured”. Look at every column.",
    },
    "rare_column_forgotten": {
        "zh": "有一列你没有细看：它大部分是空白，可空白之外还藏着一个数字，同样表示没有测。",
        "en": "One column you passed over: most of it is blank, yet among what is left hides a number that also means “not measured”.",
    },
    "zero_is_a_code": {
        "zh": "你把编码列里的一个正常编码当成了缺失。在测量值里不可能出现的数字，在编码里可以是一类病人。",
        "en": "You took a proper code for a gap. A number that cannot be measured can well stand for a kind of patient.",
    },
    "outliers_as_missing": {
        "zh": "你把少见但真实的测量值也扔掉了。高热的病人、刚出生的孩子都在里面，恰恰是他们最需要被看见。表示缺失的数字有另一个特点：同一个值反复出现，周围却没有邻居。",
        "en": "You also threw away values that are rare but real. Patients with high fever and newborn children are among them, the very ones who must be seen. A number that means “missing” looks different: the same value again and again, and no neighbours around it.",
    },
    "sexes_swapped": {
        "zh": "男女弄反了。`wards.csv` 里有一个病区只收女病人：看看那里出现的是哪个编码。",
        "en": "The sexes are the wrong way round. One ward in `wards.csv` takes only women: which code do you find there?",
    },
    "night_is_emergency": {
        "zh": "门诊和急诊弄反了。门诊晚上关门，急诊不关：看看哪个编码在凌晨也有记录。",
        "en": "Clinic and emergency are the wrong way round. Clinics close in the evening, the emergency department never does: which code has records in the small hours?",
    },
    "ward_means_inpatient": {
        "zh": "住院病人认错了。只有住院病人才有病区：看看哪个编码总是和病区一起出现。",
        "en": "You mistook the inpatients. Only they lie in a ward: which code always comes together with one?",
    },
    "familiar_unit": {
        "zh": "你写的是最熟悉的单位，摄氏度。可是一个人的体温会是这个数吗？",
        "en": "You wrote the unit you know best, degrees Celsius. Would a person with that temperature be alive?",
    },
    "looks_like_mmhg": {
        "zh": "这些数看起来像毫米汞柱，其实不是。把所有病人（包括孩子）的中位数算出来：如果单位真是毫米汞柱，这家医院的人就全都病得离奇。",
        "en": "The numbers may look like millimetres of mercury; they are not. Take the median over everyone, children included: if the unit were mmHg, the whole county would be impossibly ill.",
    },
    "tenths_forgotten": {
        "zh": "方向对了，差十倍。有些老系统为了只存整数，把数值乘了 10。",
        "en": "The right family, but ten times off. Some old systems multiply by ten so as to store whole numbers.",
    },
    "tenths_invented": {
        "zh": "方向对了，差十倍。这一列本来就带小数，不需要再乘 10。",
        "en": "The right family, but ten times off. This column has decimals of its own; there was no need to multiply.",
    },
    "weight_in_kg": {
        "zh": "如果单位是千克，成年人的体重就太离谱了。看看成年人的中位数。",
        "en": "In kilograms the adults would weigh far too much. Look at the median of the adults.",
    },
    "jin_and_tenths": {
        "zh": "斤和 0.1 千克弄混了。1 千克是 2 斤，却是 10 个 0.1 千克：用成年人的中位数一比就知道。",
        "en": "You mixed up jin and tenths of a kilogram. One kilogram is 2 jin but 10 tenths: the adults' median tells them apart.",
    },
    "clock_ticks": {
        "zh": "时间的单位差了好几个数量级。从 1970 年 1 月 1 日数起，五十多年大约是 17 亿秒：数一数有几位数字。",
        "en": "The clock ticks in another unit. Counted from 1 January 1970, fifty-odd years are about 1.7 thousand million seconds: count the digits.",
    },
    "rows_dropped": {
        "zh": "有的记录不见了。缺一个数值，不等于这次测量没有发生：留下这一行，把没有测的那一格空着。",
        "en": "Some records are gone. One value missing does not mean the visit never happened: keep the row and leave that one cell empty.",
    },
    "utc_as_local": {
        "zh": "你的时间早了 8 小时。从 1970 年数起的秒是按世界时（UTC）数的，要换成北京时间。病区早上查房测体温的高峰如果落在半夜，就该起疑心了。",
        "en": "Your times are 8 hours early. Seconds since 1970 are counted in UTC; the hospital lives in Beijing time. If the morning round of the wards seems to happen at midnight, something is off.",
    },
    "twice_eight_hours": {
        "zh": "你的时间晚了 8 小时：时区加了两次。",
        "en": "Your times are 8 hours late: the time zone was added twice.",
    },
    "pressure_left_as_it_was": {
        "zh": "血压没有换算成毫米汞柱（1 kPa ≈ 7.5 mmHg）。",
        "en": "The blood pressures were not converted to millimetres of mercury (1 kPa is about 7.5 mmHg).",
    },
    "weight_left_as_it_was": {
        "zh": "体重没有换算成千克。",
        "en": "The weights were not converted to kilograms.",
    },
    "code_became_a_value": {
        "zh": "表示“没有测”的数字被当成测量值换算了。先把它们变成空值，再换算单位。",
        "en": "Numbers that mean “not measured” were converted as if they had been measured. Empty them first, then convert.",
    },
}
HINTS = {
    "roles": {
        "zh": "把每一列的最小值、中位数、最大值、不同值的个数和空白比例排成一张表，再一列一列地问：什么东西会是这个样子？",
        "en": "Put minimum, median, maximum, number of different values and share of blanks of every column into one table, then ask of each: what in a hospital looks like this?",
    },
    "missing": {
        "zh": "对每一列数一数最常见的值，再看直方图两端有没有孤零零的一根柱子。",
        "en": "Count the most frequent values of each column, and look for a lonely bar far from the rest of the histogram.",
    },
    "codes": {
        "zh": "一个编码的意思，要到别的列里去找证据：病区、钟点、体重。",
        "en": "What a code means shows in the other columns: the ward, the hour, the weight.",
    },
    "units": {
        "zh": "拿一个你熟悉的健康成年人去对照：他的体温、血压、体重在各个单位里分别是多少？",
        "en": "Hold each column against a healthy adult you know: what would their temperature, pressure and weight be in each unit?",
    },
    "to_standard": {
        "zh": "把步骤排好：改列名，清空“没有测”，换单位，换编码，换时间。每一步之后看一眼中位数。",
        "en": "Take it step by step: rename, empty what was not measured, convert units, turn codes into words, convert the clock. Look at a median after each step.",
    },
}
INSIGHTS = {
    "roles": {
        "zh": "你用的不是列名，而是关系：谁会重复，谁总比谁大，谁有上限。真正的数据字典记的也是这些。",
        "en": "You did not use names but relations: what repeats, what is always larger, what has a ceiling. A good data dictionary records exactly these.",
    },
    "missing": {
        "zh": "想一想：如果没有发现它们，这家医院的平均体温会是多少？",
        "en": "Imagine you had not noticed them: what would this hospital's mean temperature be?",
    },
    "codes": {
        "zh": "国家标准 GB/T 2261.1 规定 1 是男、2 是女，可是老系统未必遵守：证据比习惯可靠。",
        "en": "The national standard GB/T 2261.1 says 1 is male and 2 is female; old systems need not follow it. Evidence beats habit.",
    },
    "units": {
        "zh": "单位应该写在数据旁边，而不是记在某个人的脑子里。UCUM 就是为此而设的单位写法。",
        "en": "A unit belongs beside the data, not into somebody's head. UCUM is a way of writing units made for that purpose.",
    },
    "to_standard": {
        "zh": "这段程序处理了你从没见过的病人。这正是它和手工改表的区别。",
        "en": "Your program just handled patients you have never seen. That is what sets it apart from mending a table by hand.",
    },
}
