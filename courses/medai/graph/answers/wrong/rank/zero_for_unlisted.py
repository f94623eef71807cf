# expect: 0/5 zero_for_unlisted
def rank(profiles, prior, present, absent, floor, ratio):
    score = {}
    for disease, shown in profiles.items():
        value = prior[disease]
        for symptom in present:
            value *= shown.get(symptom, 0)
        for symptom in absent:
            value *= 1 - shown.get(symptom, 0)
        score[disease] = value
    posterior = pd.Series(score) / sum(score.values())
    posterior = posterior.sort_values(ascending=False)
    return posterior[posterior * ratio >= posterior.iloc[0]]
