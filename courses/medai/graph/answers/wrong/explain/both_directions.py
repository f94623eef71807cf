# expect: 2/4 against_the_arrow
def explain(triples, profiles, symptom, drug):
    steps = triples[triples["predicate"] == "goes_on_to"].groupby("subject")["object"].agg(list).to_dict()
    for subject, target in [(a, b) for a, found in list(steps.items()) for b in found]:
        steps.setdefault(target, []).append(subject)
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
