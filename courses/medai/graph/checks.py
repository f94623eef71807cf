"""How module 8.1 is marked, and what one learner's data are. Never leaves the server."""

import unicodedata
from collections import defaultdict

import numpy as np
import pandas as pd
import polars as pl

from grading.checks import as_dict, as_list, as_series, as_table, data, item, points
from grading.errors import AnswerError

DISEASES = 200
"""How many diseases a learner's graph has, about."""
ENTRIES, SECOND_ENTRIES = 40, 10
"""Diseases in the handbook; how many of them have a second entry under another name."""
UNKNOWN, AMBIGUOUS, CROSS_KIND = 3, 4, 4
"""Diseases of the handbook that the terminology does not know; abbreviations that stand for two things of one kind;
abbreviations that stand for a disease and for a symptom."""
FAMILY_SHARE = 0.5
"""A symptom of at least this share of its members is stated once, at the family."""
FLOOR, RATIO = 0.01, 3.0
COLUMNS = ["subject", "predicate", "object"]
PREDICATES = pd.DataFrame(
    [
        ("is_a", "disease|family", "family|chapter", 1, False, True),
        ("shows_symptom", "disease|family|chapter", "symptom", None, False, False),
        ("lacks_symptom", "disease|family|chapter", "symptom", None, False, False),
        ("treated_with", "disease", "drug", None, False, False),
        ("goes_on_to", "disease", "disease", None, False, False),
        ("occurs_with", "disease", "disease", None, True, False),
    ],
    columns=["predicate", "domain", "range", "max_objects", "symmetric", "acyclic"],
)
RULES = {
    "dangling": ("unknown_id",),
    "kinds": ("domain", "range"),
    "one_parent": ("max_objects",),
    "both_ways": ("inverse",),
    "cycles": ("cycle",),
}
"""The parts of item 3, and the rules each is about."""


# --- the data of one learner


@data
def files(world, rng):
    """A graph of some two hundred diseases, a handbook that says part of it in words, a faulty draft, and a case."""
    relation = world["relation"].sort("subject", "predicate", "object").to_pandas()
    relation = relation.astype({"subject": str, "predicate": str, "object": str})
    disease = _placed(world["disease"].sort("id").to_pandas().astype({"id": str, "family": str, "chapter": str}))
    disease = disease[disease["id"].isin(_some_diseases(disease, relation, rng))].set_index("id")
    relation = relation[relation["subject"].isin(disease.index)]
    profiles = _profiles(relation, disease.index)
    graph = _graph(relation, disease, profiles)
    names = world["node"].sort("id").to_pandas().astype(str).set_index("id")
    used = set(graph["subject"]) | set(graph["object"])
    nodes = names[names.index.isin(used)].reset_index()[["id", "kind", "zh", "en"]]
    terms = _terms(nodes, world["synonyms"].to_pandas().astype(str), rng)
    handbook, terms = _handbook(terms, graph, profiles, rng)
    prior = disease["episodes_per_100k"] / disease["episodes_per_100k"].sum()
    return {
        "handbook.csv": handbook,
        "terms.csv": terms,
        "nodes.csv": nodes,
        "predicates.csv": PREDICATES.copy(),
        "draft.csv": _draft(graph, nodes, rng),
        "graph.csv": graph,
        "priors.csv": pd.DataFrame({"disease": prior.index, "prior": prior.to_numpy()}),
        "case.csv": _case(graph, profiles, prior, rng),
    }


def _placed(disease):
    """Diseases whose family lies in their own chapter: only there is a family something that belongs to a chapter."""
    home = disease.groupby("family")["chapter"].agg(lambda chapters: chapters.mode().iloc[0])
    return disease[disease["chapter"] == disease["family"].map(home)]


def _some_diseases(disease, relation, rng):
    """Diseases with complications or company first, then whole families until there are enough."""
    there = set(disease["id"])
    linked = relation[relation["predicate"].isin(["goes_on_to", "occurs_with"])]
    linked = linked[linked["subject"].isin(there) & linked["object"].isin(there)]
    kept = linked[rng.random(len(linked)) < 0.8]
    chosen = set(kept["subject"]) | set(kept["object"])
    for family in rng.permutation(sorted(set(disease["family"]))):
        if len(chosen) >= DISEASES:
            break
        chosen |= set(disease.loc[disease["family"] == family, "id"].iloc[:20])
    return chosen


def _profiles(relation, diseases):
    """Disease -> symptom -> share of patients who have it."""
    shown = relation[relation["predicate"] == "shows_symptom"]
    by = {name: dict(zip(rows["object"], rows["weight"], strict=True)) for name, rows in shown.groupby("subject")}
    return {name: by.get(name, {}) for name in diseases}


def _common(profiles, least):
    """What at least this share of the profiles have, each with its most frequent weight."""
    weights = defaultdict(list)
    for shown in profiles:
        for symptom, weight in shown.items():
            weights[symptom].append(weight)
    needed = max(2, least * len(profiles)) if len(profiles) > 1 else 1
    return {s: max(sorted(set(w)), key=w.count) for s, w in sorted(weights.items()) if len(w) >= needed}


def _graph(relation, disease, profiles):
    """Triples with weights; symptoms stand as high in the hierarchy as they can, exceptions below them."""
    rows = [(d, "is_a", family, None) for d, family in disease["family"].items()]
    rows += [(f, "is_a", chapter, None) for f, chapter in sorted(set(zip(disease["family"], disease["chapter"])))]
    family = {
        name: _common([profiles[d] for d in members], FAMILY_SHARE)
        for name, members in disease.groupby("family").groups.items()
    }
    chapter = {}
    for name, members in disease.groupby("chapter")["family"].unique().items():
        wide = _common([family[f] for f in members], 0)
        often = {s: sum(s in family[f] for f in members) for s in wide}
        top = sorted(often, key=lambda s: (-often[s], s))[:1]
        chapter[name] = {s: wide[s] for s in top}
        rows += [(name, "shows_symptom", s, wide[s]) for s in top]
        for f in members:
            rows += _exceptions(f, family[f], chapter[name])
    for d, name in disease["family"].items():
        rows += _exceptions(d, profiles[d], family[name])
    graph = pd.DataFrame(rows, columns=[*COLUMNS, "weight"])
    kept = relation["predicate"].isin(["treated_with", "goes_on_to", "occurs_with"])
    kept &= (relation["predicate"] == "treated_with") | relation["object"].isin(disease.index)
    others = relation.loc[kept, [*COLUMNS]].assign(weight=np.nan)
    company = others[others["predicate"] == "occurs_with"].rename(columns={"subject": "object", "object": "subject"})
    graph = pd.concat([graph, others, company[[*COLUMNS, "weight"]]]).drop_duplicates(COLUMNS)
    graph["weight"] = graph["weight"].astype(float)
    return graph.sort_values(COLUMNS).reset_index(drop=True)


def _exceptions(node, own, above):
    """What a node must say of itself so that, with what it inherits, its symptoms are `own`."""
    shows = [(node, "shows_symptom", s, w) for s, w in own.items() if above.get(s) != w]
    return shows + [(node, "lacks_symptom", s, None) for s in above if s not in own]


# --- names


def _plain(label):
    return unicodedata.normalize("NFKC", str(label)).strip().casefold()


def _terms(nodes, synonyms, rng):
    """Labels of diseases, symptoms and drugs: names, synonyms, and abbreviations that stand for two things."""
    named = nodes[nodes["kind"].isin(["disease", "symptom", "drug"])]
    rows = [named[["id", "kind"]].assign(label=named[lang]) for lang in ("zh", "en")]
    also = synonyms.merge(named[["id", "kind"]], on="id")[["id", "kind", "label"]]
    terms = pd.concat([*rows, also, _abbreviations(named, set(map(_plain, also["label"])), rng)])
    twice = terms.sample(12, random_state=int(rng.integers(2**31))).assign(label=lambda t: t["label"].str.upper())
    terms = pd.concat([terms, twice]).drop_duplicates()
    return terms.sample(frac=1, random_state=int(rng.integers(2**31))).reset_index(drop=True)


