# %% id="medications"
def medications(line: str, codes: dict) -> list[dict]:
    import re

    units, routes, frequencies = (
        "|".join(sorted(map(re.escape, codes[kind]), key=len, reverse=True)) for kind in ("unit", "route", "frequency")
    )
    entry = re.compile(rf"(.+) (\d+(?:\.\d+)?) ?({units}) ({routes}) ({frequencies})")
    rows = []
    for part in re.split(r"；|; ", line):
        found = entry.fullmatch(part.strip())
        if found:
            drug, dose, unit, route, frequency = found.groups()
            rows.append(
                {
                    "drug": drug,
                    "dose": float(dose),
                    "unit": codes["unit"][unit],
                    "route": codes["route"][route],
                    "frequency": codes["frequency"][frequency],
                }
            )
    return rows


# %% id="symptoms"
def symptoms(story: str, terms: list[str]) -> dict[str, str]:
    import re

    words = sorted(map(re.escape, terms), key=len, reverse=True)
    term = re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in words))
    told = {}
    for sentence in re.split(r"。|\.", story.lower()):
        named = term.sub("", sentence)
        denied = re.search(r"否认|无|\bno\b|\bdenies\b", named)
        for found in term.findall(sentence):
            told[found] = "denied" if denied else "present"
    return told


# %% id="onset"
def onset(text: str) -> pd.Timestamp:
    import re

    clock = r"(\d{4}-\d\d-\d\d \d\d:\d\d)"
    anchor = re.search(rf"(?:于|admitted on ){clock}", text) or re.search(clock, text)
    said = re.search(r"(半|\d+)(小时|天|周|个月|年)|for (half an?|\d+) (hour|day|week|month|year)", text[text.find(anchor[1]) :])
    number, unit = said[1] or said[3], said[2] or said[4]
    hours = {"小时": 1, "天": 24, "周": 168, "个月": 720, "年": 8760, "hour": 1, "day": 24, "week": 168, "month": 720, "year": 8760}[unit]
    return pd.Timestamp(anchor[1]) - pd.Timedelta(hours=hours * (float(number) if number.isdigit() else 0.5))


# %% id="problems"
def problems(text: str, terms: list[str]) -> list[tuple[str, str]]:
    import re

    words = sorted(map(re.escape, terms), key=len, reverse=True)
    term = re.compile(
        "|".join(rf"(?<!\w){word}(?!\w)" if word[0].isascii() and word[-1].isascii() else word for word in words)
    )
    heading = re.compile(r"(既往史|家族史|初步诊断|Past history|Family history|Provisional diagnosis)[：:]")
    section, found = "", []
    for line in text.splitlines():
        title = heading.match(line)
        if title:
            section = title[1]
        elif re.match(r"[^：:]{2,30}[：:]", line) and not re.match(r"鉴别诊断|DDx", line):
            section = ""
        body = line[title.end() :] if title else line
        for sentence in re.split(r"。|(?<=[a-zA-Z])\. ?", body):
            names = term.findall(sentence.lower())
            denied = re.search(r"否认|无|\b(?:no|denies|negative)\b", sentence, re.IGNORECASE)
            doubt = re.search(
                r"？|可能|待排|除外|鉴别|\?|probable|suspected|excluded|DDx|rule out", sentence, re.IGNORECASE
            )
            if section in ("初步诊断", "Provisional diagnosis"):
                found += [(name, "suspected" if doubt else "established") for name in names]
            elif section in ("既往史", "Past history"):
                found += [(name, "denied" if denied else "past") for name in names]
            elif section and not denied:
                found += [(name, "family") for name in names]
    return found


# %% id="scores"
def scores(found: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    def measured(name, hits, told, wanted):
        precision, recall = (hits / n if n else 0.0 for n in (told, wanted))
        both = precision + recall
        return {
            "field": name,
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / both if both else 0.0,
        }

    got, want = found.drop_duplicates(), truth.drop_duplicates()
    hits = got.merge(want)
    fields = sorted(set(got["field"]) | set(want["field"]))
    rows = [measured(f, *((table["field"] == f).sum() for table in (hits, got, want))) for f in fields]
    table = pd.DataFrame(rows)
    macro = {"field": "macro", **table[["precision", "recall", "f1"]].mean()}
    micro = measured("micro", len(hits), len(got), len(want))
    return pd.concat([table, pd.DataFrame([micro, macro])], ignore_index=True)
