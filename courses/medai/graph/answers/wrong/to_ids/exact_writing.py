# expect: 3/4 writing
def to_ids(labels, terms, kind):
    def plain(text):
        return text.astype(str)

    known = terms[terms["kind"] == kind]
    pairs = pd.DataFrame({"label": plain(known["label"]), "id": known["id"]}).drop_duplicates()
    clear = pairs.drop_duplicates("label", keep=False)
    return plain(labels).map(clear.set_index("label")["id"])