def _abbreviations(named, taken, rng):
    """Initials, as people write them: some stand for two diseases, some for a disease and a symptom."""
    words = named["en"].str.findall(r"[A-Za-z]+")
    initials = named.assign(label=words.map(lambda w: "".join(part[0] for part in w if part != "of").upper()))
    initials = initials[(initials["label"].str.len() >= 2) & ~initials["label"].map(_plain).isin(taken | {"no"})]
    of = {kind: rows.groupby("label")["id"].agg(list) for kind, rows in initials.groupby("kind")}
    double = sorted(label for label, ids in of["disease"].items() if len(ids) == 2)  # noqa: PLR2004 - two meanings
    single = {kind: {label for label, ids in of[kind].items() if len(ids) == 1} for kind in ("disease", "symptom")}
    cross = sorted(single["disease"] & single["symptom"])
    chosen = [*rng.choice(double, min(AMBIGUOUS, len(double)), replace=False)]
    both = [*rng.choice(cross, min(CROSS_KIND, len(cross)), replace=False)]
    rows = initials[initials["label"].isin(chosen) & (initials["kind"] == "disease")]
    more = initials[initials["label"].isin(both) & initials["kind"].isin(["disease", "symptom"])]
    return pd.concat([rows, more])[["id", "kind", "label"]]


def _meanings(terms):
    """(kind, label in plain writing) -> the ids it stands for."""
    meanings = defaultdict(set)
    for one, kind, label in zip(terms["id"], terms["kind"], terms["label"], strict=True):
        meanings[kind, _plain(label)].add(one)
    return meanings


def _clear_labels(terms):
    """id -> its labels that stand for nothing else of its kind."""
    meanings, labels = _meanings(terms), defaultdict(list)
    for one, kind, label in zip(terms["id"], terms["kind"], terms["label"], strict=True):
        if len(meanings[kind, _plain(label)]) == 1:
            labels[one].append(label)
    return {one: sorted(set(found)) for one, found in labels.items()}


def _written(label, rng):
    """The label as somebody may have typed it: other case, full-width letters, blanks around it."""
    how = int(rng.integers(3))
    latin = label.isascii()
    if how == 0 and latin:
        label = label.upper() if rng.random() < 0.5 else label.lower()  # noqa: PLR2004 - a coin
    elif how == 1:
        label = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c != ";" else c for c in label)
    return f" {label}" if rng.random() < 0.4 else label + "  " * int(rng.random() < 0.3)  # noqa: PLR2004 - chances


# --- the handbook


def _handbook(terms, graph, profiles, rng):
    """Entries in words: two entries for some diseases, symptoms denied, names that nobody can resolve."""
    treated = graph[graph["predicate"] == "treated_with"].groupby("subject")["object"].agg(list).to_dict()
    before = _clear_labels(terms)
    full = [d for d, shown in profiles.items() if d in before and len(shown) >= 3 and len(treated.get(d, [])) >= 2]  # noqa: PLR2004
    chosen = [str(d) for d in rng.choice(full, min(ENTRIES, len(full)), replace=False)]
    unknown = chosen[:UNKNOWN]
    terms = terms[~terms["id"].isin(unknown)].reset_index(drop=True)
    labels = _clear_labels(terms)
    quiet = [d for d in labels if _says_no(profiles.get(d, {})) and d not in chosen]
    chosen += [str(d) for d in rng.permutation(quiet)[:3]]
    common = pd.Series([s for shown in profiles.values() for s in shown]).value_counts().index[:25].tolist()
    rows = []
    for n, disease in enumerate(chosen):
        again = UNKNOWN <= n < UNKNOWN + SECOND_ENTRIES
        named = before[disease][:1] if disease in unknown else labels[disease]
        for name in rng.permutation(named)[: 2 if again else 1]:
            told = _words(profiles[disease], common, labels, rng, denies=n % 2 == 0)
            drugs = [_written(str(rng.choice(labels[d])), rng) for d in treated.get(disease, []) if d in labels][:6]
            rows.append((_written(str(name), rng), ";".join(told), "；".join(drugs) or None))
    rows += [(label, *rows[k][1:]) for k, label in enumerate(_unclear(terms))]
    rng.shuffle(rows)
    handbook = pd.DataFrame(rows, columns=["disease", "symptoms", "drugs"])
    handbook.insert(0, "entry", np.arange(1, len(handbook) + 1))
    return handbook, terms


NAMED_NO = {"symptom:no_complaint", "symptom:amenorrhoea", "symptom:no_flatus"}
"""Symptoms whose very name begins with a no, in one language at least."""
NO_NAMES = {
    "symptom:no_complaint": "无明显不适",
    "symptom:amenorrhoea": "No periods",
    "symptom:no_flatus": "No wind or stool",
}


def _says_no(shown):
    return any(s in NAMED_NO for s in shown)


def _words(shown, common, labels, rng, *, denies):
    """Symptoms as a list of words, some of them denied, now and then a remark that is no symptom."""
    told = []
    for symptom in shown:
        label = NO_NAMES.get(symptom) or str(rng.choice(labels[symptom]))
        told.append(_written(label, rng))
    if denies:
        others = [s for s in common if s not in shown and s not in NAMED_NO]
        for symptom in rng.choice(others, 2, replace=False):
            label = str(rng.choice(labels[symptom]))
            no = rng.choice(["no ", "No ", "NO "]) if label.isascii() else "无"
            told.append(f"{no}{label}")
    if rng.random() < 0.25:  # noqa: PLR2004 - a chance
        told.append(str(rng.choice(["详见正文", "see text", "变化多端", "variable"])))
    return [str(part) for part in rng.permutation(told)]


def _unclear(terms):
    """Two names of diseases that stand for two diseases each."""
    return sorted({label for (kind, label), ids in _meanings(terms).items() if kind == "disease" and len(ids) > 1})[:2]


# --- the faulty draft


def _draft(graph, nodes, rng):
    """The graph with faults of every kind, and with repeated rows, which are none."""
    draft = graph[COLUMNS].copy()
    by = {kind: rows["id"].tolist() for kind, rows in nodes.groupby("kind")}

    def rows_of(predicate, number):
        return rng.choice(np.flatnonzero(graph["predicate"] == predicate), number, replace=False)

    typo, ranged = np.split(rows_of("treated_with", 7), [4])
    draft.loc[typo[:2], "object"] += "_x"
    draft.loc[typo[2:], "subject"] = draft.loc[typo[2:], "subject"].str.replace("disease:", "diseases:")
    draft.loc[ranged, "object"] = rng.choice(by["symptom"], len(ranged))
    turned = rows_of("shows_symptom", 3)
    draft.loc[turned, ["subject", "object"]] = graph.loc[turned, ["object", "subject"]].to_numpy()
    more = [
        (f, "treated_with", d) for f, d in zip(rng.choice(by["family"], 3, replace=False), rng.choice(by["drug"], 3))
    ]
    families = graph[(graph["predicate"] == "is_a") & graph["subject"].str.startswith("family:")]
    ring = rng.choice(families.index, 4, replace=False)
    draft.loc[ring[:3], "object"] = graph.loc[np.roll(ring[:3], 1), "subject"].to_numpy()
    draft.loc[ring[3], "object"] = draft.loc[ring[3], "subject"]
    free = graph[(graph["predicate"] == "is_a") & graph["subject"].str.startswith("disease:")]
    for row in rng.choice(free.index, 3, replace=False):
        others = [f for f in by["family"] if f != graph.at[row, "object"]]
        more.append((graph.at[row, "subject"], "is_a", str(rng.choice(others))))
    draft = draft.drop(rows_of("occurs_with", 3))
    repeated = draft[draft["predicate"] == "is_a"].sample(3, random_state=int(rng.integers(2**31)))
    draft = pd.concat([draft, pd.DataFrame(more, columns=COLUMNS), repeated])
    draft = draft.sample(frac=1, random_state=int(rng.integers(2**31))).reset_index(drop=True)
    draft.index = draft.index + int(rng.integers(3, 10)) * 1000
    return draft.reset_index(names="row")


