# expect: 1/5 kept_normalised
def rank(profiles, prior, present, absent, floor, ratio):
    score = {}
    for disease, shown in profiles.items():
        value = prior[disease]
        for symptom in present:
            value *= shown.get(symptom, floor)
        for symptom in absent:
            value *= 1 - shown.get(symptom, floor)
        score[disease] = value
    posterior = pd.Series(score) / sum(score.values())
    posterior = posterior.sort_values(ascending=False)
    kept = posterior[posterior * ratio >= posterior.iloc[0]]
    return kept / kept.sum()
