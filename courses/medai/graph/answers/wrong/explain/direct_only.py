# expect: 3/4 direct_only
def explain(triples, profiles, symptom, drug):
    steps = triples[triples["predicate"] == "goes_on_to"].groupby("subject")["object"].agg(list).to_dict()
    treated = set(triples.loc[(triples["predicate"] == "treated_with") & (triples["object"] == drug), "subject"])
    todo = [[disease] for disease, shown in profiles.items() if symptom in shown]
    seen = {path[0] for path in todo}
    while todo:
        path = todo.pop(0)
        if path[-1] in treated:
            return [symptom, *path, drug]
    return []
