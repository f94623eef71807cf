"""How module 1.5 is marked. Never leaves the server."""

from numbers import Real

import numpy as np
import pandas as pd

from grading.checks import WRONG, as_dict, as_number, as_series, close, data, item, points

MINUTE = 1 / 1440
PERIOD_DAYS = 28
SPARE_DAYS = 6
"""The worlds are 35 days long: the period may lie here or there in them."""
LOCAL = "Asia/Shanghai"
MEDIUM_BEDS = 10
"""Smaller wards than this are full or empty by chance; nobody's case is about one."""
OFTEN = 0.2
"""The share of crowded hours from which on a head nurse would speak up."""


@data
def files(world, rng):
    """One learner's month: another start, another moment of export, another ward, dates shifted by whole weeks."""
    last = pd.Timestamp(world["bed_stay"]["started_at"].max()).tz_convert(LOCAL).tz_localize(None).normalize()
    end = last - pd.Timedelta(days=int(rng.integers(0, SPARE_DAYS)))
    start = end - pd.Timedelta(days=PERIOD_DAYS)
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
    ward = rng.choice(_crowded(stays, wards, start + shift, end + shift))
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


def _crowded(stays, wards, start, end):
    """Wards that are crowded at some hours and not at others: there, both people in the story have a point."""
    hours = pd.date_range(start, end, freq="h", inclusive="left")
    shares = {}
    for ward, beds in wards.loc[wards["beds"] >= MEDIUM_BEDS, ["ward", "beds"]].itertuples(index=False):
        ours = stays[stays["ward"] == ward]
        left = ours["discharged_at"].dropna().sort_values()
        in_bed = ours["admitted_at"].searchsorted(hours, side="right") - left.searchsorted(hours, side="right")
        shares[ward] = (in_bed >= 0.9 * beds).mean()
    shares = pd.Series(shares)
    both = shares[(shares > OFTEN) & (shares < 1)]
    return (both if len(both) else shares.nlargest(1)).index.to_numpy()


def _renamed(ids, rng):
    """Other numbers for the same visits, so that two learners' files cannot be joined."""
    old = ids.unique()
    return ids.map(dict(zip(old, rng.permutation(len(old)) + 100_001, strict=True)))


# --- what is asked


@item("in_bed_now", points=2)
def in_bed_now(ask, hidden, reference):
    tables = hidden.files()
    stays, ward = tables["stays.csv"], tables["case.csv"]["ward"].iloc[0]
    want = reference("in_bed_now", stays, ward)
    got = as_number(ask("in_bed_now", stays, ward))
    ours, here = stays["ward"] == ward, stays["discharged_at"].isna()
    in_use = close(got, want)
    yield points(1, in_use, "ward_in_use").unless(
        whole_hospital=got == here.sum(), ever_here=got == ours.sum(), left_instead=got == (ours & ~here).sum()
    )
    emptied = stays[~(ours & here)].reset_index(drop=True)
    # 0 is worth something only from a function that does not say 0 to everything
    yield points(1, close(as_number(ask("in_bed_now", emptied, ward)), 0) & in_use, "ward_empty")


@item("los_days", points=4)
def los_days(ask, hidden, reference):
    tables = hidden.files()
    stays, now = tables["stays.csv"], tables["case.csv"]["now"].iloc[0]
    want = reference("los_days", stays, now)
    got = as_series(ask("los_days", stays, now), like=want)
    gone = stays["discharged_at"].notna()
    yield points(2, close(got[gone], want[gone], within=MINUTE), "gone").unless(
        truncated=close(got[gone], np.floor(want[gone])),
        nights=lambda: close(got[gone], _nights(stays[gone])),
        hours=close(got[gone] / 24, want[gone], within=MINUTE),
        reversed=close(-got[gone], want[gone], within=MINUTE),
    )
    yield points(2, close(got[~gone], want[~gone], within=MINUTE), "here").unless(
        open_as_missing=got[~gone].isna().all(),
        open_as_zero=(got[~gone] == 0).all(),
        truncated=close(got[~gone], np.floor(want[~gone])),
        hours=close(got[~gone] / 24, want[~gone], within=MINUTE),
        reversed=close(-got[~gone], want[~gone], within=MINUTE),
    )


