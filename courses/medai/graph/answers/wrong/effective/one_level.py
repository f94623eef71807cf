# expect: 3/4 one_level
def effective(triples, disease):
    parent = triples[triples["predicate"] == "is_a"].set_index("subject")["object"].to_dict()
    line = [disease]
    if disease in parent:
        line.append(parent[disease])
    symptoms = {}
    for node in reversed(line):
        own = triples[triples["subject"] == node]
        for symptom in own.loc[own["predicate"] == "lacks_symptom", "object"]:
            symptoms.pop(symptom, None)
        shown = own[own["predicate"] == "shows_symptom"]
        symptoms.update(zip(shown["object"], shown["weight"]))
    return symptoms
