# %% [markdown]
# Loops and plain Python, the names of the Chinese edition.
# %% id="normal"
def normal(field, text):
    import re

    def half(c):
        return " " if c == "\u3000" else chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c

    text = "".join(half(c) for c in text).strip()
    if text.lower() in ["", "未知", "不详", "无", "无名氏", "unknown", "n/a", "-"]:
        return ""
    if field == "name":
        chinese = any("\u4e00" <= c <= "\u9fff" for c in text)
        return "".join(text.split()) if chinese else " ".join(text.split()).upper()
    if field == "birth_date":
        if "年" in text:
            text = text.replace("年", "-").replace("月", "-").replace("日", "")
        parsed = pd.to_datetime(text.replace("/", "-") if not text.isdigit() else text)
        return None if parsed.year <= 1900 else parsed.strftime("%Y-%m-%d")
    for unwanted in " -":
        text = text.replace(unwanted, "")
    text = text.upper()
    if field == "phone":
        text = text[-11:]
    return None if text in [str(digit) * len(text) for digit in range(10)] else text


# %% id="id_check"
def id_check(id_number, birth_date, sex):
    if len(id_number) != 18 or not id_number[:17].isdigit() or id_number[17] not in "0123456789X":
        return "invalid"
    values = [int(c) for c in id_number[:17]] + [10 if id_number[17] == "X" else int(id_number[17])]
    if sum(value * pow(2, 17 - k, 11) for k, value in enumerate(values)) % 11 != 1:
        return "invalid"
    import datetime

    try:
        born = datetime.date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return "invalid"
    if birth_date and birth_date != born.isoformat():
        return "other"
    if sex and sex != ("female", "male")[int(id_number[16]) % 2]:
        return "other"
    return "ok"


# %% id="candidates"
def candidates(records):
    found = set()
    for key in ("id_number", "name", "birth_date", "phone", "address"):
        blocks = {}
        for record, value in zip(records["record_id"], records[key]):
            if value is not None and value == value:
                blocks.setdefault(value, []).append(record)
        for block in blocks.values():
            for k, a in enumerate(block):
                for b in block[k + 1 :]:
                    found.add((a, b))
    return [list(pair) for pair in found]


# %% id="weights"
def weights(pairs):
    table = {}
    for f in ["name", "sex", "birth_date", "phone", "address", "id_number"]:
        n = {True: 0, False: 0}
        k = {True: 0, False: 0}
        for word, same in zip(pairs[f], pairs["same"]):
            if word != "missing":
                n[bool(same)] += 1
                k[bool(same)] += word == "agree"
        m, u = (k[True] + 0.5) / (n[True] + 1), (k[False] + 0.5) / (n[False] + 1)
        table[f] = {"m": m, "u": u, "agree": np.log2(m) - np.log2(u), "differ": np.log2(1 - m) - np.log2(1 - u)}
    return pd.DataFrame(table).T


# %% id="score"
def score(pairs, table):
    def one(row):
        return sum(table.loc[f, row[f]] for f in table.index if row[f] != "missing")

    return pairs.apply(one, axis=1)


# %% id="decide"
def decide(left, right):
    said = []
    for a, b in zip(left.to_dict("records"), right.to_dict("records")):
        known = [f for f in FIELDS if a[f] and b[f] and a[f] == a[f] and b[f] == b[f]]
        agree = {f for f in known if a[f] == b[f]}
        if "id_number" in known:
            said.append("link" if "id_number" in agree else "apart")
        elif {"name", "birth_date"} <= agree:
            said.append("link")
        elif len(agree - {"sex"}) >= 1:
            said.append("review")
        else:
            said.append("apart")
    return pd.Series(said, index=left.index)


# %% id="persons"
def persons(records, links):
    groups = {record: {record} for record in records["record_id"]}
    numbers = dict(zip(records["record_id"], records["id_number"]))
    for link in sorted(links.to_dict("records"), key=lambda link: -link["weight"]):
        together = groups[link["a"]] | groups[link["b"]]
        if len({numbers[r] for r in together if isinstance(numbers[r], str)}) <= 1:
            for record in together:
                groups[record] = together
    return pd.Series({record: min(group) for record, group in groups.items()})