# --- the case


def _case(graph, profiles, prior, rng):
    """A patient of one of the diseases: two of its symptoms present, one of a rival's absent, and one of its drugs."""
    treated = graph[graph["predicate"] == "treated_with"].groupby("subject")["object"].agg(list).to_dict()
    full = [d for d, shown in profiles.items() if len(shown) >= 3 and d in treated]  # noqa: PLR2004
    disease = str(rng.choice(full))
    present, absent = _findings(profiles, disease, rng)
    users = graph.loc[graph["predicate"] == "treated_with", "object"].value_counts()
    drug = min(treated[disease], key=lambda name: users[name])
    return pd.DataFrame({"present": [";".join(present)], "absent": [";".join(absent)], "drug": [drug]})


def _findings(profiles, disease, rng):
    """Two symptoms of the disease, and up to two that its rivals have and it has not."""
    shown = sorted(profiles[disease])
    present = [str(s) for s in rng.choice(shown, min(2, len(shown)), replace=False)]
    rivals = [other for d, other in profiles.items() if d != disease and set(present) & set(other)]
    others = sorted({s for other in rivals for s in other} - set(shown))
    return present, [str(s) for s in rng.choice(others, min(2, len(others)), replace=False)] if others else []


def _expanded(graph):
    """Disease -> symptom -> weight after inheritance, for every disease; and where each one comes from."""
    parent = dict(graph.loc[graph["predicate"] == "is_a", ["subject", "object"]].itertuples(index=False))
    shows, lacks = defaultdict(dict), defaultdict(set)
    for subject, predicate, target, weight in graph[[*COLUMNS, "weight"]].itertuples(index=False):
        if predicate == "shows_symptom":
            shows[subject][target] = weight
        elif predicate == "lacks_symptom":
            lacks[subject].add(target)
    profiles, origin = {}, {}
    for disease in sorted(d for d in parent if d.startswith("disease:")):
        line = [disease, parent[disease], parent[parent[disease]]]
        profiles[disease], origin[disease] = {}, {}
        for node in reversed(line):
            for symptom in lacks[node]:
                profiles[disease].pop(symptom, None)
            profiles[disease].update(shows[node])
            origin[disease].update(dict.fromkeys(shows[node], node.partition(":")[0]))
    return profiles, origin


# --- items 1 and 2


def _missing(values):
    return values.isna() | values.eq("") | values.eq("nan")


def _labels(terms, kind, rng):
    """Labels of one kind in four groups, with the ids they stand for: label, group, id."""
    meanings, rows = _meanings(terms), []
    counts = terms.assign(plain=terms["label"].map(_plain)).groupby(["kind", "plain"]).size()
    exact = terms[terms["kind"] == kind].groupby("label")["id"].nunique()
    clear = [
        (one, label) for one, found in _clear_labels(terms).items() if one.startswith(f"{kind}:") for label in found
    ]
    elsewhere = {label for (other, label) in meanings if other != kind}
    cross = [(one, label) for one, label in clear if _plain(label) in elsewhere and counts[kind, _plain(label)] == 1]
    single = [(one, label) for one, label in clear if _plain(label) not in elsewhere]
    repeated = [(one, label) for one, label in single if counts[kind, _plain(label)] > 1]
    single = [(one, label) for one, label in single if counts[kind, _plain(label)] == 1]
    rng.shuffle(single)
    rng.shuffle(repeated)
    rows += [(label, "plain", one) for one, label in [*single[:12], *repeated[:3]]]
    for one, label in single[12:24]:
        other = f" {label.upper()}  " if label.isascii() and label.upper() != label else f"　{label} "
        rows.append((other, "written", one))
    wide = [(one, label) for one, label in single[24:] if label.isascii()][:6]
    rows += [
        ("".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in label), "written", one) for one, label in wide
    ]
    rows += [(label, "kind", one) for one, label in cross]
    rows += [(label, "open", None) for label in exact.index[exact > 1]]
    rows += [(label, "open", None) for label in ("详见正文", "see text", f"{kind} {int(rng.integers(1000))}")]
    table = pd.DataFrame(rows, columns=["label", "group", "id"]).drop_duplicates("label")
    table = table.sample(frac=1, random_state=int(rng.integers(2**31))).reset_index(drop=True)
    return table.set_index(table.index * 3 + int(rng.integers(10, 99)))


@item("to_ids", points=4)
def to_ids(ask, hidden):
    """Four groups of labels of each kind: as listed, written otherwise, of two kinds, and not to be decided."""
    terms, tables = hidden.files()["terms.csv"], []
    for kind in ("disease", "symptom", "drug"):
        table = _labels(terms, kind, hidden.rng(kind))
        got = as_series(ask("to_ids", table["label"], terms, kind), like=table["id"])
        tables.append(table.assign(got=got.astype(object), kind=kind))
    table = pd.concat(tables, ignore_index=True)
    none, text = _missing(table["got"]), table["got"].astype(str)
    right = (text == table["id"]) | (none & table["id"].isna())
    of = {name: table["group"] == name for name in ("plain", "written", "kind", "open")}
    listed = _meanings(terms)
    counts = terms.groupby(["kind", terms["label"].map(_plain)]).size()
    often = [
        counts.get((kind, _plain(label)), 0) > 1 for kind, label in zip(table["kind"], table["label"], strict=True)
    ]
    repeated = of["plain"] & pd.Series(often, index=table.index)
    wrong = of["open"] & ~none
    yield points(1, right[of["plain"]].all(), "plain").unless(
        repeated_is_ambiguous=none[repeated].all() and right[of["plain"] & ~repeated].all(),
        label_returned=(text == table["label"])[of["plain"]].any(),
    )
    yield points(1, right[of["written"]].all(), "written").unless(
        writing=(right | none)[of["written"]].all() and right[of["plain"]].any()
    )
    yield points(1, right[of["kind"]].all(), "kind").unless(
        kind_ignored=right[of["plain"]].any() and not right[of["kind"]].all()
    )
    yield points(1, right[of["open"]].all() and bool(right[of["plain"]].any()), "open").unless(
        first_meaning=lambda: any(
            value in listed[kind, _plain(label)]
            for kind, label, value in table.loc[wrong, ["kind", "label", "got"]].itertuples(index=False)
        ),
        text_for_unknown=(text == table["label"])[wrong].any() or text[wrong].str.contains("unknown", case=False).any(),
    )


def _rows(table):
    return list(map(tuple, table[COLUMNS].astype(object).where(table[COLUMNS].notna(), None).to_numpy()))


