# expect: 1/3 gaps_counted
def weights(pairs: pd.DataFrame) -> pd.DataFrame:
    """pairs: one column for each of FIELDS (agree, differ, missing), and same (True, False).

    Returns a table with FIELDS as its index and the columns m, u, agree, differ.
    """
    table = pd.DataFrame(index=FIELDS, columns=["m", "u"], dtype=float)
    for name in FIELDS:
        known = pairs
        for column, same in (("m", True), ("u", False)):
            agree = known.loc[known["same"] == same, name] == "agree"
            table.loc[name, column] = (agree.sum() + 0.5) / (len(agree) + 1)
    table["agree"] = np.log2(table["m"] / table["u"])
    table["differ"] = np.log2((1 - table["m"]) / (1 - table["u"]))
    return table
