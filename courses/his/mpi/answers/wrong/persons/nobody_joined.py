# expect: 0/4 everyone_alone
def persons(records, links):
    return pd.Series(records["record_id"].to_numpy(), index=records["record_id"])
