"""How module 4.1 is marked. Never leaves the server.

Every query is run on a shadow database: an invented learner's files. The patients of that database fall into groups,
one for each decision that a cohort needs, and each part of an item looks at one group.
"""

import numpy as np
import pandas as pd
import polars as pl

from grading.checks import RIGHT, WRONG, as_table, data, item, points, query, same_table

LOCAL = "Asia/Shanghai"
WINDOW_DAYS = 150
"""The enrolment window; before it lies the look-back, behind it two or three weeks until the export."""
OTHERS = 400
"""Patients who have nothing to do with the heart, so that the files look like a hospital's."""
THRESHOLD = 300
"""NT-proBNP, pg/mL, below which acute heart failure is unlikely (ESC guideline 2021)."""
TESTS = ("nt_probnp", "troponin_t", "creatinine", "potassium", "platelets")
DAY, HOUR = pd.Timedelta(days=1), pd.Timedelta(hours=1)
NEVER = pd.Timestamp("NaT")


# --- what one learner gets


@data
def files(world, rng):
    """One learner's export: another window and moment of export, other numbers, dates shifted by whole weeks."""
    tables, last = _local(world, rng)
    export = last - int(rng.integers(0, 6)) * DAY + int(rng.integers(9 * 60, 17 * 60)) * pd.Timedelta(minutes=1)
    end = export.normalize() - int(rng.integers(14, 22)) * DAY
    study = {
        "window_start": end - WINDOW_DAYS * DAY,
        "window_end": end,
        "nt_probnp": THRESHOLD,
        "lookback_days": int(rng.choice([80, 90, 100])),
        "followup_days": 30,
        "data_end": export,
    }
    tables = _planted(tables, study, rng)
    tables = _numbered(_until(tables, export), rng)
    return {f"{name}.parquet": table for name, table in tables.items()} | {"study.parquet": pd.DataFrame([study])}


def _local(world, rng):
    """The tables of the heart's patients and some others, in local time but for the laboratory's, dates shifted."""
    diagnosis, lab = world["diagnosis"], world["lab_result"]
    code = pl.col("code").cast(pl.String)
    heart = diagnosis.filter(code.str.contains("^(I50|I11)"))["patient_id"]
    tested = lab.filter(pl.col("test_code").cast(pl.String) == "nt_probnp")["patient_id"]
    everybody = world["patient"]["patient_id"].to_numpy()
    ids = np.unique(np.concatenate([heart.to_numpy(), tested.to_numpy(), rng.choice(everybody, OTHERS, replace=False)]))
    keep = pl.col("patient_id").is_in(ids.tolist())
    last = pd.Timestamp(world["encounter"]["registered_at"].max()).tz_convert(LOCAL).tz_localize(None).normalize()
    weeks = int(rng.integers(-20, 21)) * 7
    tables = {
        "patients": _pandas(world["patient"].filter(keep), weeks),
        "encounters": _pandas(world["encounter"].filter(keep), weeks),
        "diagnoses": _pandas(diagnosis.filter(keep), weeks),
        "lab_results": _pandas(lab.filter(keep & pl.col("test_code").cast(pl.String).is_in(TESTS)), weeks),
        "drug_orders": _pandas(world["medication_order"].filter(keep), weeks),
    }
    tables["lab_results"] = tables["lab_results"].rename(columns={"test_code": "test", "collected_at": "collected_utc"})
    tables["lab_results"]["collected_utc"] -= 8 * HOUR
    tables["drug_orders"] = tables["drug_orders"].rename(columns={"drug_code": "drug"})
    died = tables["encounters"].query("outcome == 'died'").set_index("patient_id")["ended_at"]
    tables["patients"]["died_at"] = tables["patients"]["patient_id"].map(died[~died.index.duplicated()])
    tables["diagnoses"] = _revised(tables["diagnoses"], rng)
    return tables, last + weeks * DAY


def _pandas(table, days):
    """Plain text instead of categories, local time to the second without a zone."""
    frame = table.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)).to_pandas()
    for name in frame:
        if isinstance(frame[name].dtype, pd.DatetimeTZDtype):
            frame[name] = frame[name].dt.tz_convert(LOCAL).dt.tz_localize(None).dt.floor("s").astype("datetime64[us]")
            frame[name] += days * DAY
        elif frame[name].dtype == "float32":
            frame[name] = frame[name].astype(float).round(1)
    if "birth_date" in frame:
        frame["birth_date"] = pd.to_datetime(frame["birth_date"]).astype("datetime64[us]") + days * DAY
    return frame


def _revised(diagnoses, rng):
    """Some stays carry heart failure twice: the wording of admission and the one of discharge."""
    heart = diagnoses[diagnoses["code"].str.startswith("I50")]
    again = heart[rng.random(len(heart)) < 0.3].copy()
    was_acute = again["code"] == "I50.1"
    again["code"] = np.where(was_acute, "I50.9", "I50.1")
    again["name_zh"] = np.where(was_acute, "心力衰竭", "急性左心衰竭")
    again["name_en"] = np.where(was_acute, "Heart failure", "Acute left heart failure")
    again["role"] = "secondary"
    again["diagnosed_at"] += 20 * HOUR
    return pd.concat([diagnoses, again], ignore_index=True)


def _until(tables, export):
    """What was known when the data were exported."""
    t = dict(tables)
    e = t["encounters"][t["encounters"]["registered_at"] <= export].copy()
    e["admitted_at"] = e["admitted_at"].where(e["admitted_at"] <= export)
    later = ~(e["ended_at"] <= export)
    e["ended_at"], e["outcome"] = e["ended_at"].mask(later), e["outcome"].mask(later)
    t["encounters"] = e
    t["patients"] = t["patients"].assign(died_at=t["patients"]["died_at"].where(t["patients"]["died_at"] <= export))
    known = {"diagnoses": "diagnosed_at", "drug_orders": "ordered_at"}
    for name, time in known.items():
        t[name] = t[name][t[name][time] <= export]
    t["lab_results"] = t["lab_results"][t["lab_results"]["collected_utc"] + 8 * HOUR <= export]
    return t


def _numbered(tables, rng):
    """Other numbers for patients and encounters, in no order of time; every table sorted by its own times."""
    shown = {
        "patients": ["patient_id", "sex", "birth_date", "died_at"],
        "encounters": ["encounter_id", "patient_id", "kind", "registered_at", "admitted_at", "ended_at", "outcome"],
        "diagnoses": ["encounter_id", "patient_id", "role", "code", "name_zh", "name_en", "diagnosed_at"],
        "lab_results": ["patient_id", "test", "value", "unit", "collected_utc"],
        "drug_orders": ["encounter_id", "patient_id", "drug", "ordered_at"],
    }
    order = {"patients": "patient_id", "encounters": "registered_at", "diagnoses": "diagnosed_at",
             "lab_results": "collected_utc", "drug_orders": "ordered_at"}  # fmt: skip
    new = {}
    for name, table, first in (("patient_id", "patients", 10_001), ("encounter_id", "encounters", 500_001)):
        ids = tables[table][name].to_numpy()
        new[name] = dict(zip(ids, rng.permutation(len(ids)) + first, strict=True))
    done = {}
    for name, columns in shown.items():
        table = tables[name].copy()
        for key in set(columns) & set(new):
            table[key] = table[key].map(new[key]).astype("Int64")
        done[name] = table.sort_values([order[name], "patient_id"])[columns].reset_index(drop=True)
    return done


# --- patients in whose records something happens that every cohort must decide about