@item("triples", points=4)
def triples(ask, hidden, reference):
    """What is shown and given, what is denied, and each statement once."""
    files = hidden.files()
    handbook, terms = files["handbook.csv"], files["terms.csv"]
    want = set(_rows(reference("triples", handbook, terms)))
    rows = _rows(as_table(ask("triples", handbook, terms), COLUMNS))
    whole = [row for row in rows if all(isinstance(part, str) and part for part in row)]
    got = set(whole)
    denied = {(s, o) for s, p, o in want if p == "lacks_symptom"}

    def asserted(statements):
        return {
            (s, p, o) for s, p, o in statements if p != "lacks_symptom" and (s, o) not in denied and o not in NAMED_NO
        }

    def no_names(statements):
        return {(s, o) for s, p, o in statements if p == "shows_symptom" and o in NAMED_NO}

    lacks = {(s, o) for s, p, o in got if p == "lacks_symptom"}
    as_shown = {(s, o) for s, p, o in got if p == "shows_symptom"} & denied
    subjects = {s for s, _, _ in want}
    names = bool(got) and not {s for s, _, _ in got} & subjects
    drugs = {t for t in want if t[1] == "treated_with"}
    lost = drugs - got
    yield points(2, bool(asserted(want)) and asserted(got) == asserted(want), "asserted").unless(
        names_not_ids=names,
        one_separator=not names and len(lost) > len(drugs) / 2 and asserted(want) - asserted(got) == lost,
        predicate_names=bool({p for _, p, _ in got} - {"shows_symptom", "lacks_symptom", "treated_with"}),
        first_only=not names
        and asserted(got) < asserted(want)
        and asserted(want) - asserted(got) > lost
        and len({s for s, _, _ in got}) == len(subjects),
        one_entry_only=not names and asserted(got) < asserted(want) and len({s for s, _, _ in got}) < len(subjects),
    )
    yield points(1, lacks == denied and not as_shown and no_names(got) == no_names(want), "denied").unless(
        negation_ignored=bool(as_shown),
        negation_dropped=not lacks and not as_shown and not names,
        no_in_name=bool(lacks) and lacks >= denied and not no_names(want) <= no_names(got),
    )
    enough = len(got & want) > len(want) / 2
    yield points(1, enough and len(rows) == len(whole) == len(got), "once").unless(
        repeated=enough and len(whole) > len(got), holes=len(rows) > len(whole)
    )


# --- item 3


@item("violations", points=6)
def violations(ask, hidden, reference):
    """The rows of a faulty draft that break each rule."""
    files = hidden.files()
    draft, nodes = files["draft.csv"].set_index("row"), files["nodes.csv"]
    given = (draft, nodes, files["predicates.csv"])
    want, got = (
        _by_rule(reference("violations", *given)),
        _by_rule(as_table(ask("violations", *given), ["row", "rule"])),
    )
    part = {name: all(bool(want[rule]) and got[rule] == want[rule] for rule in rules) for name, rules in RULES.items()}
    positions = {"positions": any(got.values()) and max(map(max, filter(None, got.values()))) < draft.index[0]}
    unknown = draft[~draft["subject"].isin(nodes["id"]) | ~draft["object"].isin(nodes["id"])].index
    turned = want["domain"] & want["range"]
    yield points(1, part["dangling"], "dangling").unless(
        one_end=bool(got["unknown_id"]) and got["unknown_id"] < want["unknown_id"], **positions
    )
    yield points(1, part["kinds"], "kinds").unless(
        kinds_of_unknown=bool((got["domain"] | got["range"]) & set(unknown)),
        first_fault_only=not turned <= (got["domain"] & got["range"])
        and got["domain"] | got["range"] == want["domain"] | want["range"],
        **positions,
    )
    many, repeated = got["max_objects"], set(draft.index[draft.duplicated(COLUMNS, keep=False)])
    yield points(1, part["one_parent"], "one_parent").unless(
        repeated_as_many=bool((many - want["max_objects"]) & repeated),
        only_the_second=bool(many) and many < want["max_objects"],
        **positions,
    )
    yield points(1, part["both_ways"], "both_ways").unless(
        every_predicate=not positions["positions"]
        and bool(got["inverse"] - set(draft.index[draft["predicate"] == "occurs_with"])),
        the_missing_one=not positions["positions"] and bool(got["inverse"]) and not got["inverse"] & want["inverse"],
        **positions,
    )
    loops = set(draft.index[draft["subject"] == draft["object"]])
    yield points(2, part["cycles"], "cycles").unless(
        short_cycles=got["cycle"] < want["cycle"] and not got["cycle"] - loops,
        no_self=bool(got["cycle"]) and got["cycle"] == want["cycle"] - loops,
        below_cycle=got["cycle"] > want["cycle"],
        **positions,
    )


def _by_rule(table):
    rows = pd.to_numeric(table["row"], errors="coerce")
    found = defaultdict(set)
    for row, rule in zip(rows, table["rule"].astype(str).str.strip(), strict=True):
        found[rule].add(row)
    return {rule: found[rule] for rules in RULES.values() for rule in rules}


# --- item 4


def _with_exceptions(graph, rng):
    """The graph with one more exception of every kind, and the diseases that are about them."""
    profiles, origin = _expanded(graph)
    parent = dict(graph.loc[graph["predicate"] == "is_a", ["subject", "object"]].itertuples(index=False))

    def some(place, other=()):
        found = [(d, s) for d in profiles for s in profiles[d] if origin[d][s] == place and parent[d] not in other]
        return found[int(rng.integers(len(found)))]

    denied, symptom = some("chapter")
    milder, weak = some("chapter", {parent[denied]})
    elsewhere = {parent[denied], parent[milder]}
    rarer, low = some("family", elsewhere)
    without, gone = some("family", elsewhere | {parent[rarer]})
    sisters = [d for d in profiles if parent[d] == parent[denied] and d != denied]
    more = [
        (parent[denied], "lacks_symptom", symptom, np.nan),
        (denied, "shows_symptom", symptom, 0.5),
        (parent[milder], "shows_symptom", weak, 0.02),
        (rarer, "shows_symptom", low, 0.02),
        (without, "lacks_symptom", gone, np.nan),
    ]
    graph = pd.concat([graph, pd.DataFrame(more, columns=graph.columns)]).drop_duplicates(COLUMNS, keep="last")
    untouched, _ = some("chapter", {*elsewhere, parent[rarer], parent[without]})
    return graph.reset_index(drop=True), [denied, milder, rarer, without, untouched, *sisters[:2]]


@item("effective", points=4)
def effective(ask, hidden):
    """Symptoms of some diseases: stated, inherited from family and chapter, and denied on the way."""
    rng = hidden.rng("diseases")
    graph, asked = _with_exceptions(hidden.files()["graph.csv"], rng)
    profiles, origin = _expanded(graph)
    asked = list(dict.fromkeys([*asked, *(str(d) for d in rng.choice(sorted(profiles), 8, replace=False))]))
    right, extra, every, zeros = defaultdict(list), [], defaultdict(list), []
    for disease in asked:
        got = as_dict(ask("effective", graph, disease))
        for symptom, weight in profiles[disease].items():
            value = got.get(symptom)
            good = isinstance(value, int | float | np.number) and abs(float(value) - weight) < 1e-6  # noqa: PLR2004
            right[origin[disease][symptom]].append(good)
            every[origin[disease][symptom]].append(symptom in got)
        extra += [s for s in got if s not in profiles[disease]]
        zeros += [s for s in got if s not in profiles[disease] and not (got[s] or 0) > 0]
    lost = {place: not any(found) for place, found in every.items()}
    heavy = not all(right["disease"]) and all(every["disease"])
    yield points(1, all(right["disease"]), "stated").unless(
        override_ignored=heavy and all(every["family"]),
        denied_for_good=any(right["disease"]) and not all(every["disease"]),
    )
    yield points(1, all(right["family"]), "from_family").unless(
        own_only=lost["family"] and lost["chapter"] and any(right["disease"]),
        override_ignored=not all(right["family"]) and all(every["family"]),
    )
    yield points(1, all(right["chapter"]), "from_chapter").unless(one_level=lost["chapter"] and any(right["family"]))
    yield points(1, not extra and any(right["disease"]), "denied_ones").unless(
        kept_with_zero=bool(extra) and len(zeros) == len(extra), lacks_ignored=bool(extra) and len(zeros) < len(extra)
    )


