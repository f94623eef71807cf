# expect: 3/4 all_split
def persons(records, links):
    person = {record: record for record in records["record_id"]}
    for a, b in links[["a", "b"]].itertuples(index=False):
        one, other = person[a], person[b]
        person = {record: one if own == other else own for record, own in person.items()}
    told = pd.DataFrame({"person": pd.Series(person), "number": records.set_index("record_id")["id_number"]})
    clash = told.groupby("person")["number"].transform("nunique") > 1
    return told["person"].where(~clash, told.index.to_series())
