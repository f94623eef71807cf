"""How module 1.3 is marked, and what one learner's data are. Never leaves the server."""

import re

import numpy as np
import pandas as pd
import polars as pl

from grading.checks import as_dict, as_table, close, data, f1, item, points
from grading.errors import AnswerError

NOTES, ANNOTATED = 60, 42
"""How many notes a learner gets; how many of them are annotated. Marking uses the annotated notes of hidden files."""
KINDS = ["admission", "emergency", "outpatient"]
WANTED = {"percent": 2, "family": 6, "past": 4, "suspected": 9, "half": 3, "hours": 6, "admission": 4, "drugs": 4}
"""At least so many of the annotated notes show this: without it a score would hang on one or two notes."""
GOOD = 0.9
"""The F1 that a field must reach."""
SECTIONS = {
    "zh": {
        "story": "现病史：",
        "past": "既往史：",
        "family": "家族史：",
        "diagnosis": "初步诊断：",
        "plan": "诊疗计划：",
    },
    "en": {
        "story": "History of present illness:",
        "past": "Past history:",
        "family": "Family history:",
        "diagnosis": "Provisional diagnosis:",
        "plan": "Plan:",
    },
}
ENTRY = ["drug", "dose", "route", "frequency"]
ANCHOR = {"admission": r"于(\d{4}-\d\d-\d\d \d\d:\d\d)入院", "visit": r"记录时间：(\d{4}-\d\d-\d\d \d\d:\d\d)"}
HOURS = {"小时": 1, "天": 24, "周": 7 * 24, "个月": 30 * 24, "年": 365 * 24}


# --- the data of one learner


@data
def files(world, rng):
    """Sixty notes, what forty-two of them state, and the vocabulary of the world they come from."""
    note = world["note"].filter(pl.col("kind").cast(pl.String).is_in(KINDS)).sort("note_id")
    note = note.sample(min(900, len(note)), shuffle=True, seed=int(rng.integers(2**31)))
    spans = world["note_span"].join(note.select("note_id"), on="note_id", how="semi").sort("language", "start")
    by_note = {key[0]: group.to_dicts() for key, group in spans.group_by("note_id", maintain_order=True)}
    read = [_read(row, by_note.get(row["note_id"], [])) for row in note.to_dicts()]
    chosen = _chosen(read)
    table = pd.DataFrame([row for row, _ in chosen])
    order = rng.permutation(len(table))
    stated = [fact for _, facts in chosen[:ANNOTATED] for fact in facts]
    sample = pd.DataFrame(stated, columns=["language", "note_id", "field", "value"])
    return {"notes.csv": table.iloc[order].reset_index(drop=True), "sample.csv": sample, "terms.csv": _terms(world)}


def _chosen(read):
    """The annotated notes first, chosen so that each kind of statement is there, then the others."""
    chosen, left = [], list(read)
    for feature, number in WANTED.items():
        found = [one for one in left if feature in _features(one)][:number]
        chosen += found
        left = [one for one in left if one not in found]
    return (chosen + left)[:NOTES]


def _features(one):
    row, facts = one
    fields = {field for _, _, field, _ in facts}
    features = {name for name in ("family", "past", "suspected") if f"problem_{name}" in fields}
    features |= {"admission"} & {row["kind"]} | ({"drugs"} if row["drugs_zh"] else set())
    features |= {"percent"} if "%" in row["drugs_zh"] else set()
    if "onset" in fields and row["kind"] != "admission":
        first = re.search(r"半[天年]|\d小时", row["text_zh"])
        features |= set() if first is None else {"half" if first[0].startswith("半") else "hours"}
    return features


def _read(row, spans):
    """One row of notes.csv, and what the note states as (language, note, field, value)."""
    told = {"note_id": row["note_id"], "kind": str(row["kind"])}
    facts = []
    for lang in ("zh", "en"):
        text = row[f"text_{lang}"]
        mine = [span for span in spans if span["language"] == lang]
        where = {name: _section(text, lang, name) for name in SECTIONS[lang]}
        begin, end = where["story"]
        told |= {f"text_{lang}": text, f"story_{lang}": text[begin:end].strip()}
        entries, told[f"drugs_{lang}"] = _drugs(text, _within(mine, where["plan"]))
        stated = entries + _symptoms(_within(mine, where["story"])) + _problems(mine, where) + _onset(row, mine)
        facts += [(lang, row["note_id"], field, value) for field, value in dict.fromkeys(stated)]
    return told, facts


def _section(text, lang, name):
    """Where a section's text begins and ends; (0, 0) where the note has none."""
    begin = text.find(f"\n{SECTIONS[lang][name]}")
    if begin < 0:
        return 0, 0
    begin += 1 + len(SECTIONS[lang][name])
    after = re.compile(r"\n(?!鉴别诊断|DDx)[^\n：:]{2,30}[：:]").search(text, begin)
    return begin, after.start() if after else len(text)


