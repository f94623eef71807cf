# expect: 3/4 repeated_is_ambiguous
def to_ids(labels, terms, kind):
    def plain(text):
        return text.astype(str).str.normalize("NFKC").str.strip().str.casefold()

    known = terms[terms["kind"] == kind]
    pairs = pd.DataFrame({"label": plain(known["label"]), "id": known["id"]})
    clear = pairs.drop_duplicates("label", keep=False)
    return plain(labels).map(clear.set_index("label")["id"])