def _nights(stays):
    return (stays["discharged_at"].dt.normalize() - stays["admitted_at"].dt.normalize()).dt.days


@item("census", points=4)
def census(ask, hidden, reference):
    tables, rng = hidden.files(), hidden.rng("moments")
    stays, now = tables["stays.csv"], tables["case.csv"]["now"].iloc[0]
    # half a minute past, so that no patient comes or goes at the very moment; the last ones shortly before the export
    past = sorted(int(m) for m in rng.integers(1, 14 * 24 * 60, 12))
    usual = _moments([now - pd.Timedelta(minutes=m, seconds=30) for m in past], rng)
    got, want = _asked(ask, reference, stays, usual)
    always_zero = bool((got == 0).all())
    yield points(2, close(got, want), "usual").unless(
        open_forgotten=lambda: close(got, reference("census", stays.dropna(subset="discharged_at"), usual)),
        never_leave=lambda: close(got, usual.map(lambda t: int((stays["admitted_at"] <= t).sum()))),
        by_date=lambda: close(got, _by_date(stays, usual)),
        arrivals=lambda: close(got, usual.map(lambda t: int((stays["admitted_at"].dt.normalize() == t.normalize()).sum()))),
        half=close(got * 2, want),
    )
    gone = stays[stays["discharged_at"].notna()].tail(400)
    come, left = (rng.choice(gone[column].to_numpy(), 4, replace=False) for column in ("admitted_at", "discharged_at"))
    exact = _moments([*come, *left], rng)
    got, want = _asked(ask, reference, stays, exact)
    yield points(1, close(got, want), "exact").unless(
        edge_twice=lambda: close(got, _counted(stays, exact, come_at_once=True, leave_at_once=False)),
        edge_arrival=lambda: close(got, _counted(stays, exact, come_at_once=False, leave_at_once=True)),
        edge_reversed=lambda: close(got, _counted(stays, exact, come_at_once=False, leave_at_once=False)),
    )
    before = stays["admitted_at"].min()
    nobody = _moments([before - pd.Timedelta(days=int(d), seconds=30) for d in rng.integers(3, 90, 3)], rng)
    got, want = _asked(ask, reference, stays, nobody)
    yield points(1, WRONG if always_zero else close(got, want), "nobody")


def _moments(times, rng):
    """Moments in no order and with an index that is not 0, 1, 2: whatever the answer relies on, it must be said."""
    moments = pd.Series(pd.to_datetime(times)).astype("datetime64[ns]")
    moments = moments.iloc[rng.permutation(len(moments))]
    return moments.set_axis(rng.permutation(np.arange(100, 100 + len(moments))))


def _asked(ask, reference, stays, moments):
    want = reference("census", stays, moments)
    return as_series(ask("census", stays, moments), like=want), want


def _counted(stays, moments, *, come_at_once, leave_at_once):
    def count(moment):
        come = stays["admitted_at"] <= moment if come_at_once else stays["admitted_at"] < moment
        gone = stays["discharged_at"] <= moment if leave_at_once else stays["discharged_at"] < moment
        return int((come & ~gone).sum())

    return moments.map(count)


def _by_date(stays, moments):
    come, left = stays["admitted_at"].dt.normalize(), stays["discharged_at"].dt.normalize()
    return moments.map(lambda t: int(((come <= t.normalize()) & ~(left < t.normalize())).sum()))