class _Plant:
    """Adds invented patients with heart failure; everything is collected as rows and appended at the end."""

    def __init__(self, tables, rng):
        self.rng = rng
        self.rows = {name: [] for name in tables}
        self.births = tables["patients"]["birth_date"].to_numpy()
        self.next = 9 * 10**14

    def number(self):
        self.next += 1
        return self.next

    def between(self, low, high):
        """A duration, drawn in minutes between two numbers of days."""
        return int(self.rng.integers(round(low * 1440), round(high * 1440) + 1)) * pd.Timedelta(minutes=1)

    def patient(self, birth=None, died=NEVER):
        if birth is None:
            old = pd.Timestamp(self.rng.choice(self.births))
            birth = pd.Timestamp(1935 + int(self.rng.integers(0, 35)), old.month, min(old.day, 28))
        who = self.number()
        self.rows["patients"].append((who, self.rng.choice(["male", "female"]), birth, died))
        return who

    def encounter(self, who, kind, at, until, codes, outcome="home"):
        """A visit or a stay with its diagnoses, the first of them the main one."""
        number = self.number()
        inpatient = kind == "inpatient"
        registered = at - 50 * pd.Timedelta(minutes=1) if inpatient else at
        self.rows["encounters"].append((number, who, kind, registered, at if inpatient else NEVER, until, outcome))
        for rank, code in enumerate(codes):
            self.diagnosis(number, who, code, at + (25 + 5 * rank) * pd.Timedelta(minutes=1), main=rank == 0)
        return number

    def diagnosis(self, number, who, code, at, *, main=True):
        names = {
            "I50.9": ("心力衰竭", "Heart failure"),
            "I10": ("原发性高血压", "Essential hypertension"),
            "R60.0": ("局部水肿", "Localised oedema"),
            "J18.9": ("肺炎", "Pneumonia"),
        }
        row = (number, who, "main" if main else "secondary", code, *names[code], at)
        self.rows["diagnoses"].append(row)

    def test(self, who, at, value, test="nt_probnp", unit="pg/mL"):
        self.rows["lab_results"].append((who, test, float(value), unit, at - 8 * HOUR))

    def drug(self, number, who, drug, at):
        self.rows["drug_orders"].append((number, who, drug, at))

    def stay(self, at, samples=((2.5, 2400),), days=None, outcome="home", **person):
        """A stay with heart failure; samples: (hours after admission, NT-proBNP)."""
        who = self.patient(**person)
        length = self.between(5, 9) if days is None else days * DAY
        number = self.encounter(who, "inpatient", at, at + length, ["I50.9", "I10"], outcome)
        for hours, value in samples:
            exact = value == THRESHOLD  # all others vary, and stay on their side of it
            self.test(who, at + hours * HOUR, value if exact else round(value * self.rng.uniform(0.6, 1.4)))
        self.test(who, at + self.between(0.05, 0.2), self.rng.integers(60, 140), "creatinine", "umol/L")
        self.test(who, at + self.between(0.05, 0.2), self.rng.integers(140, 280), "platelets", "10*9/L")
        self.drug(number, who, "furosemide", at + self.between(0.04, 0.1))
        return who, number, at + length

    def appended(self, tables):
        columns = {
            "patients": ["patient_id", "sex", "birth_date", "died_at"],
            "encounters": ["encounter_id", "patient_id", "kind", "registered_at", "admitted_at", "ended_at", "outcome"],
            "diagnoses": ["encounter_id", "patient_id", "role", "code", "name_zh", "name_en", "diagnosed_at"],
            "lab_results": ["patient_id", "test", "value", "unit", "collected_utc"],
            "drug_orders": ["encounter_id", "patient_id", "drug", "ordered_at"],
        }
        whole = {}
        for name, table in tables.items():
            rows = pd.DataFrame(self.rows[name], columns=columns[name])
            for column in columns[name]:
                if column.endswith(("_at", "_utc")) or column == "birth_date":
                    rows[column] = rows[column].astype("datetime64[us]")
            whole[name] = pd.concat([table[columns[name]], rows], ignore_index=True)
        return whole


def _planted(tables, study, rng):
    plant = _Plant(tables, rng)
    start, end, export = study["window_start"], study["window_end"], study["data_end"]
    back = study["lookback_days"] * DAY

    def some(number, first=3.0, last=WINDOW_DAYS - 35.0):
        """Moments in the window, early enough for a full follow-up."""
        return [start + plant.between(first, last) for _ in range(number)]

    _plant_ages(plant, some)
    _plant_edges(plant, start, end, some)
    _plant_samples(plant, some)
    _plant_before(plant, some, back)
    _plant_endings(plant, end, some)
    _plant_after(plant, end, export, some)
    for at in some(8, 0, 140):  # over the counter: neither a patient nor an encounter is known
        plant.drug(None, None, "furosemide", at)
    return plant.appended(tables)


def _plant_ages(plant, some):
    days = [at for at in some(60) if at.dayofyear < 320][:4]  # so that the birthday comes in the same calendar year
    for at in days[:2]:
        plant.stay(at, birth=at.normalize() - pd.DateOffset(years=18) + int(plant.rng.integers(10, 40)) * DAY)
    for at in days[2:]:
        plant.stay(at, birth=at.normalize() - pd.DateOffset(years=18))
    for at in some(2):
        plant.stay(at, birth=at.normalize() - pd.DateOffset(years=int(plant.rng.integers(9, 14))))


def _plant_edges(plant, start, end, some):
    for _ in range(2):
        plant.stay(start)
        plant.stay(end)
        plant.stay(end - plant.between(0.1, 0.6))
    for at in some(3, 25, 60):  # comes back within the window
        who, _, left = plant.stay(at)
        again = left + plant.between(40, 50)
        plant.encounter(who, "inpatient", again, again + plant.between(4, 7), ["I50.9"])
    for at in some(3, 20, 40):  # was here long before the window
        who, _, _ = plant.stay(at)
        before = at - plant.between(104, 110)
        plant.encounter(who, "inpatient", before, before + plant.between(2, 3), ["I50.9"])


def _plant_samples(plant, some):
    shapes = [
        ((-19.0, 2100),),  # drawn in the emergency department, the evening before
        ((-6.0, 2200),),  # there too, on the day itself
        ((51.0, 1900),),  # too late, but not if read as local time
        ((96.0, 2600),),  # only on the fifth day
        ((-2.0, 120), (20.0, 2500)),
        ((1.5, 2700), (30.0, 190)),
        ((3.0, THRESHOLD),),
        ((2.0, 140),),
        (),
    ]
    for shape in shapes:
        for at in some(2):
            plant.stay(at, [(hours + plant.rng.uniform(-0.4, 0.4), value) for hours, value in shape])


def _plant_before(plant, some, back):
    for at in some(3):  # the visit that led to the stay
        who, _, _ = plant.stay(at)
        came = at - plant.between(0.12, 0.3)
        visit = plant.encounter(who, "emergency", came, at - plant.between(0.01, 0.03), ["I50.9"], "admitted")
        plant.drug(visit, who, "furosemide", came + 40 * pd.Timedelta(minutes=1))
    for at in some(3):
        who, _, _ = plant.stay(at)
        came = at - plant.between(20, 60)
        plant.encounter(who, "outpatient", came, came + HOUR, ["I50.9"])
    for at in some(3):
        who, _, _ = plant.stay(at)
        came = at - plant.between(20, 60)
        visit = plant.encounter(who, "outpatient", came, came + HOUR, ["R60.0"])
        plant.drug(visit, who, "furosemide", came + HOUR / 2)
    for at in some(2):
        who, _, _ = plant.stay(at)
        came = at - back - plant.between(4, 12)
        plant.encounter(who, "outpatient", came, came + HOUR, ["I50.9"])
    for at in some(2):  # exactly a day before
        who, _, _ = plant.stay(at)
        visit = plant.encounter(who, "outpatient", at - DAY - HOUR, at - DAY, ["R60.0"])
        plant.diagnosis(visit, who, "I50.9", at - DAY, main=False)
    for at in some(2, 5, 60):  # exactly where the look-back begins, before the window
        who, _, _ = plant.stay(at)
        number = plant.encounter(who, "inpatient", at - back - 3 * HOUR, at - back + 2 * DAY, ["R60.0"])
        plant.diagnosis(number, who, "I50.9", at - back, main=False)
    for at in some(3):  # two reasons to be left out
        who, _, _ = plant.stay(at, ((2.0, 150),))
        came = at - plant.between(20, 60)
        plant.encounter(who, "outpatient", came, came + HOUR, ["I50.9"])


