# %%
import re
import unicodedata

import numpy as np
import pandas as pd

FIELDS = ["name", "sex", "birth_date", "phone", "address", "id_number"]


# %% id="normal"
def normal(field: str, text: str) -> str | None:
    """field: name, id_number, phone or birth_date; text: as typed.

    Returns the one form, or None if it says 'not known'.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text.casefold() in {"", "未知", "不详", "无", "无名氏", "unknown", "n/a", "-"}:
        return None
    if field == "name":
        text = re.sub(r"\s+", " ", text).lower()
        return text if text.isascii() else text.replace(" ", "")
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
def candidates(records: pd.DataFrame) -> pd.DataFrame:
    """records: record_id, system, name, sex, birth_date, phone, address, id_number.

    Unknown fields are empty (test with isna() or notna()). Returns a table of pairs: a and b, both record_id.
    """
    found = []
    for key in ["id_number", "name", "birth_date", "phone"]:
        known = records[records[key].notna()]
        found.append(pairs_on(known, key))
    return pd.concat(found).drop_duplicates()


# %% id="weights"
def weights(pairs: pd.DataFrame) -> pd.DataFrame:
    """pairs: one column for each of FIELDS (agree, differ, missing), and same (True, False).

    Returns a table with FIELDS as its index and the columns m, u, agree, differ.
    """
    table = pd.DataFrame(index=FIELDS, columns=["m", "u"], dtype=float)
    for name in FIELDS:
        known = pairs[pairs[name] != "missing"]
        for column, same in (("m", True), ("u", False)):
            agree = known.loc[known["same"] == same, name] == "agree"
            table.loc[name, column] = (agree.sum() + 0.5) / (len(agree) + 1)
    table["agree"] = np.log2(table["m"] / table["u"])
    table["differ"] = np.log2((1 - table["m"]) / (1 - table["u"]))
    return table


# %% id="score"
def score(pairs: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """pairs: one column for each of FIELDS; table: as from weights.

    Returns the total weight of each pair, with the index of pairs.
    """
    total = pd.Series(0.0, index=pairs.index)
    for name in table.index:
        points = {"agree": table.loc[name, "agree"], "differ": table.loc[name, "differ"], "missing": 0.0}
        total += pairs[name].map(points)
    return total


# %% id="decide"
def decide(left: pd.DataFrame, right: pd.DataFrame) -> pd.Series:
    """left, right: record_id, system and FIELDS, one pair in each row.

    Returns link, review or apart for each pair, with the index of left.
    """
    told = compare(left, right)
    total = score(told, weights(compared))
    one_of = told == "agree"
    verdict = pd.Series("apart", index=left.index)
    verdict[total > -3] = "review"
    sure = one_of["name"] & one_of["birth_date"] & (told["sex"] != "differ")
    verdict[sure] = "link"
    verdict[one_of["id_number"]] = "link"
    verdict[told["id_number"] == "differ"] = "apart"
    return verdict


# %% id="persons"
def persons(records: pd.DataFrame, links: pd.DataFrame) -> pd.Series:
    """records: record_id, id_number (empty where unknown: pd.isna) and more; links: a, b, weight.

    Returns a Series: record_id -> person.
    """
    person = {record: record for record in records["record_id"]}
    members = {record: [record] for record in person}
    number = {
        record: {value} if pd.notna(value) else set()
        for record, value in zip(records["record_id"], records["id_number"])
    }
    for a, b in links.sort_values("weight", ascending=False)[["a", "b"]].itertuples(index=False):
        one, other = person[a], person[b]
        if one == other or len(number[one] | number[other]) > 1:
            continue
        number[one] = number[one] | number[other]
        members[one] = members[one] + members[other]
        for record in members.pop(other):
            person[record] = one
    return pd.Series(person)