# --- item 5


class _Paths:
    """Who shows what, who is given what, and which steps there are between diseases."""

    def __init__(self, graph, profiles):
        self.profiles = profiles
        self.treated, self.steps = defaultdict(set), defaultdict(set)
        self.before, self.company = defaultdict(set), defaultdict(set)
        for subject, predicate, target in graph[COLUMNS].itertuples(index=False):
            if predicate == "treated_with":
                self.treated[target].add(subject)
            if predicate == "goes_on_to":
                self.steps[subject].add(target)
                self.before[target].add(subject)
            if predicate == "occurs_with":
                self.company[subject].add(target)

    def length(self, symptom, drug):
        """How many diseases the shortest explanation has; 0 if there is none."""
        level, seen, n = {d for d, shown in self.profiles.items() if symptom in shown}, set(), 1
        while level:
            if level & self.treated[drug]:
                return n
            seen |= level
            level, n = {after for d in level for after in self.steps[d]} - seen, n + 1
        return 0

    def by_one(self, steps, symptom, drug):
        """One of these steps (against the arrow, or to what merely keeps company) would lead to this drug."""
        shown = {d for d, found in self.profiles.items() if symptom in found}
        return bool({after for d in shown for after in steps[d]} & self.treated[drug])

    def detours(self, symptom, drug):
        """There is a longer explanation by way of a complication."""
        shown = {d for d, found in self.profiles.items() if symptom in found}
        return bool({after for d in shown for after in self.steps[d]} & (self.treated[drug] - shown))

    def explains(self, path):
        """Every step of the path is one that explains."""
        symptom, *diseases, drug = path
        steps = zip(diseases, diseases[1:], strict=False)
        return (
            bool(diseases)
            and symptom in self.profiles.get(diseases[0], {})
            and all(b in self.steps.get(a, ()) for a, b in steps)
            and diseases[-1] in self.treated.get(drug, ())
        )


def _questions(paths, rng):
    """Pairs of symptom and drug in three groups: one disease explains, only a complication does, nothing does."""
    symptoms, drugs = sorted({s for shown in paths.profiles.values() for s in shown}), sorted(paths.treated)
    pairs = [(s, d) for s in symptoms for d in drugs]
    full = {"direct": 4, "detour": 3, "chain": 5, "against": 2, "company": 2, "none": 2}
    groups = {name: [] for name in full}
    for k in rng.permutation(len(pairs)):
        symptom, drug = pairs[k]
        n = paths.length(symptom, drug)
        against, company = (paths.by_one(steps, symptom, drug) for steps in (paths.before, paths.company))
        group = None
        if n == 1:
            group = "detour" if paths.detours(symptom, drug) else "direct"
        elif n == 2 and not (against or company):  # noqa: PLR2004 - by way of one complication
            group = "chain"
        elif n == 0 and not (against and company):
            group = "against" if against else "company" if company else "none"
        if group and len(groups[group]) < full[group]:
            groups[group].append((symptom, drug))
        if all(len(groups[name]) == number for name, number in full.items()):
            break
    return groups


@item("explain", points=4)
def explain(ask, hidden):
    """Shortest explanations: through one disease, through a complication, and none where nothing explains."""
    graph = hidden.files()["graph.csv"]
    profiles, _ = _expanded(graph)
    paths = _Paths(graph, profiles)
    seen = defaultdict(list)
    for group, pairs in _questions(paths, hidden.rng("questions")).items():
        for symptom, drug in pairs:
            answer = ask("explain", graph, profiles, symptom, drug)
            got = [] if answer is None else [str(node) for node in as_list(answer)]
            seen[group].append((got, symptom, drug, paths.length(symptom, drug)))

    def right(group):
        return all(
            (got == [] if n == 0 else len(got) == n + 2 and got[0] == s and got[-1] == d and paths.explains(got))
            for got, s, d, n in seen[group]
        )

    found = [(got, s, d) for group in seen.values() for got, s, d, _ in group if got]
    shape = {
        "ends_missing": bool(found) and all(got[0] != s or got[-1] != d for got, s, d in found),
        "backwards_list": bool(found) and all(got[0] == d and got[-1] == s for got, s, d in found),
        "not_shortest": any(
            len(got) > n + 2 and paths.explains(got) for group in seen.values() for got, _, _, n in group if n
        ),
    }

    def taken(steps, group):
        """A path in this group, where nothing explains, has two diseases and such a step between them."""
        return any(got[2] in steps.get(got[1], ()) for got, *_ in seen[group] if len(got) == 4)  # noqa: PLR2004

    one_disease = right("direct") and right("detour")
    yield points(1, one_disease and bool(found), "one_disease").unless(**shape)
    yield points(1, right("chain") and bool(found), "complication").unless(
        direct_only=all(not got for got, *_ in seen["chain"]) and one_disease, **shape
    )
    unexplained = right("against") and right("company") and right("none")
    yield points(2, unexplained and bool(found), "nothing").unless(
        hub=any(not node.startswith("disease:") for got, *_ in seen["none"] for node in got[1:-1]),
        against_the_arrow=taken(paths.before, "against"),
        company=taken(paths.company, "company"),
        half_explained=any(len(got) == 2 for got, *_ in seen["none"]),  # noqa: PLR2004 - symptom and drug alone
    )  # fmt: skip


# --- item 6


def _score(profiles, prior, present, absent, **changes):
    """The posterior of every candidate; `changes` are the usual mistakes."""
    floor, score = changes.get("floor", FLOOR), {}
    every = sorted({s for shown in profiles.values() for s in shown})
    for disease, shown in profiles.items():
        value = 1.0 if changes.get("no_prior") else prior[disease]
        value *= np.prod([shown.get(s, floor) for s in present])
        silent = [s for s in every if s not in present] if changes.get("silent") else absent
        value *= 1.0 if changes.get("no_absent") else np.prod([1 - shown.get(s, floor) for s in silent])
        score[disease] = float(value)
    score = pd.Series(score).sort_values(ascending=False, kind="stable")
    return score if changes.get("raw") else score / score.sum()


MISTAKES = {
    "no_prior": {"no_prior": True},
    "zero_for_unlisted": {"floor": 0.0},
    "silence_is_absence": {"silent": True},
    "absent_ignored": {"no_absent": True},
}


def _kept(*case, **changes):
    """The candidates that are at least 1/RATIO as likely as the first."""
    posterior = _score(*case, **changes)
    return posterior[posterior * RATIO >= posterior.iloc[0]]


