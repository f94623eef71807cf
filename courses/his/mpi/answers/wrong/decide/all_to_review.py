# expect: 1/5 nothing_merged everything_to_review
def decide(left, right):
    told = compare(left, right)
    total = score(told, weights(compared))
    verdict = pd.Series("apart", index=left.index)
    verdict[:] = "review"
    return verdict