def _plant_endings(plant, end, some):
    for at in some(2):
        days = float(plant.rng.uniform(2, 6))
        plant.stay(at, days=days, outcome="died", died=at + days * DAY)
    for _ in range(3):
        plant.stay(end - plant.between(1, 4), days=60)


def _plant_after(plant, end, export, some):
    def again(who, at, kind="inpatient", code="I50.9", outcome="home"):
        length = plant.between(4, 8) if kind == "inpatient" else 3 * HOUR
        plant.encounter(who, kind, at, at + length, [code], outcome)

    for at in some(3, last=110):
        who, _, left = plant.stay(at)
        again(who, left + plant.between(3, 25), code=plant.rng.choice(["I50.9", "J18.9"]))
    for at in some(2, last=100):
        who, _, left = plant.stay(at)
        again(who, left + plant.between(2, 4))
        again(who, left + plant.between(20, 26))
    for at in some(3):
        who, _, left = plant.stay(at)
        again(who, left + plant.between(6, 8), "outpatient")
        again(who, left + plant.between(10, 14), "emergency")
    for apart in (30 * DAY, 30 * DAY, plant.between(33, 39), plant.between(33, 39)):
        for at in some(1, last=100):
            who, _, left = plant.stay(at)
            again(who, left + apart)
    for at in some(3):
        days = float(plant.rng.uniform(5, 8))
        plant.stay(at, days=days, died=at + days * DAY + plant.between(2, 25))
    for at in some(1):
        days = float(plant.rng.uniform(5, 8))
        died = at + days * DAY + plant.between(10, 20)
        who, _, _ = plant.stay(at, days=days, died=died)
        plant.encounter(who, "emergency", died - 2 * HOUR, died, ["I50.9"], "died")
    for _ in range(3):  # the export comes before the thirtieth day
        plant.stay(end - plant.between(0.5, 2), days=float(plant.rng.uniform(5, 8)))


# --- what is asked

STEPS = ("candidates", "index_stays", "confirmed", "no_prior", "attrition", "outcomes")
NEEDS = {
    "candidates": (), "index_stays": ("candidates",), "confirmed": ("index_stays",), "no_prior": ("index_stays",),
    "attrition": ("index_stays", "confirmed", "no_prior"), "outcomes": ("index_stays",),
}  # fmt: skip


class _Shadow:
    """One shadow database, the answer that is wanted there, and the learner's."""

    def __init__(self, name, ask, hidden, reference, adjust=None):
        self._reference = reference
        self.files = {file.removesuffix(".parquet"): table for file, table in hidden.files().items()}
        self.study = self.files["study"].iloc[0]
        self._made = {}
        self.given = {need: self.step(need) for need in NEEDS[name]}
        if adjust is not None:
            self._made["index_stays"] = self.given["index_stays"] = adjust(self)
        self.want = self.step(name)
        self.got = as_table(ask.sql(name, self.files | self.given), self.want.columns)

    def step(self, name):
        """What the reference gives for a step, with the steps that it needs before it."""
        if name not in self._made:
            text = self._reference(name)
            before = {need: self.step(need) for need in NEEDS[name]}
            self._made[name] = query(text, {k: v for k, v in (self.files | before).items() if k in text})
        return self._made[name]

    def agree(self, members, key="patient_id", within=1e-6):
        """Does the answer agree on these patients (or encounters), each exactly once?"""
        return same_table(_of(self.got, members, key), _of(self.want, members, key), key=key, within=within)

    def others(self, *groups, key="patient_id"):
        """Everybody, also whoever should not be there, except these groups."""
        special = set().union(*groups)
        return {x for x in pd.concat([self.want[key], self.got[key]]).dropna() if x not in special}

    def has(self, members, key="patient_id"):
        """Is any of them in the answer?"""
        return bool(self.got[key].isin(list(members)).any())

    def lacks(self, members, key="patient_id"):
        """Does any of them miss?"""
        return bool(set(members) - set(self.got[key].dropna()))

    def repeated(self, members, key="patient_id"):
        """Does any of them come more than once?"""
        return bool(_of(self.got, members, key)[key].duplicated().any())


def _of(table, members, key):
    return table[table[key].isin(list(members))].reset_index(drop=True)


def _only(ids):
    return set(ids.dropna())


@item("candidates", points=5)
def candidates(ask, hidden, reference):
    db = _Shadow("candidates", ask, hidden, reference)
    once = db.got.drop_duplicates()
    repeated = len(once) < len(db.got)
    db.got = once.reset_index(drop=True)
    e, d = db.files["encounters"], db.files["diagnoses"]
    failing = d["code"].str.startswith("I50") | (d["code"] == "I11.0")
    heart, key = _only(d.loc[failing, "encounter_id"]), "encounter_id"
    main = _only(d.loc[failing & (d["role"] == "main"), key])
    fifty = _only(d.loc[d["code"].str.startswith("I50"), key])
    stays = e[(e["kind"] == "inpatient") & e["admitted_at"].notna()].merge(db.files["patients"], on="patient_id")
    born = stays["birth_date"].map(lambda day: day + pd.DateOffset(years=18))
    young = _only(stays.loc[stays["admitted_at"] < born + 60 * DAY, key])
    children = _only(stays.loc[stays["admitted_at"] < born - 366 * DAY, key]) & heart
    still = _only(stays.loc[stays["ended_at"].isna(), key])
    look = _only(stays[key]) & _only(d.loc[d["code"].str.contains("50|I11"), key]) - heart - young - still
    age, here = young & main & fifty, (still - young) & main & fifty
    wanted = _only(db.want[key])
    plain = db.others(young, still, look, key=key) | (wanted - young - still)
    secondary, hypertensive = (wanted & plain) - main, (wanted & plain) - fifty
    usual = db.agree(plain, key)
    yield points(1, usual, "plain").unless(
        visits_too=lambda: db.has(_only(e.loc[e["kind"] != "inpatient", key]), key),
        main_only=lambda: not db.has(secondary, key) and db.has(main, key),
        hypertensive_lost=lambda: not db.has(hypertensive, key) and db.has(secondary, key),
    )
    yield points(1, db.agree(look, key) & _worth(db, main), "codes").unless(lookalikes=lambda: db.has(look, key))
    yield points(1, db.agree(here, key), "open").unless(open_lost=lambda: not db.has(here, key) and db.has(main, key))
    yield points(1, db.agree(age, key), "age").unless(
        children_too=lambda: db.has(children, key),
        age_by_year=lambda: db.has(age - wanted, key) and not db.has(children, key),
        birthday_lost=lambda: not db.has(age, key) and db.has(main, key),
    )
    yield points(1, RIGHT if usual and not repeated else WRONG, "once").unless(row_per_code=repeated)


def _worth(db, members, key="encounter_id"):
    """Leaving somebody out is worth something only from a query that finds anybody."""
    return RIGHT if db.has(members, key) else WRONG