@item("occupancy", points=5)
def occupancy(ask, hidden, reference):
    tables = hidden.files()
    stays, wards, case = tables["stays.csv"], tables["wards.csv"], tables["case.csv"].iloc[0]
    start, end = case["start"], case["end"]
    here, early = stays["discharged_at"].isna(), stays["admitted_at"] < start
    inside = stays[~early & (stays["discharged_at"] <= end)]
    crossing = stays[~here & (early | (stays["discharged_at"] > end)) & (stays["admitted_at"] < end)]
    still = stays[here & ~early & (stays["admitted_at"] < end)]
    # only wards that had patients: the one without is a question of its own, at the end
    wards = wards[wards["ward"].isin(inside["ward"])].reset_index(drop=True)
    crossing, still = (some[some["ward"].isin(wards["ward"])] for some in (crossing, still))
    beds = wards.set_index("ward")["beds"]

    def asked(some):
        some = some.sort_values("stay_id").reset_index(drop=True)
        want = reference("occupancy", some, wards, start, end)
        return as_series(ask("occupancy", some, wards, start, end), like=want), want

    got, want = asked(inside)
    days = (end - start).days
    length = inside["discharged_at"] - inside["admitted_at"]
    yield points(1, close(got, want, within=1e-4), "inside").unless(
        percent=close(got / 100, want, within=1e-4),
        truncated=close(got, _per_bed_day(length.dt.days, inside, beds, days)),
        turnover=lambda: close(got, _per_bed_day(length.dt.days * 0 + 1, inside, beds, 1), within=1e-4),
        bed_days_only=close(got, want * beds * days, within=1e-2),
        thirty_days=close(got * 30 / days, want, within=1e-4) | close(got * 31 / days, want, within=1e-4),
    )
    got, want = asked(pd.concat([inside, crossing]))
    everything = pd.concat([inside, crossing])
    whole = (everything["discharged_at"] - everything["admitted_at"]) / pd.Timedelta(days=1)
    yield points(2, close(got, want, within=1e-4), "edges").unless(
        not_clipped=lambda: close(got, _per_bed_day(whole, everything, beds, days), within=1e-4),
        edge_dropped=lambda: close(got, reference("occupancy", inside, wards, start, end), within=1e-4),
    )
    got, want = asked(pd.concat([inside, still]))
    yield points(1, close(got, want, within=1e-4), "here").unless(
        open_forgotten=lambda: close(got, reference("occupancy", inside, wards, start, end), within=1e-4)
    )
    ward = inside["ward"].iloc[0]
    rest = inside[inside["ward"] != ward].reset_index(drop=True)
    want = reference("occupancy", rest, wards, start, end)
    answer = ask("occupancy", rest, wards, start, end)
    yield points(1, close(answer, want, within=1e-4), "empty").unless(ward_missing=lambda: ward not in answer.dropna().index)


def _per_bed_day(used, stays, beds, days):
    return used.groupby(stays["ward"]).sum().reindex(beds.index, fill_value=0) / (beds * days)


@item("average_stay", points=3)
def average_stay(ask, hidden, reference):
    stays, rng = hidden.files()["stays.csv"], hidden.rng("transfers")
    alone = ~stays["visit_id"].duplicated(keep=False)
    plain = stays[alone & stays["discharged_at"].notna()].reset_index(drop=True)
    length = (plain["discharged_at"] - plain["admitted_at"]) / pd.Timedelta(days=1)

    got, want = as_number(ask("average_stay", plain)), reference("average_stay", plain)
    yield points(1, close(got, want, within=1e-4), "plain").unless(
        median=close(got, length.median(), within=1e-4),
        hours=close(got / 24, want, within=1e-4),
        truncated=close(got, np.floor(length).mean(), within=1e-4),
    )
    moved = _transferred(plain, rng, share=0.3)
    got, want = as_number(ask("average_stay", moved)), reference("average_stay", moved)
    rows = (moved["discharged_at"] - moved["admitted_at"]) / pd.Timedelta(days=1)
    yield points(1, close(got, want, within=1e-4), "transfers").unless(
        row_not_visit=close(got, rows.mean(), within=1e-4), last_ward_only=lambda: close(got, _last_ward(moved), within=1e-4)
    )
    here = _still_here(moved, rng, share=0.2)
    got, want = as_number(ask("average_stay", here)), reference("average_stay", here)
    yield points(1, close(got, want, within=1e-4), "here").unless(
        not_left_yet=lambda: close(got, reference("average_stay", here.dropna(subset="discharged_at")), within=1e-4),
        open_counted=lambda: want * 1.001 < got < want * 5,
        row_not_visit=lambda: close(got, ((here["discharged_at"] - here["admitted_at"]) / pd.Timedelta(days=1)).mean(), within=1e-4),
    )


