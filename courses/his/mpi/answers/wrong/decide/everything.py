# expect: 0/5 merges_everything twins_merged namesakes_merged conflict_merged
def decide(left, right):
    told = compare(left, right)
    total = score(told, weights(compared))
    verdict = pd.Series("apart", index=left.index)
    verdict[:] = "link"
    return verdict