@item("index_stays", points=4)
def index_stays(ask, hidden, reference):
    db = _Shadow("index_stays", ask, hidden, reference)
    start, end = db.study["window_start"], db.study["window_end"]
    c = db.given["candidates"]
    inside = c[(c["admitted_at"] >= start) & (c["admitted_at"] < end)]
    on_edge = c["admitted_at"].isin([start, end]) | ((c["admitted_at"] >= end - DAY) & (c["admitted_at"] < end))
    at_start, at_end = (_only(c.loc[c["admitted_at"] == edge, "patient_id"]) for edge in (start, end))
    last_day = _only(c.loc[on_edge, "patient_id"]) - at_start - at_end
    n = pd.DataFrame({
        "all": c.groupby("patient_id").size(),
        "inside": inside.groupby("patient_id").size(),
        "before": c[c["admitted_at"] < start].groupby("patient_id").size(),
        "edge": on_edge.groupby(c["patient_id"]).any(),
    }).fillna(0)  # fmt: skip
    edges = set(n.index[(n["all"] == 1) & (n["edge"] > 0)])
    inner = n[n["edge"] == 0]
    several = set(inner.index[(inner["inside"] > 1) & (inner["before"] == 0)])
    earlier = set(inner.index[(inner["inside"] == 1) & (inner["before"] > 0)])
    simple = set(inner.index[(inner["inside"] <= 1) & ((inner["before"] == 0) | (inner["inside"] == 0))])
    alone = simple | db.others(set(n.index))
    outside = simple - _only(inside["patient_id"])

    def first(members):
        """The learner's rows of these patients, as (patient, encounter, time)."""
        return _of(db.got, members, "patient_id")

    latest = inside.sort_values("admitted_at").drop_duplicates("patient_id", keep="last")
    usual = db.agree(alone)
    yield points(1, usual, "alone").unless(
        empty=len(db.got) == 0,
        no_window=lambda: db.has(outside),
    )
    yield points(1, db.agree(several), "several").unless(
        every_stay=lambda: db.repeated(several),
        last_not_first=lambda: same_table(
            first(several)[["patient_id", "encounter_id"]],
            _of(latest, several, "patient_id")[["patient_id", "encounter_id"]], key="patient_id",
        ),
        mixed_rows=lambda: same_table(
            first(several)[["patient_id", "index_at"]],
            _of(db.want, several, "patient_id")[["patient_id", "index_at"]], key="patient_id",
        ),
    )  # fmt: skip
    yield points(1, db.agree(earlier), "earlier").unless(
        filtered_after=lambda: not db.has(earlier) and db.has(alone), every_stay=lambda: db.repeated(earlier)
    )
    yield points(1, db.agree(edges), "edges").unless(
        end_included=lambda: db.has(at_end),
        start_excluded=lambda: db.lacks(at_start & edges) and db.has(alone),
        last_day_lost=lambda: db.lacks(last_day & edges) and db.has(alone),
    )


@item("confirmed", points=5)
def confirmed(ask, hidden, reference):
    db = _Shadow("confirmed", ask, hidden, reference)
    lab = db.files["lab_results"].query("test == 'nt_probnp'")
    s = db.given["index_stays"].merge(lab, on="patient_id")
    s["hours"] = (s["collected_utc"] + 8 * HOUR - s["index_at"]) / HOUR
    s["inside"], s["naive"] = s["hours"].between(-24, 48, inclusive="left"), s["hours"].between(-16, 56, inclusive="left")
    everybody = set(db.given["index_stays"]["patient_id"])
    counts = s[s["inside"]].groupby("patient_id")["value"].agg(["size", "max"])
    many, wanted = set(counts.index[counts["size"] > 1]), _only(db.want["patient_id"])
    zone = _only(s.loc[s["inside"] != s["naive"], "patient_id"])
    limit = set(counts.index[counts["max"] == db.study["nt_probnp"]]) - zone
    when = _only(s.loc[~s["inside"], "patient_id"]) - zone - limit
    several = many - zone - limit - when
    plain = (everybody | db.others()) - zone - limit - when - several
    zone, limit, when = zone - many, limit - many, when - many
    usual = db.agree(plain)
    worth = RIGHT if usual else WRONG
    found = _of(db.got, plain, "patient_id")
    yield points(1, usual, "plain").unless(
        empty=len(db.got) == 0,
        other_tests=lambda: bool(((found["peak"] - found["patient_id"].map(counts["max"])).abs().fillna(1) > 1e-3).any()),
        everybody_tested=lambda: set(found["patient_id"]) == set(counts.index) & plain,
        emergency_lost=lambda: not db.has(_early(s) & plain & wanted) and not db.has(plain - wanted) and len(found) > 0,
    )

    def picked(order):
        return usual and _same_people(db, several, _picked(s, order, db.study)) and not _same_people(db, several, wanted)

    yield points(1, db.agree(several) & worth, "samples").unless(
        row_per_sample=lambda: usual and db.repeated(several),
        first_only=lambda: picked("first"),
        last_only=lambda: picked("last"),
        peak_elsewhere=lambda: usual and not db.repeated(several) and not picked("first") and not picked("last"),
    )
    yield points(1, db.agree(when) & worth, "when").unless(any_time=lambda: usual and db.has(when - wanted))
    yield points(1, db.agree(zone) & worth, "zone").unless(
        utc_forgotten=lambda: usual and _same_people(db, zone, _naive(s, db.study)),
        any_time=lambda: usual and db.has(when - wanted),
    )
    yield points(1, db.agree(limit) & worth, "limit").unless(limit_excluded=lambda: usual and db.lacks(limit))


def _picked(samples, order, study):
    """Who would be confirmed by the first, or the last, sample alone."""
    inside = samples[samples["inside"]].sort_values("hours")
    one = inside.drop_duplicates("patient_id", keep=order)
    return _only(one.loc[one["value"] >= study["nt_probnp"], "patient_id"])


def _naive(samples, study):
    """Who would be confirmed if the laboratory's times were read as local."""
    return _only(samples.loc[samples["naive"] & (samples["value"] >= study["nt_probnp"]), "patient_id"])


def _early(samples):
    """Whose samples were all drawn before the ward."""
    last = samples[samples["inside"]].groupby("patient_id")["hours"].max()
    return set(last.index[last < 0])


def _same_people(db, members, others):
    """Are of these members exactly those in the answer who are also in `others`?"""
    return set(_of(db.got, members, "patient_id")["patient_id"]) == set(members) & set(others)


@item("no_prior", points=5)
def no_prior(ask, hidden, reference):
    db = _Shadow("no_prior", ask, hidden, reference)
    back = db.study["lookback_days"] * DAY
    index = db.given["index_stays"][["patient_id", "index_at"]]
    before = {name: _before(table, time, index) for name, table, time in _evidence(db.files)}
    every = pd.concat(before.values())
    inside = {name: set(t.loc[(t["ago"] <= back) & (t["ago"] > DAY), "patient_id"]) for name, t in before.items()}
    left_end = set(every.loc[every["ago"] == back, "patient_id"])
    diagnosed = inside["diagnosis"] - left_end
    drug = inside["drug"] - diagnosed - left_end
    rest = every[~every["patient_id"].isin(diagnosed | drug | left_end)]
    same = set(rest.loc[rest["ago"] <= DAY, "patient_id"])
    right_end = set(rest.loc[rest["ago"] == DAY, "patient_id"])
    long_ago = set(rest["patient_id"]) - same
    same -= set(rest.loc[rest["ago"] > DAY, "patient_id"])  # both: of no use to tell one mistake from another
    everybody = set(index["patient_id"])
    never = (everybody - set(every["patient_id"])) | db.others(everybody)
    usual = db.agree(never)
    worth = RIGHT if usual else WRONG
    yield points(1, usual, "never").unless(
        nobody_left=len(db.got) == 0,
        turned_round=lambda: db.has(diagnosed) and not db.has(never),
    )
    yield points(1, db.agree(same) & worth, "same").unless(
        same_illness=lambda: usual and db.lacks(same - right_end),
        right_end_closed=lambda: usual and db.lacks(right_end) and not db.lacks(same - right_end),
    )
    yield points(1, db.agree(diagnosed) & worth, "diagnosed").unless(
        stays_only=lambda: usual and _same_people(db, diagnosed, everybody - _inpatient(db.files, index, back)),
        both_needed=lambda: usual and db.has(diagnosed) and db.has(drug),
    )
    yield points(1, db.agree(drug) & worth, "drug").unless(
        drug_forgotten=lambda: usual and not db.lacks(drug) and not db.has(diagnosed)
    )
    yield points(1, db.agree(long_ago | left_end) & worth, "edges").unless(
        without_limit=lambda: usual and not db.has(long_ago),
        left_end_open=lambda: usual and db.has(left_end) and not db.has(diagnosed),
    )


