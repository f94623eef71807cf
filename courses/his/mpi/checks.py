"""How module 1.2 is marked, and what one learner's registers are. Never leaves the server.

Who is who travels with the table of records as `attrs`, which no file that a learner gets can hold.
"""

import itertools

import numpy as np
import pandas as pd

from grading.checks import as_dict, as_series, as_table, close, data, item, points
from grading.errors import AnswerError

PEOPLE, RAW_PEOPLE = 420, 170
"""How many people of the world stand in records.csv and in registers.csv, before twins, namesakes and children."""
TWINS, NAMESAKES, CHILDREN = 26, 22, 30
REVIEWED = (200, 260)
"""Reviewed pairs that are one person, and that are two."""
SYSTEMS = ("HIS", "LIS", "PHR")
PRESENT = (0.8, 0.6, 0.65)
FIELDS = ("name", "sex", "birth_date", "phone", "address", "id_number")
COLUMNS = ("record_id", "system", *FIELDS)
MISSING = {
    "name": (0, 0, 0),
    "sex": (0.01, 0.05, 0.01),
    "birth_date": (0.03, 0.12, 0.03),
    "phone": (0.10, 0.25, 0.10),
    "address": (0.05, 0.75, 0.05),
    "id_number": (0.20, 0.50, 0.15),
}
WRONG = {
    "name": (0.05, 0.12, 0.08),
    "sex": (0.01,) * 3,
    "birth_date": (0.05,) * 3,
    "phone": (0.15,) * 3,
    "address": (0.12,) * 3,
}
REPEATED = (0.18, 0.06, 0.06)
"""How often a system has registered the same person twice; how often each field is missing or wrong, by system."""
WORDS = ("", "未知", "不详", "无", "unknown", "N/A", "-")
"""What clerks type when they do not know; every field has some numbers of its own beside these words."""
UNKNOWN = {
    "name": ("无名氏",),
    "birth_date": ("1900-01-01", "1900/1/1", "19000101"),
    "id_number": ("000000000000000000", "111111111111111111", "999999999999999999"),
    "phone": ("00000000000", "11111111111", "99999999999"),
}
WIDE = str.maketrans("0123456789X+-/ ", "０１２３４５６７８９Ｘ＋－／　")
HOMOPHONES = (
    "伟玮炜", "芳方", "静婧", "丽莉利", "磊蕾", "军君钧", "洋阳扬", "勇永", "艳燕雁", "杰洁捷", "娟鹃", "涛韬", "明鸣铭",
    "秀绣", "霞侠", "平萍苹", "刚钢", "桂贵", "英瑛", "华桦", "红虹宏鸿", "玉钰", "兰岚", "建健", "梅玫", "志智致", "文雯",
    "辉晖", "琴勤", "云芸", "林琳霖", "鑫欣昕新", "婷亭", "飞菲", "鹏朋", "凤风", "峰锋", "旭绪", "俊骏峻", "成诚程", "想响",
    "楠南", "帆凡", "坤昆", "瑞睿", "佳嘉家", "张章", "江姜", "余于俞", "许徐", "莹颖", "慧惠", "雪薛", "浩皓", "宁柠", "倩茜",
)  # fmt: skip
NICKNAMES = {
    "jeffrey": "jeff", "robert": "bob", "patricia": "pat", "christina": "tina", "matthew": "matt", "michael": "mike",
    "william": "bill", "james": "jim", "katherine": "kathy", "jennifer": "jen", "elizabeth": "liz", "thomas": "tom",
    "daniel": "dan", "christopher": "chris", "anthony": "tony", "joseph": "joe", "steven": "stephen", "sara": "sarah",
    "sarah": "sara", "brian": "bryan", "bryan": "brian", "eric": "erik", "kristen": "kristin", "catherine": "katherine",
    "kimberly": "kim", "rebecca": "becky", "samantha": "sam", "nicholas": "nick", "benjamin": "ben", "timothy": "tim",
    "gregory": "greg", "andrew": "andy", "richard": "rick", "edward": "ed", "david": "dave", "kenneth": "ken",
    "ronald": "ron", "donald": "don", "joshua": "josh", "jacob": "jake", "amanda": "mandy", "susan": "sue",
    "deborah": "debbie", "victoria": "vicky", "jessica": "jess", "melissa": "mel", "theresa": "teresa", "ann": "anne",
}  # fmt: skip
ALLERGIES = ("青霉素 penicillin", "头孢类 cephalosporins", "碘造影剂 iodinated contrast")


# --- the data of one learner


@data
def files(world, rng):
    """Raw registers of some people, tidy records of others, a reviewed sample, and Dr Lin's patient."""
    patients = _patients(world["patient"].to_pandas(), rng)
    raw, _ = _recorded(_community(patients.iloc[:RAW_PEOPLE], patients.iloc[-60:], rng, 0.4), rng)
    people = patients.iloc[RAW_PEOPLE : RAW_PEOPLE + PEOPLE]
    records, person = _recorded(_community(people, patients.iloc[-400:-60], rng, 1), rng)
    case = _case(records, person)
    reviewed = _reviewed(records, person, rng)
    tidy = _with_allergies(records, person, case, rng).drop(columns="typed")
    tidy.attrs["person"] = person
    return {
        "registers.csv": _as_typed(raw, rng),
        "records.csv": tidy,
        "reviewed.csv": reviewed,
        "case.csv": pd.DataFrame({"record_id": [case]}),
    }


def _patients(table, rng):
    """People of the world in random order, with names, dates and numbers in their tidy form."""
    table = table.iloc[rng.permutation(len(table))].reset_index(drop=True)
    return pd.DataFrame(
        {
            "name": table["name"].astype(str),
            "name_en": table["name_en"].astype(str).str.lower(),
            "sex": table["sex"].astype(str),
            "birth_date": pd.to_datetime(table["birth_date"]).dt.strftime("%Y-%m-%d"),
            "phone": table["phone"].astype(str),
            "address": table["address"].astype(str),
            "address_en": table["address_en"].astype(str),
            "id_number": table["id_number"].astype(str),
            "mother": "",
        }
    )


def _community(people, others, rng, scale):
    """These people with twins, namesakes under one roof and children, who are easily taken for somebody else."""
    rows = people.to_dict("records")
    old = rng.permutation(len(rows)).tolist()
    women = [k for k in old if rows[k]["sex"] == "female" and "1975" < rows[k]["birth_date"] < "2000"]
    mothers = women[: round(CHILDREN * scale)]
    free = [k for k in old if k not in set(mothers)]
    given = {sex: others[others["sex"] == sex].to_dict("records") for sex in ("male", "female")}
    for k in free[: (twins := round(TWINS * scale))]:
        rows.append(_twin(rows[k], given[rows[k]["sex"]], rng))
    for k in free[twins : twins + round(NAMESAKES * scale)]:
        rows.append(_namesake(rows[k], rng))
    for k in mothers:
        sex = str(rng.choice(["male", "female"]))
        rows.append(_child(rows[k], given[sex][int(rng.integers(len(given[sex])))], rng))
    return pd.DataFrame(rows).reset_index(drop=True)


def _twin(one, given, rng):
    """A twin: surname, birth date, address and telephone are shared, the given name and the number are not."""
    while True:
        other = given[int(rng.integers(len(given)))]
        name = one["name"][0] + (one["name"][1:-1] if len(one["name"]) > 2 else "") + other["name"][-1]  # noqa: PLR2004 - two characters
        name_en = f"{other['name_en'].split()[0]} {one['name_en'].split()[-1]}"
        if name != one["name"] and name_en != one["name_en"]:
            break
    return one | {"name": name, "name_en": name_en, "id_number": _beside(one, one["birth_date"], rng)}


def _namesake(one, rng):
    """Somebody of the same name and sex under the same roof, born in another year, with a telephone of their own."""
    year = int(one["birth_date"][:4])
    shift = int(rng.integers(18, 32)) * (-1 if year > 1970 else 1)  # noqa: PLR2004 - the older of the two, or the younger
    birth = f"{year + shift}-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}"
    return one | {"birth_date": birth, "phone": _phone(rng), "id_number": _beside(one, birth, rng)}


def _child(mother, like, rng):
    """A child of this woman: her address and telephone; on some records the clerk types her number as well."""
    year = min(int(mother["birth_date"][:4]) + int(rng.integers(20, 36)), 2023)
    birth = f"{year}-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}"
    child = mother | {name: like[name] for name in ("name", "name_en", "sex")} | {"birth_date": birth}
    return child | {"mother": mother["id_number"], "id_number": _beside(child, birth, rng)}