def _patients(profiles, prior, rng):
    """Candidates and findings: half of the patients with nothing known to be absent; some clear, some too close.

    For every usual mistake there is a patient for whom it keeps other candidates, so that none goes unnoticed.
    """
    cases, unnoticed = [], set(MISTAKES)
    wanted = {(absent, close): 4 for absent in (False, True) for close in (False, True)}
    often = pd.Series([s for shown in profiles.values() for s in shown]).value_counts()
    for _ in range(2000):
        symptom = str(rng.choice(often.index[often >= 8]))  # noqa: PLR2004 - enough rivals
        rivals = sorted(d for d, shown in profiles.items() if symptom in shown)
        chosen = [str(d) for d in rng.choice(rivals, min(7, len(rivals)), replace=False)]
        chosen += [str(d) for d in rng.choice(sorted(set(profiles) - set(chosen)), 3, replace=False)]
        some = {d: profiles[d] for d in chosen}
        present, absent = _findings(some, chosen[0], rng)
        with_absent = bool(rng.random() < 0.5)  # noqa: PLR2004 - a coin
        absent = absent if with_absent else []
        priors = {d: float(prior[d]) for d in chosen}
        posterior = _score(some, priors, present, absent)
        ratio = posterior.iloc[0] / posterior.to_numpy()
        near = np.log(ratio[ratio <= 2 * RATIO])
        if np.abs(np.log(ratio / RATIO)).min() < 0.05 or np.diff(near, append=9.0).min() < 0.02:  # noqa: PLR2004
            continue  # nobody is to lose a point by rounding
        key = (with_absent, bool(ratio[1] <= RATIO))
        case = (some, priors, present, absent)
        told = {name for name in unnoticed if set(_kept(*case).index) != set(_kept(*case, **MISTAKES[name]).index)}
        if (absent or not with_absent) and (wanted[key] or told):
            wanted[key] = max(0, wanted[key] - 1)
            unnoticed -= told
            cases.append(case)
        if not any(wanted.values()) and not unnoticed:
            break
    return cases


@item("rank", points=5)
def rank(ask, hidden):
    """Posterior of the best candidate without and with absent symptoms; and who is kept."""
    files = hidden.files()
    profiles, _ = _expanded(files["graph.csv"])
    prior = files["priors.csv"].set_index("disease")["prior"]
    cases = [
        (case, _ranking(ask("rank", *case, FLOOR, RATIO)))
        for case in _patients(profiles, prior, hidden.rng("patients"))
    ]

    def agree(absent, **changes):
        return all(_near(got, _score(*case, **changes)) for case, got in cases if bool(case[3]) == absent)

    lists = all(list(got.index) == list(_kept(*case).index) for case, got in cases)
    mistakes = {**MISTAKES, "not_normalised": {"raw": True}}
    mistakes.pop("absent_ignored")  # says nothing where nothing is known to be absent
    renormalised = all(_near(got, _kept(*case) / _kept(*case).sum()) for case, got in cases)
    shared = {"kept_normalised": renormalised and bool(cases)}
    named = {name: agree(absent=False, **changes) for name, changes in mistakes.items()}
    yield points(2, agree(absent=False), "present_only").unless(**named, **shared)
    named = {name: agree(absent=True, **changes) for name, changes in mistakes.items()}
    yield points(2, agree(absent=True), "with_absent").unless(
        absent_ignored=agree(absent=True, no_absent=True), **named, **shared
    )
    yield points(1, lists, "kept").unless(
        never_abstains=all(len(got) == 1 for _, got in cases),
        all_kept=all(len(got) == len(case[0]) for case, got in cases),
        unsorted=all(set(got.index) == set(_kept(*case).index) for case, got in cases),
    )


def _ranking(answer):
    """Read candidates with their probabilities: a Series, a dict, or a list of pairs."""
    if isinstance(answer, pd.DataFrame) and answer.shape[1] == 2:  # noqa: PLR2004 - name and figure
        answer = answer.set_index(answer.columns[0]).iloc[:, 0]
    if isinstance(answer, list) and all(isinstance(p, list | tuple) and len(p) == 2 for p in answer):  # noqa: PLR2004
        answer = dict(answer)
    if isinstance(answer, dict):
        answer = pd.Series(answer, dtype=float)
    if not isinstance(answer, pd.Series):
        raise AnswerError("form_type", want="`pd.Series`", got="?")
    return pd.to_numeric(answer, errors="coerce")


def _near(got, want):
    """The figure of the likeliest candidate agrees."""
    return want.index[0] in got.index and bool(np.isclose(got[want.index[0]], want.iloc[0], rtol=1e-4, atol=0))


PARTS = {
    "plain": {"zh": "照术语表原样写的名称", "en": "names written as in the terminology"},
    "written": {"zh": "大小写、全角、空格不同的名称", "en": "names in other case, width or spacing"},
    "kind": {"zh": "同一名称属于不同类型", "en": "one name in two kinds"},
    "open": {"zh": "查不到的和有歧义的名称", "en": "unknown and ambiguous names"},
    "asserted": {"zh": "有的症状和所用的药", "en": "symptoms that are shown, drugs that are given"},
    "denied": {"zh": "没有的症状", "en": "symptoms that are denied"},
    "once": {"zh": "每条三元组恰好一行，没有空缺", "en": "every triple once, without holes"},
    "dangling": {"zh": "悬空的标识", "en": "dangling ids"},
    "kinds": {"zh": "定义域与值域", "en": "domain and range"},
    "one_parent": {"zh": "最多几个宾语", "en": "the number of objects"},
    "both_ways": {"zh": "对称关系", "en": "symmetric relations"},
    "cycles": {"zh": "环", "en": "cycles"},
    "stated": {"zh": "疾病自己写明的症状", "en": "what the disease states itself"},
    "from_family": {"zh": "从家族继承的症状", "en": "what comes from the family"},
    "from_chapter": {"zh": "从章继承的症状", "en": "what comes from the chapter"},
    "denied_ones": {"zh": "被否定的症状不在其中", "en": "nothing that is denied"},
    "one_disease": {"zh": "一个疾病就能解释", "en": "one disease explains it"},
    "complication": {"zh": "要经过并发症", "en": "by way of a complication"},
    "nothing": {"zh": "没有解释", "en": "nothing explains it"},
    "present_only": {"zh": "只知道有哪些症状", "en": "only present symptoms known"},
    "with_absent": {"zh": "还知道没有哪些症状", "en": "absent symptoms known as well"},
    "kept": {"zh": "留下哪些候选", "en": "which candidates are kept"},
}

