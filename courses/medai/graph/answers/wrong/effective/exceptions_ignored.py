# expect: 3/4 lacks_ignored
def effective(triples, disease):
    parent = triples[triples["predicate"] == "is_a"].set_index("subject")["object"].to_dict()
    line = [disease]
    while line[-1] in parent:
        line.append(parent[line[-1]])
    symptoms = {}
    for node in reversed(line):
        own = triples[triples["subject"] == node]
        for symptom in own.loc[own["predicate"] == "lacks_symptom", "object"]:
            pass
        shown = own[own["predicate"] == "shows_symptom"]
        symptoms.update(zip(shown["object"], shown["weight"]))
    return symptoms