def _phone(rng):
    return f"154{int(rng.integers(10**8)):08d}"


def _beside(one, birth, rng):
    """A number of the same region for this birth date and sex, different from the one given."""
    while True:
        sequence = 2 * int(rng.integers(0, 500)) + (one["sex"] == "male")
        number = _numbered(one["id_number"][:6] + birth.replace("-", "") + f"{sequence:03d}")
        if number != one["id_number"]:
            return number


def _numbered(first):
    """These seventeen digits with their check digit (GB 11643-1999)."""
    weights = [2 ** (17 - k) % 11 for k in range(17)]
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]


def _recorded(people, rng):
    """What the three systems hold: one row for each registration, with gaps and slips; and whose each record is."""
    rows = []
    for person, one in enumerate(people.to_dict("records")):
        here = rng.random(3) < PRESENT
        if not here.any():
            here[int(rng.integers(3))] = True
        for k in np.flatnonzero(here):
            for _ in range(1 + (rng.random() < REPEATED[k])):
                rows.append({"person": person} | _registered(one, int(k), rng))
    table = pd.DataFrame(rows).iloc[rng.permutation(len(rows))].reset_index(drop=True)
    numbers = rng.permutation(len(table)) * 7 + 100_000 + int(rng.integers(50_000))
    table.insert(0, "record_id", [f"{system[0]}{n}" for system, n in zip(table["system"], numbers, strict=True)])
    truth = dict(zip(table["record_id"], table.pop("person"), strict=True))
    return table, truth


def _registered(one, system, rng):
    """One registration; `typed` is the identity number as the clerk typed it, whether it is right or not."""
    row = {"system": SYSTEMS[system]} | {name: one[name] for name in (*FIELDS, "name_en", "address_en")}
    wrong = {name: rng.random() < shares[system] for name, shares in WRONG.items()}
    if wrong["name"]:
        row["name"], row["name_en"] = _misheard(one["name"], rng), _varied(one["name_en"], rng)
    if wrong["sex"]:
        row["sex"] = {"male": "female", "female": "male"}[one["sex"]]
    if wrong["birth_date"]:
        row["birth_date"] = _slip(one["birth_date"], rng)
    if wrong["phone"]:
        row["phone"] = _phone(rng)
    if wrong["address"]:
        row["address"], row["address_en"] = _moved(one, rng)
    row["typed"] = row["id_number"]
    if one["mother"] and rng.random() < 0.6:  # noqa: PLR2004 - most children have no card yet
        row["typed"], row["id_number"] = one["mother"], None
    elif rng.random() < 0.04:  # noqa: PLR2004 - a slip in typing
        row["typed"], row["id_number"] = _mistyped(row["typed"], rng), None
    for name, shares in MISSING.items():
        if rng.random() < shares[system]:
            row |= {"typed": None} if name == "id_number" else {"address_en": None} if name == "address" else {}
            row[name] = None
    return row


def _misheard(name, rng):
    """A Chinese name with one character of the same sound, or, where there is none, without its last or with one doubled."""
    places = [(k, group) for k, c in enumerate(name) for group in HOMOPHONES if c in group and k]
    if places:
        k, group = places[int(rng.integers(len(places)))]
        other = [c for c in group if c != name[k]]
        return name[:k] + other[int(rng.integers(len(other)))] + name[k + 1 :]
    return name[0] + name[2] + name[1] if len(name) > 2 and name[1] != name[2] else name + name[-1]  # noqa: PLR2004 - three


def _varied(name, rng):
    """An English name with a usual short form, or two letters of the surname exchanged."""
    first, last = name.split()[0], name.split()[-1]
    if first in NICKNAMES and rng.random() < 0.7:  # noqa: PLR2004 - most variants of names that have a short form
        return f"{NICKNAMES[first]} {last}"
    places = [k for k in range(1, len(last) - 1) if last[k] != last[k + 1]]
    if not places:
        return f"{first} {last}{last[-1]}"
    k = places[int(rng.integers(len(places)))]
    return f"{first} {last[:k]}{last[k + 1]}{last[k]}{last[k + 2 :]}"


def _slip(birth, rng):
    """A birth date with day and month exchanged where that is a date, or with another year or day."""
    year, month, day = birth.split("-")
    if int(day) <= 12 and day != month and rng.random() < 0.5:  # noqa: PLR2004 - twelve months
        return f"{year}-{day}-{month}"
    if rng.random() < 0.5:  # noqa: PLR2004 - half of the slips
        return f"{int(year) + int(rng.choice([-10, -1, 1]))}-{month}-{min(int(day), 28):02d}"
    return f"{year}-{month}-{int(day) % 28 + 1:02d}"


def _moved(one, rng):
    """The address before the move: another house in the same street."""
    number = int(rng.integers(300, 400))
    return (
        one["address"].split("号")[0].rstrip("0123456789") + f"{number}号1栋101室",
        f"Flat 101, Building 1, {number} "
        + one["address_en"].split(", ")[2].split(" ", 1)[1]
        + ", "
        + one["address_en"].split(", ")[-1],
    )


def _mistyped(number, rng):
    """One digit wrong: the check digit finds every such slip."""
    k = int(rng.integers(17))
    return number[:k] + str((int(number[k]) + int(rng.integers(1, 10))) % 10) + number[k + 1 :]


def _case(records, person):
    """A registration at the hospital whose owner has a health record under another spelling or telephone."""
    known = records.assign(person=records["record_id"].map(person))[records["id_number"].notna()]
    both = known[known["system"] == "HIS"].merge(known[known["system"] == "PHR"], on="person", suffixes=("", "_there"))
    unlike = both[(both["name"] != both["name_there"]) & (both["birth_date"] == both["birth_date_there"])]
    return (unlike if len(unlike) else both).iloc[0]["record_id"]


def _with_allergies(records, person, case, rng):
    """Allergies that only the community centre has written down; Dr Lin's patient has one."""
    there = records["system"] == "PHR"
    hers = there & (records["record_id"].map(person) == person[case])
    some = there & (rng.random(len(records)) < 0.05)  # noqa: PLR2004 - one in twenty
    kinds = pd.Series(rng.choice(ALLERGIES, len(records)), index=records.index)
    return records.assign(allergy=kinds.where(some).mask(hers, ALLERGIES[0]))


def _looking_alike(records):
    """Pairs of records that share at least one of the four strong fields: [(a, b)], each once, a < b."""
    found = set()
    for name in ("name", "name_en", "birth_date", "phone", "id_number"):
        groups = {}
        for record, value in zip(records["record_id"], records[name], strict=True):
            if not pd.isna(value):
                groups.setdefault(value, []).append(record)
        found |= {pair for group in groups.values() for pair in itertools.combinations(sorted(group), 2)}
    return sorted(found)


def _reviewed(records, person, rng):
    """Candidate pairs as the records office reviewed them."""
    pairs = pd.DataFrame(_looking_alike(records), columns=["a", "b"])
    pairs["same"] = pairs["a"].map(person) == pairs["b"].map(person)
    chosen = [
        rng.permutation(np.flatnonzero(pairs["same"] == same))[:n]
        for same, n in zip((True, False), REVIEWED, strict=True)
    ]
    return pairs.iloc[rng.permutation(np.concatenate(chosen))].reset_index(drop=True)


def _as_typed(records, rng):
    """The registers as they were typed: every clerk's own way of writing, and words for what nobody knew."""
    table = records.assign(id_number=records["typed"])[
        ["record_id", "system", "name", "name_en", "sex", "birth_date", "id_number", "phone"]
    ]
    for name in ("name", "birth_date", "id_number", "phone"):
        ways = itertools.cycle(_unknown(name))
        gone = table[name].isna() | (rng.random(len(table)) < 0.08)  # noqa: PLR2004 - enough to meet each of them
        values = [
            next(ways) if empty else _typed(name, value, rng) for value, empty in zip(table[name], gone, strict=True)
        ]
        if name == "name":
            table["name_en"] = [
                raw if empty else _typed("name_en", value, rng)
                for value, empty, raw in zip(table["name_en"], gone, values, strict=True)
            ]
        table[name] = values
    return table.reset_index(drop=True)


def _unknown(field):
    return (*WORDS, *UNKNOWN[field])


