# expect: 2/4 hub
def explain(triples, profiles, symptom, drug):
    lines = {}
    pairs = [(disease, shown) for disease, found in profiles.items() for shown in found]
    treated = triples[triples["predicate"] == "treated_with"]
    for one, other in [*pairs, *zip(treated["subject"], treated["object"])]:
        lines.setdefault(one, set()).add(other)
        lines.setdefault(other, set()).add(one)
    goes = triples[triples["predicate"] == "goes_on_to"]
    for one, other in zip(goes["subject"], goes["object"]):
        lines.setdefault(one, set()).add(other)
    todo, seen = [[symptom]], {symptom}
    while todo:
        path = todo.pop(0)
        if path[-1] == drug:
            return path
        for node in lines.get(path[-1], ()):
            if node not in seen:
                seen.add(node)
                todo.append([*path, node])
    return []
