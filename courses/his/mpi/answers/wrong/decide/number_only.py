# expect: 3/5 only_by_number everything_to_review
def decide(left, right):
    told = compare(left, right)
    total = score(told, weights(compared))
    verdict = pd.Series("apart", index=left.index)
    verdict[total > -3] = "review"
    verdict[told["id_number"] == "agree"] = "link"
    verdict[told["id_number"] == "differ"] = "apart"
    return verdict
