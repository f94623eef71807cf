"""How module 1.3 is marked, and what one learner's data are. Never leaves the server."""

import re

import numpy as np
import pandas as pd
import polars as pl

from grading.checks import as_dict, as_table, close, data, f1, item, points
from grading.errors import AnswerError

NOTES, ANNOTATED = 60, 36
"""How many notes a learner gets; how many of them are annotated. Marking uses the annotated notes of hidden files."""
KINDS = ["admission", "emergency", "outpatient"]
WANTED = {"family": 6, "past": 4, "suspected": 9, "half": 3, "hours": 2, "admission": 4, "drugs": 6}
"""At least so many of the annotated notes show this: without it a score would hang on one or two notes."""
GOOD = 0.9
"""The F1 that a field must reach."""
SECTIONS = {
    "zh": {"story": "现病史：", "past": "既往史：", "family": "家族史：", "diagnosis": "初步诊断：", "plan": "诊疗计划："},
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
HOURS = {"小时": 1, "天": 24, "周": 7 * 24, "年": 365 * 24}


# --- the data of one learner


@data
def files(world, rng):
    """Sixty notes, what thirty-six of them state, and the vocabulary of the world they come from."""
    note = world["note"].filter(pl.col("kind").cast(pl.String).is_in(KINDS)).sort("note_id")
    note = note.sample(min(700, len(note)), shuffle=True, seed=int(rng.integers(2**31)))
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
    if "onset" in fields:
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
    number, unit = (0.5, first[1:]) if first.startswith("半") else (float(re.match(r"\d+", first)[0]), first.lstrip("0123456789"))
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
    for lang, surface, unit in spans.filter(pl.col("label") == "dose").select("language", "surface", "unit").unique().rows():
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
    yield points(1, _good(drugs, want["drug"]), "drug").unless(
        only_first=_share(drugs, want["drug"]) < 0.7 and len(drugs) == len({key for key, _ in want["drug"]}),
        with_dose=lambda: sum(bool(re.search(r"\d ?\S+$", name)) for _, name in drugs) > len(drugs) / 2,
        first_word=lambda: _good({(k, n.split()[0]) for k, n in drugs}, {(k, n.split()[0]) for k, n in want["drug"]}),
    )
    doses = {(key, f"{_name(row[0])}|{_number(row[1])}|{row[2]}") for key, *row in rows}
    written = {(key, f"{_name(row[0])}|{_number(row[1])}|{codes['unit'].get(str(row[2]), row[2])}") for key, *row in rows}
    figures = {(key, value.rpartition("|")[0]) for key, value in want["dose"]}
    known = {v for v in want["dose"] if (v[0], v[1].split("|")[0]) in percent}
    yield points(1, _good(doses, want["dose"]), "dose").unless(
        unit_as_written=_good(written, want["dose"]),
        unit_lost=not _good(written, want["dose"]) and _good({(k, v.rpartition("|")[0]) for k, v in doses}, figures),
        strength_for_dose=bool(known) and _share(doses, known) < 0.3,
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
    got = pd.Series([_time(ask("onset", note["text"])) for note in asked], dtype="datetime64[ns]")
    anchor = {lang: r"(?:于|admitted on )(\d{4}-\d\d-\d\d \d\d:\d\d)" for lang in ("zh", "en")}[language]
    written = pd.Series([pd.Timestamp(re.search(r"(\d{4}-\d\d-\d\d \d\d:\d\d)", n["text"])[1]) for n in asked])
    admitted = pd.Series([pd.Timestamp(m[1]) if (m := re.search(anchor, n["text"])) else pd.NaT for n in asked])
    stay = pd.Series([note["kind"] == "admission" for note in asked])
    length = admitted.where(stay, written) - want
    half = pd.Series([bool(re.search(r"半[天年]|half a", n["text"])) for n in asked]) & ~stay
    long = (length >= pd.Timedelta(days=7)) & ~stay & ~half
    short = ~stay & ~half & ~long
    from_note = written - length
    for name, rows in {"short": short, "long": long, "half": half, "admission": stay}.items():
        off = (got[rows] - want[rows]).abs()
        right = off <= np.maximum(pd.Timedelta(minutes=1), length[rows] * 0.01)
        yield points(1, right.mean() >= GOOD, name).unless(
            from_the_note=lambda rows=rows, name=name: (
                name == "admission" and _near(got[rows], from_note[rows], length[rows])
            ),
            midnight=lambda rows=rows: (got[rows] == want[rows].dt.normalize()).mean() > GOOD,
            after_instead=lambda rows=rows: _near(got[rows], (want + 2 * length)[rows], length[rows]),
            all_days=lambda rows=rows, off=off: not (off < length[rows] * 0.1).any() and got[rows].notna().all()
            and _number_as_days(asked, rows, got, written, admitted, stay),
            half_is_one=lambda rows=rows, name=name: name == "half" and _near(got[rows], (want - length)[rows], length[rows]),
            half_missing=lambda rows=rows, name=name: name == "half" and got[rows].isna().all(),
        )


def _near(got, want, length):
    return ((got - want).abs() <= np.maximum(pd.Timedelta(minutes=1), length * 0.01)).mean() > GOOD


def _number_as_days(asked, rows, got, written, admitted, stay):
    """Whether every length was read as its figure in days, whatever the unit."""
    agree = []
    for k in rows[rows].index:
        first = re.search(r"(\d+)(?:小时|天|周|年)|for (\d+) (?:hour|day|week|year)", asked[k]["text"])
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
    family_no = found["denied"] - want["denied"]
    yield points(1, _good(found["established"], want["established"]), "established").unless(
        guess_as_fact=_share(found["established"], want["suspected"]) > 0.6,
        past_as_now=_share(found["established"], want["past"] - want["established"]) > 0.6,
    )
    yield points(2, _good(found["suspected"], want["suspected"]), "suspected").unless(
        guess_as_fact=_share(found["established"], want["suspected"]) > 0.6,
        excluded_missed=0.2 < _share(found["established"], want["suspected"]) <= 0.6,
        all_suspected=_share(found["suspected"], want["established"]) > 0.6,
    )
    yield points(1, _good(found["past"], want["past"]), "past").unless(
        denial_ignored_past=_share(found["past"], want["denied"]) > 0.6,
        mother_as_patient=_share(found["past"], want["family"]) > 0.6,
        past_as_now=_share(found["established"], want["past"] - want["established"]) > 0.6,
    )
    yield points(1, _good(found["denied"], want["denied"]), "denied_problem").unless(
        denial_ignored_past=_share(found["past"], want["denied"]) > 0.6,
        family_denials=_share(found["denied"], want["denied"]) > 0.9 and len(family_no) > 0.1 * len(want["denied"]),
    )
    yield points(1, _good(found["family"], want["family"]), "family").unless(
        mother_as_patient=_share(found["past"] | found["established"], want["family"]) > 0.6,
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
        micro_is_macro=lambda: bool(_close(got.loc["micro"], want.loc["macro"])),
    )
    fields = seen.drop(index=["micro", "macro"])
    yield points(1, _agree(got, want, ["macro"]), "macro").unless(
        micro_is_macro=lambda: bool(_close(got.loc["macro"], want.loc["micro"])),
        macro_of_present=lambda: bool(_close(got.loc["macro"], fields.loc[usual].mean())),
    )


def _extraction(hidden):
    """The truth of a hidden sample, and what some program found: part of it, mistakes, repeats, an empty field."""
    rng = hidden.rng("extraction")
    sample = hidden.files()["sample.csv"]
    truth = sample[sample["language"] == "en"][["note_id", "field", "value"]].reset_index(drop=True)
    keep = {name: rng.uniform(0.5, 0.95) for name in sorted(set(truth["field"]))}
    found = truth[rng.random(len(truth)) < truth["field"].map(keep)]
    wrong = truth.sample(frac=0.3, random_state=int(rng.integers(2**31)))
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
