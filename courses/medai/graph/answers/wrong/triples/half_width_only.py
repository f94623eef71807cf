# expect: 2/4 one_separator
def triples(handbook, terms):
    found = []
    for column, kind, predicate in (("symptoms", "symptom", "shows_symptom"), ("drugs", "drug", "treated_with")):
        parts = handbook[["disease", column]].dropna().rename(columns={column: "name"})
        parts["name"] = parts["name"].str.split(";")
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
