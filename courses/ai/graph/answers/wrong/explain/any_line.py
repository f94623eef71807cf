# expect: 2/4 hub against_the_arrow
def explain(triples, profiles, symptom, drug):
    lines = {}
    pairs = list(zip(triples["subject"], triples["object"]))
    pairs += [(disease, shown) for disease, found in profiles.items() for shown in found]
    for one, other in pairs:
        lines.setdefault(one, set()).add(other)
        lines.setdefault(other, set()).add(one)
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