def _evidence(files):
    d, o = files["diagnoses"], files["drug_orders"]
    yield "diagnosis", d[d["code"].str.startswith("I50") | (d["code"] == "I11.0")], "diagnosed_at"
    yield "drug", o[(o["drug"] == "furosemide") & o["patient_id"].notna()], "ordered_at"


def _before(table, time, index):
    """The evidence before each patient's index date, and how long before."""
    joined = index.merge(table, on="patient_id")
    joined["ago"] = joined["index_at"] - joined[time]
    return joined.loc[joined["ago"] > 0 * DAY, ["patient_id", "encounter_id", "ago"]]


def _inpatient(files, index, back):
    """Whose earlier evidence comes from a stay in hospital."""
    stays = _only(files["encounters"].query("kind == 'inpatient'")["encounter_id"])
    tables = [_before(table, time, index) for _, table, time in _evidence(files)]
    every = pd.concat([tables[0][tables[0]["encounter_id"].isin(stays)], tables[1]])
    return set(every.loc[(every["ago"] <= back) & (every["ago"] > DAY), "patient_id"])


@item("attrition", points=4)
def attrition(ask, hidden, reference):
    db = _Shadow("attrition", ask, hidden, reference, adjust=_unequal)
    n = db.want.set_index("step")
    got = db.got.copy()
    if len(got) != len(n) or set(pd.to_numeric(got["step"], errors="coerce")) != set(n.index):
        yield points(4, same_table(got, db.want, key="step"), "steps")
        return
    got = got.assign(step=got["step"].astype(int)).set_index("step").astype(float).reindex(n.index)
    alone, swapped, dead, still = _other_counts(db)
    remaining = {step: got.loc[step, "remaining"] == n.loc[step, "remaining"] for step in n.index}
    yield points(1, remaining[1] and remaining[2], "first_steps").unless(
        order_swapped=lambda: got.loc[2, "remaining"] == swapped and remaining[3]
    )
    yield points(1, remaining[3], "third_step").unless(counted_twice=lambda: got.loc[3, "excluded"] == alone[3])
    yield points(1, remaining[4], "last_step").unless(
        dead_at_home=lambda: got.loc[4, "remaining"] == n.loc[4, "remaining"] + dead,
        open_at_home=lambda: got.loc[4, "remaining"] == n.loc[4, "remaining"] + still,
        counted_twice=lambda: got.loc[4, "excluded"] == alone[4] and not remaining[3],
    )
    yield points(1, bool((got["excluded"] == n["excluded"]).all()), "excluded").unless(
        cumulative=lambda: bool((got["excluded"] == n.loc[1, "remaining"] - n["remaining"]).all()),
        negative=lambda: bool((-got["excluded"] == n["excluded"]).all()),
        counted_twice=lambda: got.loc[3, "excluded"] == alone[3],
    )


def _unequal(db):
    """As many deaths as open stays would leave two mistakes with one count: then one of the open ones is taken out."""
    _, _, dead, still = _other_counts(db)
    i = db.given["index_stays"]
    stays = i.merge(db.files["encounters"][["encounter_id", "ended_at"]], on="encounter_id")
    chosen = [set(db.given[name]["patient_id"]) for name in ("confirmed", "no_prior")]
    members = stays[stays["ended_at"].isna() & stays["patient_id"].isin(chosen[0] & chosen[1])]["patient_id"]
    return i[i["patient_id"] != members.iloc[0]] if dead == still else i


def _other_counts(db):
    """What the likely mistakes would count: each reason alone, the other order, and the last step's two halves."""
    i = db.given["index_stays"].merge(db.files["encounters"][["encounter_id", "ended_at", "outcome"]], on="encounter_id")
    ok2, ok3 = (i["patient_id"].isin(db.given[name]["patient_id"]) for name in ("confirmed", "no_prior"))
    died, still = i["outcome"] == "died", i["ended_at"].isna()
    alone = {2: int((~ok2).sum()), 3: int((~ok3).sum()), 4: int((died | still).sum())}
    return alone, int(ok3.sum()), int((ok2 & ok3 & died).sum()), int((ok2 & ok3 & still).sum())


@item("outcomes", points=6)
def outcomes(ask, hidden, reference):
    db = _Shadow("outcomes", ask, hidden, reference)
    e, study = db.files["encounters"], db.study
    i = db.given["index_stays"].merge(e[["encounter_id", "ended_at", "outcome"]], on="encounter_id")
    gone = i["ended_at"].notna() & (i["outcome"] != "died")
    not_at_risk = set(i.loc[~gone, "patient_id"])
    home = i[gone].set_index("patient_id")["ended_at"]
    later = e[e["patient_id"].isin(home.index)].copy()
    later["days"] = (later["admitted_at"].fillna(later["registered_at"]) - later["patient_id"].map(home)) / DAY
    later = later[later["days"] >= 0]
    stays, visits = later[later["kind"] == "inpatient"], later[later["kind"] != "inpatient"]
    nearly = set(stays.loc[stays["days"].between(30, 45), "patient_id"])
    status = db.want.set_index("patient_id")["status"]
    died, censored, again = (set(status.index[status == name]) for name in ("died", "censored", "readmitted"))
    visited = set(visits.loc[visits["days"] < study["followup_days"], "patient_id"])
    seen = visited - died - censored
    readmitted, edge = again - visited, nearly - again - visited - died - censored
    died, censored = died - visited, censored - visited
    quiet = (set(home.index) - again - visited - died - censored - edge) | db.others(set(home.index), not_at_risk)

    def agree(members):
        return db.agree(members, within=0.01)

    def said(members):
        return set(_of(db.got, members, "patient_id")["status"].dropna())

    first = agree(readmitted)
    worth = RIGHT if first else WRONG
    yield points(1, first, "readmitted").unless(
        row_per_readmission=lambda: db.repeated(readmitted),
        from_admission=lambda: _counted_from(db, readmitted, i),
        whole_days=lambda: _whole(db, readmitted),
        itself=lambda: said(quiet) == {"readmitted"},
    )
    yield points(1, agree(quiet | edge) & worth, "quiet").unless(
        lost_without_event=lambda: first and not db.has(quiet),
        thirtieth_day=lambda: first and "readmitted" in said(edge) and "readmitted" not in said(quiet),
    )
    yield points(1, agree(seen) & worth, "seen").unless(visit_counts=lambda: first and _visit_counts(db, seen, visits))
    yield points(1, agree(censored) & worth, "censored").unless(
        censoring_forgotten=lambda: first and said(censored) == {"complete"},
        censored_dropped=lambda: first and db.has(quiet) and not db.has(censored),
    )
    yield points(1, agree(died) & worth, "died").unless(
        death_forgotten=lambda: first and db.has(died) and "died" not in said(died),
        dead_dropped=lambda: first and db.has(quiet) and not db.has(died),
    )
    yield points(1, (WRONG if db.has(not_at_risk) else RIGHT) & worth, "at_risk").unless(
        never_left=lambda: first and db.has(not_at_risk)
    )


def _counted_from(db, members, index):
    """Do the days run from the admission?"""
    both = db.got.merge(db.want, on="patient_id").merge(index, on="patient_id")
    both = both[both["patient_id"].isin(list(members)) & (both["status_x"] == "readmitted")]
    extra = (both["ended_at"] - both["index_at"]) / DAY
    return len(both) > 0 and bool(((both["days_x"] - both["days_y"] - extra).abs() < 0.01).all())  # noqa: PLR2004 - days


def _whole(db, members):
    both = db.got.merge(db.want, on="patient_id")
    both = both[both["patient_id"].isin(list(members))]
    days = both["days_x"].astype(float)
    return bool((days == days.round()).all() and ((days - both["days_y"]).abs() <= 1).all())


