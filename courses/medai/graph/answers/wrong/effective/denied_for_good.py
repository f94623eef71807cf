# expect: 3/4 denied_for_good
def effective(triples, disease):
    parent = triples[triples["predicate"] == "is_a"].set_index("subject")["object"].to_dict()
    line = [disease]
    while line[-1] in parent:
        line.append(parent[line[-1]])
    symptoms, denied = {}, set()
    for node in reversed(line):
        own = triples[triples["subject"] == node]
        denied |= set(own.loc[own["predicate"] == "lacks_symptom", "object"])
        shown = own[own["predicate"] == "shows_symptom"]
        symptoms.update(zip(shown["object"], shown["weight"]))
    return {symptom: weight for symptom, weight in symptoms.items() if symptom not in denied}
