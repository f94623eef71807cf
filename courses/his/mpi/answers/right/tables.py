# %% [markdown]
# Regular expressions and whole tables.
# %% id="normal"
def normal(field, text):
    text = unicodedata.normalize("NFKC", text)
    squeezed = re.sub(r"[\s-]", "", text)
    if not squeezed or re.fullmatch(r"未知|不详|无|无名氏|unknown|n/a", squeezed.casefold()):
        return None
    match field:
        case "name":
            return " ".join(text.casefold().split()) if text.isascii() else squeezed
        case "birth_date":
            year, month, day = re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?", text.strip()).groups()
            return pd.Timestamp(int(year), int(month), int(day)) if int(year) > 1900 else None
        case "phone":
            squeezed = re.search(r"\d{11}$", squeezed)[0]
    return None if re.fullmatch(r"(.)\1*", squeezed) else squeezed.upper()


# %% id="id_check"
def id_check(id_number, birth_date, sex):
    parts = re.fullmatch(r"\d{6}(\d{4})(\d\d)(\d\d)\d\d(\d)[\dX]", id_number)
    if parts is None:
        return "invalid"
    year, month, day, last = parts.groups()
    weight = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    check = (12 - (np.array(list(id_number[:17]), dtype=int) * weight).sum() % 11) % 11
    date = f"{year}-{month}-{day}"
    if id_number[17] != ("X" if check == 10 else str(check)) or pd.isna(
        pd.to_datetime(date, format="%Y-%m-%d", errors="coerce")
    ):
        return "invalid"
    contradicted = [birth_date not in (None, date), sex not in (None, "male" if last in "13579" else "female")]
    return "other" if any(contradicted) else "ok"


# %% id="candidates"
def candidates(records):
    records = records.assign(year=records["birth_date"].str[:4], surname=records["name"].str[0])
    keys = [["id_number"], ["phone"], ["name"], ["birth_date"], ["surname", "year"]]
    found = [pairs_on(records.dropna(subset=key), key) for key in keys]
    pairs = pd.concat(found).drop_duplicates()
    return pairs.rename(columns={"a": "b", "b": "a"})


# %% id="weights"
def weights(pairs):
    long = pairs.melt(id_vars="same", value_vars=FIELDS, var_name="field", value_name="word")
    long = long[long["word"] != "missing"]
    share = (
        long.assign(k=long["word"] == "agree")
        .groupby(["field", "same"])["k"]
        .agg(lambda k: (k.sum() + 0.5) / (k.count() + 1))
    )
    table = share.unstack("same").rename(columns={True: "m", False: "u"})
    table["agree"] = np.log(table["m"] / table["u"]) / np.log(2)
    table["differ"] = np.log((1 - table["m"]) / (1 - table["u"])) / np.log(2)
    return table


# %% id="score"
def score(pairs, table):
    return sum(pairs[f].map(table.loc[f, ["agree", "differ"]]).astype(float).fillna(0) for f in table.index)


# %% id="decide"
def decide(left, right):
    told = compare(left, right)
    evidence = (told[["name", "birth_date", "phone", "address"]] == "agree").sum(axis=1)
    verdict = pd.Series("review", index=left.index)
    strong = (told["name"] == "agree") & (told["birth_date"] == "agree") & (evidence >= 2)
    verdict[strong | ((told["id_number"] == "agree") & (evidence >= 1))] = "link"
    verdict[(told["id_number"] == "differ") | (evidence == 0) & (told["id_number"] == "missing")] = "apart"
    return verdict


# %% id="persons"
def persons(records, links):
    parent = {record: record for record in records["record_id"]}
    number = {r: v for r, v in zip(records["record_id"], records["id_number"]) if v is not None and v == v}

    def root(record):
        while parent[record] != record:
            record = parent[record]
        return record

    for link in links.sort_values("weight").iloc[::-1].itertuples():
        a, b = root(link.a), root(link.b)
        if a != b and not (a in number and b in number and number[a] != number[b]):
            parent[b] = a
            if b in number:
                number[a] = number[b]
    numbered = {name: k for k, name in enumerate(dict.fromkeys(map(root, parent)))}
    return {record: numbered[root(record)] for record in parent}