def _transferred(stays, rng, share):
    """Split some stays in two: the patient was moved to another ward half-way."""
    chosen = rng.random(len(stays)) < share
    half = (stays["admitted_at"] + (stays["discharged_at"] - stays["admitted_at"]) / 2).dt.floor("min")
    first, second = stays[chosen].copy(), stays[chosen].copy()
    first["discharged_at"], second["admitted_at"] = half[chosen], half[chosen]
    second["ward"] = rng.permutation(second["ward"].to_numpy())
    return _as_export(pd.concat([stays[~chosen], first, second]))


def _still_here(stays, rng, share):
    """Take the last leaving away from some patients who were transferred: they have left a ward, not the hospital."""
    several = stays["visit_id"].duplicated(keep=False)
    visits = stays.loc[several, "visit_id"].unique()
    chosen = rng.choice(visits, max(3, int(len(visits) * share)), replace=False)
    last = stays.groupby("visit_id")["admitted_at"].transform("max") == stays["admitted_at"]
    stays = stays.copy()
    stays.loc[stays["visit_id"].isin(chosen) & last, "discharged_at"] = pd.NaT
    return stays


def _last_ward(stays):
    last = stays.sort_values("admitted_at").drop_duplicates("visit_id", keep="last")
    return ((last["discharged_at"] - last["admitted_at"]) / pd.Timedelta(days=1)).mean()


def _as_export(stays):
    return stays.sort_values(["admitted_at", "ward", "bed"]).reset_index(drop=True)


@item("who_is_right", points=4)
def who_is_right(ask, learner, reference):
    tables = learner.files()
    want = reference("four_numbers", tables["stays.csv"], tables["wards.csv"], tables["case.csv"].iloc[0])
    got = as_dict(ask.value("who_is_right"), keys=["report", "midnight", "busiest_hour", "crowded_share"])
    beds = tables["wards.csv"].set_index("ward").loc[tables["case.csv"]["ward"].iloc[0], "beds"]
    yield points(1, _agree(got["report"], want["report"]), "report").unless(
        percent=lambda: _agree(got["report"] / 100, want["report"]),
        midnight_for_report=lambda: _agree(got["report"], want["midnight"]),
        whole_hospital=lambda: _agree(got["report"], want["hospital"]),
    )
    yield points(1, _agree(got["midnight"], want["midnight"]), "midnight").unless(
        percent=lambda: _agree(got["midnight"] / 100, want["midnight"]),
        patients_not_share=lambda: _agree(got["midnight"] / beds, want["midnight"]),
    )
    hour = got["busiest_hour"]
    right_hour = isinstance(hour, Real) and not isinstance(hour, bool) and hour in want["busiest_hours"]
    yield points(1, right_hour, "busiest_hour").unless(
        quietest=lambda: hour in want["quietest_hours"], moment_not_hour=lambda: not isinstance(hour, Real)
    )
    yield points(1, _agree(got["crowded_share"], want["crowded_share"]), "crowded_share").unless(
        percent=lambda: got["crowded_share"] > 1 and _agree(got["crowded_share"] / 100, want["crowded_share"]),
        count_not_share=lambda: want["crowded_share"] > 0 and close(got["crowded_share"] / want["hours"], want["crowded_share"]),
        completely_full=lambda: close(got["crowded_share"], want["full_share"]),
    )


