# expect: 0/4 everything
def candidates(records):
    return pd.DataFrame(list(itertools.combinations(records["record_id"], 2)), columns=["a", "b"])