def _typed(field, value, rng):
    """One value in one of the ways in which clerks write it."""
    ways = WAYS[field]
    return ways[int(rng.integers(len(ways)))](value)


WAYS = {
    "name": (
        lambda v: v,
        lambda v: f" {v}",
        lambda v: f"{v[0]} {v[1:]}",
        lambda v: f"{v[0]}　{v[1:]}",
        lambda v: f"{v} ",
    ),
    "name_en": (str.title, str.upper, lambda v: v, lambda v: f" {v.title()} ", lambda v: v.title().replace(" ", "  ")),
    "id_number": (
        lambda v: v,
        str.lower,
        lambda v: v.translate(WIDE),
        lambda v: f"{v[:6]} {v[6:14]} {v[14:]}",
        lambda v: f"{v[:6]}-{v[6:14]}-{v[14:]}",
    ),
    "phone": (
        lambda v: v,
        lambda v: f"+86{v}",
        lambda v: f"+86 {v[:3]}-{v[3:7]}-{v[7:]}",
        lambda v: f"0086{v}",
        lambda v: f"{v[:3]} {v[3:7]} {v[7:]}",
        lambda v: v.translate(WIDE),
    ),
    "birth_date": (
        lambda v: v,
        lambda v: v.replace("-", "/"),
        lambda v: "/".join(str(int(part)) for part in v.split("-")),
        lambda v: v.replace("-", ""),
        lambda v: "{}年{}月{}日".format(*(int(part) for part in v.split("-"))),
        lambda v: v.translate(WIDE),
    ),
}


# --- what the items share


def _language(ask):
    """The language of the names this learner works on; they choose it in the notebook."""
    language = ask.value("LANGUAGE")
    if language not in ("zh", "en"):
        raise AnswerError("form_keys", want="`LANGUAGE`: `zh`, `en`")
    return language


def _records(hidden, language, number=0):
    """Hidden records as the notebook shows them in this language; the person of each record."""
    table = hidden.files(number)["records.csv"]
    person, table.attrs = table.attrs["person"], {}
    if language == "en":
        table = table.drop(columns=["name", "address"]).rename(columns={"name_en": "name", "address_en": "address"})
    return table[list(COLUMNS)].reset_index(drop=True), person


def _compared(left, right):
    """agree, differ or missing for each field of each pair; the notebook has the same function."""
    out = {}
    for name in FIELDS:
        a, b = left[name].reset_index(drop=True), right[name].reset_index(drop=True)
        out[name] = np.where(a.isna() | b.isna(), "missing", np.where(a == b, "agree", "differ"))
    return pd.DataFrame(out)


def _sides(records, pairs):
    rows = records.set_index("record_id", drop=False)
    return tuple(rows.loc[[pair[k] for pair in pairs]].reset_index(drop=True) for k in (0, 1))


# --- the items


@item("normal", points=5)
def normal(ask, hidden):
    """One value at a time: the same form whoever typed it, and nothing where nobody knew."""
    language, rng = _language(ask), hidden.rng("typed")
    records, _ = _records(hidden, language)
    known = {}
    for field in ("name", "id_number", "phone", "birth_date"):
        values = records[field].dropna().drop_duplicates().head(200).tolist()
        key = "name_en" if field == "name" and language == "en" else field
        if field == "id_number":
            values = sorted(values, key=lambda v: v[-1] != "X")
        known[field] = [(v, way(v)) for way in WAYS[key] for v in _drawn(values, field, rng)]
    got = {field: [_plain(ask("normal", field, raw)) for _, raw in pairs] for field, pairs in known.items()}
    lost = {field: all(answer is None for answer in answers) for field, answers in got.items()}

    def all_of(field, change=lambda v: v):
        return all(_text(g) == change(v) for g, (v, _) in zip(got[field], known[field], strict=True))

    def left(field, test):
        """Some answers, and only some, still carry what should have gone."""
        return any(g is not None and test(_text(g), raw) for g, (_, raw) in zip(got[field], known[field], strict=True))

    same_case = any(all_of("name", change) for change in (str.lower, str.upper, str.title))
    wide = {field: left(field, lambda g, _: any(ord(c) > 0xFF00 for c in g)) for field in known}  # noqa: PLR2004 - full width
    yield points(1, same_case, "name").unless(
        inner_space=language == "zh" and left("name", lambda g, _: any(c.isspace() for c in g.strip())),
        two_spaces=language == "en" and left("name", lambda g, _: "  " in g),
        spaces_all_gone=language == "en" and all_of("name", lambda v: v.replace(" ", "")),
        case_kept=language == "en" and _text(got["name"][0]) != _text(got["name"][1]) and all(
            _text(g).lower().split() == v.split() for g, (v, _) in zip(got["name"], known["name"], strict=True)),
    )  # fmt: skip
    yield points(1, all_of("id_number"), "id_number").unless(
        lower_x=left("id_number", lambda g, _: "x" in g),
        x_dropped=not lost["id_number"] and any(len(_text(g)) == 17 and g.isdigit() for g in got["id_number"] if g),  # noqa: PLR2004
        full_width=wide["id_number"],
    )
    yield points(1, all_of("phone"), "phone").unless(
        country_code=left("phone", lambda g, _: g.lstrip("+0").startswith("86")),
        full_width=wide["phone"],
    )
    yield points(1, all_of("birth_date"), "birth_date").unless(
        zeros_dropped=left("birth_date", lambda g, _: g.count("-") == 2 and len(g) < 10),  # noqa: PLR2004 - ISO 8601
        full_width=wide["birth_date"],
        day_first=any(
            g and len(_text(g)) == 10 and _text(g)[5:] == f"{v[8:]}-{v[5:7]}" and v[8:] != v[5:7]  # noqa: PLR2004
            for g, (v, _) in zip(got["birth_date"], known["birth_date"], strict=True)
        ),
    )
    unknown = {
        field: {raw: _plain(ask("normal", field, raw)) for raw in _unknown(field)}
        for field in ("name", *UNKNOWN)
        if field in known
    }
    words = any(unknown[field][word] is not None for field in unknown for word in WORDS if word)
    numbers = any(unknown[field][raw] is not None for field in ("id_number", "phone") for raw in UNKNOWN[field])
    dates = any(unknown["birth_date"][raw] is not None for raw in UNKNOWN["birth_date"])
    nothing = all(answer is None for answers in unknown.values() for answer in answers.values())
    yield points(1, nothing and not any(None in answers for answers in got.values()), "unknown").unless(
        words_kept=words, digits_kept=numbers, first_of_january=dates,
        real_thrown_away=any(None in answers and not lost[field] for field, answers in got.items()),
    )  # fmt: skip


def _drawn(values, field, rng):
    """Three values for each way of writing; for identity numbers one that ends in X among them."""
    chosen = [values[int(k)] for k in rng.integers(0, len(values), 3)]
    if field == "id_number":
        ends = [v for v in values if v[-1] == "X"] or values
        chosen[0] = ends[int(rng.integers(len(ends)))]
    return chosen


def _plain(answer):
    """An answer, where every kind of nothing is None."""
    if answer is None or answer is pd.NaT or answer is pd.NA or (isinstance(answer, float) and np.isnan(answer)):
        return None
    if isinstance(answer, pd.Timestamp):
        return answer.strftime("%Y-%m-%d")
    return None if isinstance(answer, str) and not answer.strip() else answer


def _text(answer):
    return "" if answer is None else str(answer)


