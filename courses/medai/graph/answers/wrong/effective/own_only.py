# expect: 2/4 own_only
def effective(triples, disease):
    parent = triples[triples["predicate"] == "is_a"].set_index("subject")["object"].to_dict()
    line = [disease]
    symptoms = {}
    for node in reversed(line):
        own = triples[triples["subject"] == node]
        for symptom in own.loc[own["predicate"] == "lacks_symptom", "object"]:
            symptoms.pop(symptom, None)
        shown = own[own["predicate"] == "shows_symptom"]
        symptoms.update(zip(shown["object"], shown["weight"]))
    return symptoms