def _within(spans, where):
    return [span for span in spans if where[0] <= span["start"] < where[1]]


def _drugs(text, spans):
    """(field, value) of each drug, and the line they stand in; nothing unless every drug has a dose in figures."""
    parts = [span for span in spans if span["label"] in ENTRY]
    entries = [parts[k : k + 4] for k in range(0, len(parts), 4)]
    whole = all([p["label"] for p in entry] == ENTRY and entry[1]["surface"][0].isdigit() for entry in entries)
    if not entries or not whole:
        return [], ""
    stated = []
    for drug, dose, route, frequency in entries:
        name = drug["surface"].lower()
        stated += [
            ("drug", name),
            ("dose", f"{name}|{float(dose['value']):g}|{dose['unit']}"),
            ("route", f"{name}|{route['value']}"),
            ("frequency", f"{name}|{frequency['value']}"),
        ]
    return stated, text[parts[0]["start"] : parts[-1]["end"]]


def _symptoms(spans):
    told = [span for span in spans if span["label"] == "symptom"]
    return [(f"symptom_{'denied' if s['negated'] else 'present'}", s["surface"].lower()) for s in told]


def _problems(spans, where):
    stated = [("suspected" if s["uncertain"] else "established", s) for s in _within(spans, where["diagnosis"])]
    stated += [("denied" if s["negated"] else "past", s) for s in _within(spans, where["past"])]
    stated += [("family", s) for s in _within(spans, where["family"]) if not s["negated"]]
    labels = {"disease", "history", "family_history"}
    return [(f"problem_{status}", s["surface"].lower()) for status, s in stated if s["label"] in labels]


def _onset(row, spans):
    """When the complaint began: so long before admission, or before a visit's note."""
    first = next((span["value"] for span in spans if span["label"] == "onset"), None)
    anchor = re.search(ANCHOR["admission" if row["kind"] == "admission" else "visit"], row["text_zh"])
    if first is None or anchor is None:
        return []
    number, unit = (
        (0.5, first[1:]) if first.startswith("半") else (float(re.match(r"\d+", first)[0]), first.lstrip("0123456789"))
    )
    begun = pd.Timestamp(anchor[1]) - pd.Timedelta(hours=number * HOURS[unit])
    return [("onset", f"{begun:%Y-%m-%d %H:%M}")]


def _terms(world):
    """The written forms of the whole world, and the codes of those that have one."""
    spans = world["note_span"].with_columns(pl.col("label", "language", "value", "unit").cast(pl.String))
    rows = set()
    kinds = {"symptom": "symptom", "disease": "disease", "history": "disease", "family_history": "disease"}
    for label, kind in kinds.items():
        found = spans.filter(pl.col("label") == label).select("language", "surface").unique().rows()
        rows |= {(lang, kind, surface.lower(), None) for lang, surface in found}
    for label in ("route", "frequency"):
        found = spans.filter(pl.col("label") == label).select("language", "surface", "value").unique().rows()
        rows |= {(lang, label, surface, value) for lang, surface, value in found}
    for lang, surface, unit in (
        spans.filter(pl.col("label") == "dose").select("language", "surface", "unit").unique().rows()
    ):
        if surface[0].isdigit():
            rows.add((lang, "unit", re.sub(r"^[\d.]+ ?", "", surface), unit))
    ordered = sorted(rows, key=lambda row: tuple(str(part) for part in row))
    return pd.DataFrame(ordered, columns=["language", "kind", "term", "code"])


# --- what the items share


def _language(ask):
    """The language of the notes this learner works on; they choose it in the notebook."""
    language = ask.value("LANGUAGE")
    if language not in ("zh", "en"):
        raise AnswerError("form_keys", want="`LANGUAGE`: `zh`, `en`")
    return language


def _hidden(hidden, language):
    """Annotated notes of two hidden files with the columns text, story and drugs, and their facts: note -> field -> values."""
    notes, facts = [], {}
    for number in (0, 1):
        made = hidden.files(number)
        sample = made["sample.csv"]
        sample = sample[sample["language"] == language]
        for note, field, value in sample[["note_id", "field", "value"]].itertuples(index=False):
            facts.setdefault((number, note), {}).setdefault(field, set()).add(value)
        table = made["notes.csv"]
        for row in table[table["note_id"].isin(sample["note_id"])].to_dict("records"):
            cut = {name: row[f"{name}_{language}"] for name in ("text", "story", "drugs")}
            notes.append({"key": (number, row["note_id"]), "kind": row["kind"], **cut})
    return notes, facts


def _vocabulary(hidden, language, kind):
    """All terms of a kind in this language, or of the codes: written form -> code."""
    table = pd.concat([hidden.files(number)["terms.csv"] for number in (0, 1)])
    table = table[(table["language"] == language) & (table["kind"] == kind)].drop_duplicates("term")
    return sorted(table["term"]) if table["code"].isna().all() else dict(zip(table["term"], table["code"], strict=True))


def _wanted(facts, field):
    return {(key, value) for key, fields in facts.items() for value in fields.get(field, ())}