@item("id_check", points=4)
def id_check(ask, hidden):
    """Numbers that are right, wrong, and right but somebody else's."""
    language, rng = _language(ask), hidden.rng("numbers")
    records, _ = _records(hidden, language)
    people = records.dropna(subset=["id_number", "sex", "birth_date"])
    agrees = people["id_number"].str[6:14] == people["birth_date"].str.replace("-", "")
    male = people["id_number"].str[16].astype(int) % 2 == 1
    people = people[agrees & (male == (people["sex"] == "male"))].drop_duplicates("id_number")
    people = people.iloc[rng.permutation(len(people))]
    own = [(n, b, s) for n, b, s in people[["id_number", "birth_date", "sex"]].itertuples(index=False)]
    ends = [one for one in own if one[0][-1] == "X"]
    asked = {
        "ok": own[:10] + ends[:3],
        "gap": [(n, None, s) for n, _, s in own[10:14]] + [(n, b, None) for n, b, _ in own[14:18]] + [(own[18][0], None, None)],
        "check": [(_mistyped(n, rng), b, s) for n, b, s in own[20:30]] + [(_exchanged(n), b, s) for n, b, s in own[30:36]],
        "form": [(n[:17], b, s) for n, b, s in own[36:39]]
        + [(n + n[-1], b, s) for n, b, s in own[39:41]]
        + [(_numbered(f"{n[:10]}{m}{n[14:17]}"), None, s) for (n, _, s), m in zip(own[41:45], ("1345", "0230", "0001", "0631"), strict=True)]
        + [("X" + n[1:], b, s) for n, b, s in own[45:47]],
        "birth": [(n, _other_birth(b, k, rng), s) for k, (n, b, s) in enumerate(own[50:58])],
        "sex": [(n, b, {"male": "female", "female": "male"}[s]) for n, b, s in own[58:66]],
    }  # fmt: skip
    got = {kind: [_text(_plain(ask("id_check", *one))).strip().lower() for one in rows] for kind, rows in asked.items()}

    def all_are(kind, word):
        return all(answer == word for answer in got[kind])

    ok = all_are("ok", "ok")
    plain_refused = sum(a == "invalid" for a, one in zip(got["ok"], asked["ok"], strict=True) if one[0][-1] != "X")
    yield points(1, ok and all_are("check", "invalid"), "check").unless(
        x_refused=not plain_refused and all(
            a == "invalid" for a, one in zip(got["ok"], asked["ok"], strict=True) if one[0][-1] == "X"),
        check_not_tried=all(a in ("ok", "other") for a in got["check"][10:]) and ok,
        remainder_as_digit=plain_refused > 2,  # noqa: PLR2004 - most of those that do not end in X
    )  # fmt: skip
    yield points(1, ok and all_are("form", "invalid"), "form").unless(
        length_not_tried=ok and any(a != "invalid" for a in got["form"][:5]),
        no_such_day=ok and any(a != "invalid" for a in got["form"][5:9]),
    )
    yield points(1, ok and all_are("birth", "other") and all_are("sex", "other"), "person").unless(
        birth_not_compared=ok and all_are("birth", "ok"),
        birth_in_part=ok and 0 < got["birth"].count("ok") < len(got["birth"]),
        sex_not_compared=ok and all_are("sex", "ok"),
        parity_turned=all_are("ok", "other") and all_are("sex", "ok"),
        other_called_invalid=ok and (all_are("birth", "invalid") or all_are("sex", "invalid")),
    )
    yield points(1, ok and all_are("gap", "ok") and all_are("check", "invalid"), "gap").unless(
        gap_is_conflict=ok and any(a == "other" for a in got["gap"]),
        gap_is_invalid=ok and any(a == "invalid" for a in got["gap"]),
    )


def _exchanged(number):
    """Two unlike neighbours exchanged, somewhere in the sequence or the day: the slip that a sum of digits cannot see."""
    k = next(k for k in range(15, 0, -1) if number[k] != number[k + 1] and number[k + 1] != "X")
    return number[:k] + number[k + 1] + number[k] + number[k + 2 :]


def _other_birth(birth, k, rng):
    """Another birth date: in turn of another year, and of another day of the same year and month."""
    year, rest = birth.split("-", 1)
    if k % 2:
        return f"{birth[:8]}{int(birth[8:]) % 28 + 1:02d}"
    return (
        f"{int(year) - int(rng.integers(20, 36))}-{rest}" if not rest.startswith("02-29") else f"{int(year) - 24}-02-28"
    )


COMPLETE, REDUCED = 0.95, 0.98


@item("candidates", points=4)
def candidates(ask, hidden):
    """Which pairs are worth a look: nearly all true ones, and few others."""
    language = _language(ask)
    records, person = _records(hidden, language)
    person = {record: owner for record, owner in person.items() if owner % 2 == 0}  # half of the people: pairs travel
    records = records[records["record_id"].isin(person)].reset_index(drop=True)
    system = dict(zip(records["record_id"], records["system"], strict=True))
    given = _pairs(ask("candidates", records))
    pairs = {pair for pair in given if pair[0] != pair[1] and pair[0] in system and pair[1] in system}
    groups = pd.Series(person).groupby(pd.Series(person)).groups.values()
    true = {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}
    n = len(records)
    found, share = len(pairs & true) / len(true), len(pairs) / (n * (n - 1) / 2)
    within = {pair for pair in true if system[pair[0]] == system[pair[1]]}
    across = true - within
    left, right = _sides(records, sorted(true))
    alike = _compared(left, right)
    caught = pd.Series([pair in pairs for pair in sorted(true)])
    single = [name for name in FIELDS if caught[(alike[name] != "agree")].mean() < 0.05]  # noqa: PLR2004 - hardly any
    yield points(2, found >= COMPLETE and share < 0.2, "complete").unless(  # noqa: PLR2004 - nobody can look at a fifth of all pairs
        all_at_once=len(single) > 1,
        one_key=len(single) == 1 and found > 0.1,  # noqa: PLR2004 - something was found
        within_forgotten=len(pairs & within) < 0.1 * len(within) and len(pairs & across) > 0.9 * len(across),  # noqa: PLR2004
        everything=share > 0.9,  # noqa: PLR2004 - nearly all pairs
    )
    gaps = _gaps(records)
    yield points(2, share <= 1 - REDUCED and found >= 0.3, "reduced").unless(  # noqa: PLR2004 - blocks that find something
        everything=share > 0.9,  # noqa: PLR2004 - nearly all pairs
        gaps_joined=share <= 0.9 and any(len(pairs & both) > 0.9 * len(both) for both in gaps.values() if both),  # noqa: PLR2004
        blocks_too_large=0.3 < found and share > 1 - REDUCED and not any(  # noqa: PLR2004
            len(pairs & both) > 0.9 * len(both) for both in gaps.values() if both),  # noqa: PLR2004
    )  # fmt: skip


def _gaps(records):
    """Field -> pairs in which both lack it, across systems: what a join on empty cells finds."""
    found = {}
    system = dict(zip(records["record_id"], records["system"], strict=True))
    for name in ("birth_date", "phone", "address", "id_number"):
        gone = sorted(records.loc[records[name].isna(), "record_id"])
        found[name] = {pair for pair in itertools.combinations(gone, 2) if system[pair[0]] != system[pair[1]]}
    return found


def _pairs(answer):
    """Pairs of record ids, each once, the smaller first: from a table with a and b, or from a list of two."""
    if isinstance(answer, list | set | tuple) and all(
        isinstance(pair, list | tuple) and len(pair) == 2 for pair in answer
    ):  # noqa: PLR2004 - a pair
        rows = list(answer)
    else:
        rows = as_table(answer, ["a", "b"]).itertuples(index=False)
    return {(str(a), str(b)) if str(a) < str(b) else (str(b), str(a)) for a, b in rows}


def _reviewed_pairs(ask, hidden):
    """The reviewed pairs of a hidden learner, compared field by field."""
    records, _ = _records(hidden, _language(ask))
    reviewed = hidden.files()["reviewed.csv"]
    left, right = _sides(records, list(reviewed[["a", "b"]].itertuples(index=False)))
    return _compared(left, right).assign(same=reviewed["same"].astype(bool).to_numpy())