def _visit_counts(db, members, visits):
    """Are the days those of the first visit of any kind?"""
    got = _of(db.got, members, "patient_id").set_index("patient_id")
    first = visits.groupby("patient_id")["days"].min()
    called = got.index[got["status"] == "readmitted"]
    return len(called) > 0 and bool(((got.loc[called, "days"] - first.reindex(called)).abs() < 0.01).any())  # noqa: PLR2004 - days


# --- what is said about it

PARTS = {
    "plain": {"zh": "一般情形", "en": "the usual case"},
    "codes": {"zh": "看着像、其实不是心衰的编码", "en": "codes that look like heart failure and are not"},
    "open": {"zh": "还在院的病人", "en": "patients still in hospital"},
    "age": {"zh": "未满或刚满 18 岁", "en": "just under and just over 18"},
    "once": {"zh": "每次住院恰好一行", "en": "each stay exactly once"},
    "alone": {"zh": "只有一次候选住院的病人", "en": "patients with one candidate stay"},
    "several": {"zh": "入组期内住院不止一次的病人", "en": "patients with several stays in the window"},
    "earlier": {"zh": "入组期之前也住过院的病人", "en": "patients with a stay before the window as well"},
    "edges": {"zh": "恰好落在端点上的时间", "en": "times right at the ends of an interval"},
    "samples": {"zh": "采了几次标本的病人", "en": "patients with several samples"},
    "when": {"zh": "时间段以外的标本", "en": "samples outside the time allowed"},
    "zone": {"zh": "世界时与当地时间", "en": "UTC and local time"},
    "limit": {"zh": "恰好等于阈值", "en": "values right at the threshold"},
    "never": {"zh": "从来没有过心衰证据的病人", "en": "patients with no evidence at all"},
    "same": {"zh": "索引日前 24 小时以内的证据", "en": "evidence from the last 24 hours before"},
    "diagnosed": {"zh": "回溯期里有过心衰诊断", "en": "a diagnosis within the look-back"},
    "drug": {"zh": "回溯期里只有呋塞米医嘱", "en": "nothing but furosemide within the look-back"},
    "steps": {"zh": "四步齐全", "en": "all four steps"},
    "first_steps": {"zh": "第 1、2 步剩下的人数", "en": "who remains after steps 1 and 2"},
    "third_step": {"zh": "第 3 步剩下的人数", "en": "who remains after step 3"},
    "last_step": {"zh": "第 4 步剩下的人数", "en": "who remains after step 4"},
    "excluded": {"zh": "每一步排除的人数", "en": "who is excluded at each step"},
    "readmitted": {"zh": "再入院的病人", "en": "patients who were readmitted"},
    "quiet": {"zh": "30 天内平安无事的病人", "en": "patients with nothing within 30 days"},
    "seen": {"zh": "只来过门诊或急诊，或再入院前先来过", "en": "visits to a clinic or the emergency department"},
    "censored": {"zh": "没有随访满的病人", "en": "patients whose follow-up was cut short"},
    "died": {"zh": "出院后死亡的病人", "en": "patients who died after leaving"},
    "at_risk": {"zh": "没有活着出院的病人", "en": "patients who did not leave alive"},
}

