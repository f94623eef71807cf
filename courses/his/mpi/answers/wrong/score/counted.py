# expect: 0/2 fields_counted
def score(pairs, table):
    return (pairs == "agree").sum(axis=1)
