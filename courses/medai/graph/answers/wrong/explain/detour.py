# expect: 3/4 not_shortest
def explain(triples, profiles, symptom, drug):
    steps = triples[triples["predicate"] == "goes_on_to"].groupby("subject")["object"].agg(list).to_dict()
    treated = set(triples.loc[(triples["predicate"] == "treated_with") & (triples["object"] == drug), "subject"])
    todo = [[disease] for disease, shown in profiles.items() if symptom in shown]
    seen = {path[0] for path in todo}
    todo += [[first[0], after] for first in list(todo) for after in steps.get(first[0], ())]
    todo.sort(key=len, reverse=True)
    while todo:
        path = todo.pop(0)
        if path[-1] in treated:
            return [symptom, *path, drug]
        for disease in steps.get(path[-1], ()):
            if disease not in seen:
                seen.add(disease)
                todo.append([*path, disease])
    return []