def _good(got, want):
    return f1(list(got), want) >= GOOD


def _share(part, whole):
    """How much of the whole lies in the part."""
    return len(part & whole) / len(whole) if whole else 0.0


# --- the items


@item("medications", points=4)
def medications(ask, hidden):
    """Drug, dose with unit, route and frequency, each as a field of its own."""
    language = _language(ask)
    notes, facts = _hidden(hidden, language)
    codes = {kind: _vocabulary(hidden, language, kind) for kind in ("unit", "route", "frequency")}
    rows = []
    for note in notes:
        if note["drugs"]:
            table = as_table(ask("medications", note["drugs"], codes), ["drug", "dose", "unit", "route", "frequency"])
            rows += [(note["key"], *row) for row in table.itertuples(index=False)]
    drugs = {(key, _name(row[0])) for key, *row in rows}
    want = {field: _wanted(facts, field) for field in ENTRY}
    percent = {value for value in want["drug"] if "%" in value[1]}
    carrying = sum(bool(re.search(r"\d ?\S+$", name)) for _, name in drugs) > len(drugs) / 2
    yield points(1, _good(drugs, want["drug"]), "drug").unless(
        only_first=_share(drugs, want["drug"]) < 0.7 and len(drugs) == len({key for key, _ in want["drug"]}),
        with_dose=carrying,
        first_word=lambda: not carrying
        and _good({(k, n.split()[0]) for k, n in drugs}, {(k, n.split()[0]) for k, n in want["drug"]}),
    )
    doses = {(key, f"{_name(row[0])}|{_number(row[1])}|{row[2]}") for key, *row in rows}
    written = {
        (key, f"{_name(row[0])}|{_number(row[1])}|{codes['unit'].get(str(row[2]), row[2])}") for key, *row in rows
    }
    figures = {(key, value.rpartition("|")[0]) for key, value in want["dose"]}
    known = {(key, value) for key, value in figures if (key, value.split("|")[0]) in percent}
    told = {(key, value.rpartition("|")[0]) for key, value in doses}
    kept_apart = _share(told, known) >= 0.5 or not known  # noqa: PLR2004 - strength and dose, in the few names that have both
    yield points(1, _good(doses, want["dose"]) and kept_apart, "dose").unless(
        unit_as_written=_good(written, want["dose"]) and not _good(doses, want["dose"]),
        unit_lost=not _good(written, want["dose"]) and _good({(k, v.rpartition("|")[0]) for k, v in doses}, figures),
        strength_for_dose=_share(drugs, percent) > GOOD and _share(told, known) < 0.3,  # noqa: PLR2004 - few of them
    )
    for place, field in ((3, "route"), (4, "frequency")):
        coded = {(key, f"{_name(row[0])}|{row[place]}") for key, *row in rows}
        raw = {(key, f"{_name(row[0])}|{codes[field].get(str(row[place]), '')}") for key, *row in rows}
        yield points(1, _good(coded, want[field]), field).unless(not_coded=_good(raw, want[field]))


def _name(value):
    return str(value).strip().lower()


def _number(value):
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return str(value)


@item("symptoms", points=4)
def symptoms(ask, hidden):
    """What the patient has and what is denied."""
    language = _language(ask)
    notes, facts = _hidden(hidden, language)
    terms = _vocabulary(hidden, language, "symptom")
    found = {"present": set(), "denied": set()}
    for note in notes:
        if note["story"]:
            answer = as_dict(ask("symptoms", note["story"], terms))
            for term, status in answer.items():
                found.setdefault(str(status), set()).add((note["key"], _name(term)))
    present, denied = (_wanted(facts, f"symptom_{status}") for status in ("present", "denied"))
    both = found["present"] | found["denied"]
    suspects = {
        "denial_ignored": _share(found["present"], denied) > 0.8 and _share(found["present"], present) > 0.5,
        "scope_too_short": 0.2 < _share(found["present"], denied) <= 0.8 and _share(found["present"], present) > 0.8,
        "scope_too_long": _share(found["denied"], present) > 0.3 and _share(found["denied"], denied) > 0.8,
        "turned_round": _share(found["denied"], present) > 0.8 and _share(found["present"], denied) > 0.8,
        "parts_of_words": _share(both, present | denied) > 0.9 and len(both - present - denied) > 0.08 * len(both),
        "denied_left_out": _share(both, denied) < 0.1 and _share(found["present"], present) > 0.8,
    }
    yield points(2, _well(found["present"], present), "present").unless(**suspects)
    yield points(2, _well(found["denied"], denied), "denied").unless(**suspects)


def _well(got, want):
    """Whoever follows sentence and list reaches nearly everything; a few more or fewer terms already tell."""
    return f1(list(got), want) >= 0.96  # noqa: PLR2004 - the measure of this item