@item("weights", points=3)
def weights(ask, hidden, reference):
    """m and u, and the two weights."""
    pairs = _reviewed_pairs(ask, hidden)
    want = reference("weights", pairs)
    got = _weight_table(ask("weights", pairs))
    same, differ = pairs["same"], ~pairs["same"]

    def share(rows, name, count_gaps):
        column = pairs.loc[rows, name]
        n = len(column) if count_gaps else (column != "missing").sum()
        return ((column == "agree").sum() + 0.5) / (n + 1)

    gaps_m = pd.Series({name: share(same, name, count_gaps=True) for name in FIELDS})
    gaps_u = pd.Series({name: share(differ, name, count_gaps=True) for name in FIELDS})
    for column, gaps in (("m", gaps_m), ("u", gaps_u)):
        other = "u" if column == "m" else "m"
        rows = same if column == "m" else differ
        whole = pd.Series({f: (pairs.loc[rows, f] == "agree").sum() / (pairs[f] != "missing").sum() for f in FIELDS})
        whole_halved = pd.Series(
            {f: ((pairs.loc[rows, f] == "agree").sum() + 0.5) / ((pairs[f] != "missing").sum() + 1) for f in FIELDS}
        )
        yield points(1, close(got[column], want[column], within=0.012), column).unless(
            gaps_counted=close(got[column], gaps, within=0.005) and not close(gaps, want[column], within=0.005),
            m_and_u_swapped=close(got[column], want[other], within=0.005),
            not_given_same=close(got[column], whole, within=0.005) or close(got[column], whole_halved, within=0.005),
        )
    m, u = got["m"].clip(1e-9, 1 - 1e-9), got["u"].clip(1e-9, 1 - 1e-9)
    agree, apart = np.log2(m / u), np.log2((1 - m) / (1 - u))
    sensible = (m - u).abs().max() > 0.05 and got.notna().all(axis=None)  # noqa: PLR2004 - not the same number everywhere
    ok_agree, ok_apart = close(got["agree"], agree, within=0.02), close(got["differ"], apart, within=0.02)
    yield points(1, sensible and ok_agree and ok_apart, "weights").unless(
        half_forgotten=np.isinf(got[["agree", "differ"]].to_numpy()).any(),
        natural_log=close(got["agree"], agree * np.log(2), within=0.02),
        no_log=close(got["agree"], m / u, within=0.05),
        differ_is_minus_agree=bool(ok_agree) and bool(close(got["differ"], -agree, within=0.02)),
        differ_is_zero=bool(ok_agree) and bool((got["differ"].abs() < 0.01).all()),  # noqa: PLR2004 - nothing
    )


@item("score", points=2)
def score(ask, hidden, reference):
    """The total of a pair by weights of our own; what is missing adds nothing."""
    pairs, rng = _reviewed_pairs(ask, hidden), hidden.rng("weights")
    table = reference("weights", pairs)
    table = table.assign(agree=rng.uniform(1, 9, len(table)), differ=-rng.uniform(1, 6, len(table)))
    asked = pairs[list(FIELDS)].iloc[rng.permutation(len(pairs))[:60]].reset_index(drop=True)
    full = reference("score", asked, table)
    got = as_series(ask("score", asked, table), like=full)
    signs = pd.DataFrame(
        {f: asked[f].map({"agree": table.loc[f, "agree"], "differ": 0.0, "missing": 0.0}) for f in FIELDS}
    )
    gap_differs = pd.DataFrame(
        {
            f: asked[f].map(
                {"agree": table.loc[f, "agree"], "differ": table.loc[f, "differ"], "missing": table.loc[f, "differ"]}
            )
            for f in FIELDS
        }
    )
    parts = pd.DataFrame(
        {
            f: asked[f].map({"agree": table.loc[f, "agree"], "differ": table.loc[f, "differ"], "missing": np.nan})
            for f in FIELDS
        }
    )
    gap_free = parts.fillna(0.0)
    yield points(2, close(got, full, within=0.01), "score").unless(
        gap_as_difference=close(got, gap_differs.sum(axis=1), within=0.01),
        gap_spoils_all=got[parts.isna().any(axis=1)].isna().all() and parts.isna().any(axis=1).any(),
        only_agreements=close(got, signs.sum(axis=1), within=0.01),
        disagreement_rewarded=close(got, signs.sum(axis=1) * 2 - gap_free.sum(axis=1), within=0.01),
        fields_counted=close(got, (asked == "agree").sum(axis=1), within=0.01),
        mean_of_known=close(got, parts.mean(axis=1), within=0.01),
    )


def _weight_table(answer):
    """A table with the fields as index and m, u, agree, differ as columns; a dict of dicts counts, a column `field` too."""
    if isinstance(answer, dict):
        frame = pd.DataFrame({str(k): as_dict(v) for k, v in answer.items()})
        answer = frame if set(frame.columns) >= {"m", "u"} else frame.T
    if isinstance(answer, pd.DataFrame) and "field" in answer.columns:
        answer = answer.set_index("field")
    if isinstance(answer, pd.DataFrame) and not set(FIELDS) <= set(answer.index) and set(FIELDS) <= set(answer.columns):
        answer = answer.T
    if isinstance(answer, pd.DataFrame) and not set(FIELDS) <= set(answer.index):
        raise AnswerError("form_index")
    index = list(answer.index) if isinstance(answer, pd.DataFrame) else []
    table = as_table(answer, ["m", "u", "agree", "differ"])
    table.index = index
    return table.loc[list(FIELDS)].astype("float64")


PRECISE, RECALLED, NOTHING_LOST, REVIEW = 0.98, 0.65, 0.95, 0.35


@item("decide", points=5)
def decide(ask, hidden):
    """Pairs of people nobody has seen: what is merged must be right, what is doubtful must be looked at."""
    language = _language(ask)
    verdicts = []
    for number in (0, 1):
        records, person = _records(hidden, language, number)
        pairs = _looking_alike(records.assign(name_en=records["name"]))
        rng = hidden.rng(f"sides {number}")
        pairs = [pairs[k] if rng.random() < 0.5 else pairs[k][::-1] for k in rng.permutation(len(pairs))]  # noqa: PLR2004 - a coin
        left, right = _sides(records, pairs)
        like = pd.Series("", index=left.index)
        said = as_series(ask("decide", left, right), like=like).map(lambda v: _text(_plain(v)).strip().lower())
        same = np.array([person[a] == person[b] for a, b in pairs])
        verdicts.append(_compared(left, right).assign(said=said, same=same))
    table = pd.concat(verdicts, ignore_index=True)
    if not set(table["said"]) <= {"link", "review", "apart"}:
        raise AnswerError("form_keys", want="`link`, `review`, `apart`")
    link, review, same = table["said"] == "link", table["said"] == "review", table["same"]
    precision = (link & same).sum() / max(1, link.sum())
    recall = (link & same).sum() / same.sum()
    seen = ((link | review) & same).sum() / same.sum()
    by_number, name, birth = table["id_number"] == "agree", table["name"], table["birth_date"]
    twins, namesakes = (~same & (a == "agree") & (b == "differ") for a, b in ((birth, name), (name, birth)))
    suspects = {
        "twins_merged": (link & twins).sum() >= 4,  # noqa: PLR2004 - more than an accident
        "namesakes_merged": (link & namesakes).sum() >= 4,  # noqa: PLR2004 - more than an accident
        "conflict_merged": (link & (table["id_number"] == "differ")).sum() >= 8,  # noqa: PLR2004 - more than an accident
    }
    yield points(2, precision >= PRECISE and recall >= 0.4, "precision").unless(  # noqa: PLR2004 - more than the sure ones
        **(suspects if precision < PRECISE else {}), nothing_merged=link.sum() == 0
    )
    yield points(1, recall >= RECALLED and precision >= 0.8, "recall").unless(  # noqa: PLR2004 - not by merging everybody
        merges_everything=link.mean() > 0.95,  # noqa: PLR2004 - nearly all pairs
        only_by_number=(link & same & ~by_number).sum() == 0 and link.any(),
        too_timid=recall < RECALLED and (link & same & ~by_number).any(),
        nothing_merged=link.sum() == 0,
    )
    yield points(1, seen >= NOTHING_LOST and link.mean() < 0.95, "nothing_lost").unless(  # noqa: PLR2004 - nearly all pairs
        no_review=not review.any() and seen < NOTHING_LOST, doubt_thrown_away=review.any() and seen < NOTHING_LOST
    )
    yield points(1, review.mean() <= REVIEW and recall >= 0.4 and precision >= 0.8, "review").unless(  # noqa: PLR2004 - see above
        everything_to_review=review.mean() > REVIEW
    )


