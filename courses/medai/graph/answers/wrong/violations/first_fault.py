# expect: 5/6 first_fault_only
def violations(triples, nodes, predicates):
    kinds = nodes.set_index("id")["kind"]
    rules = predicates.set_index("predicate")
    subject, predicate, target = (triples[name] for name in ("subject", "predicate", "object"))
    known = subject.isin(kinds.index) & target.isin(kinds.index)

    def of_kind(ends, rule):
        allowed = predicate.map(rules[rule]).str.split("|")
        return pd.Series([k in a for k, a in zip(ends.map(kinds), allowed)], index=triples.index)

    distinct = triples.drop_duplicates(["subject", "predicate", "object"])
    number = distinct.groupby(["subject", "predicate"]).size()
    number = pd.Series(zip(subject, predicate), index=triples.index).map(number)
    stated = set(zip(subject, predicate, target))
    inverse = pd.Series([(o, p, s) in stated for s, p, o in zip(subject, predicate, target)], index=triples.index)
    broken = {
        "unknown_id": ~known,
        "domain": known & ~of_kind(subject, "domain"),
        "range": known & of_kind(subject, "domain") & ~of_kind(target, "range"),
        "max_objects": number > predicate.map(rules["max_objects"]),
        "inverse": predicate.map(rules["symmetric"]).astype(bool) & ~inverse,
        "cycle": _on_cycle(triples, rules),
    }
    return pd.concat(
        [pd.DataFrame({"row": triples.index[rows], "rule": rule}) for rule, rows in broken.items()], ignore_index=True
    )


def _on_cycle(triples, rules):
    """A triple lies on a cycle if its subject can be reached again from its object."""
    rows = pd.Series(False, index=triples.index)
    for predicate in rules.index[rules["acyclic"].astype(bool)]:
        some = triples[triples["predicate"] == predicate]
        steps = some.groupby("subject")["object"].agg(set).to_dict()
        for row, subject, target in zip(some.index, some["subject"], some["object"]):
            seen, todo = set(), [target]
            while todo:
                node = todo.pop()
                if node not in seen:
                    seen.add(node)
                    todo.extend(steps.get(node, ()))
            rows[row] = subject in seen
    return rows