MISCONCEPTIONS = {
    "visits_too": {
        "zh": "结果里混进了门诊或急诊。候选的是**住院**：`kind` 要等于 `'inpatient'`。",
        "en": "Clinic or emergency visits are among your rows. Candidates are **stays**: `kind` must be `'inpatient'`.",
    },
    "main_only": {
        "zh": "你只看了主要诊断。因肺炎住院、同时写着心衰的病人，同样是心衰病人；题目没有要求心衰排在第一位。",
        "en": "You looked at main diagnoses only. Someone admitted for pneumonia whose record also says heart failure is a heart failure patient too; nothing says that it must come first.",
    },
    "hypertensive_lost": {
        "zh": "`I11.0`（高血压性心脏病伴心力衰竭）不见了。ICD-10 按病因分章，心衰不只住在 I50 里。",
        "en": "`I11.0` (hypertensive heart disease with heart failure) is missing. ICD-10 sorts by cause, and heart failure does not live in I50 alone.",
    },
    "lookalikes": {
        "zh": "有些编码只是长得像：`I11.9` 是**不伴**心衰的高血压性心脏病，`L50.9` 是荨麻疹，`D50.9` 是缺铁性贫血。`'%50%'` 会把它们一起捞上来。",
        "en": "Some codes only look alike: `I11.9` is hypertensive heart disease **without** failure, `L50.9` is urticaria, `D50.9` iron deficiency. `'%50%'` hauls them all in.",
    },
    "open_lost": {
        "zh": "还在院的病人不见了。他们没有出院时间，却已经住进来了；入院时间才是候选的依据。只看出院记录，会系统地丢掉住得最久的人。",
        "en": "Patients still in hospital are missing. They have no time of leaving, yet they have been admitted, and admission is what counts. Looking at discharges alone loses the longest stays, systematically.",
    },
    "age_by_year": {
        "zh": "你用年份相减算年龄。`date_diff('year', …)` 数的是跨过了几个元旦，生日还没到的 17 岁病人就被算成了 18 岁。",
        "en": "You subtracted calendar years. `date_diff('year', …)` counts New Year's Days, so a 17-year-old whose birthday is still to come passes for 18.",
    },
    "birthday_lost": {
        "zh": "刚满 18 岁的病人被你排除了。“满 18 岁”包括 18 岁生日当天。",
        "en": "You left out patients who had just turned 18. \"At least 18\" includes the eighteenth birthday.",
    },
    "children_too": {
        "zh": "结果里有儿童。如果你写了年龄条件，看看括号：`A AND B OR C` 先算 `AND`，年龄条件可能只管住了其中一种编码。",
        "en": "There are children among your rows. If you did write a condition on age, look at the brackets: in `A AND B OR C` the `AND` goes first, and the age may apply to one of the codes only.",
    },
    "row_per_code": {
        "zh": "人是对的，可有的住院出现了两次：一次住院有两条心衰诊断，连接之后就变成两行。队列里的重复行不会报错，只会让后面的每个计数都偏大。",
        "en": "The stays are right, but some come twice: a stay with two heart failure diagnoses becomes two rows when joined. Repeated rows raise no error; they just inflate every count that follows.",
    },
    "empty": {
        "zh": "查询一行也没有查到。日期和阈值是不是写死在查询里了？评分时的研究方案不同，请从 `study` 表里取。",
        "en": "Your query found nothing at all. Did you write dates or limits into it? The protocol is another one when your answer is marked: take them from the table `study`.",
    },
    "no_window": {
        "zh": "入组期以外的住院也进来了。索引日必须落在 `window_start` 与 `window_end` 之间。",
        "en": "Stays outside the window came in. The index date must lie between `window_start` and `window_end`.",
    },
    "every_stay": {
        "zh": "有的病人有几行。队列以**人**为单位：每人只有一个索引日，就是入组期内最早的那一次。",
        "en": "Some patients have several rows. A cohort is made of **people**: each has one index date, the earliest in the window.",
    },
    "last_not_first": {
        "zh": "你取的是最后一次住院。从最后一次开始随访，之前的再入院就全被抹掉了，结果必然好看。",
        "en": "You took the last stay. Follow-up that begins with the last one wipes out every readmission before it; the result cannot but look good.",
    },
    "mixed_rows": {
        "zh": "时间对，住院号却不是同一行的：`min(encounter_id)` 和 `min(admitted_at)` 各取各的最小值，拼成了一次不存在的住院。编号不按时间排。",
        "en": "The time is right, the stay's number belongs to another row: `min(encounter_id)` and `min(admitted_at)` each take their own minimum and together make a stay that never was. Numbers do not follow time.",
    },
    "filtered_after": {
        "zh": "你先取每人的第一次住院，再看它是否在入组期内，于是以前住过院的病人整个消失了。先筛出入组期内的住院，再取第一次；以前的病史由洗脱期那一题来管。",
        "en": "You took everyone's first stay and then asked whether it lay in the window; so whoever had been here before vanished altogether. First keep the stays in the window, then take the first. Earlier history is the business of the wash-out.",
    },
    "end_included": {
        "zh": "入组期结束那一刻入院的病人也进来了。方案里的时间段左闭右开，而 `BETWEEN` 两端都算。",
        "en": "Patients admitted at the very end of the window came in. The protocol's intervals include their beginning and exclude their end; `BETWEEN` includes both.",
    },
    "start_excluded": {
        "zh": "恰好在入组期开始那一刻入院的病人丢了。左端是闭的：用 `>=`。",
        "en": "Patients admitted right at the beginning of the window are lost. The left end belongs to it: `>=`.",
    },
    "last_day_lost": {
        "zh": "入组期最后一天入院的病人丢了。`window_end` 是零点，它前面的一整天都在入组期里，不必再减一天。",
        "en": "Patients admitted on the last day of the window are lost. `window_end` is a midnight, and the whole day before it belongs to the window: nothing more to subtract.",
    },
    "other_tests": {
        "zh": "你的 `peak` 里有别的检验项目。血小板也常常超过 300，可它和心衰没有关系：`test` 要等于 `'nt_probnp'`。",
        "en": "Other tests got into your `peak`. Platelets exceed 300 quite often and have nothing to do with heart failure: `test` must be `'nt_probnp'`.",
    },
    "everybody_tested": {
        "zh": "凡是查过 NT-proBNP 的病人都被你算作确认了。查过不等于升高：还要与阈值比较。",
        "en": "You confirmed everyone whose NT-proBNP was measured. Measured is not raised: compare with the threshold.",
    },
    "emergency_lost": {
        "zh": "在急诊采的标本被你丢了。心衰病人的第一管血多半在入区之前就抽了，所以方案从入院前 24 小时算起。",
        "en": "You lost the samples drawn in the emergency department. The first tube is mostly drawn before the ward is reached; that is why the protocol begins 24 hours before.",
    },
    "row_per_sample": {
        "zh": "采过几次标本的病人有几行。一人一行：按病人分组，取最高的一次。",
        "en": "Patients with several samples have several rows. One row each: group by patient and take the highest.",
    },
    "first_only": {
        "zh": "你只看了第一次标本。题目问的是这段时间里**有没有**达到过阈值，要看最高的一次。",
        "en": "You looked at the first sample only. The question is whether the threshold was reached **at any time** in the interval: look at the highest.",
    },
    "last_only": {
        "zh": "你只看了最后一次标本。治疗起了效，最后一次往往已经降下来了。",
        "en": "You looked at the last sample only. Once treatment works, the last one has often come down.",
    },
    "peak_elsewhere": {
        "zh": "采过几次标本的病人，`peak` 不是这段时间里的最高值。平均值会把升高的那一次冲淡。",
        "en": "For patients with several samples your `peak` is not the highest value of the interval. An average dilutes the raised one.",
    },
    "any_time": {
        "zh": "你没有限定采样时间。三个月前或住院一周以后的升高，不能确认这一次入院时的诊断。",
        "en": "You did not limit the time of collection. A raised value three months ago, or a week into the stay, does not confirm what the patient was admitted with.",
    },
    "utc_forgotten": {
        "zh": "检验系统记的是世界时（列名 `collected_utc` 说明了这一点），住院系统记的是当地时间，两者差 8 小时。查询照样运行，只是把一些人悄悄换成了另一些人。",
        "en": "The laboratory's times are UTC (the name `collected_utc` says so), the ward's are local, eight hours apart. The query runs all the same; it just swaps some people for others, silently.",
    },
    "limit_excluded": {
        "zh": "恰好等于阈值的病人丢了。方案写的是“不低于”：用 `>=`。",
        "en": "Patients right at the threshold are lost. The protocol says \"at least\": `>=`.",
    },
    "nobody_left": {
        "zh": "一个人也没有剩下。常见的原因有两个：一是把本次住院自己的诊断也当成了既往史，回溯期没有终点；二是 `NOT IN` 的子查询里有空值，零售处方没有患者编号，而与空值比较既不真也不假，整个条件就永远不成立。用 `NOT EXISTS` 就没有这个问题。",
        "en": "Nobody is left. There are two usual reasons. Either the stay's own diagnosis counts as history, because the look-back has no end; or a `NOT IN` met missing values: sales over the counter have no patient number, a comparison with a missing value is neither true nor false, and the whole condition never holds. `NOT EXISTS` does not have this trouble.",
    },
    "turned_round": {
        "zh": "正好反了：你留下的是**有**既往史的病人。",
        "en": "The other way round: you kept those who **do** have a history.",
    },
    "same_illness": {
        "zh": "从急诊收进来的病人，在急诊就有了心衰诊断和第一针呋塞米，你把它当成了既往史。那是**同一次**发病。所以回溯期到索引日前 24 小时为止。",
        "en": "Those who came through the emergency department have their diagnosis and their first furosemide from there, and you took that for history. It is the **same** illness; so the look-back ends 24 hours before the index date.",
    },
    "right_end_closed": {
        "zh": "恰好在索引日前 24 小时的证据，你算进了回溯期。左闭右开：终点不算。",
        "en": "You counted evidence from exactly 24 hours before. The interval excludes its end.",
    },
    "left_end_open": {
        "zh": "恰好在回溯期起点的证据，你没有算。左闭右开：起点要算，用 `>=`。",
        "en": "You left out evidence right at the beginning of the look-back. The interval includes its beginning: `>=`.",
    },
    "without_limit": {
        "zh": "你一直回溯到了数据的开头。这样一来，数据早的病人有更长的时间“露出”病史，晚入组的更容易被排除，两头不可比。回溯期要等长。",
        "en": "You looked back to the beginning of the data. Then those enrolled late have more time in which a history can show than those enrolled early, and the two are not comparable. The look-back must be equally long for all.",
    },
    "stays_only": {
        "zh": "你只查了以前的住院。门诊确诊的心衰同样是既往史，而且多数心衰病人首先是在门诊看的。",
        "en": "You searched earlier stays only. Heart failure diagnosed in a clinic is history too, and most of it is diagnosed there.",
    },
    "both_needed": {
        "zh": "你要求诊断和呋塞米同时出现才排除。方案是“有其一即排除”。`NOT (A AND B)` 和 `NOT A AND NOT B` 是两回事。",
        "en": "You exclude only those with both a diagnosis and furosemide. The protocol says either. `NOT (A AND B)` is not `NOT A AND NOT B`.",
    },
    "drug_forgotten": {
        "zh": "没有诊断、却在用呋塞米的病人留了下来。编码会漏，药不会白吃：医嘱往往比诊断更早说出真相。",
        "en": "Patients without a diagnosis but on furosemide stayed in. Codes are forgotten, drugs are not taken for nothing: an order often tells the truth before a diagnosis does.",
    },
    "order_swapped": {
        "zh": "第 2、3 步的顺序换了。最后剩下的人一样，可每一步排除的人数变了；别人照方案核对时，就对不上你的流程图。",
        "en": "Steps 2 and 3 are in the other order. Those who remain in the end are the same, but the numbers at each step are not, and nobody who follows the protocol can reproduce your chart.",
    },
    "counted_twice": {
        "zh": "你对每个理由单独数了人，同时符合两个理由的病人被排除了两次。每人只在**第一个**适用的步骤被排除一次。",
        "en": "You counted each reason on its own, so patients with two reasons are excluded twice. Everyone is excluded once, at the **first** step that applies.",
    },
    "dead_at_home": {
        "zh": "在住院期间去世的病人被你留下了。他们有“出院时间”，却不可能再入院；留在分母里，再入院率会被压低。",
        "en": "You kept patients who died in hospital. They do have a time of leaving, but they cannot come back; in the denominator they push the rate down.",
    },
    "open_at_home": {
        "zh": "还在院的病人被你留下了。他们的随访还没有开始。",
        "en": "You kept patients who are still in hospital. Their follow-up has not begun.",
    },
    "cumulative": {
        "zh": "你的 `excluded` 是累计数。流程图每一步写的是**这一步**排除了几个人。",
        "en": "Your `excluded` adds up. Each step of the chart says how many are excluded **there**.",
    },
    "negative": {
        "zh": "`excluded` 的符号反了：排除的人数不会是负数。",
        "en": "`excluded` has the wrong sign: nobody can exclude a negative number of people.",
    },
    "row_per_readmission": {
        "zh": "再入院两次的病人有两行。结局只有一个：**最早**的那一次。",
        "en": "Patients readmitted twice have two rows. There is one outcome each: the **earliest**.",
    },
    "from_admission": {
        "zh": "你的天数从入院算起。人还躺在病床上的时候不可能再入院：随访从**出院**那一刻开始。",
        "en": "Your days run from admission. Nobody can be readmitted while still in bed: follow-up begins at **discharge**.",
    },
    "whole_days": {
        "zh": "你的天数是整数：`date_diff('day', …)` 数的是过了几个零点。要带小数的天，用 `epoch(后 - 前) / 86400`。",
        "en": "Your days are whole numbers: `date_diff('day', …)` counts midnights. For days with fractions: `epoch(later - earlier) / 86400`.",
    },
    "itself": {
        "zh": "你把索引住院自己也当成了再入院，所以人人都“再入院”了。再入院发生在出院**以后**。",
        "en": "The index stay itself counts as a readmission with you, so everybody was readmitted. A readmission comes **after** the discharge.",
    },
    "lost_without_event": {
        "zh": "没有再入院的病人从结果里消失了：内连接只留下两边都有的行。可他们正是分母。用 `LEFT JOIN`。",
        "en": "Patients without a readmission have vanished: an inner join keeps only what both sides have. But they are the denominator. Use a `LEFT JOIN`.",
    },
    "thirtieth_day": {
        "zh": "恰好在第 30 天期满时再入院的病人，你算作再入院了。随访期左闭右开：不到 30 天才算。",
        "en": "You counted readmissions at exactly 30 days. Follow-up excludes its end: less than 30 days counts.",
    },
    "visit_counts": {
        "zh": "你把门诊复诊或急诊也算成了再入院。按时来复诊是好事，不该算作失败；再入院只看 `kind = 'inpatient'`。",
        "en": "Clinic or emergency visits count as readmissions with you. Coming to a follow-up visit is a success, not a failure; a readmission has `kind = 'inpatient'`.",
    },
    "censoring_forgotten": {
        "zh": "没有随访满 30 天的病人，你记成了平安期满。数据只到 `data_end`：之后有没有再入院，谁也不知道。",
        "en": "You called patients complete whose 30 days were not over. The data end at `data_end`: whether they came back after that, nobody knows.",
    },
    "censored_dropped": {
        "zh": "没有随访满的病人被你删掉了。可他们已经平安度过的那些天也是信息；而且随访未满就再入院的人你留下了，这样会把再入院率抬高。",
        "en": "You dropped patients whose follow-up was cut short. The days they did complete are information; and since you kept those who came back early, dropping the others raises the rate.",
    },
    "death_forgotten": {
        "zh": "出院后死亡的病人，你记成了平安或删失。死亡是**竞争事件**：人去世了，就不可能再入院，但这绝不是好结局。",
        "en": "Patients who died after leaving are complete or censored with you. Death is a **competing event**: the dead cannot come back, but that is no good outcome.",
    },
    "dead_dropped": {
        "zh": "出院后死亡的病人被你删掉了。出院时他们都活着，属于这个队列；删掉谁不能看以后发生了什么。",
        "en": "You dropped patients who died after leaving. They were alive when they left and belong to the cohort; what happens later may not decide who is in it.",
    },
    "never_left": {
        "zh": "在索引住院期间去世的病人也进来了。他们没有“出院以后”。",
        "en": "Patients who died during the index stay came in. For them there is no \"after discharge\".",
    },
}

