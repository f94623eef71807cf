# expect: 1/4 writing kind_ignored
def to_ids(labels, terms, kind):
    known = terms[terms["kind"] == kind].drop_duplicates("label", keep=False)
    written = labels.str.normalize("NFKC").str.strip().str.casefold()
    return written.map(known.set_index("label")["id"])
