# %% [markdown]
# The English edition: names with spaces and short forms; the score sets the thresholds.
# %% id="normal"
LANGUAGE = "en"


def normal(field: str, text: str) -> str | None:
    """field: name, id_number, phone or birth_date; text: as typed.

    Returns the one form, or None if it says 'not known'.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text.casefold() in {"", "未知", "不详", "无", "无名氏", "unknown", "n/a", "-"}:
        return None
    if field == "name":
        text = re.sub(r"\s+", " ", text).lower()
        return text.title()
    if field == "birth_date":
        parts = re.findall(r"\d+", text)
        year, month, day = parts if len(parts) == 3 else (text[:4], text[4:6], text[6:])
        date = f"{int(year)}-{int(month):02d}-{int(day):02d}"
        return None if date == "1900-01-01" else date
    text = re.sub(r"[\s-]", "", text).upper()
    if field == "phone":
        text = re.sub(r"^(\+|00)86", "", text)
    return None if len(set(text)) == 1 else text


# %% id="id_check"
def id_check(id_number: str, birth_date: str | None, sex: str | None) -> str:
    """id_number in its one form; birth_date like '1956-06-10' or None; sex 'male', 'female' or None.

    Returns ok, other or invalid.
    """
    if not re.fullmatch(r"\d{17}[\dX]", id_number):
        return "invalid"
    if pd.isna(pd.to_datetime(id_number[6:14], format="%Y%m%d", errors="coerce")):
        return "invalid"
    factors = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * factor for digit, factor in zip(id_number, factors))
    if id_number[17] != "10X98765432"[total % 11]:
        return "invalid"
    if birth_date is not None and id_number[6:14] != birth_date.replace("-", ""):
        return "other"
    if sex is not None and (int(id_number[16]) % 2 == 1) != (sex == "male"):
        return "other"
    return "ok"


# %% id="candidates"
def candidates(records):
    records = records.assign(initial=records["name"].str[:1], surname=records["name"].str.split().str[-1])
    keys = [["id_number"], ["phone"], ["name"], ["birth_date"], ["initial", "surname"]]
    return pd.concat([pairs_on(records.dropna(subset=key), key) for key in keys]).drop_duplicates()


# %% id="weights"
def weights(pairs):
    agree = pairs[FIELDS].eq("agree").groupby(pairs["same"]).sum()
    known = pairs[FIELDS].ne("missing").groupby(pairs["same"]).sum()
    share = (agree + 0.5) / (known + 1)
    table = pd.DataFrame({"m": share.loc[True], "u": share.loc[False]})
    return table.assign(agree=np.log2(table["m"] / table["u"]), differ=np.log2((1 - table["m"]) / (1 - table["u"])))


# %% id="score"
def score(pairs, table):
    fields = list(table.index)
    agree = pairs[fields].eq("agree").to_numpy() @ table["agree"].to_numpy()
    differ = pairs[fields].eq("differ").to_numpy() @ table["differ"].to_numpy()
    return pd.Series(agree + differ, index=pairs.index)


# %% id="decide"
def decide(left, right):
    told = compare(left, right)
    total = score(told, weights(compared))
    apart = (told["id_number"] == "differ") | (total < -4)
    same_two = (told["name"] == "agree") & (told["birth_date"] == "agree")
    link = ((told["id_number"] == "agree") & (total > 2)) | (same_two & (total > 1))
    return pd.Series(np.select([apart, link], ["apart", "link"], "review"), index=left.index)


# %% id="persons"
def persons(records: pd.DataFrame, links: pd.DataFrame) -> pd.Series:
    """records: record_id, id_number (empty where unknown: pd.isna) and more; links: a, b, weight.

    Returns a Series: record_id -> person.
    """
    person = {record: record for record in records["record_id"]}
    number = {
        record: {value} if pd.notna(value) else set()
        for record, value in zip(records["record_id"], records["id_number"])
    }
    for a, b in links.sort_values("weight", ascending=False)[["a", "b"]].itertuples(index=False):
        one, other = person[a], person[b]
        if one == other or len(number[one] | number[other]) > 1:
            continue
        number[one] = number[one] | number[other]
        person = {record: one if own == other else own for record, own in person.items()}
    return pd.Series(person)
