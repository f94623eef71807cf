# expect: 0/5 silence_is_absence
def rank(profiles, prior, present, absent, floor, ratio):
    score = {}
    for disease, shown in profiles.items():
        value = prior[disease]
        for symptom in present:
            value *= shown.get(symptom, floor)
        for symptom in {s for found in profiles.values() for s in found} - set(present):
            value *= 1 - shown.get(symptom, floor)
        score[disease] = value
    posterior = pd.Series(score) / sum(score.values())
    posterior = posterior.sort_values(ascending=False)
    return posterior[posterior * ratio >= posterior.iloc[0]]
