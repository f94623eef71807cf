# %% [markdown]
# Chinese notes, by cutting strings: no regular expression where a split will do.
# %% id="medications"
LANGUAGE = "zh"


def medications(line, codes):
    rows = []
    for entry in line.split("；"):
        words = entry.split(" ")
        drug, dose, route, frequency = " ".join(words[:-3]), *words[-3:]
        unit = dose.lstrip("0123456789.")
        rows.append(
            dict(
                drug=drug,
                dose=float(dose.removesuffix(unit)),
                unit=codes["unit"].get(unit),
                route=codes["route"].get(route),
                frequency=codes["frequency"].get(frequency),
            )
        )
    return rows


# %% id="symptoms"
def symptoms(story, terms):
    told = {}
    for sentence in story.split("。"):
        left, here = sentence.lower(), []
        for term in sorted(terms, key=len, reverse=True):
            if term in left:
                here.append(term)
                left = left.replace(term, "＃")
        status = "denied" if "无" in left or "否认" in left else "present"
        told.update(dict.fromkeys(here, status))
    return told


# %% id="onset"
def onset(text):
    complaint = next(line for line in text.splitlines() if line.startswith("主诉"))
    how_long = {
        "半天": pd.Timedelta(hours=12),
        "半年": pd.Timedelta(days=182.5),
    }
    for number in range(1, 100):
        for unit, each in (("小时", "1h"), ("天", "1d"), ("周", "7d"), ("个月", "30d"), ("年", "365d")):
            how_long[f"{number}{unit}"] = number * pd.Timedelta(each)
    said = max((words for words in how_long if words in complaint), key=len)
    if text.startswith("入院记录"):
        moment = text.split("入院。")[0][-16:]
    else:
        moment = text.split("记录时间：")[1][:16]
    return pd.to_datetime(moment) - how_long[said]


# %% id="problems"
def problems(text, terms):
    longest = sorted(terms, key=len, reverse=True)

    def named(words):
        words, found = words.lower(), []
        for term in longest:
            if term in words:
                found.append(term)
                words = words.replace(term, "＃")
        return found

    def part(begin, *ends):
        body = text.partition(f"\n{begin}：")[2]
        for end in ends:
            body = body.partition(f"\n{end}：")[0]
        return body

    pairs = []
    for line in part("初步诊断", "诊疗计划").replace("。", "\n").split("\n"):
        doubt = any(cue in line for cue in ("？", "可能", "待排", "除外"))
        pairs += [(name, "suspected" if doubt else "established") for name in named(line)]
    for sentence in part("既往史", "个人史", "体格检查", "家族史").split("。"):
        status = "denied" if sentence.startswith(("无", "否认")) else "past"
        pairs += [(name, status) for name in named(sentence)]
    for sentence in part("家族史", "体格检查").split("。"):
        if not sentence.startswith(("否认", "家族中无")):
            pairs += [(name, "family") for name in named(sentence)]
    return pairs


# %% id="scores"
def scores(found, truth):
    def sets(table):
        return {field: set(zip(rows["note_id"], rows["value"])) for field, rows in table.groupby("field")}

    got, want = sets(found), sets(truth)
    counts = {
        f: (len(got.get(f, set()) & want.get(f, set())), len(got.get(f, set())), len(want.get(f, set())))
        for f in got | want
    }
    counts["micro"] = tuple(sum(part) for part in zip(*counts.values()))
    table = pd.DataFrame(counts, index=["hits", "told", "wanted"]).T
    table["precision"] = (table["hits"] / table["told"]).fillna(0)
    table["recall"] = (table["hits"] / table["wanted"]).fillna(0)
    table["f1"] = 2 * table["hits"] / (table["told"] + table["wanted"])
    table = table[["precision", "recall", "f1"]]
    table.loc["macro"] = table.drop(index="micro").mean()
    return table.rename_axis("field").reset_index()