MISCONCEPTIONS = {
    "repeated_is_ambiguous": {
        "zh": "同一名称在术语表里写了两遍，指的却是同一个标识，你把它当成了有歧义。有没有歧义，要数**不同的标识**，不是数行数；"
        "先统一写法，再去掉完全相同的（名称，标识）。",
        "en": "A label that stands twice in the terminology for the same id was taken for ambiguous. Count different **ids**, "
        "not rows: bring the writing to one form, then drop repeated pairs of label and id.",
    },
    "label_returned": {
        "zh": "返回的是名称，不是标识。名称会变、会有好几种写法；标识不变。",
        "en": "You returned names instead of ids. Names vary and change; the id stays.",
    },
    "writing": {
        "zh": "只是写法不同的名称没有认出来。大小写、全角字母、首尾空格都不改变意思：**两边**都先统一写法"
        '（`normalize("NFKC")`、`strip`、`casefold`），再去查。',
        "en": "Names that are only written differently were not found. Case, full-width letters and outer blanks do not change "
        'the meaning: bring **both sides** to one form first (`normalize("NFKC")`, `strip`, `casefold`), then look up.',
    },
    "kind_ignored": {
        "zh": "同一个名称，在疾病栏里是病，在症状栏里是症状。查之前先按 `kind` 选出这一类的行。",
        "en": "The same label is a disease in the disease column and a symptom in the symptom column. Select the rows of this "
        "`kind` before you look up.",
    },
    "first_meaning": {
        "zh": "有歧义的缩写被你定成了其中一个意思。MS 可以是多发性硬化，也可以是二尖瓣狭窄；机器猜错，没有人会发现。留空，交给人。",
        "en": "An ambiguous abbreviation was decided for one of its meanings. MS is multiple sclerosis or mitral stenosis; if the "
        "machine guesses wrong, nobody will notice. Leave it empty, for a person to decide.",
    },
    "text_for_unknown": {
        "zh": "查不到的名称，你填了一段文字。后面的程序会把它当成一个真的标识。不知道，就空着。",
        "en": "For a name that is not found you put some text. The next program will take it for a real id. What is unknown "
        "stays empty.",
    },
    "names_not_ids": {
        "zh": "主语还是手册里的文字。同一种病用两个名称写两次，就成了两种病；先用 `to_ids` 换成标识。",
        "en": "Your subjects are still the words of the handbook, so a disease with two names is two diseases. Turn them into ids "
        "with `to_ids` first.",
    },
    "one_separator": {
        "zh": "大部分用药没有拆出来。这一栏用的是全角分号“；”，看上去和“;”差不多，对机器是两个字符。先统一写法再拆。",
        "en": "Most drugs were not split. That column uses the full-width semicolon; to the eye it is a semicolon, to the machine "
        "another character. Bring the writing to one form before you split.",
    },
    "predicate_names": {
        "zh": "谓词的名称与题目给的不同。谓词也要受控，不能各写各的：`shows_symptom`、`lacks_symptom`、`treated_with`。",
        "en": "Your predicates are not called as asked. Predicates are controlled too: `shows_symptom`, `lacks_symptom`, "
        "`treated_with`.",
    },
    "first_only": {
        "zh": "每个条目似乎只取了清单里的一部分。清单里每一项都是一条三元组：`split` 之后用 `explode`。",
        "en": "Only part of each list seems to have been taken. Every part of a list is a triple: `explode` after `split`.",
    },
    "one_entry_only": {
        "zh": "有的条目整个丢了。同一种病的第二个条目可能写了第一个没有的内容；合并的是三元组，不是条目。空着的一栏也不该连累另一栏。",
        "en": "Whole entries are lost. A second entry of a disease may say what the first does not; merge triples, not entries. And "
        "an empty column must not take the other one with it.",
    },
    "negation_ignored": {
        "zh": "手册写的是“无某症状”，你写成了“有”。这正是搜索“发热”搜出一堆“无发热”的原因。否定要用 `lacks_symptom`。",
        "en": 'The handbook denies a symptom and your triple asserts it. That is why a search for fever finds "no fever". '
        "Denials become `lacks_symptom`.",
    },
    "negation_dropped": {
        "zh": "被否定的症状一条也没有留下。“没有”和“没提到”不是一回事：没有发热能帮医生排除疾病。",
        "en": "None of the denied symptoms is kept. Denied is not the same as not mentioned: no fever helps a doctor to rule out.",
    },
    "no_in_name": {
        "zh": "有的症状名称本身就以“无”或 no 开头，例如“无明显不适”、No periods。先拿**整个词**去查；查不到，再看它是不是否定。",
        "en": "Some symptoms have a no in their very name, such as No periods. Look up the **whole** phrase first; only if it is not "
        "known, see whether it is a denial.",
    },
    "repeated": {
        "zh": "同一条三元组出现了好几行。图谱里一个事实只有一条；两个条目说同一件事，也还是一件事。",
        "en": "The same triple has several rows. In a graph a fact is there once, even if two entries say it.",
    },
    "holes": {
        "zh": "有的行缺主语或宾语。少一头的三元组什么也没说；没认出来的名称另外列给人看，不进图谱。",
        "en": "Some rows have no subject or object. A triple with one end says nothing; what could not be resolved belongs on a "
        "list for a person, not in the graph.",
    },
    "positions": {
        "zh": "`row` 写成了第几行。请用三元组自己的索引：筛选、排序以后，第几行就变了，索引不变。",
        "en": "Your `row` is a position. Use the index of the triples: after filtering or sorting positions change, the index does not.",
    },
    "one_end": {
        "zh": "悬空的标识只找到了一部分。三元组有两头，主语和宾语都要查。",
        "en": "Only some of the dangling ids were found. A triple has two ends: look at subject and object.",
    },
    "kinds_of_unknown": {
        "zh": "标识不存在的三元组也被报成了类型错误。不知道是什么东西，就谈不上类型对不对；一处毛病报两次，改的人会白找一趟。",
        "en": "Triples with an unknown id are reported for their kinds as well. Of what does not exist no kind is known, and one "
        "fault reported twice sends somebody looking for a second.",
    },
    "first_fault_only": {
        "zh": "主语宾语颠倒的三元组，两头都错，你只报了一头。每条规则各查各的，不要查到第一处就停。",
        "en": "In a triple that stands the wrong way round both ends are wrong; you report one. Check every rule on its own instead "
        "of stopping at the first.",
    },
    "repeated_as_many": {
        "zh": "重复写了两遍的同一条三元组被当成了两个上级。数的是**不同的**宾语。",
        "en": "A triple that is written twice was taken for two parents. Count **different** objects.",
    },
    "only_the_second": {
        "zh": "一种病有两个上级，你只报了其中一条。机器不知道哪一条是对的，两条都要给人看。",
        "en": "Of two parents you report one. The machine cannot know which one is right: show both.",
    },
    "every_predicate": {
        "zh": "不对称的关系也被要求有逆关系。糖尿病可以并发肾病，反过来并不成立；只查 `symmetric` 的谓词。",
        "en": "You ask for an inverse of relations that have none. Diabetes goes on to kidney disease, not the other way round: "
        "check only predicates that are `symmetric`.",
    },
    "the_missing_one": {
        "zh": "报错了行：缺逆关系的是写着的那一条，没写的那一条没有行号。",
        "en": "The wrong rows: report the triple that stands there without its inverse; the missing one has no row.",
    },
    "short_cycles": {
        "zh": "只找到了自己指向自己的。环可以绕得更远：甲属于乙，乙属于丙，丙又属于甲。要沿着箭头一直走下去，看能不能回到起点。",
        "en": "You found only what points at itself. A cycle may be longer: A is a B, B is a C, C is an A. Follow the arrows as far as "
        "they go and see whether you come back.",
    },
    "no_self": {
        "zh": "漏了最短的环：自己属于自己。",
        "en": "You missed the shortest cycle: something that is a kind of itself.",
    },
    "below_cycle": {
        "zh": "环**下面**的疾病也被报了。从它们出发会走进环里，却回不到它们自己；要改的是环上的那几条。",
        "en": "You also report what lies **below** the cycle. From there one walks into it but never back; what must be mended are the "
        "triples on the cycle itself.",
    },
    "override_ignored": {
        "zh": "上级的频率盖过了下级自己写明的。离得越近的说法越具体：疾病盖过家族，家族盖过章，哪怕数字更小。",
        "en": "A frequency from above won over what is stated below. The nearer statement is the more specific one: disease over "
        "family, family over chapter, even if its figure is lower.",
    },
    "denied_for_good": {
        "zh": "家族说“没有”，疾病自己又说“有”，你却删掉了。否定也会被更近的说法盖过；从上往下，一层一层地改。",
        "en": "The family denies a symptom, the disease itself states it, and you removed it. A denial is overridden by what is nearer "
        "as well: go from the top down, level by level.",
    },
    "own_only": {
        "zh": "只有疾病自己写明的症状，没有继承。手册不会在每种肺炎下面再写一遍“咳嗽”，那是家族里写的。",
        "en": "Only what the disease states itself. A handbook does not repeat cough under every kind of pneumonia; it says so once, "
        "at the family.",
    },
    "one_level": {
        "zh": "只往上看了一层。家族上面还有章：沿着 `is_a` 一直走到没有上级为止。",
        "en": "You looked one level up. Above the family there is the chapter: follow `is_a` until there is no parent.",
    },
    "lacks_ignored": {
        "zh": "例外没有起作用：写明没有的症状还在。继承是“除非另有说明”。",
        "en": "Exceptions have no effect: symptoms that are denied are still there. Inheritance holds unless something nearer says "
        "otherwise.",
    },
    "kept_with_zero": {
        "zh": "被否定的症状还在结果里，频率是 0 或空。题目要的是“有哪些症状”：没有的就不要列出来。",
        "en": "Denied symptoms are still listed, with 0 or nothing. The question is which symptoms there are: leave the others out.",
    },
    "ends_missing": {
        "zh": "路径里没有两头。从症状开始，到药结束，中间是疾病。",
        "en": "The path lacks its ends. It starts with the symptom, ends with the drug, and has diseases between.",
    },
    "backwards_list": {
        "zh": "顺序反了：从药走到了症状。解释要从看得见的症状说起。",
        "en": "The wrong way round, from the drug to the symptom. An explanation starts at what can be seen.",
    },
    "not_shortest": {
        "zh": "解释成立，但绕了远路。一种病就能说通的，不要再拉上并发症：广度优先，先把短的都看完。",
        "en": "It is an explanation, but a detour. What one disease explains needs no complication: breadth first, all short paths "
        "before longer ones.",
    },
    "direct_only": {
        "zh": "经过并发症的解释没有找到。药可能是给并发症用的：沿 `goes_on_to` 往前走。",
        "en": "Explanations by way of a complication were not found. The drug may be for the complication: follow `goes_on_to`.",
    },
    "hub": {
        "zh": "路径经过了另一个症状、另一种药或一个家族。几乎人人都会“乏力”，几乎人人都输液；从这样的枢纽走，什么都连得上，什么也没解释。",
        "en": "A path runs through another symptom, another drug or a family. Nearly everybody is tired and nearly everybody gets a drip: "
        "through such hubs everything is connected and nothing explained.",
    },
    "against_the_arrow": {
        "zh": "你逆着 `goes_on_to` 的箭头走了。肝硬化可以并发出血，出血却不会导致肝硬化。",
        "en": "You walked against the arrow of `goes_on_to`. Cirrhosis goes on to bleeding; bleeding does not lead to cirrhosis.",
    },
    "company": {
        "zh": "你走了 `occurs_with`。常在一起，不等于谁引起谁；拿它当解释，就成了“有高血压，所以吃降糖药”。",
        "en": "You walked along `occurs_with`. Keeping company is not causing: with it you would explain a diabetes drug by hypertension.",
    },
    "half_explained": {
        "zh": "没有解释时，你仍然返回了症状和药。请返回空列表：没有理由，也是一个答案。",
        "en": "Where nothing explains, you still return symptom and drug. Return an empty list: no reason is an answer too.",
    },
    "no_prior": {
        "zh": "没有用先验概率。症状一样时，常见病就是比罕见病更可能：听见马蹄声，先想到马，不是斑马。",
        "en": "You left out the prior. With equal symptoms a common disease is likelier than a rare one: at the sound of hooves think of "
        "horses before zebras.",
    },
    "zero_for_unlisted": {
        "zh": "图谱没列出的症状被当成了绝不可能（0），一个漏写就能否决一种病。图谱总有缺漏：用 `floor`。",
        "en": "A symptom that is not listed was taken for impossible, so one omission rules a disease out. No graph is complete: use "
        "`floor`.",
    },
    "silence_is_absence": {
        "zh": "没问过的症状被当成了没有。只有 `absent` 里的才是问过、查过、确实没有的。",
        "en": "What nobody asked about was taken for absent. Only what is in `absent` has been asked and found not to be there.",
    },
    "not_normalised": {
        "zh": "返回的是乘积，不是概率：全部候选加起来应当是 1。",
        "en": "These are products, not probabilities: over all candidates they should sum to 1.",
    },
    "kept_normalised": {
        "zh": "你只在留下的候选里归一。被排除的候选仍然可能是对的，概率要在**全部**候选里算，然后再挑。",
        "en": "You normalised among those kept. The others may still be right: compute over **all** candidates, then select.",
    },
    "absent_ignored": {
        "zh": "没有的症状没有起作用。常见的症状不在，同样是证据：每个没有的症状乘以（1 − 频率）。",
        "en": "Absent symptoms had no effect. That a frequent symptom is missing is evidence as well: multiply by (1 − frequency) "
        "for each.",
    },
    "never_abstains": {
        "zh": "你每次都只给一个答案。第二名的可能性不到第一名的几分之一时可以这样；差距小的时候，应当把名单交给医生。",
        "en": "You always give one answer. That is right if the second is far behind; when they are close, the doctor should get the list.",
    },
    "all_kept": {
        "zh": "所有候选都留下了。这样的名单没有帮助：只留概率至少是第一名 1/`ratio` 的。",
        "en": "All candidates are kept, and such a list is no help. Keep those that are at least 1/`ratio` as likely as the first.",
    },
    "unsorted": {
        "zh": "留下的对，顺序不对：最可能的在最前面。",
        "en": "The right ones are kept, in the wrong order: the likeliest comes first.",
    },
}