@item("persons", points=4)
def persons(ask, hidden, reference):
    """From links to persons, with a guard."""
    rng = hidden.rng("links")
    records, person = _records(hidden, _language(ask))
    records = records.copy()
    links = _links(records, person, rng)
    label = pd.Series(reference("persons", records, links)).reindex(records["record_id"])
    got = as_series(ask("persons", records, links), like=label)
    if got.isna().any():
        raise AnswerError("form_missing")
    want_groups, got_groups = _groups(label), _groups(got)
    plain = _closed(records["record_id"], links)
    numbers = _numbers(records)
    clash = {g for g in plain if len({numbers[r] for r in g} - {None}) > 1}
    calm = {g for g in plain if g not in clash}
    direct = {tuple(sorted(pair)) for pair in links[["a", "b"]].itertuples(index=False)}
    whole = calm <= got_groups
    covered = {r for g in calm for r in g}
    yield points(2, whole, "closure").unless(
        not_transitive=any(len(g) > 2 for g in calm - got_groups)  # noqa: PLR2004 - a chain
        and {g for g in calm if len(g) == 2 and tuple(sorted(g)) in direct} <= got_groups,  # noqa: PLR2004 - a pair
        everyone_alone=all(len(g) == 1 for g in got_groups),
        by_number_only=got_groups == _by_number(records),
    )
    conflict = any(len({numbers[r] for r in g} - {None}) > 1 for g in got_groups)
    joined = any(len(g) > 1 for g in got_groups)
    yield points(1, joined and not conflict, "guard").unless(
        no_guard=got_groups == plain, ends_only=conflict and got_groups != plain
    )
    rest = {g for g in want_groups if not g <= covered}
    yield points(1, rest <= got_groups, "strongest").unless(
        order_ignored=joined and not conflict and not _alone(clash, got_groups) and whole,
        all_split=_alone(clash, got_groups) and whole,
    )


def _numbers(records):
    """Record -> identity number, None where there is none."""
    pairs = zip(records["record_id"], records["id_number"], strict=True)
    return {record: None if pd.isna(number) else number for record, number in pairs}


def _alone(clash, groups):
    """Were all records of persons in conflict left single?"""
    return all(frozenset({record}) in groups for group in clash for record in group)


def _groups(labels):
    return {frozenset(index) for index in labels.groupby(labels.astype(str)).groups.values()}


def _by_number(records):
    key = records["id_number"].where(records["id_number"].notna(), records["record_id"])
    return _groups(pd.Series(key.to_numpy(), index=records["record_id"]))


def _closed(ids, links):
    """Connected groups without a guard."""
    root = {i: i for i in ids}
    for a, b in links[["a", "b"]].itertuples(index=False):
        old, new = root[a], root[b]
        if old != new:
            root = {k: new if v == old else v for k, v in root.items()}
    return _groups(pd.Series(root))


def _links(records, person, rng):
    """Chains within persons, and false links of every strength between persons who have different numbers."""
    numbers = _numbers(records)
    groups = [rng.permutation(sorted(g)).tolist() for g in pd.Series(person).groupby(pd.Series(person)).groups.values()]
    rows = [(a, b) for group in groups for a, b in itertools.pairwise(group)]
    known = [g for g in groups if len(g) > 1 and any(numbers[r] is not None for r in g)]
    known = [known[int(k)] for k in rng.permutation(len(known))[:80]]
    for one, other in zip(known[::2], known[1::2], strict=False):
        ends = [[r for r in g if numbers[r] is None] or list(g) for g in (one, other)]
        rows.append(tuple(str(end[int(rng.integers(len(end)))]) for end in ends))
    weight = rng.permutation(len(rows)) * 0.02 + 6
    table = pd.DataFrame(rows, columns=["a", "b"]).assign(weight=np.round(weight, 2))
    return table.iloc[rng.permutation(len(table))].reset_index(drop=True)


