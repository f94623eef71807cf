# expect: 4/5 doubt_thrown_away
def decide(left: pd.DataFrame, right: pd.DataFrame) -> pd.Series:
    """left, right: record_id, system and FIELDS, one pair in each row.

    Returns link, review or apart for each pair, with the index of left.
    """
    told = compare(left, right)
    total = score(told, weights(compared))
    one_of = told == "agree"
    verdict = pd.Series("apart", index=left.index)
    verdict[total > 2] = "review"
    sure = one_of["name"] & one_of["birth_date"] & (told["sex"] != "differ")
    verdict[sure] = "link"
    verdict[one_of["id_number"]] = "link"
    verdict[told["id_number"] == "differ"] = "apart"
    return verdict
