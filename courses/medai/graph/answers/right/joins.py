# %% id="to_ids"
def to_ids(labels, terms, kind):
    def tidy(text):
        return text.str.normalize("NFKC").str.strip().str.upper()

    known = terms.query("kind == @kind").assign(key=lambda t: tidy(t["label"]))
    meanings = known.groupby("key")["id"].agg(["nunique", "first"])
    clear = meanings.loc[meanings["nunique"] == 1, "first"]
    return tidy(labels).to_frame("key").join(clear, on="key")["first"]


# %% id="triples"
def triples(handbook, terms):
    def long(column):
        text = handbook.set_index("disease")[column].dropna().str.split("[;；]", regex=True).explode()
        return text.str.strip().rename("name").reset_index()

    symptoms, drugs = long("symptoms"), long("drugs")
    symptoms["object"] = to_ids(symptoms["name"], terms, "symptom")
    known = symptoms["object"].notna()
    wide = symptoms["name"].str.normalize("NFKC").str.strip()
    rest = wide.str.extract(r"^(?:无|[Nn][Oo]\s)\s*(.+)$")[0]
    denied = symptoms[~known & rest.notna()].copy()
    denied["object"] = to_ids(rest[denied.index], terms, "symptom")
    drugs["object"] = to_ids(drugs["name"], terms, "drug")
    whole = pd.concat(
        [
            symptoms[known].assign(predicate="shows_symptom"),
            denied.assign(predicate="lacks_symptom"),
            drugs.assign(predicate="treated_with"),
        ],
        ignore_index=True,
    )
    whole["subject"] = to_ids(whole["disease"], terms, "disease")
    whole = whole.dropna(subset=["subject", "object"])
    return whole.groupby(["subject", "predicate", "object"], as_index=False).size()


# %% id="violations"
def violations(triples, nodes, predicates):
    t = triples.rename_axis("row").reset_index().merge(predicates, on="predicate", how="left")
    kind = nodes[["id", "kind"]]
    t = t.merge(kind.rename(columns={"id": "subject", "kind": "from"}), on="subject", how="left")
    t = t.merge(kind.rename(columns={"id": "object", "kind": "to"}), on="object", how="left")
    known = t["from"].notna() & t["to"].notna()
    many = t.groupby(["subject", "predicate"])["object"].transform("nunique")
    other = t[["subject", "predicate", "object"]].rename(columns={"subject": "object", "object": "subject"})
    there = t.merge(other.drop_duplicates(), how="left", indicator=True)["_merge"] == "both"
    reach = t.loc[t["acyclic"], ["subject", "predicate", "object"]].drop_duplicates()
    step = reach
    while True:  # the transitive closure, by joins
        further = reach.merge(step, left_on=["object", "predicate"], right_on=["subject", "predicate"])
        further = further[["subject_x", "predicate", "object_y"]]
        more = pd.concat([reach, further.set_axis(reach.columns, axis=1)]).drop_duplicates()
        if len(more) == len(reach):
            break
        reach = more
    back = reach.rename(columns={"subject": "object", "object": "subject"})
    loop = t["subject"] == t["object"]
    cycle = (t.merge(back, how="left", indicator=True)["_merge"] == "both") | loop
    faults = {
        "unknown_id": ~known,
        "domain": known & np.array([str(k) not in d.split("|") for k, d in zip(t["from"], t["domain"])]),
        "range": known & np.array([str(k) not in d.split("|") for k, d in zip(t["to"], t["range"])]),
        "max_objects": many > t["max_objects"],
        "inverse": t["symmetric"] & ~there,
        "cycle": t["acyclic"] & cycle,
    }
    table = pd.DataFrame(faults).astype(bool).assign(row=t["row"]).melt("row", var_name="rule")
    return table.loc[table["value"], ["row", "rule"]]


# %% id="effective"
def effective(triples, disease):
    def own(node):
        rows = triples[(triples["subject"] == node) & triples["predicate"].isin(["shows_symptom", "lacks_symptom"])]
        return rows.set_index("object")["weight"].where(lambda w: rows["predicate"].to_numpy() == "shows_symptom")

    up = triples[(triples["subject"] == disease) & (triples["predicate"] == "is_a")]["object"]
    said, node = own(disease), disease
    while len(up):
        node = up.iloc[0]
        above = own(node)
        said = pd.concat([said, above[~above.index.isin(said.index)]])
        up = triples[(triples["subject"] == node) & (triples["predicate"] == "is_a")]["object"]
    return said.dropna().to_dict()


# %% id="explain"
def explain(triples, profiles, symptom, drug):
    steps = triples.loc[triples["predicate"] == "goes_on_to", ["subject", "object"]]
    given = set(triples[(triples["predicate"] == "treated_with") & (triples["object"] == drug)]["subject"])
    paths = pd.DataFrame({0: [d for d, shown in profiles.items() if symptom in shown]}, dtype=object)
    for n in range(len(profiles)):
        if paths.empty:
            return []
        ready = paths[paths[n].isin(given)]
        if len(ready):
            return [symptom, *ready.iloc[0], drug]
        paths = paths.merge(steps, left_on=n, right_on="subject").drop(columns="subject")
        paths = paths.rename(columns={"object": n + 1}).drop_duplicates(n + 1)
        if n > 8:
            return []
    return []


# %% id="rank"
def rank(profiles, prior, present, absent, floor, ratio):
    table = pd.DataFrame(profiles).T.reindex(columns=[*present, *absent]).fillna(floor)
    table[absent] = 1 - table[absent]
    score = table.prod(axis=1) * pd.Series(prior).reindex(table.index)
    share = score / score.sum()
    return share[share >= share.max() / ratio].sort_values(ascending=False)