@item("onset", points=4)
def onset(ask, hidden):
    """From "5 days" to a time."""
    language = _language(ask)
    notes, facts = _hidden(hidden, language)
    asked = [note for note in notes if "onset" in facts.get(note["key"], {})]
    want = pd.Series([pd.Timestamp(next(iter(facts[n["key"]]["onset"]))) for n in asked])
    answers = [ask("onset", note["text"]) for note in asked]
    got = pd.Series([_time(answer) for answer in answers], dtype="datetime64[ns]")
    anchor = {lang: r"(?:于|admitted on )(\d{4}-\d\d-\d\d \d\d:\d\d)" for lang in ("zh", "en")}[language]
    written = pd.Series([pd.Timestamp(re.search(r"(\d{4}-\d\d-\d\d \d\d:\d\d)", n["text"])[1]) for n in asked])
    admitted = pd.Series([pd.Timestamp(m[1]) if (m := re.search(anchor, n["text"])) else pd.NaT for n in asked])
    stay = pd.Series([note["kind"] == "admission" for note in asked])
    length = admitted.where(stay, written) - want
    halves = length.isin([pd.Timedelta(hours=12), pd.Timedelta(days=182.5)])
    half = halves & ~stay
    long = (length >= pd.Timedelta(days=7)) & ~stay & ~half
    short = ~stay & ~half & ~long
    from_note = written - length
    for name, rows in {"short": short, "long": long, "half": half, "admission": stay & ~halves}.items():
        off = (got[rows] - want[rows]).abs()
        right = off <= _tolerated(length[rows])
        yield points(1, right.mean() >= GOOD, name).unless(
            from_the_note=lambda rows=rows, name=name: (
                name == "admission" and _near(got[rows], from_note[rows], length[rows], share=0.6)
            ),
            length_only=all(isinstance(answer, pd.Timedelta) for answer in answers),
            midnight=lambda rows=rows: (got[rows] == want[rows].dt.normalize()).mean() > GOOD,
            after_instead=lambda rows=rows: _near(got[rows], (want + 2 * length)[rows], length[rows]),
            all_days=lambda rows=rows, off=off: (
                name != "half"  # half a day, taken for one: that is another mistake
                and not (off < length[rows] * 0.1).any()
                and got[rows].notna().all()
                and _number_as_days(asked, rows, got, written, admitted, stay)
            ),
            half_is_one=lambda rows=rows, name=name: (
                name == "half" and _near(got[rows], (want - length)[rows], length[rows])
            ),
            half_missing=lambda rows=rows, name=name: name == "half" and got[rows].isna().all() and got.notna().any(),
        )


def _tolerated(length):
    return np.clip(length * 0.01, pd.Timedelta(minutes=1), pd.Timedelta(hours=1))


def _near(got, want, length, share=GOOD):
    return ((got - want).abs() <= _tolerated(length)).mean() > share


def _number_as_days(asked, rows, got, written, admitted, stay):
    """Whether every length was read as its figure in days, whatever the unit."""
    agree = []
    for k in rows[rows].index:
        first = re.search(r"(\d+)(?:小时|天|周|个月|年)|for (\d+) (?:hour|day|week|month|year)", asked[k]["text"])
        if first:
            day = pd.Timedelta(days=int(first[1] or first[2]))
            agree.append(abs(got[k] - ((admitted[k] if stay[k] else written[k]) - day)) < pd.Timedelta(hours=12))
    return bool(agree) and np.mean(agree) > GOOD


def _time(answer):
    """A time, or missing where the answer is none."""
    try:
        time = pd.Timestamp(answer)
        return time.tz_localize(None) if time is not pd.NaT and time.tz else time
    except (TypeError, ValueError):
        return pd.NaT


@item("problems", points=6)
def problems(ask, hidden):
    """Whose problem it is, when, and how certain."""
    language = _language(ask)
    notes, facts = _hidden(hidden, language)
    terms = _vocabulary(hidden, language, "disease")
    found = {status: set() for status in ("established", "suspected", "past", "denied", "family")}
    for note in notes:
        for name, status in _pairs(ask("problems", note["text"], terms)):
            found.setdefault(status, set()).add((note["key"], name))
    want = {status: _wanted(facts, f"problem_{status}") for status in found}
    relatives = want["family"] - want["denied"] - want["past"]
    yield points(1, _good(found["established"], want["established"]), "established").unless(
        guess_as_fact=_share(found["established"], want["suspected"]) > 0.95,
        past_as_now=_share(found["established"], want["past"] - want["established"]) > 0.6,
    )
    yield points(2, _good(found["suspected"], want["suspected"]), "suspected").unless(
        guess_as_fact=_share(found["established"], want["suspected"]) > 0.95,
        excluded_missed=0.2 < _share(found["established"], want["suspected"]) <= 0.95,
        all_suspected=_share(found["suspected"], want["established"]) > 0.6,
    )
    yield points(1, _good(found["past"], want["past"]), "past").unless(
        denial_ignored_past=_share(found["past"], want["denied"]) > 0.6,
        mother_as_patient=_share(found["past"], relatives) > 0.3,
        past_as_now=_share(found["established"], want["past"] - want["established"]) > 0.6,
    )
    yield points(1, _good(found["denied"], want["denied"]), "denied_problem").unless(
        denial_ignored_past=_share(found["past"], want["denied"]) > 0.6,
    )
    yield points(1, _good(found["family"], want["family"]), "family").unless(
        mother_as_patient=_share(found["past"] | found["established"], relatives) > 0.3,
        family_polarity=_share(found["family"], want["family"]) > 0.9,
    )


