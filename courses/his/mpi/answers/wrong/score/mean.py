# expect: 0/2 mean_of_known
def score(pairs, table):
    points = {f: {"agree": table.loc[f, "agree"], "differ": table.loc[f, "differ"]} for f in table.index}
    return pd.DataFrame({f: pairs[f].map(points[f]) for f in table.index}).mean(axis=1)
