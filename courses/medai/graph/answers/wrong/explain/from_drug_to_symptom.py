# expect: 2/4 ends_missing backwards_list
def explain(triples, profiles, symptom, drug):
    steps = triples[triples["predicate"] == "goes_on_to"].groupby("subject")["object"].agg(list).to_dict()
    treated = set(triples.loc[(triples["predicate"] == "treated_with") & (triples["object"] == drug), "subject"])
    todo = [[disease] for disease, shown in profiles.items() if symptom in shown]
    seen = {path[0] for path in todo}
    while todo:
        path = todo.pop(0)
        if path[-1] in treated:
            return [drug, *reversed(path), symptom]
        for disease in steps.get(path[-1], ()):
            if disease not in seen:
                seen.add(disease)
                todo.append([*path, disease])
    return []
