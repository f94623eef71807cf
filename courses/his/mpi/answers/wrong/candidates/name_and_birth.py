# expect: 2/4 all_at_once
def candidates(records):
    return pairs_on(records.dropna(subset=["name", "birth_date"]), ["name", "birth_date"])