def _agree(got, want):
    """Equal, or equal after rounding to three or four decimals: near is not enough, two of the four may lie close."""
    return close(got, want) | close(got, round(want, 4), within=1e-9) | close(got, round(want, 3), within=1e-9)


# --- what is said

PARTS = {
    "ward_in_use": {"zh": "有病人在床的病区", "en": "a ward with patients in bed"},
    "ward_empty": {"zh": "没有人在床的病区", "en": "a ward with nobody in bed"},
    "gone": {"zh": "已经离开的病人", "en": "patients who have left"},
    "here": {"zh": "还在院的病人", "en": "patients who are still here"},
    "usual": {"zh": "平常的时刻", "en": "ordinary moments"},
    "exact": {"zh": "恰好有人进出的时刻", "en": "the very moment at which somebody comes or leaves"},
    "nobody": {"zh": "没有人在床的时刻", "en": "moments with nobody in bed"},
    "inside": {"zh": "完全落在统计期内的住院", "en": "stays wholly within the period"},
    "edges": {"zh": "越过统计期边界的住院", "en": "stays that reach across the edge of the period"},
    "empty": {"zh": "没有收病人的病区", "en": "a ward that had no patients"},
    "plain": {"zh": "没有转科、都已出院", "en": "no transfers, everybody has left"},
    "transfers": {"zh": "有转科的病人", "en": "with transferred patients"},
    "report": {"zh": "月报的使用率", "en": "the report's occupancy"},
    "midnight": {"zh": "零点的使用率", "en": "occupancy at midnight"},
    "busiest_hour": {"zh": "人最多的钟点", "en": "the busiest hour"},
    "crowded_share": {"zh": "拥挤的整点所占比例", "en": "the share of crowded hours"},
}

