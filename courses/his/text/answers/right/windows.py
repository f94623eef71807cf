# %% [markdown]
# Both languages at once: every term where it stands, and the cues between the start of its sentence and its end.
# %% id="medications"
LANGUAGE = "en"


def medications(line, codes):
    import re

    table = pd.DataFrame({"entry": re.split("[;；] ?", line)})
    ends = {kind: sorted(codes[kind], key=lambda form: -len(form)) for kind in ("frequency", "route", "unit")}
    rest = table["entry"].str.strip()
    for kind, forms in ends.items():
        pattern = rf"^(.*?) ?({'|'.join(map(re.escape, forms))})$"
        parts = rest.str.extract(pattern)
        table[kind], rest = parts[1].map(codes[kind]), parts[0]
    table[["drug", "dose"]] = rest.str.extract(r"^(.*) ([\d.]+)$")
    table = table.dropna()
    return table.assign(dose=table["dose"].astype(float)).drop(columns="entry").to_dict("records")


# %% id="symptoms"
def symptoms(story, terms):
    import re

    text = story.lower()
    taken = [False] * len(text)
    told = {}
    for term in sorted(terms, key=len, reverse=True):
        start = text.find(term)
        while start >= 0:
            end = start + len(term)
            inside = term.isascii() and re.search(r"\w$", text[:start]) or term.isascii() and re.match(r"\w", text[end:])
            if not inside and not any(taken[start:end]):
                taken[start:end] = [True] * len(term)
                begin = max(text.rfind(stop, 0, start) for stop in "。.") + 1
                stop = min((k for k in (text.find("。", end), text.find(".", end)) if k >= 0), default=len(text))
                told[term] = (begin, start, end, stop)
            start = text.find(term, end)
    blank = "".join(" " if used else letter for letter, used in zip(text, taken))
    cue = re.compile(r"无|否认|\bno\b|\bdenies\b")
    return {term: "denied" if cue.search(blank[b:e]) else "present" for term, (b, _, _, e) in told.items()}


# %% id="onset"
def onset(text):
    import re

    hours = {"小时": 1, "hour": 1, "天": 24, "day": 24, "周": 168, "week": 168, "个月": 720, "month": 720, "年": 8760, "year": 8760}
    complaint = re.search(r"^(?:主诉：|Chief complaint: )(.*)$", text, re.M)[1]
    amount = re.search(r"(半|half an?|\d+) ?(小时|天|周|个月|年|hour|day|week|month|year)", complaint)
    moments = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", text.split(complaint)[0])
    stay = text.startswith(("入院", "Admission"))
    times = pd.to_datetime(re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", text))
    from_when = min(times) if stay and len(times) > 1 else times[0]
    number = float(amount[1]) if amount[1].isdigit() else 0.5
    return (from_when - pd.to_timedelta(number * hours[amount[2]], unit="h")).isoformat() if moments or len(times) else None


# %% id="problems"
def problems(text, terms):
    import re

    titles = {
        "初步诊断": "now", "provisional diagnosis": "now", "既往史": "past", "past history": "past",
        "家族史": "family", "family history": "family", "鉴别诊断": "same", "ddx": "same",
    }  # fmt: skip
    ordered, section, pairs = sorted(terms, key=len, reverse=True), None, []
    for line in text.lower().split("\n"):
        head = re.match(r"([^:：]+)[:：]", line)
        if head:
            kind = titles.get(head[1].strip())
            section = section if kind == "same" else kind
        for sentence in re.split(r"。|\.(?= |$)(?<!\d\.)", line):
            rest = sentence
            for term in ordered if section else []:
                if term not in rest:
                    continue
                edge = r"\b" if term.isascii() else ""
                rest, times = re.subn(f"{edge}{re.escape(term)}{edge}", "@", rest)
                if not times:
                    continue
                if section == "now":
                    unsure = re.search("[?？]|可能|待排|除外|probable|suspected|excluded|rule out|ddx", sentence)
                    pairs.append((term, "suspected" if unsure else "established"))
                elif re.search(r"无|否认|\bno\b|\bdenies\b|\bnegative\b", sentence):
                    pairs += [(term, "denied")] if section == "past" else []
                else:
                    pairs.append((term, section))
    return pairs


# %% id="scores"
def scores(found, truth):
    got, want = (set(table[["field", "note_id", "value"]].itertuples(index=False, name=None)) for table in (found, truth))
    rows = []
    for field in sorted({row[0] for row in got | want}) + ["micro"]:
        mine, theirs = ({row for row in rows_ if field in ("micro", row[0])} for rows_ in (got, want))
        right = len(mine & theirs)
        precision, recall = right / max(1, len(mine)), right / max(1, len(theirs))
        f1 = 0 if right == 0 else 2 / (1 / precision + 1 / recall)
        rows.append({"field": field, "precision": precision, "recall": recall, "f1": f1})
    fields = rows[:-1]
    rows.append({"field": "macro"} | {k: sum(row[k] for row in fields) / len(fields) for k in ("precision", "recall", "f1")})
    return pd.DataFrame(rows)
