"""How module 1.5 is marked. Never leaves the server."""

import numpy as np
import pandas as pd

from grading.checks import as_series, close, data, item, points

MINUTE = 1 / 1440
PERIOD_DAYS = 28
LOCAL = "Asia/Shanghai"
MEDIUM_BEDS = 10
"""Smaller wards than this are full or empty by chance; nobody's case is about one."""


@data
def files(world, rng):
    """One learner's month: another start, another moment of export, another ward, dates shifted by whole weeks."""
    first = pd.Timestamp(world["bed_stay"]["started_at"].min()).tz_convert(LOCAL).tz_localize(None).normalize()
    last = pd.Timestamp(world["bed_stay"]["started_at"].max()).tz_convert(LOCAL).tz_localize(None).normalize()
    spare = max(0, (last - first).days - PERIOD_DAYS - 1)
    start = first + pd.Timedelta(days=int(rng.integers(0, min(spare, 7) + 1))) + pd.Timedelta(days=max(0, spare - 7))
    end = start + pd.Timedelta(days=PERIOD_DAYS)
    now = end + pd.Timedelta(minutes=int(rng.integers(8 * 60, 17 * 60)))
    shift = pd.Timedelta(weeks=int(rng.integers(-20, 21)))

    stays, wards = _tables(world)
    stays = stays[(stays["admitted_at"] <= now) & ~(stays["discharged_at"] <= start)].copy()
    stays["discharged_at"] = stays["discharged_at"].where(stays["discharged_at"] <= now)
    for column in ("admitted_at", "discharged_at"):
        stays[column] = stays[column] + shift
    stays = stays.sort_values(["admitted_at", "ward", "bed"]).reset_index(drop=True)
    stays["visit_id"] = _renamed(stays["visit_id"], rng)
    stays.insert(0, "stay_id", np.arange(len(stays)) + int(rng.integers(1, 9) * 10_000))
    ward = rng.choice(wards.loc[wards["beds"] >= MEDIUM_BEDS, "ward"].to_numpy())
    case = pd.DataFrame({"ward": [ward], "start": [start + shift], "end": [end + shift], "now": [now + shift]})
    return {"stays.csv": stays, "wards.csv": wards, "case.csv": case}


def _tables(world):
    """Bed stays and wards in local time, as an export of the ward system would show them."""
    wards = world["ward"].to_pandas()
    stays = world["bed_stay"].to_pandas().merge(world["bed"].to_pandas()[["bed_id", "label"]], on="bed_id")
    stays = stays.merge(wards[["ward_id", "code"]], on="ward_id")
    times = {
        new: stays[old].dt.tz_convert(LOCAL).dt.tz_localize(None).dt.floor("min")
        for old, new in (("started_at", "admitted_at"), ("ended_at", "discharged_at"))
    }
    table = pd.DataFrame({"visit_id": stays["encounter_id"], "ward": stays["code"], "bed": stays["label"], **times})
    wards = wards.rename(columns={"code": "ward"})[["ward", "name_zh", "name_en", "beds"]]
    return table.astype({"ward": str, "bed": str}), wards.astype({"ward": str, "name_zh": str, "name_en": str, "beds": int})


def _renamed(ids, rng):
    """Other numbers for the same visits, so that two learners' files cannot be joined."""
    old = ids.unique()
    return ids.map(dict(zip(old, rng.permutation(len(old)) + 100_001, strict=True)))


@item("los_days", points=4)
def los_days(ask, hidden, reference):
    tables = hidden.files()
    stays, now = tables["stays.csv"], tables["case.csv"]["now"].iloc[0]
    want = reference("los_days", stays, now)
    got = as_series(ask("los_days", stays, now), like=want)
    closed = stays["discharged_at"].notna()
    yield points(2, close(got[closed], want[closed], within=MINUTE), "closed").unless(
        truncated=close(got[closed], np.floor(want[closed])),
        hours=close(got[closed] / 24, want[closed], within=MINUTE),
        reversed=close(-got[closed], want[closed], within=MINUTE),
    )
    yield points(2, close(got[~closed], want[~closed], within=MINUTE), "open").unless(
        open_as_missing=got[~closed].isna().all(), open_as_zero=(got[~closed] == 0).all()
    )


PARTS = {
    "closed": {"zh": "已经离开的病人", "en": "patients who have left"},
    "open": {"zh": "还在病区的病人", "en": "patients who are still here"},
}
MISCONCEPTIONS = {
    "truncated": {
        "zh": "你只数了整天。上午入院、第二天下午出院是 1.3 天左右,而 `.dt.days` 会把小数丢掉。床位使用率差的就是这些小数。",
        "en": "You counted whole days only. In at 9 and out at 16 the next day is about 1.3 days; `.dt.days` drops the fraction, and bed occupancy is made of such fractions.",
    },
    "hours": {"zh": "你给出的是小时,题目要的是天。", "en": "You gave hours; the item asks for days."},
    "reversed": {"zh": "减反了:时长是离开减进入。", "en": "The wrong way round: a length is leaving minus arriving."},
    "open_as_missing": {
        "zh": "还没出院的病人没有离开时间,你让他们的住院日也空着。可他们此刻就躺在床上。",
        "en": "Who is still here has no time of leaving, and you left their stay empty too. Yet they are lying in a bed right now.",
    },
    "open_as_zero": {
        "zh": "还没出院的病人被你算成了 0 天,好像从来没有占过床。",
        "en": "Patients who are still here count 0 days with you, as if they had never used a bed.",
    },
}