PARTS = {
    "name": {"zh": "姓名", "en": "names"},
    "id_number": {"zh": "身份证号的写法", "en": "how identity numbers are written"},
    "phone": {"zh": "电话", "en": "telephones"},
    "birth_date": {"zh": "出生日期", "en": "birth dates"},
    "unknown": {"zh": "表示“不知道”的值", "en": 'values that say "not known"'},
    "check": {"zh": "校验码", "en": "the check digit"},
    "form": {"zh": "长度、字符和日期", "en": "length, characters and date"},
    "person": {"zh": "合格但不是本人的号", "en": "proper numbers that are somebody else's"},
    "gap": {"zh": "出生日期或性别未知时", "en": "where birth date or sex is unknown"},
    "complete": {"zh": "完整", "en": "complete"},
    "reduced": {"zh": "精简", "en": "small"},
    "m": {"zh": "m：同一个人时一致的概率", "en": "m: agreement among pairs that are one person"},
    "u": {"zh": "u：不同的人碰巧一致的概率", "en": "u: agreement among pairs that are two"},
    "weights": {"zh": "两个权重", "en": "the two weights"},
    "score": {"zh": "总分", "en": "the score"},
    "precision": {"zh": "合并得对不对", "en": "are the links right"},
    "recall": {"zh": "自动合并得够不够", "en": "are there enough of them"},
    "nothing_lost": {"zh": "没有把同一个人判为两个", "en": "nobody is declared two persons"},
    "review": {"zh": "人工核对的工作量", "en": "the work left to review"},
    "closure": {"zh": "连成串", "en": "joining chains"},
    "guard": {"zh": "一个人没有两个身份证号", "en": "no person with two identity numbers"},
    "strongest": {"zh": "发生矛盾时留下哪些链接", "en": "which links stay when they conflict"},
}
MISCONCEPTIONS = {
    "inner_space": {
        "zh": "姓名中间还留着空格。窗口为了对齐，常把两个字的名字拉开来写；对程序来说，“王 芳”和“王芳”就是两个人。",
        "en": "There are still spaces inside the names. Clerks spread two-character names so that columns line up, and to a program those are other names.",
    },
    "two_spaces": {
        "zh": "词与词之间还留着不止一个空格。",
        "en": "More than one space is left between the words of a name. You cannot see the difference; a program does.",
    },
    "spaces_all_gone": {
        "zh": "英文姓名的词间空格也被去掉了，名和姓连成了一个词。中文姓名才不要空格。",
        "en": "First name and surname have run into one word. Only Chinese names go without spaces; English ones need one between words.",
    },
    "case_kept": {
        "zh": "英文姓名的大小写没有统一。同一个名字，一个窗口全用大写，另一个只大写词首。",
        "en": "Capitals are as they were typed. One counter types names all in capitals, another only the first letters: it is the same name.",
    },
    "lower_x": {
        "zh": "有的号末位还是小写 x。它是校验码 10 的写法，大小写是同一个号。",
        "en": "Some numbers still end in a small x. It stands for the check value 10, and x and X are the same number.",
    },
    "x_dropped": {
        "zh": "末位的 X 不见了，号只剩 17 位。X 不是杂质，而是校验码（表示 10）：只留数字，就把它一起扔了。",
        "en": "The final X is gone and 17 digits are left. X is no dirt; it is the check digit for 10. Whoever keeps only digits throws it away.",
    },
    "full_width": {
        "zh": "还有全角字符。输入法没切换时打出来的“１”看着像 1，却是另一个字符。",
        "en": "Full-width characters are left. With a Chinese input method switched on, the digit one looks like 1 but is another character.",
    },
    "country_code": {
        "zh": "有的电话还带着国家代码。+86、0086 说的是“中国”，不是号码的一部分。",
        "en": "Some telephones still carry the country code. +86 and 0086 say “China”; they are not part of the number.",
    },
    "zeros_dropped": {
        "zh": "月和日没有补足两位。6 月写成 `06`，两个系统的日期才能直接比较。",
        "en": "Month and day are not filled up to two digits. Only with June as `06` can the dates of two systems be compared as they stand.",
    },
    "day_first": {
        "zh": "月和日颠倒了。三套登记簿都是先年、后月、再日。",
        "en": "Month and day changed places. All three registers write the year first, then the month, then the day.",
    },
    "words_kept": {
        "zh": "“未知”“不详”“N/A”这样的词被当成了真的值。两个都叫“未知”的人，会被看成同名的一个人。",
        "en": "Words like “unknown” or “N/A” passed for real values. Two people called “unknown” would look like one person with a name.",
    },
    "digits_kept": {
        "zh": "全是同一个数字的“号码”留了下来。它们是窗口为了过必填项随手按的，几十个人“共用”，最容易把不相干的人并到一起。",
        "en": "“Numbers” that repeat one digit were kept. Clerks type them to get past a compulsory field; dozens of people “share” them, and nothing merges strangers more readily.",
    },
    "first_of_january": {
        "zh": "1900 年 1 月 1 日留了下来（也许只是换了一种写法）。它是系统的默认日期，不是谁的生日。",
        "en": "1 January 1900 was kept, perhaps in one of its other ways of writing. It is a system's default and nobody's birthday.",
    },
    "real_thrown_away": {
        "zh": "有些真实的值也被当成“不知道”扔掉了。宁可先问一句：这个值是不是有太多人共用？",
        "en": "Some real values were thrown away as “not known”. Ask first: is this a value that far too many people share?",
    },
    "x_refused": {
        "zh": "以 X 结尾的号都被判为不合格。X 表示余数对应的 10，每十一个人里大约有一个。",
        "en": "You refuse all numbers that end in X. X is the check digit for 10; about one person in eleven has it.",
    },
    "check_not_tried": {
        "zh": "有一种抄错没被发现：相邻两位写颠倒。逐位乘以不同的权重，就是为了抓住它。",
        "en": "One kind of slip went unnoticed: two neighbouring digits exchanged. The weights differ from place to place exactly to catch it.",
    },
    "remainder_as_digit": {
        "zh": "大多数正确的号被判为不合格。余数本身不是校验码，要按表对应过去；权重也要从左到右一位对一位。",
        "en": "Most proper numbers were refused. The remainder is not the check digit itself but stands for it by the table; and the weights go from left to right, one for each digit.",
    },
    "length_not_tried": {
        "zh": "位数不对的号也放过了。先看是不是 18 位，再算校验码。",
        "en": "Numbers of the wrong length got through. See first that there are 18 characters, then compute the check digit.",
    },
    "no_such_day": {
        "zh": "校验码对，可是里面的日期并不存在（例如 2 月 30 日）。没有人在那一天出生。",
        "en": "The check digit fits, but the date inside does not exist, such as 30 February. Nobody was born that day.",
    },
    "birth_not_compared": {
        "zh": "出生日期和记录不符的号，你也说是本人的。母亲的号写在孩子的记录上，校验码一样正确：校验码只说明写得对，不说明是谁的。",
        "en": "You accept numbers whose birth date contradicts the record. A mother's number on her child's record has a perfect check digit: it says that the number was written correctly, not whose it is.",
    },
    "birth_in_part": {
        "zh": "出生日期只比较了一部分。年份相同、日子不同，或者日子相同、年份不同，都不是同一个生日。",
        "en": "You compared only a part of the birth date. The same year with another day, or the same day of another year, is another birthday.",
    },
    "sex_not_compared": {
        "zh": "性别不符的号你也放过了。第 17 位单数为男、双数为女；丈夫拿妻子的卡来挂号，就靠它看出来。",
        "en": "Numbers of the other sex got through. The 17th digit is odd for men and even for women; that is how a husband's visit on his wife's card shows.",
    },
    "parity_turned": {
        "zh": "单双弄反了：顺序码单数为男，双数为女。",
        "en": "Odd and even are the wrong way round: odd for men, even for women.",
    },
    "other_called_invalid": {
        "zh": "你把“别人的号”说成了“不合格的号”。前者是认错了人，要去找那个人；后者是写错了字，要去重新抄。处理的办法不同。",
        "en": "You call somebody else's number an improper one. The first means the wrong person and leads to another chart; the second is a slip to be copied again. They are dealt with differently.",
    },
    "gap_is_conflict": {
        "zh": "出生日期或性别空着的人，被你判为“别人的号”。不知道不等于矛盾。",
        "en": "Where birth date or sex is unknown you say the number is somebody else's. Not knowing is not a contradiction.",
    },
    "gap_is_invalid": {
        "zh": "出生日期或性别空着的人，被你判为“不合格”。号合不合格，只看号本身。",
        "en": "Where birth date or sex is unknown you call the number improper. Whether a number is proper depends on the number alone.",
    },
    "one_key": {
        "zh": "你只按一栏分块，那一栏写错、换过或空着的人就永远找不回来了。多用几栏，各取所长：任何一栏相同，都值得一看。",
        "en": "You block by one field only; whoever has a slip, a change or a gap in it is lost for good. Use several and take a pair that shares any one of them.",
    },
    "all_at_once": {
        "zh": "你要求几栏同时相同。分块要宽：一栏相同就值得一看，几栏都要相同，是后面打分的事。",
        "en": "You ask for several fields to agree at the same time. Blocking should be generous: one shared field is worth a look; how many agree is for the score to say.",
    },
    "within_forgotten": {
        "zh": "你只比较了不同系统之间的记录。同一个系统里也有人登记过两次：忘带卡、换了窗口，就又建了一份档案。",
        "en": "You compare records of different systems only. People are registered twice in one system, too: a forgotten card, another counter, and there is a second chart.",
    },
    "everything": {
        "zh": "几乎所有的对都在里面，这就没有分块。一百万人的县，要比五千亿次。",
        "en": "Nearly all pairs are in it, so nothing was blocked. A county of a million people would mean half a million million comparisons.",
    },
    "gaps_joined": {
        "zh": "空着的栏被连到了一起：pandas 的 `merge` 认为空等于空。两个都没有身份证号的人，并不因此有什么相像。先去掉空着的行。",
        "en": "Empty fields were joined to empty fields: `merge` in pandas takes nothing to equal nothing. Two people without an identity number have nothing in common because of it. Leave out the rows with gaps first.",
    },
    "blocks_too_large": {
        "zh": "块太大了。一个值有很多人共用（同一个姓、同一个年代），块里的对就按平方增长。",
        "en": "Your blocks are too large. Where many share a value, such as a surname or a decade of birth, the pairs grow with its square.",
    },
    "gaps_counted": {
        "zh": "你把空着的对也算进了分母，好像它们不一致似的。检验单上几乎不写住址，那不等于住址不同。",
        "en": "You counted pairs with a gap in the denominator, as though they disagreed. The laboratory hardly ever writes an address; that does not make it a different one.",
    },
    "m_and_u_swapped": {
        "zh": "m 和 u 颠倒了。m 看的是同一个人，u 看的是不同的人。",
        "en": "m and u changed places. m looks at pairs that are one person, u at pairs that are two.",
    },
    "half_forgotten": {
        "zh": "计数时没有加半个。样本里从未碰巧一致，不等于永远不会：没有这半个，对数会变成无穷大。",
        "en": "You left out the half case. Never by chance in the sample does not mean never; without the half the logarithm becomes infinite.",
    },
    "not_given_same": {
        "zh": "分母用了全部的对。m 是“**在同一个人的对里**，有多少一致”，分母只数同一个人的对；u 也一样，只数不同的人。",
        "en": "Your denominator is all pairs. m asks how many agree **among the pairs that are one person**; count only those. u likewise counts only pairs that are two.",
    },
    "natural_log": {
        "zh": "你用了自然对数。以 2 为底，每一分就是“可能性之比翻一倍”，人才读得懂。",
        "en": "You took the natural logarithm. To base 2, every point means “the odds double”, which people can read.",
    },
    "no_log": {
        "zh": "忘了取对数。比值要相乘，取了对数才能相加。",
        "en": "The logarithm is missing. Ratios multiply; only their logarithms add.",
    },
    "differ_is_minus_agree": {
        "zh": "不一致时扣的分，不是一致时加的分取负号。电话一致很说明问题，不一致却不算什么，因为人会换号：两个权重各有各的算法。",
        "en": "A disagreement does not cost what an agreement earns. The same telephone says a lot and a different one little, since people change theirs: the two weights are computed separately.",
    },
    "differ_is_zero": {
        "zh": "不一致被你算成了 0 分。性别不同是有力的反证，不能当没看见。",
        "en": "You let a disagreement count for nothing. A different sex is strong evidence against; it must not go unseen.",
    },
    "gap_as_difference": {
        "zh": "空着的栏被当成不一致扣了分。什么都没看到，就什么也不加、什么也不减。",
        "en": "Empty fields were charged as disagreements. Where nothing was seen, nothing is added and nothing taken away.",
    },
    "gap_spoils_all": {
        "zh": "只要有一栏空着，总分就成了空值。空着的那一栏加 0 分，其他栏照算。",
        "en": "One empty field and the whole score is gone. Let that field add 0 and the others count as usual.",
    },
    "only_agreements": {
        "zh": "你只加了一致的分，没有扣不一致的分。",
        "en": "You added what agrees and took nothing off for what does not.",
    },
    "disagreement_rewarded": {
        "zh": "不一致的栏反倒加了分：`differ` 一列已经带着负号，不要再减一次。",
        "en": "Fields that differ raise the score: the column `differ` carries its minus already; do not subtract it again.",
    },
    "fields_counted": {
        "zh": "你数的是有几栏一致，没有用权重。性别一致和身份证号一致，分量差得远。",
        "en": "You counted the fields that agree and left the weights aside. The same sex and the same identity number are worlds apart in what they say.",
    },
    "mean_of_known": {
        "zh": "你取了平均。证据是累加的：六栏一致，比一栏一致有力得多，平均却看不出来。",
        "en": "You took a mean. Evidence adds up: six fields that agree say far more than one, and a mean hides it.",
    },
    "twins_merged": {
        "zh": "生日相同、姓名不同的两个人被你合并了，双胞胎多半就在其中。生日、住址、电话一起相同，不是三份证据，而是一份：一个家。",
        "en": "You merged people with one birth date and two names, and twins are likely among them. The same birth date, address and telephone are not three pieces of evidence but one: a family.",
    },
    "namesakes_merged": {
        "zh": "姓名相同、生日不同的两个人被你合并了。上个月把两位同名病人并成一个，就是这么出的事。",
        "en": "You merged people of one name and two birth dates. That is exactly how two patients of the same name became one last month.",
    },
    "conflict_merged": {
        "zh": "两个号都合格、却不相同，你还是合并了。一个人只有一个身份证号：这是最有力的反证，别的栏再像也没用。",
        "en": "Two proper identity numbers that differ, and you merged all the same. A person has only one: no likeness elsewhere outweighs it.",
    },
    "nothing_merged": {
        "zh": "你一对也没有合并。这样当然不会错并，可是林医生的病人还是两份档案。",
        "en": "You merged nobody. That makes no false merge, and leaves Dr Lin's patient with two charts.",
    },
    "merges_everything": {
        "zh": "你几乎全部合并了。召回率满分，可是医生打开的是别人的病历。",
        "en": "You merge nearly everybody. No link is missed, and the doctor opens somebody else's chart.",
    },
    "only_by_number": {
        "zh": "你只认身份证号。一半的检验单上没有号，这些人就全靠人工了。其他几栏合起来也可以足够有把握。",
        "en": "You trust identity numbers only. Half of the laboratory's records have none, and all of those are left to people. Other fields together can be sure enough.",
    },
    "too_timid": {
        "zh": "你的合并门槛太高了，许多明明白白的一对也没有自动合并。看看得分分布图：两座山之间的谷在哪里？",
        "en": "Your threshold for a link is too high; many plain pairs are not merged. Look at the two hills in the figure: where is the valley between them?",
    },
    "no_review": {
        "zh": "你没有留下“待核”这一档，凡是拿不准的都判成了两个人。过敏史就这样留在了另一份档案里。",
        "en": "You left no room for review; whatever was doubtful became two persons. That is how an allergy stays in the other chart.",
    },
    "doubt_thrown_away": {
        "zh": "待核的范围太窄，许多同一个人的对被直接判为两个人。名字错一个字、生日差一天，都值得有人看一眼。",
        "en": "Too little goes to review, and many pairs that are one person are declared two. One wrong letter or a birthday one day off is worth a look.",
    },
    "everything_to_review": {
        "zh": "交给人工的太多了。病案室只有两个人，一天看不了这么多；看累了，也就看不准了。",
        "en": "Too much goes to review. Two people cannot look at so many pairs, and whoever is tired of looking no longer sees.",
    },
    "not_transitive": {
        "zh": "你只认直接的链接。甲是乙、乙是丙，那么甲就是丙，哪怕两者从未直接比过。",
        "en": "You follow direct links only. If A is B and B is C, then A is C, even if the two were never compared.",
    },
    "everyone_alone": {
        "zh": "每条记录各算一个人，链接没有用上。",
        "en": "Every record is a person of its own; the links were not used.",
    },
    "by_number_only": {
        "zh": "你按身份证号归人，没有用链接。没有号的记录就全成了孤儿。",
        "en": "You grouped by identity number and did not use the links, so every record without one is left an orphan.",
    },
    "no_guard": {
        "zh": "没有保险：有的“人”身上有两个不同的身份证号。一条错链，就把两家人连成了一串。",
        "en": "There is no guard: some “persons” have two different identity numbers. One false link was enough to chain two families.",
    },
    "ends_only": {
        "zh": "保险只看了链接的两头。两头都可能没有号，而它们各自所在的那一串有：要看整串。",
        "en": "Your guard looks only at the two ends of a link. Both may be without a number while the chains they belong to have one each: look at the whole chain.",
    },
    "order_ignored": {
        "zh": "链接没有按得分从高到低处理。一串里容不下两条互相矛盾的链接时，应当留下有把握的那一条。",
        "en": "The links were not taken from the highest score down. Where two contradict each other, the surer one should stay.",
    },
    "all_split": {
        "zh": "只要出现矛盾，你就把整串拆成一个个单独的记录。有把握的链接也跟着丢了：只该拒绝造成矛盾的那一条。",
        "en": "Wherever there is a conflict you split the whole chain into single records. The sure links go with it: refuse only the one that causes the conflict.",
    },
}
HINTS = {
    "normal": {
        "zh": "对每一栏，取几个写法不同、意思相同的值，看你的函数给出的是不是同一个结果；再把最常见的值一个个喂给它。",
        "en": "For each field take a few values that are written differently and mean the same, and see whether your function agrees; then feed it the most frequent values one by one.",
    },
    "id_check": {
        "zh": "按顺序问：写法像不像一个号？里面的日期存不存在？校验码对不对？最后才问：是不是这个人的？",
        "en": "Ask in this order: does it look like a number, does its date exist, does the check digit fit, and only then: is it this person's?",
    },
    "candidates": {
        "zh": "拿一个电话换了、名字又写错一个字的人想一想：你的哪一种分块还能找到他？",
        "en": "Think of somebody with a new telephone and one wrong letter in the name: which of your blocks still finds them?",
    },
    "weights": {
        "zh": "挑一栏，用手数：同一个人的对有多少，其中两边都有值的有多少，一致的有多少？",
        "en": "Take one field and count by hand: how many pairs are one person, how many of them have a value on both sides, how many agree?",
    },
    "score": {
        "zh": "挑一对有空栏的，用手把每一栏的得分写在纸上再相加，和你的结果对一对。",
        "en": "Take a pair with a gap, write down by hand what each field adds, sum up, and compare with your result.",
    },
    "decide": {
        "zh": "把你判错的核对样本打印出来，逐对看。错并的是些什么人，漏掉的又是些什么人？",
        "en": "Print the reviewed pairs that you get wrong and read them one by one. Who was merged falsely, and who was missed?",
    },
    "persons": {
        "zh": "拿三条记录、两条链接在纸上走一遍：每一步，每一串里有哪些记录、哪些身份证号？",
        "en": "Walk through three records and two links on paper: after each step, which records and which identity numbers are in each chain?",
    },
}
INSIGHTS = {
    "normal": {
        "zh": "你还没有比较任何两个人，重复的“人”已经少了一批。主索引里最便宜的一步就是这一步，最好做在登记窗口上。",
        "en": "You have not compared two people yet, and some of the “people” are gone already. This is the cheapest step of a master index, and it belongs at the counter.",
    },
    "id_check": {
        "zh": "校验码回答“写对了吗”，出生日期和性别回答“是谁的”。两个问题混为一谈，母子就会变成一个人。",
        "en": "The check digit answers “is it written correctly”, birth date and sex answer “whose is it”. Mix up the two questions and mother and child become one person.",
    },
    "candidates": {
        "zh": "几种分块各有各的盲点，合起来却几乎没有：它们很少同时看不见同一对。",
        "en": "Every block has its blind spot, and together they have hardly any: they seldom overlook the same pair.",
    },
    "weights": {
        "zh": "这套方法没有一个数字是拍脑袋定的：权重来自数据，换一个县，重新估一次就行。",
        "en": "No number in this method was picked by feel: the weights come from data, and another county needs only another sample.",
    },
    "score": {
        "zh": "看看分布图里两座山之间的谷：谷里的人，机器分不清，多半你也分不清。那正是要留给人工的。",
        "en": "Look at the valley between the two hills: whom the machine cannot tell apart there, you may not be able to either. They are what review is for.",
    },
    "decide": {
        "zh": "三档而不是两档，是这门手艺的关键：机器做有把握的，人看拿不准的，谁也不假装知道。",
        "en": "Three answers instead of two are the heart of the craft: the machine does what is sure, people see what is doubtful, and nobody pretends to know.",
    },
    "persons": {
        "zh": "现在你能数人了。也请记住：数出来的人数取决于你把阈值放在哪里，报告人数时应当一并说明。",
        "en": "Now you can count people. Remember that the count depends on where you put your thresholds; whoever reports it should say so.",
    },
}
