# expect: 1/5 mean_for_f1
def scores(found: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    def measured(name, hits, told, wanted):
        precision, recall = (hits / n if n else 0.0 for n in (told, wanted))
        both = precision + recall
        return {
            "field": name,
            "precision": precision,
            "recall": recall,
            "f1": both / 2,
        }

    got, want = found.drop_duplicates(), truth.drop_duplicates()
    hits = got.merge(want)
    fields = sorted(set(got["field"]) | set(want["field"]))
    rows = [measured(f, *((table["field"] == f).sum() for table in (hits, got, want))) for f in fields]
    table = pd.DataFrame(rows)
    macro = {"field": "macro", **table[["precision", "recall", "f1"]].mean()}
    micro = measured("micro", len(hits), len(got), len(want))
    return pd.concat([table, pd.DataFrame([micro, macro])], ignore_index=True)