MISCONCEPTIONS = {
    "whole_hospital": {
        "zh": "你数的是全院，题目问的是一个病区。别的病区空着的床，救不了这个病区走廊里的病人。",
        "en": "You looked at the whole hospital; the question is about one ward. An empty bed elsewhere does not help the patient in this ward's corridor.",
    },
    "ever_here": {
        "zh": "你数的是曾经住过这个病区的所有人，包括早已离开的。“此刻在床”还要多一个条件。",
        "en": "You counted everyone who was ever in this ward, including those who left long ago. \"In bed right now\" needs one more condition.",
    },
    "left_instead": {
        "zh": "正好反了：离开时间**空着**的人才还在床上，有离开时间的人已经走了。",
        "en": "The other way round: those whose time of leaving is **empty** are still in bed; those who have one are gone.",
    },
    "truncated": {
        "zh": "你只数了整天。上午入院、第二天下午出院是 1.3 天左右，而 `.dt.days` 会把小数丢掉。床位使用率差的就是这些小数。",
        "en": "You counted whole days only. In at 9 and out at 16 the next day is about 1.3 days; `.dt.days` drops the fraction, and bed occupancy is made of such fractions.",
    },
    "nights": {
        "zh": "你用日期相减，数的是“过了几夜”。早上来晚上走的病人成了 0 天，可他实实在在占了一白天的床。",
        "en": "You subtracted dates, which counts nights. Somebody who comes in the morning and leaves in the evening gets 0 days, yet used a bed all day long.",
    },
    "hours": {
        "zh": "你算出来的是小时，题目要的是天：一天有 24 小时，也就是 86400 秒。",
        "en": "Your number is in hours; the item asks for days. A day has 24 hours, or 86,400 seconds.",
    },
    "reversed": {
        "zh": "减反了：住院日是离开减去进入，你的结果是负数。",
        "en": "The wrong way round: a stay's length is leaving minus arriving; yours are negative.",
    },
    "open_as_missing": {
        "zh": "还没离开的病人没有离开时间，你让他们的住院日也空着。可他们此刻就躺在床上：算到 `now` 为止，已经住了多少天？",
        "en": "Patients who are still here have no time of leaving, and you left their stay empty too. Yet they are lying in a bed right now: how many days have they stayed up to `now`?",
    },
    "open_as_zero": {
        "zh": "还没离开的病人在你这里是 0 天，好像从来没有占过床。住得最久的人往往就在他们中间。",
        "en": "Patients who are still here count 0 days with you, as if they had never used a bed. The longest stays are often among them.",
    },
    "open_forgotten": {
        "zh": "你漏掉了还没离开的病人。空的时间和任何时间比较都得到“否”，他们就这样悄悄地从统计里消失了，病区看上去比实际空。",
        "en": "You lost the patients who are still here. An empty time compared with anything says \"no\", so they vanish without a sound and the ward looks emptier than it is.",
    },
    "never_leave": {
        "zh": "你数的是到那一刻为止来过的所有人，却没有减去已经离开的。照这样数，病区只会越来越满。",
        "en": "You counted everyone who had come by then but did not take away those who had left. Counted like that, a ward only ever fills up.",
    },
    "by_date": {
        "zh": "你只比较了日期，没有比较钟点：当天来过或当天走的人，在一天里的每个时刻都被算作在床。",
        "en": "You compared dates, not times of day: whoever came or left on that date counts as in bed at every moment of it.",
    },
    "arrivals": {
        "zh": "你数的是当天新来的人，而不是那一刻躺在床上的人。来得少的日子，病区照样可以是满的。",
        "en": "You counted that day's arrivals, not the people lying in bed at that moment. A ward can be full on a day when hardly anybody comes.",
    },
    "half": {"zh": "你的人数正好只有一半。", "en": "Your numbers are exactly half of what they should be."},
    "edge_twice": {
        "zh": "病人离开的那一刻，你仍然把他算在床上。如果这张床同时收了下一位病人，同一张床就被数了两次。",
        "en": "At the moment of leaving you still count the patient as in bed. If the next patient takes the bed at that moment, one bed counts twice.",
    },
    "edge_arrival": {
        "zh": "病人进来的那一刻，你还没有把他算在床上。约定是：从进来的那一刻起就算。",
        "en": "At the moment of arrival you do not count the patient yet. The rule is: from the moment of arrival a patient counts.",
    },
    "edge_reversed": {
        "zh": "两端的约定用反了：进来的那一刻起就算，离开的那一刻起就不算。",
        "en": "You have the rule the wrong way round at both ends: a patient counts from the moment of arrival and no longer from the moment of leaving.",
    },
    "percent": {
        "zh": "你给的是百分数（例如 78），题目要的是 0 到 1 之间的小数（0.78）。",
        "en": "You gave per cent (such as 78); the item asks for a fraction from 0 to 1 (0.78).",
    },
    "turnover": {
        "zh": "你用收了多少人次去除以床位数，那是**周转次数**。住 1 天和住 10 天的病人占床可不一样多：要加起来的是时长。",
        "en": "You divided the number of stays by the beds: that is **turnover**. Someone who stays 10 days takes up more bed than someone who stays 1: it is the lengths that must be added up.",
    },
    "bed_days_only": {
        "zh": "你给的是床日的总数，还没有除以“床位数 × 天数”。",
        "en": "You gave the total of bed-days and did not divide it by \"beds × days\" yet.",
    },
    "thirty_days": {
        "zh": "统计期不一定是 30 天或 31 天：天数要从 `start` 和 `end` 算出来。",
        "en": "The period need not have 30 or 31 days: compute the number of days from `start` and `end`.",
    },
    "not_clipped": {
        "zh": "越过边界的住院，你把整段时长都算进来了。上个月就住进来的病人，上个月的那些床日不属于这份月报。只算落在统计期以内的那一部分。",
        "en": "For stays across the edge you counted their whole length. Bed-days that a patient used last month do not belong to this month's report: count only the part within the period.",
    },
    "edge_dropped": {
        "zh": "越过统计期边界的住院被你整个丢掉了。上个月住进来、这个月还在的病人，这个月照样占着床。",
        "en": "You dropped the stays that reach across the edge of the period. Someone who came last month and is still here uses a bed this month all the same.",
    },
    "ward_missing": {
        "zh": "没有收病人的病区从你的结果里消失了。使用率是 0 和没有这个病区，是两回事：院长正想知道哪里有空床。",
        "en": "The ward without patients has vanished from your result. An occupancy of 0 is not the same as no ward: where there are empty beds is just what the director wants to know.",
    },
    "median": {
        "zh": "你用的是中位数。它很有用，但报表要的是平均数：少数住得很久的病人会把平均数拉高，这正是管理者想看到的。",
        "en": "You took the median. It is useful, but the report asks for the mean: a few very long stays pull it up, and that is what the managers want to see.",
    },
    "row_not_visit": {
        "zh": "你把 `stays` 的每一行当成了一次出院。转过科的病人有好几行，却只住了一次院；按行平均，住院日就被切短了。",
        "en": "You took each row of `stays` for a discharge. A transferred patient has several rows but one stay in hospital; averaging rows cuts the stays into pieces.",
    },
    "last_ward_only": {
        "zh": "你只算了最后一个病区里的时间。转科以前住的那些天，也是这一次住院的一部分。",
        "en": "You counted only the time in the last ward. The days before the transfer belong to the same stay in hospital.",
    },
    "not_left_yet": {
        "zh": "有的病人离开了第一个病区，此刻却躺在第二个病区里。你把他当成已经出院的人算了进去。",
        "en": "Some patients have left their first ward and are lying in a second one right now. You counted them as discharged.",
    },
    "open_counted": {
        "zh": "你给还在院的病人补了一个离开时间，把他们也算了进去。“出院者”平均住院日只看已经出院的人。",
        "en": "You gave patients who are still here a time of leaving and counted them too. The average stay of **discharged** patients looks only at those who have left.",
    },
    "midnight_for_report": {
        "zh": "`report` 和 `midnight` 你给了同一个数。第 4 题按实际占用的时长算，零点清点只看一天里的一个时刻，两者一般不相等。",
        "en": "You gave the same number for `report` and `midnight`. Item 4 adds up the time that beds were in use; the midnight count looks at one moment of the day. The two usually differ.",
    },
    "patients_not_share": {
        "zh": "零点的这个数是人数，还没有除以床位数。",
        "en": "Your midnight figure is a number of patients: divide it by the number of beds.",
    },
    "quietest": {
        "zh": "你找到的是人最少的钟点。要找的是平均值最高的那一个。",
        "en": "You found the quietest hour. Look for the hour whose average is highest.",
    },
    "moment_not_hour": {
        "zh": "你给的是某一天的某个时刻。题目要的是一天里的钟点，0 到 23 的整数：先把各天同一钟点的人数平均起来。",
        "en": "You gave one moment of one day. The item asks for an hour of the day, a whole number from 0 to 23: first average the same hour over all days.",
    },
    "count_not_share": {
        "zh": "你数出了有多少个拥挤的整点，还没有除以整点的总数。",
        "en": "You counted the crowded hours and did not divide by the number of all hours yet.",
    },
    "completely_full": {
        "zh": "你只数了一张空床也没有的整点。题目把达到床位数 90% 就算作拥挤：只剩一两张床时，急诊就已经转不动了。",
        "en": "You counted only the hours without a single free bed. The item calls a ward crowded from 90% on: with one or two beds left, the emergency department is already stuck.",
    },
}