def _pairs(answer):
    if not isinstance(answer, list | tuple | set):
        raise AnswerError("form_type", want="`list`", got=f"`{type(answer).__name__}`")
    pairs = []
    for one in answer:
        if not isinstance(one, list | tuple) or len(one) != 2:  # noqa: PLR2004 - name and status
            raise AnswerError("form_type", want="`list[tuple[str, str]]`", got=f"`{type(one).__name__}`")
        pairs.append((_name(one[0]), str(one[1])))
    return pairs


@item("scores", points=5)
def scores(ask, hidden, reference):
    """Precision, recall and F1: for each field, micro and macro."""
    truth, found = _extraction(hidden)
    want = reference("scores", found, truth).set_index("field")
    table = as_table(ask("scores", found, truth), ["field", "precision", "recall", "f1"])
    if table["field"].duplicated().any():
        raise AnswerError("form_index")
    got = table.set_index("field").astype(float)
    lost, invented = "lost_field", "invented_field"
    usual = [name for name in want.index if name not in {lost, invented, "micro", "macro"}]
    turned = want.rename(columns={"precision": "recall", "recall": "precision"})
    seen = reference("scores", pd.concat([found, found.iloc[:0]]), truth).set_index("field")
    repeated = _with_repeats(found, truth).loc[usual]
    yield points(2, _agree(got, want, usual), "fields").unless(
        precision_for_recall=lambda: _agree(got, turned, usual),
        mean_for_f1=lambda: bool(_close(got["f1"], (want["precision"] + want["recall"]) / 2, usual)),
        repeats_counted=lambda: bool(_close(got["precision"], repeated, usual)),
        percent=lambda: _agree(got / 100, want, usual),
        without_note=lambda: bool(_close(got["recall"], _without_note(found, truth), usual)),
    )
    yield points(1, _agree(got, want, [lost, invented]), "empty").unless(
        empty_left_out=lambda: not {lost, invented} <= set(got.index),
        empty_is_nan=lambda: bool(got.loc[[lost, invented]].isna().any().any()),
        empty_is_one=lambda: bool((got.loc[[lost, invented]] == 1).any().any()),
    )
    yield points(1, _agree(got, want, ["micro"]), "micro").unless(
        micro_is_macro=lambda: np.allclose(got.loc["micro"], want.loc["macro"], rtol=0, atol=1e-6),
    )
    fields = seen.drop(index=["micro", "macro"])
    yield points(1, _agree(got, want, ["macro"]), "macro").unless(
        micro_is_macro=lambda: np.allclose(got.loc["macro"], want.loc["micro"], rtol=0, atol=1e-6),
        macro_of_present=lambda: bool(_close(got.loc["macro"], fields.loc[usual].mean())),
    )


def _extraction(hidden):
    """The truth of a hidden sample, and what some program found: part of it, mistakes, repeats, an empty field."""
    rng = hidden.rng("extraction")
    sample = hidden.files()["sample.csv"]
    truth = sample[sample["language"] == "en"][["note_id", "field", "value"]].reset_index(drop=True)
    keep = {name: rng.uniform(0.85, 0.98) for name in sorted(set(truth["field"]))}
    found = truth[rng.random(len(truth)) < truth["field"].map(keep)]
    wrong = truth.sample(frac=0.6, random_state=int(rng.integers(2**31)))
    elsewhere = wrong.assign(note_id=np.roll(wrong["note_id"].to_numpy(), 1))
    again = found.sample(frac=0.2, random_state=int(rng.integers(2**31)))
    extra = pd.DataFrame({"note_id": truth["note_id"].unique()[:5], "field": "invented_field", "value": "x"})
    lost = pd.DataFrame({"note_id": truth["note_id"].unique()[:7], "field": "lost_field", "value": "y"})
    found = pd.concat([found, elsewhere, again, extra]).sample(frac=1, random_state=int(rng.integers(2**31)))
    return pd.concat([truth, lost], ignore_index=True), found.reset_index(drop=True)


def _with_repeats(found, truth):
    """Precision where a repeated row counts again."""
    right = set(truth.itertuples(index=False, name=None))
    hit = pd.Series([row in right for row in found.itertuples(index=False, name=None)], index=found.index)
    return hit.groupby(found["field"]).mean()


def _without_note(found, truth):
    """Recall where the note is forgotten and only field and value are compared."""
    there, wanted = (set(zip(table["field"], table["value"], strict=True)) for table in (found, truth))
    hits = pd.Series([field for field, _ in wanted & there]).value_counts()
    return hits / pd.Series([field for field, _ in wanted]).value_counts()


