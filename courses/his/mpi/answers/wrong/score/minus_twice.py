# expect: 0/2 disagreement_rewarded
def score(pairs: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """pairs: one column for each of FIELDS; table: as from weights.

    Returns the total weight of each pair, with the index of pairs.
    """
    total = pd.Series(0.0, index=pairs.index)
    for name in table.index:
        points = {"agree": table.loc[name, "agree"], "differ": -table.loc[name, "differ"], "missing": 0.0}
        total += pairs[name].map(points)
    return total
