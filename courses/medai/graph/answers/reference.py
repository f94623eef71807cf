# %%
import pandas as pd


def plain(text: pd.Series) -> pd.Series:
    """Bring names to one way of writing: full-width forms, case and outer blanks do not count."""
    return text.astype(str).str.normalize("NFKC").str.strip().str.casefold()


# %% id="to_ids"
def to_ids(labels, terms, kind):
    def plain(text):
        return text.astype(str).str.normalize("NFKC").str.strip().str.casefold()

    known = terms[terms["kind"] == kind]
    pairs = pd.DataFrame({"label": plain(known["label"]), "id": known["id"]}).drop_duplicates()
    clear = pairs.drop_duplicates("label", keep=False)
    return plain(labels).map(clear.set_index("label")["id"])


# %% id="triples"
def triples(handbook, terms):
    found = []
    for column, kind, predicate in (("symptoms", "symptom", "shows_symptom"), ("drugs", "drug", "treated_with")):
        parts = handbook[["disease", column]].dropna().rename(columns={column: "name"})
        parts["name"] = parts["name"].str.normalize("NFKC").str.split(";")
        parts = parts.explode("name", ignore_index=True)
        parts["subject"] = to_ids(parts["disease"], terms, "disease")
        parts["predicate"] = predicate
        parts["object"] = to_ids(parts["name"], terms, kind)
        if kind == "symptom":
            denied = parts["name"].str.strip().str.replace(r"^(无|no\s+)", "", case=False, regex=True)
            negated = parts["object"].isna() & (denied != parts["name"].str.strip())
            parts.loc[negated, "predicate"] = "lacks_symptom"
            parts.loc[negated, "object"] = to_ids(denied[negated], terms, kind)
        found.append(parts)
    whole = pd.concat(found)[["subject", "predicate", "object"]]
    return whole.dropna().drop_duplicates().reset_index(drop=True)


# %% id="violations"
def violations(triples, nodes, predicates):
    kinds = nodes.set_index("id")["kind"]
    rules = predicates.set_index("predicate")
    subject, predicate, target = (triples[name] for name in ("subject", "predicate", "object"))
    known = subject.isin(kinds.index) & target.isin(kinds.index)

    def of_kind(ends, rule):
        allowed = predicate.map(rules[rule]).str.split("|")
        return pd.Series([k in a for k, a in zip(ends.map(kinds), allowed)], index=triples.index)

    distinct = triples.drop_duplicates(["subject", "predicate", "object"])
    number = distinct.groupby(["subject", "predicate"]).size()
    number = pd.Series(zip(subject, predicate), index=triples.index).map(number)
    stated = set(zip(subject, predicate, target))
    inverse = pd.Series([(o, p, s) in stated for s, p, o in zip(subject, predicate, target)], index=triples.index)
    broken = {
        "unknown_id": ~known,
        "domain": known & ~of_kind(subject, "domain"),
        "range": known & ~of_kind(target, "range"),
        "max_objects": number > predicate.map(rules["max_objects"]),
        "inverse": predicate.map(rules["symmetric"]).astype(bool) & ~inverse,
        "cycle": _on_cycle(triples, rules),
    }
    return pd.concat(
        [pd.DataFrame({"row": triples.index[rows], "rule": rule}) for rule, rows in broken.items()], ignore_index=True
    )


def _on_cycle(triples, rules):
    """A triple lies on a cycle if its subject can be reached again from its object."""
    rows = pd.Series(False, index=triples.index)
    for predicate in rules.index[rules["acyclic"].astype(bool)]:
        some = triples[triples["predicate"] == predicate]
        steps = some.groupby("subject")["object"].agg(set).to_dict()
        for row, subject, target in zip(some.index, some["subject"], some["object"]):
            seen, todo = set(), [target]
            while todo:
                node = todo.pop()
                if node not in seen:
                    seen.add(node)
                    todo.extend(steps.get(node, ()))
            rows[row] = subject in seen
    return rows


# %% id="effective"
def effective(triples, disease):
    parent = triples[triples["predicate"] == "is_a"].set_index("subject")["object"].to_dict()
    line = [disease]
    while line[-1] in parent:
        line.append(parent[line[-1]])
    symptoms = {}
    for node in reversed(line):
        own = triples[triples["subject"] == node]
        for symptom in own.loc[own["predicate"] == "lacks_symptom", "object"]:
            symptoms.pop(symptom, None)
        shown = own[own["predicate"] == "shows_symptom"]
        symptoms.update(zip(shown["object"], shown["weight"]))
    return symptoms


# %% id="explain"
def explain(triples, profiles, symptom, drug):
    steps = triples[triples["predicate"] == "goes_on_to"].groupby("subject")["object"].agg(list).to_dict()
    treated = set(triples.loc[(triples["predicate"] == "treated_with") & (triples["object"] == drug), "subject"])
    todo = [[disease] for disease, shown in profiles.items() if symptom in shown]
    seen = {path[0] for path in todo}
    while todo:
        path = todo.pop(0)
        if path[-1] in treated:
            return [symptom, *path, drug]
        for disease in steps.get(path[-1], ()):
            if disease not in seen:
                seen.add(disease)
                todo.append([*path, disease])
    return []


# %% id="rank"
def rank(profiles, prior, present, absent, floor, ratio):
    score = {}
    for disease, shown in profiles.items():
        value = prior[disease]
        for symptom in present:
            value *= shown.get(symptom, floor)
        for symptom in absent:
            value *= 1 - shown.get(symptom, floor)
        score[disease] = value
    posterior = pd.Series(score) / sum(score.values())
    posterior = posterior.sort_values(ascending=False)
    return posterior[posterior * ratio >= posterior.iloc[0]]
