# %% id="to_ids"
def to_ids(labels, terms, kind):
    def tidy(text):
        return text.map(lambda one: __import__("unicodedata").normalize("NFKC", one).strip().casefold())

    known = terms.loc[terms["kind"].eq(kind), ["id", "label"]].copy()
    known["label"] = tidy(known["label"])
    meanings = known.groupby("label")["id"].agg(lambda ids: ids.iloc[0] if len(set(ids)) == 1 else None)
    return tidy(labels).map(meanings.to_dict())


# %% id="triples"
def triples(handbook, terms):
    rows = []
    for entry in handbook.to_dict("records"):
        for column in ("symptoms", "drugs"):
            if isinstance(entry[column], str):
                parts = entry[column].translate({ord("；"): ";"}).split(";")
                rows += [(entry["disease"], column, part.strip()) for part in parts]
    table = pd.DataFrame(rows, columns=["disease", "column", "name"])
    table["subject"] = to_ids(table["disease"], terms, "disease")
    drug = table["column"] == "drugs"
    whole = to_ids(table["name"], terms, "symptom")
    rest = to_ids(table["name"].str.normalize("NFKC").str.strip().str.replace(r"(?i)^(无\s*|no +)", "", regex=True), terms, "symptom")
    table["object"] = to_ids(table["name"], terms, "drug").where(drug, whole.where(whole.notna(), rest))
    table["predicate"] = np.select([drug, whole.notna()], ["treated_with", "shows_symptom"], "lacks_symptom")
    return table[["subject", "predicate", "object"]].dropna().drop_duplicates()


# %% id="violations"
def violations(triples, nodes, predicates):
    kind = nodes.set_index("id")["kind"].to_dict()
    found = []
    for rule in predicates.itertuples():
        mine = triples[triples["predicate"] == rule.predicate]
        parents = mine.groupby("subject")["object"].agg(lambda objects: set(objects)).to_dict()
        for row, subject, target in zip(mine.index, mine["subject"], mine["object"]):
            ends = kind.get(subject), kind.get(target)
            if None in ends:
                found.append((row, "unknown_id"))
            else:
                if ends[0] not in rule.domain.split("|"):
                    found.append((row, "domain"))
                if ends[1] not in rule.range.split("|"):
                    found.append((row, "range"))
            if len(parents[subject]) > rule.max_objects:
                found.append((row, "max_objects"))
            if rule.symmetric and subject not in parents.get(target, ()):
                found.append((row, "inverse"))
            if rule.acyclic and subject in _above(parents, target, {target}):
                found.append((row, "cycle"))
    return pd.DataFrame(found, columns=["row", "rule"]).sort_values("row")


def _above(parents, node, seen):
    for parent in parents.get(node, ()):
        if parent not in seen:
            seen.add(parent)
            _above(parents, parent, seen)
    return seen


# %% id="effective"
def effective(triples, disease):
    rows = triples[triples["subject"] == disease]
    parents = rows.loc[rows["predicate"] == "is_a", "object"]
    symptoms = effective(triples, parents.iloc[0]) if len(parents) else {}
    lacks = set(rows.loc[rows["predicate"] == "lacks_symptom", "object"])
    own = rows[rows["predicate"] == "shows_symptom"].set_index("object")["weight"].to_dict()
    return {symptom: weight for symptom, weight in symptoms.items() if symptom not in lacks} | own


# %% id="explain"
def explain(triples, profiles, symptom, drug):
    steps = {}
    for subject, target in triples.loc[triples["predicate"] == "goes_on_to", ["subject", "object"]].to_numpy():
        steps.setdefault(target, []).append(subject)
    given = triples.loc[(triples["predicate"] == "treated_with") & (triples["object"] == drug), "subject"]
    todo = [(disease,) for disease in given]  # backwards, from the drug
    seen = set(given)
    while todo:
        after = []
        for path in todo:
            if symptom in profiles.get(path[0], {}):
                return [symptom, *path, drug]
            for cause in steps.get(path[0], []):
                if cause not in seen:
                    seen.add(cause)
                    after.append((cause, *path))
        todo = after
    return []


# %% id="rank"
def rank(profiles, prior, present, absent, floor, ratio):
    names = list(profiles)
    odds = np.array([prior[name] for name in names], dtype=float)
    for symptoms, sign in ((present, 1), (absent, -1)):
        for symptom in symptoms:
            share = np.array([profiles[name].get(symptom, floor) for name in names])
            odds = odds * (share if sign > 0 else 1 - share)
    odds = odds / odds.sum()
    order = np.argsort(-odds)
    return pd.Series({names[k]: odds[k] for k in order if odds[k] >= odds[order[0]] / ratio})
