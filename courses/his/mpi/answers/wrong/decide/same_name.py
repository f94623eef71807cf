# expect: 3/5 namesakes_merged conflict_merged
def decide(left, right):
    told = compare(left, right)
    total = score(told, weights(compared))
    verdict = pd.Series("apart", index=left.index)
    verdict[total > -3] = "review"
    verdict[told["name"] == "agree"] = "link"
    return verdict
