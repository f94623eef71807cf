# expect: 0/5 nothing_merged no_review
def decide(left, right):
    told = compare(left, right)
    total = score(told, weights(compared))
    verdict = pd.Series("apart", index=left.index)
    return verdict