HINTS = {
    "candidates": {
        "zh": "先写住院，再连诊断，再加年龄，每加一步看一眼行数。最后问：同一个 `encounter_id` 会不会出现两次？",
        "en": "Begin with the stays, join the diagnoses, add the age, and look at the number of rows after each step. Last: can one `encounter_id` come twice?",
    },
    "index_stays": {
        "zh": "两步的先后有讲究：先留下入组期内的住院，再在每个病人里取最早的一行（整行，不是各列的最小值）。",
        "en": "The order of two steps matters: first keep the stays in the window, then take each patient's earliest row (the whole row, not the minimum of each column).",
    },
    "confirmed": {
        "zh": "把一位病人的标本画在时间轴上：哪一刻是 0（索引日），哪一段算数，采样时间在哪个时区？",
        "en": "Put one patient's samples on a time axis: where is 0 (the index date), which stretch counts, and in which time zone are the samples?",
    },
    "no_prior": {
        "zh": "先只写“有既往史”的查询，看看查到的是谁、什么时候，再把它放进 `NOT EXISTS`。",
        "en": "Write the query for \"has a history\" first, look at whom and when it finds, then put it into `NOT EXISTS`.",
    },
    "attrition": {
        "zh": "先给每位索引病人算三个是非（确认了吗？是新发吗？活着出院了吗？），再逐步数“到这一步都为是”的人。",
        "en": "Give every index patient three yes-or-noes first (confirmed? new? left alive?), then count, step by step, who has had only yeses so far.",
    },
    "outcomes": {
        "zh": "每人有四个候选时刻：再入院、死亡、第 30 天、数据截止。最早的那一个决定结局和天数。",
        "en": "Everyone has four candidate moments: readmission, death, day 30, end of data. The earliest decides status and days.",
    },
}

INSIGHTS = {
    "candidates": {
        "zh": "真实研究里，这串编码叫“概念集”（concept set），要由临床医生逐条审定并随论文公布：换一串编码，就是换一项研究。",
        "en": "In real studies this list of codes is a \"concept set\", agreed line by line with clinicians and published with the paper: another list is another study.",
    },
    "index_stays": {
        "zh": "索引日是队列的时间零点。入组条件只能看它和它之前的信息；用到之后的信息，就会产生“不死时间偏倚”。",
        "en": "The index date is a cohort's time zero. Criteria may use what was known up to it; using what came later breeds immortal time bias.",
    },
    "confirmed": {
        "zh": "诊断编码可能为了结算而写，化验值不会。两者都要，队列小了，却更可信：这就是灵敏度和阳性预测值的取舍。",
        "en": "Codes may be written for the bill; a measured value is not. Asking for both makes the cohort smaller and more credible: sensitivity traded for positive predictive value.",
    },
    "no_prior": {
        "zh": "回溯期里没有记录，只说明**这家医院**没有看到。病人在别处看过病，我们无从知道；所以论文里写“新识别”，不写“新发”。",
        "en": "Nothing in the look-back only means that **this hospital** saw nothing. Care elsewhere is invisible; so careful papers write \"newly identified\", not \"new\".",
    },
    "attrition": {
        "zh": "每篇队列研究都要附这张流程图（STROBE 声明第 13 条）。审稿人第一眼看的就是它：人是在哪一步少下去的？",
        "en": "Every cohort study prints this chart (item 13 of the STROBE statement). It is the first thing reviewers look at: at which step did people go?",
    },
    "outcomes": {
        "zh": "有了 `status` 和 `days` 两列，任何生存分析软件都能接着算。下面的曲线就是用它们画出来的。",
        "en": "With `status` and `days` any survival software can take over. The curve below is drawn from just these two.",
    },
}
