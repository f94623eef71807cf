# %% id="to_ids"
import unicodedata


def plain(text):
    return unicodedata.normalize("NFKC", str(text)).strip().lower()


def to_ids(labels, terms, kind):
    meanings = {}
    for one, of, label in zip(terms["id"], terms["kind"], terms["label"]):
        if of == kind:
            meanings.setdefault(plain(label), set()).add(one)

    def only(label):
        found = meanings.get(plain(label), set())
        return next(iter(found)) if len(found) == 1 else None

    return pd.Series([only(label) for label in labels], index=labels.index, dtype=object)


# %% id="triples"
def triples(handbook, terms):
    facts, book = set(), {}
    for one, kind, label in zip(terms["id"], terms["kind"], terms["label"]):
        book.setdefault((kind, plain(label)), set()).add(one)

    def known(kind, name):
        found = book.get((kind, plain(name)), set())
        return found.copy().pop() if len(found) == 1 else None

    for disease, symptoms, drugs in zip(handbook["disease"], handbook["symptoms"], handbook["drugs"]):
        subject = known("disease", disease)
        if subject is None:
            continue
        for kind, text in (("symptom", symptoms), ("drug", drugs)):
            if not isinstance(text, str):
                continue
            for name in text.replace("；", ";").split(";"):
                found = known(kind, name)
                if found is not None:
                    facts.add((subject, "shows_symptom" if kind == "symptom" else "treated_with", found))
                    continue
                word = plain(name)
                rest = word[1:] if word.startswith("无") else word[3:] if word.startswith("no ") else None
                if kind == "symptom" and rest:
                    found = known(kind, rest)
                    if found is not None:
                        facts.add((subject, "lacks_symptom", found))
    return pd.DataFrame(sorted(facts), columns=["subject", "predicate", "object"])


# %% id="violations"
def violations(triples, nodes, predicates):
    kinds = dict(zip(nodes["id"], nodes["kind"]))
    rules = predicates.set_index("predicate").to_dict("index")
    rows = list(zip(triples.index, triples["subject"], triples["predicate"], triples["object"]))
    stated = {row[1:] for row in rows}
    found = []
    for row, s, p, o in rows:
        rule = rules[p]
        if s not in kinds or o not in kinds:
            found.append({"row": row, "rule": "unknown_id"})
        else:
            found += [{"row": row, "rule": "domain"}] * (kinds[s] not in rule["domain"].split("|"))
            found += [{"row": row, "rule": "range"}] * (kinds[o] not in rule["range"].split("|"))
        if len({c for a, b, c in stated if (a, b) == (s, p)}) > 1 and rule["max_objects"] == 1:
            found.append({"row": row, "rule": "max_objects"})
        if rule["symmetric"] and (o, p, s) not in stated:
            found.append({"row": row, "rule": "inverse"})
    for p, rule in rules.items():
        if rule["acyclic"]:
            edges = {(a, c) for a, b, c in stated if b == p}
            while True:  # peel off what nothing leads to, and what leads nowhere; only cycles and what joins them stay
                starts, ends = {a for a, _ in edges}, {c for _, c in edges}
                fewer = {(a, c) for a, c in edges if a in ends and c in starts}
                if fewer == edges:
                    break
                edges = fewer
            found += [
                {"row": row, "rule": "cycle"} for row, s, q, o in rows if q == p and (s, o) in edges and _back(edges, o, s)
            ]
    return pd.DataFrame(found)


def _back(edges, start, goal):
    reached = {start}
    while True:
        more = reached | {c for a, c in edges if a in reached}
        if more == reached:
            return goal in reached
        reached = more


# %% id="effective"
def effective(triples, disease):
    parent, shows, lacks = {}, {}, {}
    for s, p, o, w in zip(triples["subject"], triples["predicate"], triples["object"], triples["weight"]):
        if p == "is_a":
            parent[s] = o
        elif p == "shows_symptom":
            shows.setdefault(s, {})[o] = w
        elif p == "lacks_symptom":
            lacks.setdefault(s, set()).add(o)
    decided, node = {}, disease
    while node is not None:  # from below: what has been decided nearer is not touched
        for symptom, weight in shows.get(node, {}).items():
            decided.setdefault(symptom, weight)
        for symptom in lacks.get(node, ()):
            decided.setdefault(symptom, None)
        node = parent.get(node)
    return {symptom: weight for symptom, weight in decided.items() if weight is not None}


# %% id="explain"
def explain(triples, profiles, symptom, drug):
    shown = [disease for disease in profiles if symptom in profiles[disease]]
    goes = [(s, o) for s, p, o in zip(triples["subject"], triples["predicate"], triples["object"]) if p == "goes_on_to"]
    given = [s for s, p, o in zip(triples["subject"], triples["predicate"], triples["object"]) if p == "treated_with" and o == drug]
    came_from = dict.fromkeys(shown)
    level = shown
    while level:
        for disease in level:
            if disease in given:
                path = [drug]
                while disease is not None:
                    path.insert(0, disease)
                    disease = came_from[disease]
                return [symptom, *path]
        after = []
        for s, o in goes:
            if s in level and o not in came_from:
                came_from[o] = s
                after.append(o)
        level = after
    return []


# %% id="rank"
def rank(profiles, prior, present, absent, floor, ratio):
    import math

    logs = {}
    for disease in profiles:
        total = math.log(prior[disease])
        total += sum(math.log(profiles[disease].get(s, floor)) for s in present)
        total += sum(math.log1p(-profiles[disease].get(s, floor)) for s in absent)
        logs[disease] = total
    top = max(logs.values())
    whole = sum(math.exp(value - top) for value in logs.values())
    chosen = {d: math.exp(v - top) / whole for d, v in logs.items() if v >= top - math.log(ratio)}
    return dict(sorted(chosen.items(), key=lambda pair: -pair[1]))