def _close(got, want, rows=None):
    return close(got if rows is None else got.loc[rows], want if rows is None else want.loc[rows], within=0.006)


def _agree(got, want, rows):
    """The rows agree to two decimals; a row that is missing does not."""
    columns = ["precision", "recall", "f1"]
    if not set(rows) <= set(got.index):
        return False
    return bool(np.all(np.abs(got.loc[rows, columns].to_numpy() - want.loc[rows, columns].to_numpy()) <= 0.006))  # noqa: PLR2004


# --- what is said

PARTS = {
    "drug": {"zh": "药名", "en": "the drug"},
    "dose": {"zh": "剂量与单位", "en": "the dose with its unit"},
    "route": {"zh": "途径", "en": "the route"},
    "frequency": {"zh": "频次", "en": "the frequency"},
    "present": {"zh": "病人有的症状", "en": "symptoms that are present"},
    "denied": {"zh": "被否认的症状", "en": "symptoms that are denied"},
    "short": {"zh": "几小时、几天", "en": "hours and days"},
    "long": {"zh": "几周、几个月、几年", "en": "weeks, months and years"},
    "half": {"zh": "半天、半年", "en": "half a day, half a year"},
    "admission": {"zh": "入院记录", "en": "admission records"},
    "established": {"zh": "肯定的诊断", "en": "diagnoses that are sure"},
    "suspected": {"zh": "存疑的诊断", "en": "diagnoses that are only suspected"},
    "past": {"zh": "既往有过的", "en": "what there was in the past"},
    "denied_problem": {"zh": "既往否认的", "en": "what the patient denies"},
    "family": {"zh": "家属的", "en": "what a relative has"},
    "fields": {"zh": "平常的字段", "en": "ordinary fields"},
    "empty": {"zh": "只在一边出现的字段", "en": "fields that occur on one side only"},
    "micro": {"zh": "微平均", "en": "the micro average"},
    "macro": {"zh": "宏平均", "en": "the macro average"},
}