HINTS = {
    "to_ids": {
        "zh": "先看样例的三步：统一写法、只留这一类、去掉有歧义的。每一步之后看看还剩几行。",
        "en": "Go through the three steps of the worked example: one writing, one kind, nothing ambiguous. See how many rows each step leaves.",
    },
    "triples": {
        "zh": "挑一个条目，用纸笔写出它的三元组，再与你的结果比较。",
        "en": "Take one entry, write its triples by hand, and compare.",
    },
    "violations": {
        "zh": "一条规则一条规则地查：对每条规则，挑一行你报的，自己读一遍它真的违反了吗？",
        "en": "Go rule by rule: read one row that you report for it. Does it really break this rule?",
    },
    "effective": {
        "zh": "用正文里“肺炎”的例子试一试：从章开始，一层一层写下来。",
        "en": "Try the example in the text: start at the chapter and write it down level by level.",
    },
    "explain": {
        "zh": "把你的路径逐步念出来：“这个症状见于……，它会并发……，所以用……。”念不通的一步就是错的一步。",
        "en": 'Read your path aloud: "this symptom is seen in …, which goes on to …, hence …". The step that does not read is the wrong one.',
    },
    "rank": {
        "zh": "用正文里两种病的例子手算一遍，看看在哪一步与你的程序不同。",
        "en": "Work the example of two diseases by hand and see at which step your program differs.",
    },
}

INSIGHTS = {
    "to_ids": {
        "zh": "留空的名称不是失败，是交给人判断的清单。真实的术语服务也这样做。",
        "en": "The names left empty are not a failure but a list for a person. Real terminology services work the same way.",
    },
    "triples": {
        "zh": "现在搜“发热”，只会找到真的有发热的病；找“没有发热”的，也能找到。",
        "en": "A search for fever now finds diseases with fever; and one for those without it works too.",
    },
    "violations": {
        "zh": "真实的图谱用 SHACL 写这些规则。写法不同，道理相同：机器指出矛盾，人来决定哪边对。",
        "en": "Real graphs write such rules in SHACL. The idea is the same: the machine points at contradictions, a person decides.",
    },
    "effective": {
        "zh": "一条例外写在哪一层，影响就到哪一层为止。改动家族之前，先数一数它下面有多少种病。",
        "en": "An exception reaches as far down as its level. Before changing a family, count the diseases below it.",
    },
    "explain": {
        "zh": "说不出理由的时候，你的程序返回了空列表。这比一条牵强的路径更值得信任。",
        "en": "Where there is no reason your program says so, and that deserves more trust than a far-fetched path.",
    },
    "rank": {
        "zh": "弃权也是一种输出。下一步该问的，是最能把名单上的病分开的那个症状。",
        "en": "Abstaining is an output too. What to ask next is the symptom that best separates those on the list.",
    },
}
