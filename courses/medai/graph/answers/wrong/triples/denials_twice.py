# expect: 3/4 negation_ignored
def triples(handbook, terms):
    found = []
    for column, kind, predicate in (("symptoms", "symptom", "shows_symptom"), ("drugs", "drug", "treated_with")):
        parts = handbook[["disease", column]].dropna().rename(columns={column: "name"})
        parts["name"] = parts["name"].str.normalize("NFKC").str.split(";")
        parts = parts.explode("name", ignore_index=True)
        parts["subject"] = to_ids(parts["disease"], terms, "disease")
        parts["object"] = to_ids(parts["name"], terms, kind)
        found.append(parts.assign(predicate=predicate))
        if kind == "symptom":
            bare = parts["name"].str.strip().str.replace(r"^(无|no\s+)", "", case=False, regex=True)
            denied = parts["object"].isna() & (bare != parts["name"].str.strip())
            parts["object"] = to_ids(bare, terms, kind)
            found.append(parts.assign(predicate=predicate))
            found.append(parts[denied].assign(predicate="lacks_symptom"))
    whole = pd.concat(found)[["subject", "predicate", "object"]]
    return whole.dropna().drop_duplicates().reset_index(drop=True)