MISCONCEPTIONS = {
    "only_first": {
        "zh": "每一行你只取了一种药。一行医嘱常常有好几种药，漏掉的那几种，病人却照样在用。",
        "en": "You took one drug from each line. A line often names several, and the patient takes those you lost all the same.",
    },
    "with_dose": {
        "zh": "药名里还带着剂量。同一种药换了剂量，就会变成另一种“药”。",
        "en": 'Your drug names still hold the dose. Give the same drug in another dose, and it becomes another "drug".',
    },
    "first_word": {
        "zh": "药名你只取到第一个空格。有的药名由几个词组成，剩下的词丢了，就可能是另一种药。",
        "en": "You took the name up to the first blank. Some names have several words, and without the others it may be a different drug.",
    },
    "unit_as_written": {
        "zh": '单位你照抄了原文。`ml` 和 `mL`、`μg` 和 `mcg` 是同一个单位，平台只认代码：查 `codes["unit"]`。',
        "en": 'You left the unit as it was written. `ml` and `mL`, `μg` and `mcg` are one unit each, and the platform knows only codes: look it up in `codes["unit"]`.',
    },
    "unit_lost": {
        "zh": "数是对的，单位却不对。500 毫克和 500 微克差一千倍：没有单位的剂量，不是剂量。",
        "en": "The figures are right, the units are not. 500 milligrams and 500 micrograms differ a thousandfold: a dose without its unit is none.",
    },
    "strength_for_dose": {
        "zh": "有的药名里自带数字（浓度），你把它当成了剂量。浓度是药名的一部分，剂量在药名之后。",
        "en": "Some names hold a figure of their own, the concentration, and you took it for the dose. It belongs to the name; the dose comes after it.",
    },
    "not_coded": {
        "zh": "你照抄了原文的写法。口服和 po 是一回事，每日1次和 qd 也是：不归成代码，一种用法就会变成两种。",
        "en": "You left it as it was written. By mouth and po are the same, and so are once daily and qd: without codes one way of giving becomes two.",
    },
    "denial_ignored": {
        "zh": "被否认的症状，你都记成了“有”。词确实在那里，可它前面写着“否认”或“无”。这正是赵工的程序犯的错。",
        "en": 'You recorded denied symptoms as present. The word is there, but "denies" or "no" stands before it. This is what Zhao\'s program did.',
    },
    "scope_too_short": {
        "zh": "否定词你只让它管到紧挨着的一个症状。“无咳嗽、乏力、咳痰”否认了三个：范围一直到句号。",
        "en": 'You let a denial reach only the symptom next to it. "No cough, fatigue or sputum" denies three: its scope runs to the full stop.',
    },
    "scope_too_long": {
        "zh": "否定词你让它管得太宽，连别的句子里病人真有的症状也被否认了。一个否定词管不到另一句话。",
        "en": "You let a denial reach too far: symptoms of other sentences, which the patient really has, became denied. It does not reach into another sentence.",
    },
    "turned_round": {
        "zh": "有和没有正好反了。",
        "en": "Present and denied are the wrong way round.",
    },
    "parts_of_words": {
        "zh": "你把长词里面的短词也数了一遍：“下肢水肿”是一个症状，不是两个。先试长的写法。",
        "en": 'You counted short terms inside longer ones, too: "dry cough" is one symptom, not two. Try the longest written form first.',
    },
    "denied_left_out": {
        "zh": "被否认的症状你干脆不记。“问过，没有”和“没问过”是两回事：鉴别诊断靠的常常就是没有的那几个。",
        "en": 'You left out what is denied. "Asked, and no" is not "never asked": which disease it is often hangs on what is absent.',
    },
    "from_the_note": {
        "zh": "入院记录里，患者说的是**入院前**多久，你却从写病历的时间往前推。记录往往晚几个小时，急症就差在这几个小时。",
        "en": "In an admission record patients say how long **before admission**; you counted back from when the record was written. That is often hours later, and in an emergency it is the hours that count.",
    },
    "length_only": {
        "zh": "你给的是时长，题目要的是时刻：从就诊或入院的时间往前推这么久。",
        "en": "You gave a length of time; the item asks for a moment: count back so long from the visit or the admission.",
    },
    "midnight": {
        "zh": "你只留下了日期，钟点变成了零点。“2小时”的起病，一下子就差了半天。",
        "en": 'You kept the date and lost the time of day. With "2 hours" that may put the onset wrong by half a day.',
    },
    "after_instead": {
        "zh": "方向反了：起病在就诊**之前**，要减，不是加。",
        "en": "The wrong way round: illness begins **before** the visit. Subtract the length of time.",
    },
    "all_days": {
        "zh": "你把所有的数都当成了天。2 小时、1 周、3 个月、5 年，数字后面的单位决定一切。",
        "en": "You read every figure as days. 2 hours, 1 week, 3 months, 5 years: the unit behind the figure decides.",
    },
    "half_is_one": {
        "zh": "“半”你当成了 1。半天是 12 小时，半年是 182.5 天。",
        "en": 'You read "half" as 1. Half a day is 12 hours, half a year 182.5 days.',
    },
    "half_missing": {
        "zh": "“半天”“半年”里没有阿拉伯数字，你的程序就没有找到。",
        "en": 'There is no figure in "half a day", so your program found nothing.',
    },
    "guess_as_fact": {
        "zh": "存疑的诊断，你记成了肯定的。一个问号、一句“待排”，隔开的是怀疑和确诊：写进清单的“冠心病”会跟病人一辈子。",
        "en": 'You recorded suspected diagnoses as sure. A question mark or "to be excluded" is all that parts suspicion from diagnosis, and a disease on the list follows the patient for life.',
    },
    "excluded_missed": {
        "zh": "有一部分存疑的写法你没有认出来。除了问号，还有“可能”“待排”“除外”“鉴别诊断”等写法。",
        "en": 'Some ways of saying "suspected" escaped you. Besides the question mark there are probable, suspected, to be excluded, rule out and DDx.',
    },
    "all_suspected": {
        "zh": "肯定的诊断，你也记成了存疑。医生只对其中几条打了问号，不能因为一条存疑就怀疑整张清单。",
        "en": "You recorded sure diagnoses as suspected, too. The doctor doubts some of them: one doubt does not spread over the whole list.",
    },
    "past_as_now": {
        "zh": "既往史里的病，你记成了这次的诊断。写在哪一小节，决定它是什么时候的事。",
        "en": "You recorded diseases of the past history as diagnoses of today. The section they stand in says when it was.",
    },
    "denial_ignored_past": {
        "zh": "“否认高血压、糖尿病”，你记成了既往有过。几乎每份病历都有这样一句，于是几乎每个病人都“有”糖尿病了。",
        "en": 'You recorded "denies hypertension or diabetes" as past diseases. Almost every note has such a sentence, so almost every patient "has" diabetes now.',
    },
    "mother_as_patient": {
        "zh": "母亲的病，你记到了病人头上。家族史里的当事人是家属：它提示风险，不是病人的诊断。",
        "en": "You gave the mother's disease to the patient. In the family history the experiencer is a relative: a risk, not the patient's diagnosis.",
    },
    "family_polarity": {
        "zh": "家属的病你都找到了，可是“家族中无……”的那些也列了进来。家族史里也有否定。",
        "en": "You found what relatives have, but also what none of them has. There are denials in the family history, too.",
    },
    "precision_for_recall": {
        "zh": "精确率和召回率反了：精确率除以**找到的**，召回率除以**应找的**。",
        "en": "Precision and recall are the wrong way round: precision divides by what was **found**, recall by what was **to be found**.",
    },
    "mean_for_f1": {
        "zh": "F1 不是两者的算术平均。一个是 1、一个是 0 的程序毫无用处，算术平均却给它 0.5；F1 给 0。",
        "en": "F1 is not the ordinary mean. A program with 1 and 0 is of no use, yet the mean gives it 0.5; F1 gives 0.",
    },
    "repeats_counted": {
        "zh": "重复的行你数了不止一次。同一条写两遍，并没有多找到什么。",
        "en": "You counted repeated rows more than once. Saying the same thing twice does not find more.",
    },
    "percent": {
        "zh": "你给的是百分数，题目要 0 到 1 之间的小数。",
        "en": "You gave per cent; the item asks for fractions from 0 to 1.",
    },
    "without_note": {
        "zh": "你只比较了字段和取值，没有比较是哪一份病历。张三的发热记到李四头上，不能算找对。",
        "en": "You compared field and value but not the note. One patient's fever in another patient's record is not right.",
    },
    "empty_left_out": {
        "zh": "只在一张表里出现的字段从你的结果里消失了。一个字段一条也没找到，正是最该报告的事。",
        "en": "Fields that occur in one table only have vanished. That nothing at all was found of a field is just what must be reported.",
    },
    "empty_is_nan": {
        "zh": "除以 0 得到了空值。约定：分母是 0 的，记 0。",
        "en": "Dividing by 0 gave you a missing value. The convention: it is 0.",
    },
    "empty_is_one": {
        "zh": "没有可除的，你记成了 1。什么也没找到的程序，不该得满分。",
        "en": "Where there was nothing to divide by you put 1. A program that finds nothing should not get full marks.",
    },
    "micro_is_macro": {
        "zh": "微平均和宏平均反了，或成了同一个数：微平均把所有的行放在一起算，宏平均先逐字段算再平均。",
        "en": "Micro and macro are interchanged or the same: micro takes all rows together, macro computes each field first and then the mean.",
    },
    "macro_of_present": {
        "zh": "宏平均漏掉了得 0 分的字段。把最差的几个字段略过再平均，分数当然好看。",
        "en": "Your macro average leaves out the fields that score 0. Skip the worst fields, and any average looks good.",
    },
}