HINTS = {
    "in_bed_now": {
        "zh": "两个条件要同时成立：在这个病区，**并且**还没有离开。然后数有几个 `True`。",
        "en": "Two conditions must hold at once: in this ward, **and** not left yet. Then count the `True`s.",
    },
    "los_days": {
        "zh": "先想清楚每位病人的“结束”是什么：已经离开的，是离开时间；还在的，是 `now`。再用结束减去开始，换算成天。",
        "en": "First settle what \"the end\" is for each patient: the time of leaving, or `now` for those still here. Then subtract the beginning and convert to days.",
    },
    "census": {
        "zh": "对每个时刻问两句话：他来了吗？他走了吗？来了而没有走的人，就在床上。",
        "en": "Ask two questions at each moment: has this patient come, and has this patient left? Who has come and not left is in bed.",
    },
    "occupancy": {
        "zh": "先把每条线段剪到统计期以内，再按病区把时长加起来，最后除以“床位数 × 天数”。用那张 5 月 2 日的图验算一遍。",
        "en": "First cut each line to the period, then add up the lengths ward by ward, and last divide by beds times days. Check yourself with the picture of 2 May.",
    },
    "average_stay": {
        "zh": "先把同一个 `visit_id` 的行合成一次住院：最早的进入，最晚的离开。只要还有一行没有离开时间，这个人就没有出院。",
        "en": "First make one stay in hospital of the rows that share a `visit_id`: earliest arrival, latest leaving. If any row has no time of leaving, this patient has not been discharged.",
    },
    "who_is_right": {
        "zh": "四个数都只看 `case[\"ward\"]` 这一个病区，只看 `start` 到 `end`。如果前面几题还没有全对，先把它们改好。",
        "en": "All four numbers are about the one ward `case[\"ward\"]` and the time from `start` to `end`. If the items before are not all right yet, mend them first.",
    },
}

