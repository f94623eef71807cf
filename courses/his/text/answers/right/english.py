# %% [markdown]
# English notes: words and patterns of English only.
# %% id="medications"
LANGUAGE = "en"


def medications(line, codes):
    rows = []
    for entry in line.split("; "):
        row = {}
        for kind in ("frequency", "route", "unit"):
            written = max((form for form in codes[kind] if entry.endswith(f" {form}")), key=len, default=None)
            if written is None:
                break
            row[kind] = codes[kind][written]
            entry = entry[: -len(written) - 1]
        else:
            drug, _, dose = entry.rpartition(" ")
            rows.append({"drug": drug, "dose": float(dose), **row})
    return rows


# %% id="symptoms"
def symptoms(story, terms):
    import re

    told = {}
    spans = []
    low = story.lower()
    for term in sorted(terms, key=len, reverse=True):
        for hit in re.finditer(rf"\b{re.escape(term)}\b", low):
            if all(hit.end() <= begin or hit.start() >= end for begin, end in spans):
                spans.append(hit.span())
                before = low[low.rfind(".", 0, hit.start()) + 1 : hit.start()]
                after = low[hit.end() :].split(".")[0]
                sentence = f" {before} {after} "
                told[term] = "denied" if " no " in sentence or " denies " in sentence else "present"
    return told


# %% id="onset"
def onset(text):
    import re

    admitted = re.search(r"admitted on (\S+ \S+) with", text)
    written = re.search(r"Written: (\S+ \S+)", text)
    number, unit = re.search(r" for (half an?|[\d.]+) (hour|day|week|month|year)s?\b", text).groups()
    each = pd.Timedelta(**{{"year": "days", "month": "days"}.get(unit, unit + "s"): {"year": 365, "month": 30}.get(unit, 1)})
    return pd.Timestamp((admitted or written)[1]) - each * (0.5 if "half" in number else float(number))


# %% id="problems"
def problems(text, terms):
    import re

    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(t)}(?!\w)" for t in sorted(terms, key=len, reverse=True)))

    def section(title):
        found = re.search(rf"^{title}: ?(.*?)(?=^(?!DDx)[A-Z][a-z ]+:|\Z)", text, re.M | re.S)
        return found[1] if found else ""

    pairs = []
    for line in section("Provisional diagnosis").splitlines():
        doubt = re.search(r"\?|[Pp]robable|[Ss]uspected|excluded|rule out|DDx", line)
        pairs += [(name, "suspected" if doubt else "established") for name in pattern.findall(line.lower())]
    for sentence in section("Past history").split(". "):
        status = "denied" if re.match(r"No |Denies ", sentence) else "past"
        pairs += [(name, status) for name in pattern.findall(sentence.lower())]
    for sentence in section("Family history").split(". "):
        if " has " in sentence:
            pairs += [(name, "family") for name in pattern.findall(sentence.lower())]
    return sorted(set(pairs))


# %% id="scores"
def scores(found, truth):
    both = (
        found.drop_duplicates()
        .assign(told=1)
        .merge(truth.drop_duplicates().assign(wanted=1), how="outer", on=["note_id", "field", "value"])
        .fillna({"told": 0, "wanted": 0})
    )
    both["hit"] = both["told"] * both["wanted"]
    sums = both.groupby("field")[["hit", "told", "wanted"]].sum()
    sums.loc["micro"] = sums.sum()
    table = pd.DataFrame({"precision": sums["hit"] / sums["told"], "recall": sums["hit"] / sums["wanted"]}).fillna(0.0)
    p, r = table["precision"], table["recall"]
    table["f1"] = (2 * p * r / (p + r)).fillna(0.0)
    table.loc["macro"] = table.iloc[:-1].mean()
    table.index.name = "field"
    return table