HINTS = {
    "medications": {
        "zh": "先把一行切成一种一种的药，再从**右边**往左认：频次、途径、单位、数，剩下的就是药名。",
        "en": "First cut the line into drugs, then read each from the **right**: frequency, route, unit, figure; what is left is the name.",
    },
    "symptoms": {
        "zh": "一句一句地看。先在句子里找最长的症状，再问这一句里有没有否定词。英文还要当心词的边界和大小写。",
        "en": "Go sentence by sentence. Find the longest terms first, then ask whether the sentence holds a denial. Mind where words end, and capitals.",
    },
    "onset": {
        "zh": "两步：先定从哪一刻往前推，再把“数 + 单位”变成小时。",
        "en": "Two steps: settle the moment to count back from, then turn figure and unit into hours.",
    },
    "problems": {
        "zh": "先分小节，再分句，最后看句子里的线索。初步诊断的每一行各自判断。",
        "en": "First the section, then the sentence, then the cues in it. Judge each line of the diagnoses by itself.",
    },
    "scores": {
        "zh": "先去掉重复的行，再用三列做连接，连上的就是找对的。每个字段数三个数：找对的、找到的、应找的。",
        "en": "Drop repeated rows, then join on all three columns: what joins is right. For each field you need three counts: right, found, to be found.",
    },
}

INSIGHTS = {
    "medications": {
        "zh": "途径和频次归成代码之后，才谈得上查日剂量、查重复用药。平台要的不是文字，是可以计算的字段。",
        "en": "Only once route and frequency are codes can anybody check daily doses or drugs given twice. The platform wants fields it can compute with.",
    },
    "symptoms": {
        "zh": "你写的就是 NegEx 的思路：找到词，找到否定词，定好范围。真实病历里还有“无明显诱因出现发热”，那个“无”否定的不是发热。",
        "en": 'This is the idea of NegEx: find the term, find the denial, settle its scope. In real notes beware of "no change in cough": there the cough is present.',
    },
    "onset": {
        "zh": "“5年”的起病，精确到分钟没有意义。好的平台会同时记下时刻和它的精度。",
        "en": "For an onset 5 years ago the minute means nothing. A good platform stores the precision beside the time.",
    },
    "problems": {
        "zh": "肯否、把握、时间、当事人：这就是 FHIR 的 Condition 里 verificationStatus、clinicalStatus 和 FamilyMemberHistory 要分开的原因。",
        "en": "Polarity, certainty, time, experiencer: this is why FHIR keeps verificationStatus and clinicalStatus apart in a Condition, and has FamilyMemberHistory besides.",
    },
    "scores": {
        "zh": "报一个总分之前，先看每个字段。用药的 0.99 和家族史的 0.4，平均起来什么也没说。",
        "en": "Before you report one figure, look at each field. 0.99 for drugs and 0.4 for the family history average to a number that says nothing.",
    },
}