INSIGHTS = {
    "in_bed_now": {
        "zh": "这就是护士站白板上的那个数字。系统里算出来的和白板上写的不一致时，先别急着怪系统：多半是有人已经走了，出院手续还没有办完。",
        "en": "This is the number on the whiteboard of the nurses' station. When the two disagree, do not blame the system first: usually somebody has gone home and the discharge has not been entered yet.",
    },
    "los_days": {
        "zh": "还在院的病人，住院日只会比现在更长。把他们丢掉的统计，总是偏短。",
        "en": "For patients who are still here the stay can only get longer. Statistics that drop them are always too short.",
    },
    "census": {
        "zh": "“进来起算、离开起不算”的约定叫左闭右开区间。床位、手术间、会议室的排班，都靠它避免重复计数。",
        "en": "\"From arrival on, from leaving no longer\" is called a half-open interval. Beds, theatres and meeting rooms all rely on it so that nothing counts twice.",
    },
    "occupancy": {
        "zh": "还有一个验算的办法：把每个时刻的在院人数沿时间累加起来（曲线下的面积），得到的也是床日。第 3 题和第 4 题说的是同一件事。",
        "en": "There is another way to check it: add up the census over time, the area under its curve, and you get the bed-days too. Items 3 and 4 say the same thing twice.",
    },
    "average_stay": {
        "zh": "同一批数据，按行、按人、算不算还在院的，会得到三个不同的“平均住院日”。看到这个指标，先问它的定义。",
        "en": "By rows, by patients, with or without those still here: the same data give three different \"average stays\". Ask for the definition before you compare.",
    },
    "who_is_right": {
        "zh": "两个人说的是两件事：月报说的是整月的平均，护士长经历的是最挤的那些日子和钟点，`crowded_share` 告诉你这样的时候有多少。把第 3 题的曲线拿给院长看，比争论哪个数字对更有用。",
        "en": "They speak of two things: the report of a month's average, the head nurse of the most crowded days and hours, and `crowded_share` says how many of those there were. Showing the director the curve of item 3 helps more than arguing over whose number is right.",
    },
}
