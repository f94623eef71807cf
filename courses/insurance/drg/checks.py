"""How module 5.3 is marked, and what one learner's front pages are. Never leaves the server.

The tables of the teaching grouper are the simulator's own (its knowledge), written out code by code, so that learners
group as the simulator does; the handout adds one rule, the age of newborns. Defects of coding are put in here.
"""

from functools import cache

import numpy as np
import pandas as pd

from grading.checks import as_dict, as_number, close, data, item, points, same
from grading.errors import AnswerError

LOCAL = "Asia/Shanghai"
DAYS = 30
"""A month of discharges."""
NEWBORN, NEWBORN_DAYS = "P", 28
"""The one rule that the simulator does not have: MDC P takes nobody older (CHS-DRG has the same limit)."""
OUTSIDE = ("W19.9", "V99", "Y83.9")
"""External causes: they say how somebody was hurt, and lead to no MDC."""
SWAPS = {"outlier": 2, "lost": 3, "unrelated": 3, "cheaper": 4, "dearer": 4, "same": 3}
"""Defect `wrong_main`: how many pages of each kind have another diagnosis in the place of the main one. What the
swap did: a bound of outliers was passed; a complication counts only if the old main one is kept; an operation fits no
more; the recorded group is cheaper, or dearer, than the right one; the group is the same."""
EMPTY, EXTERNAL, CONFIRMED = (2, 6), (3, 6), (4, 9)
"""How many pages, from and below: no main diagnosis, an external cause in its place; found right by the reviewers."""
FLIPPED, GROWN = (2, 5), (1, 3)
"""Defects that the record office does not mend: another sex was registered; a newborn with its mother's date of birth."""
PRICES = 0.9, 1.1
"""Costs of one learner's hospital in those of the simulated one, so that two learners' pages cannot be matched."""
TERMS = ("high_light", "high_middle", "high_heavy", "low", "ungrouped")


# --- the handout: the teaching grouper's tables


@cache
def _handout():
    """The tables of the teaching grouper, file name -> table of text."""
    from simulator.care.frontpage import reportable  # noqa: PLC0415 - reading the knowledge takes a second
    from simulator.knowledge import load_knowledge  # noqa: PLC0415

    knowledge = load_knowledge()
    payment, about = knowledge.payment, reportable(knowledge)
    codes = _codes(knowledge)
    exclusions = [
        {"exclusion": f"X{n:02}", "main_codes": _listed(codes["code"], one.unless_main)}
        for n, one in enumerate(payment.complications, 1)
    ]
    names = {one.icd9: one for one in reversed(knowledge.procedures.values()) if one.icd9}
    procedures = [
        {"code": c, "name_zh": names[c].zh, "name_en": names[c].en, "kind": ("procedure", "operation")[c in about.operative]}
        for c in sorted(about.ranks)
    ]
    adrgs = [
        {
            "adrg": one.id, "mdc": one.id[0], "part": one.id[1], "name_zh": one.zh, "name_en": one.en,
            "diagnoses": _listed(codes["code"], one.diagnoses),
            "procedures": " ".join("+".join(sorted(codes)) for codes in one.procedures),
            "levels": " ".join(map(str, one.levels)),
        }
        for one in payment.adrgs
    ]  # fmt: skip
    return {
        "mdc.csv": pd.DataFrame([_mdc_row(one) for one in payment.mdcs]),
        "codes.csv": codes,
        "exclusions.csv": pd.DataFrame(exclusions),
        "procedures.csv": pd.DataFrame(procedures),
        "adrg.csv": pd.DataFrame(adrgs),
        "weights.csv": pd.DataFrame([{"drg": name, "weight": one.weight} for name, one in payment.weights.items()]),
        "terms.csv": pd.DataFrame([_term_row(payment.terms[name]) for name in TERMS]),
    }


def _codes(knowledge):
    """Every disease code the hospital uses, with its MDC, and what it is as another diagnosis."""
    from simulator.knowledge.codes import code_keys  # noqa: PLC0415 - with the knowledge

    payment = knowledge.payment
    named = {one.icd10: one for one in reversed(knowledge.diseases.values())}
    codes = sorted(named)
    keys = code_keys(codes)
    which = payment.complication_of[keys]
    return pd.DataFrame(
        {
            "code": codes,
            "name_zh": [named[code].zh for code in codes],
            "name_en": [named[code].en for code in codes],
            "mdc": [payment.mdcs[n].id for n in payment.mdc_of[keys]],
            "cc": [payment.complications[n].level if n >= 0 else "" for n in which],
            "exclusion": [f"X{n + 1:02}" if n >= 0 else "" for n in which],
        }
    )


def _listed(codes, ranges):
    """The codes within some ranges, with blanks between them."""
    from simulator.knowledge.codes import code_keys  # noqa: PLC0415 - with the knowledge

    return " ".join(codes[ranges.holds(code_keys(codes))])


def _mdc_row(one):
    newborn = str(NEWBORN_DAYS) if one.id == NEWBORN else ""
    return {"mdc": one.id, "name_zh": one.zh, "name_en": one.en, "sex": one.sex or "", "max_age_days": newborn}


def _term_row(one):
    return {"name": one.id, "value": one.value, "unit": one.unit, "name_zh": one.zh, "name_en": one.en}


# --- the data of one learner


@data
def files(world, rng):
    """A month of front pages with their mistakes, what the reviewers found, and the tables of the grouper."""
    tables = {name: table.copy() for name, table in _handout().items()}
    pages = _month(world, rng)
    tables["terms.csv"] = pd.concat([tables["terms.csv"], _rate(pages, rng)], ignore_index=True)
    rules = as_rules(tables)
    known = {*rules["mdc_of"], ""}
    fits = [case["main"] in known and _group(case, rules) in rules["weights"] for case in as_cases(pages)]
    pages, review = _spoiled(pages[fits].reset_index(drop=True), rules, rng)
    return {**tables, "pages.csv": pages.drop(columns="weight"), "review.csv": review}


def _month(world, rng):
    """The pages of a month's discharges, numbered anew, at another level of prices, in another month of the calendar."""
    pages = world["front_page"].to_pandas()
    left = pages["discharged_at"].dt.tz_convert(LOCAL).dt.tz_localize(None).dt.normalize()
    spare = (left.max() - left.min()).days - DAYS
    start = left.max() - pd.Timedelta(days=DAYS + int(rng.integers(0, max(1, spare // 2))))
    chosen = (left > start) & (left <= start + pd.Timedelta(days=DAYS))
    pages, left = pages[chosen], left[chosen] + pd.Timedelta(weeks=int(rng.integers(-20, 21)))
    born = pd.to_datetime(pages["patient_id"].map(world["patient"].to_pandas().set_index("patient_id")["birth_date"]))
    admitted = pages["admitted_at"].dt.tz_convert(LOCAL).dt.tz_localize(None).dt.normalize()
    ward = pages["department_id"].map(world["department"].to_pandas().set_index("department_id")["code"].astype(str))
    ids = pages["front_page_id"]
    table = pd.DataFrame(
        {
            "page": rng.permutation(len(pages)) + int(rng.integers(2, 9)) * 10_000 + 1,
            "department": ward,
            "discharged": left.dt.strftime("%Y-%m-%d"),
            "sex": pages["sex"].astype(str),
            "age_days": (admitted - born).dt.days.clip(lower=0),
            "days": pages["days"].astype(int),
            "main": pages["main_code"].astype(str),
            "others": ids.map(_written(world["front_page_diagnosis"].to_pandas().query("rank > 1"))).fillna(""),
            "operations": ids.map(_written(world["front_page_operation"].to_pandas())).fillna(""),
            "cost": (pages["total"] * rng.uniform(*PRICES)).round(2),
            "weight": pages["drg_weight"],
        }
    )
    return table.sort_values("page").reset_index(drop=True)


def _written(lines):
    """The codes of each page in the order of their rank, with blanks between them."""
    lines = lines.sort_values(["front_page_id", "rank"])
    return lines["code"].astype(str).groupby(lines["front_page_id"]).agg(lambda codes: " ".join(dict.fromkeys(codes)))


def _rate(pages, rng):
    """Yuan for a weight of 1: what it cost this month, give or take a few per cent."""
    rate = 10 * round(pages["cost"].sum() / pages["weight"].sum() * rng.uniform(0.95, 1.02) / 10)
    zh, en = "费率:权重 1 对应的金额", "Rate: what a weight of 1 is paid"
    return pd.DataFrame([{"name": "rate", "value": rate, "unit": "CNY", "name_zh": zh, "name_en": en}])


def _spoiled(pages, rules, rng):
    """(pages with mistakes, review): page and main diagnosis as reviewed, of spoiled and of some sound pages."""
    cases = as_cases(pages)
    mdcs = [rules["mdc_of"][case["main"]] for case in cases]
    left = [int(n) for n in rng.permutation(len(cases))]

    def take(number, rows=None):
        """So many rows, of these or of all that are left."""
        taken = [n for n in left if rows is None or n in rows][: int(rng.integers(*number))]
        left[:] = [n for n in left if n not in taken]
        return taken

    grown = take(GROWN, {n for n, mdc in enumerate(mdcs) if mdc == NEWBORN})
    flipped = take(FLIPPED, {n for n, mdc in enumerate(mdcs) if mdc in rules["sex_of"]})
    swapped = _wrong_mains(cases, left, rules)
    left = [n for n in left if n not in swapped]
    outside = take(EXTERNAL, {n for n, case in enumerate(cases) if case["main"][0] in "ST"})
    empty, confirmed = take(EMPTY), take(CONFIRMED)
    reviewed = sorted([*swapped, *outside, *empty, *confirmed])
    review = pd.DataFrame({"page": pages["page"][reviewed], "reviewed_main": pages["main"][reviewed]})
    for n, main in {**swapped, **{n: OUTSIDE[int(rng.integers(len(OUTSIDE)))] for n in outside}}.items():
        pages.loc[n, ["main", "others"]] = [main, " ".join(recoded(cases[n], main)["others"])]
    pages.loc[empty, "main"] = ""
    pages.loc[flipped, "sex"] = pages.loc[flipped, "sex"].map({"male": "female", "female": "male"})
    pages.loc[grown, "age_days"] = rng.integers(8_000, 13_000, len(grown))
    return pages, review.reset_index(drop=True)


def _wrong_mains(cases, order, rules):
    """Row -> the diagnosis that is written where the main one belongs, as many of each kind as SWAPS says."""
    wanted, found = dict(SWAPS), {}
    for n in order:
        case = cases[n]
        for code in case["others"]:
            kind = next((one for one in _kinds_of_swap(case, code, rules) if wanted.get(one)), None)
            if kind:
                wanted[kind] -= 1
                found[n] = code
                break
    return found


def _kinds_of_swap(case, code, rules):
    """What writing `code` as the main diagnosis of this case does: keys of SWAPS; none if it would be noticed at once."""
    right, wrong = _group(case, rules), _group(recoded(case, code), rules)
    if wrong == "0000":
        return
    if right == wrong:
        yield "same"
        return
    without = _group({**case, "others": [other for other in case["others"] if other != code]}, rules)
    bare, full = (_drop(case["cost"], right, wrong, rules, pay) for pay in (_standard, _pay))
    if not np.isclose(bare, full):
        yield "outlier"
    if without not in {right, wrong}:
        yield "lost"
    if wrong not in rules["weights"]:
        yield "unrelated"
    elif without == right:
        yield "cheaper" if rules["weights"][wrong] < rules["weights"][right] else "dearer"


def _drop(cost, right, wrong, rules, pay):
    """How much less the recorded group is paid than the right one."""
    weigh, rate, terms = rules["weights"].get, rules["rate"], rules["terms"]
    return pay(cost, weigh(right), rate, terms) - pay(cost, weigh(wrong), rate, terms)


# --- the same grouper once more, to find mistakes with: rules and cases are bent, and the answers compared


def as_cases(pages):
    """Front pages as plain dicts."""
    return [
        {**page, "others": page["others"].split(), "operations": page["operations"].split()}
        for page in pages[["page", "sex", "age_days", "main", "others", "operations", "cost"]].to_dict("records")
    ]


def as_rules(tables):
    """The tables of the grouper as plain dicts and lists."""
    codes = tables["codes.csv"]
    listed = {row.exclusion: row.main_codes.split() for row in tables["exclusions.csv"].itertuples()}
    graded = codes[codes["cc"] != ""]
    adrgs = [
        {
            "adrg": row.adrg, "mdc": row.mdc, "part": row.part, "diagnoses": row.diagnoses.split(),
            "procedures": [codes.split("+") for codes in row.procedures.split()],
        }
        for row in tables["adrg.csv"].itertuples()
    ]  # fmt: skip
    limits = tables["mdc.csv"]
    terms = as_terms(tables)
    return {
        "mdc_of": dict(zip(codes["code"], codes["mdc"], strict=True)),
        "sex_of": {row.mdc: row.sex for row in limits.itertuples() if row.sex},
        "newborn_mdc": NEWBORN,
        "newborn_days": NEWBORN_DAYS,
        "pre_mdc": [codes for one in adrgs if one["mdc"] == "A" for codes in one["procedures"]],
        "adrgs": adrgs,
        "operations": tables["procedures.csv"].query("kind == 'operation'")["code"].tolist(),
        "cc": dict(zip(graded["code"], graded["cc"], strict=True)),
        "exclusions": {row.code: listed[row.exclusion] for row in graded.itertuples()},
        "levels": {row.adrg: [int(n) for n in row.levels.split()] for row in tables["adrg.csv"].itertuples()},
        "weights": {row.drg: float(row.weight) for row in tables["weights.csv"].itertuples()},
        "rate": terms.pop("rate"),
        "terms": terms,
    }


def as_terms(tables):
    """Rate and bounds of payment by name."""
    return {row.name: float(row.value) for row in tables["terms.csv"].itertuples(index=False)}


def recoded(case, main):
    """The case with another main diagnosis; the old one joins the others."""
    others = [code for code in [case["main"], *case["others"]] if code and code != main]
    return {**case, "main": main, "others": others}


def _mdc(case, rules):
    mdc = rules["mdc_of"].get(case["main"])
    if mdc is None or rules["sex_of"].get(mdc, case["sex"]) != case["sex"]:
        return "0000"
    if mdc == rules["newborn_mdc"] and case["age_days"] > rules["newborn_days"]:
        return "0000"
    return "A" if _performed(case, rules["pre_mdc"]) else mdc


def _performed(case, sets):
    return any(all(code in case["operations"] for code in codes) for codes in sets)


def _belongs(case, group):
    return (not group["procedures"] or _performed(case, group["procedures"])) and (
        not group["diagnoses"] or case["main"] in group["diagnoses"]
    )


def _adrg(case, mdc, rules):
    if mdc == "0000":
        return mdc
    operated = any(code in rules["operations"] for code in case["operations"])
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            if group["part"] == "M" and operated:
                return f"{mdc}QY"
            if _belongs(case, group):
                return group["adrg"]
    return None


def _counting(case, rules):
    """The other diagnoses that count, in their order, as "cc" and "mcc"."""
    return [
        rules["cc"][code]
        for code in case["others"]
        if code in rules["cc"] and case["main"] not in rules["exclusions"][code]
    ]


def _levelled(adrg, counting, rules):
    levels = rules["levels"].get(adrg)
    if levels is None:
        return adrg
    level = 1 if "mcc" in counting else 3 if "cc" in counting else 5
    return f"{adrg}{9 if levels == [9] else max(level, levels[0])}"


def _drg(case, adrg, rules):
    return _levelled(adrg, _counting(case, rules), rules)


def _group(case, rules):
    return _drg(case, _adrg(case, _mdc(case, rules), rules), rules)


def _why(case, drg, rules):
    if drg.endswith("QY"):
        return "operation"
    if drg != "0000":
        return "grouped"
    if case["main"] not in rules["mdc_of"]:
        return "unknown_code" if case["main"] else "no_main"
    sex = rules["sex_of"].get(rules["mdc_of"][case["main"]], case["sex"])
    return "age" if sex == case["sex"] else "sex"


def _standard(cost, weight, rate, terms):
    """What a case would be paid if there were no outliers."""
    return cost * terms["ungrouped"] if weight is None else weight * rate


def _pay(cost, weight, rate, terms):
    if weight is None:
        return cost * terms["ungrouped"]
    standard = weight * rate
    bound = terms["high_light" if weight <= 1 else "high_middle" if weight <= 2 else "high_heavy"]  # noqa: PLR2004 - the rule
    if cost < terms["low"] * standard:
        return cost
    return standard + max(0.0, cost - bound * standard)


# --- hidden cases


class Draw:
    """Hidden pages and rules, and cases made up from them so that every branch of the rules is met on every draw."""

    def __init__(self, hidden, name):
        tables = hidden.files()
        self.rng = hidden.rng(name)
        self.rules = as_rules(tables)
        self.pages = as_cases(tables["pages.csv"])
        self.by_letter = {}
        for code, mdc in self.rules["mdc_of"].items():
            self.by_letter.setdefault(mdc, []).append(code)

    def some(self, things, number):
        """So many of these, in any order, each once."""
        things = list(things)
        return [things[n] for n in self.rng.permutation(len(things))[:number]]

    def one(self, things):
        """One of these."""
        return self.some(things, 1)[0]

    def case(self, main, others=(), operations=(), sex=None, age=None):
        """A page of somebody whom the main diagnosis suits, unless sex or age (in days) say otherwise."""
        mdc = self.rules["mdc_of"].get(main)
        grown = int(self.rng.integers(7_000, 31_000))
        return {
            "page": int(self.rng.integers(10**5, 10**6)),
            "sex": sex or self.rules["sex_of"].get(mdc) or self.one(["male", "female"]),
            "age_days": int(self.rng.integers(0, 28)) if age is None and mdc == NEWBORN else grown if age is None else age,
            "main": main,
            "others": list(others),
            "operations": list(operations),
            "cost": round(float(self.rng.uniform(2_000, 40_000)), 2),
        }

    def ask(self, ask, name, cases, *more):
        """The learner's answers about these cases; more: lists as long as cases. Only what these need of the rules."""
        codes = {code for case in cases for code in [case["main"], *case["others"]]}
        rules = {
            **self.rules,
            "mdc_of": {code: mdc for code, mdc in self.rules["mdc_of"].items() if code in codes},
            "cc": {code: level for code, level in self.rules["cc"].items() if code in codes},
            "exclusions": {
                code: [main for main in mains if main in codes]
                for code, mains in self.rules["exclusions"].items()
                if code in codes
            },
            "adrgs": [
                {**one, "diagnoses": [c for c in one["diagnoses"] if c in codes] or one["diagnoses"][:1]}
                for one in self.rules["adrgs"]
            ],
        }
        answers = [ask(name, case, *rest, rules) for case, *rest in zip(cases, *more, strict=True)]
        if not any(isinstance(answer, str) for answer in answers):
            raise AnswerError("form_type", want="`str`", got="None" if answers[0] is None else "?")
        return [answer.strip() if isinstance(answer, str) else None for answer in answers]

    def traps(self, function, cases, *more, **rules):
        """What the same grouper would answer with other rules."""
        return [function(case, *rest, {**self.rules, **rules}) for case, *rest in zip(cases, *more, strict=True)]


def _fell(got, want, trap):
    """Where the mistaken answers differ from the right ones, the learner's are the mistaken ones."""
    apart = [n for n, (a, b) in enumerate(zip(want, trap, strict=True)) if a != b]
    return bool(apart) and all(got[n] == trap[n] for n in apart)


def _with_first_operation(cases):
    return [{**case, "operations": case["operations"][:1]} for case in cases]


# --- what is asked


@item("find_mdc", points=4)
def find_mdc(ask, hidden):
    draw = Draw(hidden, "mdc")
    rules = draw.rules

    def asked(cases):
        return draw.ask(ask, "find_mdc", cases), draw.traps(_mdc, cases)

    first = _before_everything(rules)
    usual = [case for case in draw.pages if _mdc(case, rules) not in {"0000", "A", *rules["sex_of"], NEWBORN}]
    usual = [case for case in usual if not first & set(case["operations"])]
    # letters of ICD-10 and of the MDCs agree here and there: enough pages where they do not
    apart = [case for case in usual if _mdc(case, rules) != case["main"][0]]
    got, want = asked(cases := draw.some(usual, 15) + draw.some(apart, 10))
    yield points(1, same(got, want), "usual").unless(first_letter=_fell(got, want, [case["main"][0] for case in cases]))

    got, want = asked(cases := _contradictions(draw))
    no_sex = _fell(got, want, draw.traps(_mdc, cases, sex_of={}))
    no_age = _fell(got, want, draw.traps(_mdc, cases, newborn_days=10**6))
    women = {mdc: sex for mdc, sex in rules["sex_of"].items() if sex == "female"}
    yield points(1, same(got, want), "contradictions").unless(
        sex_ignored=no_sex,
        women_only=not no_sex and _fell(got, want, draw.traps(_mdc, cases, sex_of=women)),
        age_ignored=no_age,
        first_year=not no_age and _fell(got, want, draw.traps(_mdc, cases, newborn_days=364)),
    )

    got, want = asked(cases := _before_all(draw))
    singles = [[code] for codes in rules["pre_mdc"] for code in codes]
    ignored = _fell(got, want, draw.traps(_mdc, cases, pre_mdc=[]))
    yield points(1, same(got, want), "before_all").unless(
        pre_ignored=ignored,
        half_a_pair=_fell(got, want, draw.traps(_mdc, cases, pre_mdc=singles)),
        first_operation_only=not ignored and _fell(got, want, draw.traps(_mdc, _with_first_operation(cases))),
        pre_too_early=_fell(got, want, _pre_first(cases, want, rules)),
    )

    got, want = asked(cases := _unknown(draw))
    plain = [g for g, case in zip(got, cases, strict=True) if case["main"] not in rules["mdc_of"] and not case["operations"]]
    through_x = set(plain) == {"X"}
    yield points(1, same(got, want), "unknown").unless(
        guessed_category=_fell(got, want, [_by_category(case, rules, w) for case, w in zip(cases, want, strict=True)]),
        unknown_is_other=through_x,
        unknown_is_nothing=all(not g for g, w in zip(got, want, strict=True) if w == "0000"),
        pre_too_early=not through_x and _fell(got, want, _pre_first(cases, want, rules)),
    )


def _pre_first(cases, want, rules):
    """What comes of asking for the treatments that go before everything before asking whether the page can be right."""
    return ["A" if _performed(case, rules["pre_mdc"]) else one for case, one in zip(cases, want, strict=True)]


def _contradictions(draw):
    """Diagnoses of one sex in both sexes, and of newborns at ages on both sides of the limit and of the first birthday."""
    other = {"male": "female", "female": "male"}
    cases = []
    for mdc, sex in draw.rules["sex_of"].items():
        main, second = draw.some(draw.by_letter[mdc], 2)
        cases += [draw.case(main), draw.case(second, sex=other[sex]), draw.case(main, sex=other[sex])]
    limit = draw.rules["newborn_days"]
    ages = [0, limit - 1, limit, limit + 1, int(draw.rng.integers(limit + 2, 360)), int(draw.rng.integers(400, 25_000))]
    return cases + [draw.case(draw.one(draw.by_letter[NEWBORN]), age=age) for age in ages]


def _before_all(draw):
    """Every treatment that goes before the main diagnosis, half of each pair, and one on a page that contradicts itself."""
    plain = [mdc for mdc in draw.by_letter if mdc not in {*draw.rules["sex_of"], NEWBORN}]
    harmless = _harmless(draw)
    cases = []
    for codes in draw.rules["pre_mdc"]:
        main = draw.one(draw.by_letter[draw.one(plain)])
        cases.append(draw.case(main, operations=[draw.one(harmless), *draw.some(codes, len(codes))]))
        cases.append(draw.case(main, operations=draw.some(codes, len(codes))))
        if len(codes) > 1:
            cases += [draw.case(main, operations=[code, draw.one(harmless)]) for code in codes]
    # whoever checks only men (MDC N and O) has lost a mark for that already
    mdc = draw.one([mdc for mdc, sex in draw.rules["sex_of"].items() if sex == "female"])
    return [*cases, draw.case(draw.one(draw.by_letter[mdc]), operations=draw.rules["pre_mdc"][0], sex="male")]


def _harmless(draw):
    """Operations that lead to no group before all others."""
    first = _before_everything(draw.rules)
    return [code for code in draw.rules["operations"] if code not in first]


def _before_everything(rules):
    """The codes of treatments that go before the main diagnosis, halves of pairs among them."""
    return {code for codes in rules["pre_mdc"] for code in codes}


def _unknown(draw):
    """Pages without a main diagnosis, with an external cause, with a code cut short; and the same codes in full."""
    codes = [code for code in draw.rules["mdc_of"] if "." in code and code[:3] not in draw.rules["mdc_of"]]
    codes = draw.some([code for code in codes if draw.rules["mdc_of"][code] not in {"X", NEWBORN}], 3)
    pre = draw.rules["pre_mdc"][0]
    return [
        *[draw.case(code) for code in codes],
        *[{**draw.case(code), "main": code[:3]} for code in codes],
        draw.case(""), draw.case(draw.one(OUTSIDE)), draw.case("", operations=pre),
        draw.case(draw.one(OUTSIDE), operations=pre),
    ]  # fmt: skip


def _by_category(case, rules, want):
    """What comes of taking any code that begins like this one."""
    alike = [code for code in rules["mdc_of"] if case["main"] and code.startswith(case["main"][:3])]
    return rules["mdc_of"][alike[0]] if want == "0000" and alike else want


@item("find_adrg", points=5)
def find_adrg(ask, hidden):
    draw = Draw(hidden, "adrg")
    rules = draw.rules

    def asked(cases):
        mdcs = [_mdc(case, rules) for case in cases]
        return draw.ask(ask, "find_adrg", cases, mdcs), draw.traps(_adrg, cases, mdcs), mdcs

    def early(cases, mdcs, want):
        return [_mismatch_first(case, mdc, rules, one) for case, mdc, one in zip(cases, mdcs, want, strict=True)]

    got, want, mdcs = asked(cases := _medical(draw))
    no_diagnoses = [{**one, "diagnoses": []} for one in rules["adrgs"]]
    yield points(1, same(got, want), "medical").unless(
        any_category=_fell(got, want, _through_any_door(cases, mdcs, rules)),
        always_first=_fell(got, want, [_ends(rules, mdc)[0] for mdc in mdcs]),
        always_last=_fell(got, want, [_ends(rules, mdc)[1] for mdc in mdcs]),
        diagnoses_ignored=_fell(got, want, draw.traps(_adrg, cases, mdcs, adrgs=no_diagnoses)),
    )

    got, want, mdcs = asked(cases := _treated(draw))
    untreated = [{**case, "operations": []} for case in cases]
    anywhere = _fell(got, want, _through_any_door(cases, mdcs, rules))
    at_once = _fell(got, want, [_ends(rules, mdc)[0] for mdc in mdcs])
    yield points(1, same(got, want), "treated").unless(
        any_category=anywhere,
        always_first=at_once,
        always_last=_fell(got, want, [_ends(rules, mdc)[1] for mdc in mdcs]),
        diagnoses_ignored=not at_once and _fell(got, want, draw.traps(_adrg, cases, mdcs, adrgs=no_diagnoses)),
        mismatch_first=not anywhere and _fell(got, want, early(cases, mdcs, want)),
        treatment_ignored=_fell(got, want, draw.traps(_adrg, untreated, mdcs)),
    )

    got, want, mdcs = asked(cases := _several(draw))
    anywhere = _fell(got, want, _through_any_door(cases, mdcs, rules))
    first = _fell(got, want, draw.traps(_adrg, _with_first_operation(cases), mdcs))
    page = [_in_page_order(case, mdc, rules) for case, mdc in zip(cases, mdcs, strict=True)]
    yield points(2, same(got, want), "several").unless(
        first_operation_only=first,
        page_order=not first and _fell(got, want, page),
        any_category=anywhere,
        mismatch_first=not anywhere and not first and _fell(got, want, early(cases, mdcs, want)),
    )

    got, want, mdcs = asked(cases := _mismatched(draw))
    every = [code for one in rules["adrgs"] for codes in one["procedures"] for code in codes] + rules["operations"]
    yield points(1, same(got, want), "mismatched").unless(
        mismatch_ignored=_fell(got, want, draw.traps(_adrg, cases, mdcs, operations=[])),
        any_procedure=_fell(got, want, draw.traps(_adrg, cases, mdcs, operations=every)),
        mismatch_first=not anywhere and _fell(got, want, early(cases, mdcs, want)),
        letter_missing=_fell(got, want, [w[1:] if w.endswith("QY") else w for w in want]),
        mismatch_is_zero=_fell(got, want, ["0000" if w.endswith("QY") else w for w in want]),
        zero_not_passed=[g for g, m in zip(got, mdcs, strict=True) if m == "0000"] != ["0000"] * mdcs.count("0000"),
    )


def _through_any_door(cases, mdcs, rules):
    """The first group of the whole list that fits, whatever its MDC."""
    return [
        _adrg(case, mdc, {**rules, "adrgs": [{**one, "mdc": mdc} for one in rules["adrgs"]]})
        for case, mdc in zip(cases, mdcs, strict=True)
    ]


def _ends(rules, mdc):
    """The first and the last group of an MDC."""
    names = [one["adrg"] for one in rules["adrgs"] if one["mdc"] == mdc]
    return names[0], names[-1]


def _medical(draw):
    """Pages without any treatment, some of them of the last group of their MDC, which takes all that is left."""
    rules = draw.rules
    cases = [draw.case(code) for code in draw.some(rules["mdc_of"], 150)]
    adrgs = [_adrg(case, _mdc(case, rules), rules) for case in cases]
    last = [adrg == _ends(rules, adrg[0])[1] for adrg in adrgs]
    left = [case for case, is_last in zip(cases, last, strict=True) if is_last]
    named = [case for case, is_last in zip(cases, last, strict=True) if not is_last]
    # what the first medical group of an MDC takes tells nothing about whether diagnoses were looked at
    return named[:14] + left[:6]


def _decisive(draw, part):
    """(group, case) for groups of this part: a case with one set of the group's procedures, which leads to it."""
    found = []
    for group in draw.some([one for one in draw.rules["adrgs"] if one["part"] == part and one["mdc"] != "A"], 200):
        mains = [code for code in group["diagnoses"] or draw.by_letter.get(group["mdc"], []) if code in draw.rules["mdc_of"]]
        mains = [code for code in mains if draw.rules["mdc_of"][code] == group["mdc"]]
        if mains:
            case = draw.case(draw.one(mains), operations=draw.one(group["procedures"]))
            if _adrg(case, _mdc(case, draw.rules), draw.rules) == group["adrg"]:
                found.append((group, case))
    return found


def _treated(draw):
    """One treatment each: operations, procedures, and treatments that the main diagnosis leads past their first group."""
    operative = set(draw.rules["operations"])
    alone = {part: [case for _, case in _decisive(draw, part) if len(case["operations"]) == 1] for part in "SP"}
    in_theatre = [case for case in alone["P"] if operative & set(case["operations"])]
    elsewhere = [case for case in alone["P"] if case not in in_theatre]
    return alone["S"][:7] + in_theatre[:2] + elsewhere[:4] + _led_past(draw)[:3]


def _led_past(draw):
    """Treatments of a group that asks for other main diagnoses, in cases that a later group takes."""
    rules, cases = draw.rules, []
    for group in draw.some([one for one in rules["adrgs"] if one["procedures"] and one["diagnoses"]], 50):
        for main in draw.some(set(draw.by_letter.get(group["mdc"], ())) - set(group["diagnoses"]), 3):
            case = draw.case(main, operations=draw.one([codes for codes in group["procedures"] if len(codes) == 1]))
            if _adrg(case, _mdc(case, rules), rules)[1] in "SP":
                cases.append(case)
    return cases


def _several(draw):
    """Two treatments of one MDC, the lesser written first; both of a pair; a treatment of another MDC written first."""
    rules, cases = draw.rules, []
    rank = {one["adrg"]: n for n, one in enumerate(rules["adrgs"])}
    operations, procedures = _decisive(draw, "S"), _decisive(draw, "P")
    decisive = draw.some(operations + procedures, 200)
    for group, case in decisive:
        lesser = [
            one for one, _ in decisive
            if one["mdc"] == group["mdc"] and rank[one["adrg"]] > rank[group["adrg"]] and not one["diagnoses"]
        ]  # fmt: skip
        if lesser and not group["diagnoses"]:
            first = draw.one(draw.one(lesser)["procedures"])
            both = {**case, "operations": [*first, *(code for code in case["operations"] if code not in first)]}
            if not _diagnosis_decides(both, rules) and _adrg(both, group["mdc"], rules) == group["adrg"]:
                cases.append(both)
    pairs = [case for _, case in decisive if len(case["operations"]) > 1 and not _diagnosis_decides(case, rules)]
    return [*cases[:9], *pairs[:1], *_with_a_stranger(draw, operations)[:3], *_with_a_stranger(draw, procedures)[:3]]


def _diagnosis_decides(case, rules):
    """Whether a group of treatments is passed over because of the main diagnosis."""
    mdc = _mdc(case, rules)
    free = [{**one, "diagnoses": [] if one["procedures"] else one["diagnoses"]} for one in rules["adrgs"]]
    return _adrg(case, mdc, rules) != _adrg(case, mdc, {**rules, "adrgs": free})


def _with_a_stranger(draw, decisive):
    """Cases with a treatment of an earlier MDC written first, which their own MDC does not know."""
    cases = []
    for group, case in draw.some(decisive, 60):
        known = _known_to(draw.rules, group["mdc"])
        strange = [
            codes for one in draw.rules["adrgs"] if "A" < one["mdc"] < group["mdc"]
            for codes in one["procedures"] if not one["diagnoses"] and not known & set(codes)
        ]  # fmt: skip
        if strange:
            case = {**case, "operations": [*draw.one(strange), *case["operations"]]}
            if not _diagnosis_decides(case, draw.rules):
                cases.append(case)
    return cases


def _known_to(rules, *mdcs):
    """The codes of operations and procedures that groups of these MDCs ask for."""
    return {code for one in rules["adrgs"] if one["mdc"] in mdcs for codes in one["procedures"] for code in codes}


def _in_page_order(case, mdc, rules):
    """The group of the first treatment on the page that has one."""
    for n in range(len(case["operations"])):
        alone = {**case, "operations": case["operations"][n : n + 1]}
        adrg = _adrg(alone, mdc, {**rules, "operations": []})
        if adrg and adrg[1] != "M":
            return adrg
    return _adrg(case, mdc, rules)


def _mismatch_first(case, mdc, rules, want):
    """QY as soon as no operation group fits, before other procedures are looked at."""
    operated = any(code in rules["operations"] for code in case["operations"])
    return f"{mdc}QY" if operated and want[1] == "P" else want


def _mismatched(draw):
    """Treatments that the MDC does not know: operations, procedures, an operation after a procedure it knows; 0000."""
    rules, cases = draw.rules, []
    operative, everywhere = set(rules["operations"]), sorted(_known_to(rules, *draw.by_letter))
    for mdc in draw.some([one for one in draw.by_letter if one != NEWBORN], 12):
        main = draw.one(draw.by_letter[mdc])
        strange = [code for code in everywhere if code not in _known_to(rules, mdc, "A")]
        cases.append(draw.case(main, operations=draw.some([code for code in strange if code in operative], 1)))
        cases.append(draw.case(main, operations=draw.some([code for code in strange if code not in operative], 1)))
    for group, case in _decisive(draw, "P"):
        if not operative & set(case["operations"]):
            strange = [code for code in rules["operations"] if code not in _known_to(rules, group["mdc"], "A")]
            cases.append({**case, "operations": [*case["operations"], draw.one(strange)]})
    against = draw.case(draw.one(draw.by_letter["O"]), sex="male", operations=draw.some(rules["operations"], 1))
    return [*cases[:30], against, draw.case("")]


@item("find_drg", points=5)
def find_drg(ask, hidden):
    draw = Draw(hidden, "drg")
    rules = draw.rules

    def asked(pairs):
        cases, adrgs = [case for case, _ in pairs], [adrg for _, adrg in pairs]
        return draw.ask(ask, "find_drg", cases, adrgs), draw.traps(_drg, cases, adrgs), cases, adrgs

    def levelled(cases, adrgs, counting):
        return [_levelled(adrg, counting(case), rules) for case, adrg in zip(cases, adrgs, strict=True)]

    got, want, _, adrgs = asked(_simple(draw))
    yield points(1, same(got, want), "simple").unless(
        unsplit_as_five=_fell(got, want, [f"{a}5" if a in rules["levels"] else a for a in adrgs]),
        ungrouped_levelled=all(
            g and g != a and g.startswith(a) for a, g in zip(adrgs, got, strict=True) if a not in rules["levels"]
        ),
        levels_reversed=_fell(got, want, [f"{a}1" if w.endswith("5") else w for a, w in zip(adrgs, want, strict=True)]),
    )

    got, want, cases, adrgs = asked(_complicated(draw))
    yield points(1, same(got, want), "complicated").unless(
        first_other_only=_fell(got, want, levelled(cases, adrgs, lambda case: _counting({**case, "others": case["others"][:1]}, rules))),
        first_counts=_fell(got, want, levelled(cases, adrgs, lambda case: _counting(case, rules)[:1])),
        last_counts=_fell(got, want, levelled(cases, adrgs, lambda case: _counting(case, rules)[-1:])),
        two_make_one=_fell(got, want, levelled(cases, adrgs, lambda case: _summed(_counting(case, rules)))),
        any_other=_fell(got, want, levelled(cases, adrgs, lambda case: _counting(case, rules) or ["cc"] * len(case["others"]))),
        levels_reversed=_fell(got, want, [w[:-1] + {"1": "5", "5": "1"}.get(w[-1], w[-1]) for w in want]),
    )

    got, want, cases, adrgs = asked(_excluded(draw))
    ignored = _fell(got, want, levelled(cases, adrgs, lambda case: _all_graded(case["others"], rules)))
    yield points(2, same(got, want), "excluded").unless(
        exclusion_ignored=ignored,
        one_excludes_all=_fell(
            got, want, levelled(cases, adrgs, lambda case: [] if _any_excluded(case, rules) else _counting(case, rules))
        ),
        excluded_by_main=not ignored and _fell(got, want, levelled(cases, adrgs, lambda case: _turned(case, rules))),
        only_itself=not ignored and _fell(got, want, levelled(cases, adrgs, lambda case: _unlike_main(case, rules))),
    )

    got, want, cases, adrgs = asked(_fewer_levels(draw))
    yield points(1, same(got, want), "levels").unless(
        level_not_there=_fell(got, want, levelled_freely(cases, adrgs, rules, keep=True)),
        unsplit_levelled=_fell(got, want, levelled_freely(cases, adrgs, rules, keep=False)),
    )


def levelled_freely(cases, adrgs, rules, *, keep):
    """Levels given whether the group has them or not; keep: but for groups that are not split."""
    level = {True: 1, False: 3}
    plain = [_drg(case, adrg, rules) for case, adrg in zip(cases, adrgs, strict=True)]
    found = []
    for case, adrg, drg in zip(cases, adrgs, plain, strict=True):
        counting = _counting(case, rules)
        three = rules["levels"][adrg] == [3, 5]
        if (three and keep) or (rules["levels"][adrg] == [9] and not keep):
            found.append(f"{adrg}{level['mcc' in counting] if counting else 5}")
        else:
            found.append(drg)
    return found


def _summed(counting):
    return ["mcc"] if len(counting) > 1 else counting


def _all_graded(codes, rules):
    return [rules["cc"][code] for code in codes if code in rules["cc"]]


def _any_excluded(case, rules):
    return any(case["main"] in rules["exclusions"].get(code, ()) for code in case["others"])


def _unlike_main(case, rules):
    """Excluded only where the code begins like the main diagnosis."""
    return _all_graded([code for code in case["others"] if code[:3] != case["main"][:3]], rules)


def _turned(case, rules):
    """Exclusion looked up the wrong way round: in the list of the main diagnosis."""
    listed = rules["exclusions"].get(case["main"], ())
    return _all_graded([code for code in case["others"] if code not in listed], rules)


def _with_levels(draw, levels):
    """(adrg, main diagnosis) of a group without treatment that has these levels."""
    found = []
    for code in draw.some(draw.rules["mdc_of"], 400):
        adrg = _adrg(case := draw.case(code), _mdc(case, draw.rules), draw.rules)
        if draw.rules["levels"].get(adrg) == levels:
            found.append((adrg, code))
    return found


def _graded(draw, level, main, *, excluded=False):
    """Codes of this level that count (or, excluded, do not) beside this main diagnosis."""
    rules = draw.rules
    return [c for c, one in rules["cc"].items() if one == level and (main in rules["exclusions"][c]) == excluded and c != main]


def _neither(draw):
    return [code for code in draw.rules["mdc_of"] if code not in draw.rules["cc"]]


def _simple(draw):
    """No complications; groups of all kinds, and what could not be grouped."""
    pairs = []
    for levels in ([1, 3, 5], [3, 5], [9]):
        for adrg, main in _with_levels(draw, levels)[:5]:
            pairs.append((draw.case(main, draw.some(_neither(draw), int(draw.rng.integers(0, 3)))), adrg))
    zero = draw.case("", draw.some(_graded(draw, "cc", ""), 1))
    mismatch = draw.case(draw.one(draw.by_letter["E"]), draw.some(_neither(draw), 1))
    return [*pairs, (zero, "0000"), (mismatch, "EQY")]


def _complicated(draw):
    """MCC and CC in every order, alone, several, among diagnoses that are neither; groups with three levels."""
    pairs = []
    for number, (adrg, main) in enumerate(_with_levels(draw, [1, 3, 5])[:18]):
        cc, mcc, other = (
            draw.some(_graded(draw, "cc", main), 2),
            draw.some(_graded(draw, "mcc", main), 1),
            draw.some([code for code in _neither(draw) if code != main], 2),
        )
        written = (
            other, cc[:1], mcc, [*cc, other[0]], [cc[0], *mcc], [*mcc, cc[0]], [other[0], *mcc], [other[0], cc[0], *mcc],
            [other[1], *cc],
        )[number % 9]  # fmt: skip
        pairs.append((draw.case(main, written), adrg))
    return pairs


def _excluded(draw):
    """Complications that belong to the main diagnosis: alone, beside one that counts, like the main one and unlike it."""
    alone, beside = [], []
    three = _with_levels(draw, [1, 3, 5])
    for adrg, main in three:
        counting = draw.some(_graded(draw, "cc", main), 1), draw.some(_graded(draw, "mcc", main), 1)
        no_cc, no_mcc = _graded(draw, "cc", main, excluded=True), _graded(draw, "mcc", main, excluded=True)
        if no_cc or no_mcc:
            alone.append((draw.case(main, [draw.one(no_cc + no_mcc)]), adrg))
        for codes, others in ((no_mcc, counting[0]), (no_cc, counting[1])):
            if codes:
                # by turns first and last: the first line alone must not look like "one excludes all"
                written = [draw.one(codes), *others] if len(beside) % 2 else [*others, draw.one(codes)]
                beside.append((draw.case(main, written), adrg))
    alike = [pair for pair in alone if pair[0]["others"][0][:3] == pair[0]["main"][:3]]
    unlike = [pair for pair in alone if pair[0]["others"][0][:3] != pair[0]["main"][:3]]
    one_way, both_ways = _between_complications(draw, three)
    return alike[:4] + unlike[:4] + beside[:8] + one_way[:4] + both_ways[:4]


def _between_complications(draw, three):
    """Main diagnoses that are complications themselves, with one that is on their own list: it counts, it does not."""
    rules, one_way, both_ways = draw.rules, [], []
    for adrg, main in three:
        for code in draw.some(rules["exclusions"].get(main, ()), 100):
            if code in rules["cc"] and code != main:
                mutual = main in rules["exclusions"][code]
                (both_ways if mutual else one_way).append((draw.case(main, [code]), adrg))
    return one_way, both_ways


def _fewer_levels(draw):
    """MCC where there is no level 1, MCC and CC where a group is not split."""
    pairs = []
    for levels in ([3, 5], [9]):
        for number, (adrg, main) in enumerate(_with_levels(draw, levels)[:6]):
            level = ("mcc", "cc")[number % 2]
            pairs.append((draw.case(main, draw.some(_graded(draw, level, main), 1)), adrg))
    return pairs


@item("why_ungrouped", points=3)
def why_ungrouped(ask, hidden):
    draw = Draw(hidden, "why")
    rules = draw.rules

    def asked(cases):
        drgs = [_group(case, rules) for case in cases]
        return draw.ask(ask, "why_ungrouped", cases, drgs), draw.traps(_why, cases, drgs)

    def instead(want, **words):
        return [words.get(one, one) for one in want]

    got, want = asked([case for case in _unknown(draw) if case["main"] not in rules["mdc_of"]])
    yield points(1, same(got, want), "main_code").unless(
        empty_as_unknown=_fell(got, want, instead(want, no_main="unknown_code")),
        unknown_as_empty=_fell(got, want, instead(want, unknown_code="no_main")),
    )

    got, want = asked([case for case in _contradictions(draw) if _mdc(case, rules) == "0000"])
    yield points(1, same(got, want), "contradictions").unless(
        age_as_sex=_fell(got, want, instead(want, age="sex")),
        sex_as_age=_fell(got, want, instead(want, sex="age")),
        contradiction_as_unknown=_fell(got, want, instead(want, age="unknown_code", sex="unknown_code")),
    )

    mismatched = [case for case in _mismatched(draw) if _group(case, rules).endswith("QY")]
    suitable = [case for case in _contradictions(draw) if _group(case, rules) != "0000"]
    treated = [case for _, case in _decisive(draw, "S")]
    got, want = asked(draw.some(mismatched, 6) + suitable + draw.some(treated, 6))
    yield points(1, same(got, want), "operation").unless(
        mismatch_as_main=_fell(got, want, instead(want, operation="unknown_code")),
        mismatch_as_grouped=_fell(got, want, instead(want, operation="grouped")),
        grouped_blamed=any(g != w for g, w in zip(got, want, strict=True) if w == "grouped"),
    )


@item("payment", points=5)
def payment(ask, hidden):
    rng = hidden.rng("payment")
    terms, printed = _other_terms(rng), as_terms(hidden.files())
    rate = float(rng.integers(700, 1_300) * 10)

    def asked(bills):
        got = [as_number(ask("payment", cost, weight, rate, terms)) for cost, weight in bills]
        return got, [_pay(cost, weight, rate, terms) for cost, weight in bills]

    def fell(got, want, trap):
        apart = [n for n, (w, t) in enumerate(zip(want, trap, strict=True)) if not close(t, w, within=0.02)]
        return bool(apart) and all(close(got[n], trap[n], within=0.02) for n in apart)

    got, want = asked(bills := [(times * w * rate, w) for w in _weights(rng) for times in rng.uniform(0.5, 1.9, 2)])
    as_spent = fell(got, want, [cost for cost, _ in bills])
    yield points(1, close(got, want, within=0.02), "normal").unless(
        cost_is_paid=as_spent,
        weight_is_paid=fell(got, want, [weight for _, weight in bills]),
        lesser_is_paid=not as_spent and fell(got, want, [min(cost, weight * rate) for cost, weight in bills]),
    )

    got, want = asked(bills := [(times * w * rate, w) for w in _weights(rng) for times in rng.uniform(0.02, 0.28, 2)])
    yield points(1, close(got, want, within=0.02), "low").unless(
        standard_for_low=fell(got, want, [weight * rate for _, weight in bills]),
        low_bound_paid=fell(got, want, [terms["low"] * weight * rate for _, weight in bills]),
    )

    got, want = asked(bills := _dear(rng, rate, terms))
    bounds = [(cost, w * rate, terms[_band(w)]) for cost, w in bills]
    yield points(2, close(got, want, within=0.02), "high").unless(
        capped=fell(got, want, [standard for _, standard, _ in bounds]),
        full_cost=not as_spent and fell(got, want, [cost if cost > bound * s else s for cost, s, bound in bounds]),
        bound_paid_too=fell(got, want, [bound * s if cost > bound * s else s for cost, s, bound in bounds]),
        excess_only=fell(got, want, [cost - bound * s if cost > bound * s else s for cost, s, bound in bounds]),
        one_bound=fell(got, want, [s + max(0.0, cost - terms["high_light"] * s) for cost, s, _ in bounds]),
        edges_moved=fell(got, want, [_pay(cost, w + 1e-9, rate, terms) for cost, w in bills]),
        copied_numbers=fell(got, want, [_pay(cost, w, rate, printed) for cost, w in bills]),
    )

    got, want = asked(bills := [(float(cost), None) for cost in rng.uniform(2_000, 40_000, 4).round(2)])
    yield points(1, close(got, want, within=0.02), "ungrouped").unless(
        unpaid=fell(got, want, [0.0] * len(bills)),
        ungrouped_in_full=fell(got, want, [cost for cost, _ in bills]),
        copied_numbers=fell(got, want, [_pay(cost, w, rate, printed) for cost, w in bills]),
    )


def _other_terms(rng):
    """Next year's terms: none of them is this year's."""
    more = float(rng.choice([0.25, 0.4, 0.75]))  # not 0.5: this year's bounds would be those of the next band
    return {
        "high_light": 3.0 + more,
        "high_middle": 2.5 + more,
        "high_heavy": 2.0 + more,
        "low": float(rng.choice([0.3, 0.35, 0.45])),
        "ungrouped": float(rng.choice([0.65, 0.7, 0.9])),
    }


def _weights(rng):
    """Weights of each band and of both edges between them."""
    return [round(rng.uniform(0.5, 0.95), 2), 1.0, round(rng.uniform(1.1, 1.9), 2), 2.0, round(rng.uniform(2.1, 4.0), 2)]


def _band(weight):
    return "high_light" if weight <= 1 else "high_middle" if weight <= 2 else "high_heavy"  # noqa: PLR2004 - the rule


def _dear(rng, rate, terms):
    """Bills above their bound, and bills between it and the bound of the next heavier or lighter band."""
    bills = []
    for weight in _weights(rng):
        bound = terms[_band(weight)]
        bills += [((bound + more) * weight * rate, weight) for more in (*rng.uniform(0.1, 0.4, 1), *rng.uniform(0.6, 3.0, 2))]
        bills.append(((bound - float(rng.uniform(0.05, 0.2))) * weight * rate, weight))
    return bills


@item("review", points=5)
def review(ask, learner):
    tables = learner.files()
    got = as_dict(ask.value("review"), REVIEW)
    want = _reviewed(tables)
    lost = _reviewed(tables, recode=lambda case, main: {**case, "main": main})
    pages, found = tables["pages.csv"], tables["review.csv"]
    mains = pages.set_index("page")["main"]
    unpaid = _reviewed(tables, pay=lambda cost, w, rate, terms: 0.0 if w is None else _pay(cost, w, rate, terms))
    plain = _reviewed(tables, pay=_standard)
    heads = _reviewed(tables, count=len)
    some = _reviewed({**tables, "pages.csv": pages[pages["page"].isin(found["page"])]})

    yield points(1, close(got["changed"], want["changed"]), "changed").unless(
        mains_counted=_is(got["changed"], (mains[found["page"]].to_numpy() != found["reviewed_main"].to_numpy()).sum()),
        all_reviewed=_is(got["changed"], len(found)),
    )
    for key in ("cmi_before", "cmi_after"):
        yield points(1, close(got[key], want[key], within=5e-5), key).unless(
            ungrouped_in_cmi=_is(got[key], heads[key]),
            reviewed_only=_is(got[key], some[key]),
            groups_not_cases=_is(got[key], _mean_of_groups(tables, after=key == "cmi_after")),
            old_main_lost=key == "cmi_after" and _is(got[key], lost[key]),
        )
    yield points(2, close(got["payment_change"], want["payment_change"], within=0.5), "payment_change").unless(
        other_sign=_is(-as_number(got["payment_change"]), want["payment_change"]),
        old_main_lost=_is(got["payment_change"], lost["payment_change"]),
        outliers_forgotten=_is(got["payment_change"], plain["payment_change"]),
        unpaid=_is(got["payment_change"], unpaid["payment_change"]),
    )


REVIEW = ("changed", "cmi_before", "cmi_after", "payment_change")


def _is(got, wrong):
    return close(got, float(wrong), within=5e-5 if abs(wrong) < 10 else 0.5)  # noqa: PLR2004 - CMI, or counts and yuan


def _groups(tables, recode):
    """(case, DRG as recorded, DRG as reviewed) of every page, the last None where it was not reviewed, and the rules."""
    rules = as_rules(tables)
    found = dict(zip(tables["review.csv"]["page"], tables["review.csv"]["reviewed_main"], strict=True))
    rows = []
    for case in as_cases(tables["pages.csv"]):
        after = _group(recode(case, found[case["page"]]), rules) if case["page"] in found else None
        rows.append((case, _group(case, rules), after))
    return rows, rules


def _reviewed(tables, recode=recoded, pay=_pay, count=None):
    """What item 6 asks for. count: how many cases a CMI is divided by, if not the grouped ones."""
    rows, rules = _groups(tables, recode)
    weigh, rate, terms = rules["weights"].get, rules["rate"], rules["terms"]

    def cmi(drgs):
        weights = [weigh(drg) for drg in drgs if weigh(drg) is not None]
        return sum(weights) / (count(drgs) if count else len(weights))

    return {
        "changed": sum(after is not None and after != before for _, before, after in rows),
        "cmi_before": cmi([before for _, before, _ in rows]),
        "cmi_after": cmi([after or before for _, before, after in rows]),
        "payment_change": sum(
            pay(case["cost"], weigh(after), rate, terms) - pay(case["cost"], weigh(before), rate, terms)
            for case, before, after in rows
            if after is not None
        ),
    }


def _mean_of_groups(tables, *, after):
    rows, rules = _groups(tables, recoded)
    drgs = {(reviewed or before) if after else before for _, before, reviewed in rows}
    return np.mean([rules["weights"][drg] for drg in drgs if drg in rules["weights"]])


# --- what is said

PARTS = {
    "usual": {"zh": "一般的首页", "en": "usual pages"},
    "contradictions": {"zh": "与性别或年龄矛盾的首页", "en": "pages that contradict sex or age"},
    "before_all": {"zh": "先期分组", "en": "treatments that go before everything"},
    "unknown": {"zh": "主要诊断没有填，或不在编码表里", "en": "main diagnoses that are missing or not in the table"},
    "medical": {"zh": "没有手术操作的病例", "en": "cases without any treatment"},
    "treated": {"zh": "做了一项手术或操作的病例", "en": "cases with one operation or procedure"},
    "several": {"zh": "做了好几项手术操作的病例", "en": "cases with several operations or procedures"},
    "mismatched": {"zh": "手术与主要诊断对不上的病例，以及 `0000`", "en": "operations that do not go with the main diagnosis, and `0000`"},
    "simple": {"zh": "没有合并症、并发症的病例，以及未入组的", "en": "cases without complications, and ungrouped ones"},
    "complicated": {"zh": "有 MCC 或 CC 的病例", "en": "cases with MCC or CC"},
    "excluded": {"zh": "排除表", "en": "the exclusion lists"},
    "levels": {"zh": "只分两级或不细分的组", "en": "groups with two levels, or not split"},
    "main_code": {"zh": "主要诊断没有填，或不在编码表里", "en": "main diagnoses that are missing or not in the table"},
    "operation": {"zh": "带 `QY` 的，以及已经入组的", "en": "mismatches (`QY`), and cases that were grouped"},
    "normal": {"zh": "正常病例", "en": "normal cases"},
    "low": {"zh": "低倍率病例", "en": "low outliers"},
    "high": {"zh": "高倍率病例", "en": "high outliers"},
    "ungrouped": {"zh": "未入组病例", "en": "ungrouped cases"},
    "changed": {"zh": "`changed`", "en": "`changed`"},
    "cmi_before": {"zh": "`cmi_before`", "en": "`cmi_before`"},
    "cmi_after": {"zh": "`cmi_after`", "en": "`cmi_after`"},
    "payment_change": {"zh": "`payment_change`", "en": "`payment_change`"},
}

MISCONCEPTIONS = {
    "first_letter": {
        "zh": "你取了 ICD 编码开头的字母。ICD 的字母是章，MDC 的字母是门，两套字母没有关系：肺炎的编码以 J 开头，走的却是 E 这扇门。要查 `rules[\"mdc_of\"]`。",
        "en": "You took the letter the ICD code begins with. That is a chapter of ICD; the letter of an MDC is a door, and the two have nothing to do with each other: pneumonia begins with J and goes through door E. Look it up in `rules[\"mdc_of\"]`.",
    },
    "sex_ignored": {
        "zh": "男病人的妇科诊断、女病人的前列腺，你都照常放了进去。这样的首页一定有一处写错，分组器不去猜哪里错，而是不予入组。",
        "en": "You let a man in with a gynaecological diagnosis and a woman with a prostate. Something on such a page is wrong for certain; the grouper does not guess what, it refuses the page.",
    },
    "women_only": {
        "zh": "你只拦住了写着妇科、产科诊断的男病人，却放过了写着男科诊断的女病人。限制性别的 MDC 都在 `rules[\"sex_of\"]` 里，逐个核对就不会漏。",
        "en": "You stopped men with diagnoses of women and let women with diagnoses of men pass. All MDCs that take one sex only are in `rules[\"sex_of\"]`; check against it and none is forgotten.",
    },
    "age_ignored": {
        "zh": "成年人也被你分进了新生儿的 MDC。新生儿的诊断写在大人身上，多半是把孩子的病写到了母亲的首页上。",
        "en": "You let grown-ups into the MDC of newborns. Where a diagnosis of newborns stands on an adult's page, the child's illness has usually been written on its mother's.",
    },
    "first_year": {
        "zh": "你把一岁以内都当成了新生儿。新生儿的界限是 `rules[\"newborn_days\"]` 天：几个月大的婴儿不进这个 MDC。",
        "en": "You took everybody in the first year for a newborn. The limit is `rules[\"newborn_days\"]` days: an infant of some months does not belong in this MDC.",
    },
    "pre_ignored": {
        "zh": "做了移植或生命支持的病人，你仍然按主要诊断分了门。这类治疗花费极大，和得的是什么病关系不大，所以规则让它们先走，进 A。",
        "en": "Patients with a transplant or life support still went by their main diagnosis. Such treatment costs so much, whatever the disease, that the rules let it go first, into A.",
    },
    "half_a_pair": {
        "zh": "有的先期分组要求两项都做了，例如气管切开**加**有创机械通气。只做了其中一项的病人，你也放进了 A。",
        "en": "Some treatments count only as a pair, such as tracheostomy **with** mechanical ventilation. You put patients into A who had only one half of it.",
    },
    "first_operation_only": {
        "zh": "你只看了首页上的第一项手术操作。先写哪一项，是填写的习惯；分组器要把每一项都看过。",
        "en": "You looked only at the first operation on the page. Which one is written first is a habit of whoever writes; the grouper looks at each of them.",
    },
    "pre_too_early": {
        "zh": "次序不对：首页本身就不可信的（主要诊断没有填、不在表里，或与性别、年龄矛盾），做了什么治疗都不能入组。先问首页可信不可信，再问先期分组。",
        "en": "The order is wrong: a page that cannot be right (no main diagnosis, one that is not in the table, or one that contradicts sex or age) is not grouped whatever was done. First ask whether the page can be right, then whether something goes before everything.",
    },
    "guessed_category": {
        "zh": "编码不完整的，你按前三位找了一个相近的代替。猜对猜错都没有人知道；分组器的做法是不入组，请编码员补全。",
        "en": "Where a code was cut short you took another that begins alike. Nobody would ever know whether the guess was right; the grouper refuses such a page, and the coder completes the code.",
    },
    "unknown_is_other": {
        "zh": "认不出的首页，你放进了某个“其他”的门里。X 门收的是有明确编码的“其他就医情况”；认不出的应当是 `0000`，这样才会有人去改。",
        "en": "You sent pages that nobody can read through a door for \"other\". Door X is for contacts that have a code; what cannot be read is `0000`, so that somebody mends it.",
    },
    "unknown_is_nothing": {
        "zh": "认不出的首页，你的函数没有给出答案。每份首页都要有去处，认不出的去处就是 `0000`。",
        "en": "For pages that cannot be read your function gives no answer. Each page must go somewhere; these go to `0000`.",
    },
    "always_first": {
        "zh": "你取了这个 MDC 的第一个组，没有问病例符不符合它的条件。没有动过手术的病人，也被放进了大手术组。",
        "en": "You took the first group of the MDC without asking whether the case meets its conditions, and put patients who never saw a theatre among the major operations.",
    },
    "always_last": {
        "zh": "你取了最后一个符合的组。每个 MDC 的最后一组是兜底的，谁都符合；所以要从前往后试，**遇到第一个符合的就停**。",
        "en": "You took the last group that fits. The last of each MDC takes all that is left and fits everybody; so try from the top and **stop at the first** that fits.",
    },
    "diagnoses_ignored": {
        "zh": "你没有看组对主要诊断的要求，结果同一个 MDC 的内科病人全进了同一个组。`belongs` 会把治疗和主要诊断一起核对。",
        "en": "You did not look at the main diagnoses that a group asks for, so all medical patients of an MDC ended in one group. `belongs` checks treatment and main diagnosis together.",
    },
    "treatment_ignored": {
        "zh": "你没有理会手术和操作，做了手术的病人也进了内科组。手术组、操作组要先试，内科组放在最后。",
        "en": "You paid no attention to treatment, and patients who were operated on ended in medical groups. Operations and procedures are tried first, medical groups last.",
    },
    "page_order": {
        "zh": "你按手术操作在首页上的先后来找组。写在前面的不一定是最大的手术；次序由规则里**组的先后**决定，大手术在前。",
        "en": "You went through the operations in the order of the page. The one that stands first need not be the largest; what counts is the order of the **groups**, and major operations come first there.",
    },
    "any_category": {
        "zh": "你在别的 MDC 里也找手术组。进了哪扇门，就只看这扇门里的组：同一个手术在不同的门里，属于不同的组。",
        "en": "You also looked for operations in other MDCs. Once through a door, only the groups behind it count: one and the same operation belongs to different groups behind different doors.",
    },
    "mismatch_ignored": {
        "zh": "做了手术，却没有一个手术组或操作组收它，你让它进了内科组。这样一来，手术白做了，错误也被悄悄盖住了；应当标成 `QY`。",
        "en": "An operation that no group of operations or procedures took: you let the case slip into a medical group. The operation is lost, and a mistake is quietly covered up; mark it `QY`.",
    },
    "any_procedure": {
        "zh": "只做了操作的病例，你也标成了 `QY`。操作（例如输液港维护、介入检查）在许多病里都会做，只有**手术**才要求和主要诊断对得上；`operated` 只认手术。",
        "en": "You marked cases `QY` that had procedures only. Procedures are done with many diseases; only an **operation** must go with the main diagnosis, and `operated` asks about operations only.",
    },
    "mismatch_first": {
        "zh": "你太早下了结论：手术组不收，还有操作组可以试。轮到**内科组**时还没有着落，才是 `QY`。",
        "en": "You gave up too early: when no group of operations takes the case, those of procedures are still to be tried. It is `QY` only when the turn of the **medical** groups comes.",
    },
    "letter_missing": {
        "zh": "`QY` 前面要有 MDC 的字母，这样才知道是哪一类病的手术对不上。",
        "en": "`QY` needs the letter of the MDC before it, to say among which diseases the operation did not fit.",
    },
    "mismatch_is_zero": {
        "zh": "你把手术对不上的病例也给了 `0000`。`0000` 是主要诊断的问题，`QY` 是手术和主要诊断的关系问题，要找的人不一样。",
        "en": "You gave `0000` where the operation does not fit. `0000` is about the main diagnosis, `QY` about how operation and main diagnosis go together; different people must look into them.",
    },
    "zero_not_passed": {
        "zh": "MDC 已经是 `0000` 的首页，到这里还应当是 `0000`，不能再给它找组或者改成别的。",
        "en": "A page whose MDC is `0000` is still `0000` here; no group is looked for, and nothing else is made of it.",
    },
    "unsplit_as_five": {
        "zh": "不细分的组（`[9]`），末位是 9，不是 5。5 的意思是“分了级，而这一例没有合并症”。",
        "en": "Where a group is not split (`[9]`) the last digit is 9, not 5. A 5 says that the group has levels and this case has no complications.",
    },
    "ungrouped_levelled": {
        "zh": "`0000` 和带 `QY` 的不是组，没有严重程度可言，要原样返回。",
        "en": "`0000` and what ends in `QY` are no groups and have no level; give them back as they are.",
    },
    "levels_reversed": {
        "zh": "末位数字用反了：1 最重（有 MCC），5 最轻（没有合并症）。",
        "en": "The digits are the wrong way round: 1 is the gravest (MCC), 5 the lightest (no complications).",
    },
    "first_other_only": {
        "zh": "你只看了第一个其他诊断。MCC 可能写在后面任何一行，每一行都要看。",
        "en": "You looked only at the first of the other diagnoses. An MCC may stand in any line; look at each.",
    },
    "first_counts": {
        "zh": "遇到第一个 MCC 或 CC，你就停了。CC 后面可能还有 MCC：要看完，再取最重的。",
        "en": "You stopped at the first MCC or CC. There may be an MCC after a CC: look at all of them and take the gravest.",
    },
    "last_counts": {
        "zh": "后面的 CC 把前面的 MCC 盖掉了。要取最重的，不是取最后的。",
        "en": "A later CC overwrote an earlier MCC. Take the gravest, not the last.",
    },
    "two_make_one": {
        "zh": "你把几个 CC 加成了一个 MCC。在这套规则里，几个 CC 仍然是 CC：看最重的一个，不看个数。",
        "en": "You added several CCs up to an MCC. In these rules several CCs are still CC: the gravest counts, not their number.",
    },
    "any_other": {
        "zh": "只要有其他诊断，你就当作有合并症。慢性病写了一长串，多数并不影响这次住院的花费；只有 `rules[\"cc\"]` 里的才影响分组。",
        "en": "You took any other diagnosis for a complication. Most of a long list of chronic diseases does not make the stay dearer; only what is in `rules[\"cc\"]` matters.",
    },
    "exclusion_ignored": {
        "zh": "你没有查排除表。主要诊断那个病本来就带着的表现，不能再算一次合并症，否则同一件事就付了两次钱。",
        "en": "You did not look at the exclusion lists. What is part of the main disease anyway is no complication of it, or one thing would be paid for twice.",
    },
    "one_excludes_all": {
        "zh": "有一个被排除，你就把其余的也都不算了。排除是**逐个**判断的：这一个不算，别的照算。",
        "en": "One was excluded, and you dropped all the others too. Exclusion is decided **one by one**: this one does not count, the others do.",
    },
    "excluded_by_main": {
        "zh": "排除表查反了：要查的是**其他诊断**的排除表，看主要诊断在不在上面。两个方向并不对称。",
        "en": "You looked the wrong way round: take the list of the **other** diagnosis, and ask whether the main one is on it. The two directions are not the same.",
    },
    "only_itself": {
        "zh": "你只排除了和主要诊断编码相近的。同一个病的一部分，编码可以差得很远（例如脑梗死和偏瘫），所以才要有排除表。",
        "en": "You excluded only codes that look like the main one. Parts of one disease may have codes far apart (stroke and hemiplegia, say); that is what the lists are for.",
    },
    "level_not_there": {
        "zh": "只分两级的组没有末位为 1 的：有 MCC 也是 3。你给出的组不存在，自然也查不到权重。",
        "en": "A group with two levels has none that ends in 1: with an MCC it is 3. The group you gave does not exist, and so has no weight.",
    },
    "unsplit_levelled": {
        "zh": "不细分的组，有没有合并症都是 9。",
        "en": "A group that is not split is 9 with or without complications.",
    },
    "empty_as_unknown": {
        "zh": "没有填，你说成了编码不认识。没有填要找医生，编码不对要找编码员：先问有没有填。",
        "en": "You called a missing diagnosis an unknown code. A missing one is for the doctor, a wrong code for the coder: first ask whether there is one.",
    },
    "unknown_as_empty": {
        "zh": "填了而编码表里没有，你说成了没有填。医生已经写了诊断，要请编码员看编码。",
        "en": "You called an unknown code a missing diagnosis. The doctor did write one; it is the code that must be looked at.",
    },
    "age_as_sex": {
        "zh": "和年龄矛盾的，你说成了和性别矛盾。只有某些 MDC 限制性别，新生儿的 MDC 男女都收。",
        "en": "You blamed the sex where it was the age. Only some MDCs take one sex; that of newborns takes both.",
    },
    "sex_as_age": {
        "zh": "和性别矛盾的，你说成了和年龄矛盾。先看这个 MDC 限制的是什么。",
        "en": "You blamed the age where it was the sex. First see what this MDC is limited to.",
    },
    "contradiction_as_unknown": {
        "zh": "编码本身没有问题，是它和病人对不上。请编码员去查编码，查不出毛病；要核对的是登记的性别或出生日期。",
        "en": "There is nothing wrong with the code itself; it does not suit the patient. A coder will find no fault with it: what must be checked is the sex or the date of birth that was registered.",
    },
    "mismatch_as_main": {
        "zh": "带 `QY` 的，主要诊断是认得出的，门也走对了，是手术对不上。",
        "en": "With `QY` the main diagnosis is known and led through a door; it is the operation that does not fit.",
    },
    "mismatch_as_grouped": {
        "zh": "带 `QY` 的没有入组：它没有权重，也就没有支付标准。",
        "en": "A `QY` was not grouped: it has no weight, and so no standard of payment.",
    },
    "grouped_blamed": {
        "zh": "已经入组的首页，你也退了回去。有手术、限性别的 MDC 都很平常，入了组就没有要改的。",
        "en": "You sent back pages that were grouped. An operation, or an MDC that takes one sex only, is nothing unusual; what was grouped needs no mending.",
    },
    "cost_is_paid": {
        "zh": "你付的是实际费用，那是按项目付费。按病组付费，正常病例不管花了多少，都付支付标准。",
        "en": "You paid the cost: that is fee for service. Paying by group, a normal case is paid the standard whatever it cost.",
    },
    "weight_is_paid": {
        "zh": "你给的是权重，还没有乘费率。权重是倍数，乘了费率才是钱。",
        "en": "You gave the weight and did not multiply by the rate. A weight is a multiple; only times the rate is it money.",
    },
    "lesser_is_paid": {
        "zh": "花得比标准少的，你只付了实际费用。这样医院省下来也没有好处；正常病例省下的归医院，这正是按病组付费的用意。",
        "en": "Where a case cost less than the standard you paid only the cost. Then nobody has a reason to save; with normal cases the hospital keeps what it saves, and that is the point of paying by group.",
    },
    "standard_for_low": {
        "zh": "低倍率病例你也付了整个标准。花得太少，往往是住了一两天就走，或者不该住院；按实际费用付，免得这样的住院越来越多。",
        "en": "You paid low outliers the whole standard. A case that cost so little often left after a day or need not have come; it is paid its cost, lest such stays multiply.",
    },
    "low_bound_paid": {
        "zh": "低倍率病例付的是**实际费用**，`low` 只是用来认定的界限。",
        "en": "A low outlier is paid its **cost**; `low` is only the bound by which it is known.",
    },
    "capped": {
        "zh": "高倍率病例你只付了标准。那样一来，谁收危重病人谁亏；超出界限的那一部分要补上。",
        "en": "You paid high outliers the standard alone. Then whoever takes in the gravely ill would lose by it; what goes beyond the bound is added.",
    },
    "full_cost": {
        "zh": "高倍率病例你付了全部费用。补的只是**超出界限**的那一部分；标准与界限之间的那一段，由医院自己承担。",
        "en": "You paid high outliers their whole cost. Only what goes **beyond the bound** is added; the stretch between standard and bound is borne by the hospital.",
    },
    "bound_paid_too": {
        "zh": "你付到了界限为止。界限是用来认定的，付的是标准加上超出界限的部分。",
        "en": "You paid up to the bound. The bound tells who is an outlier; what is paid is the standard and what goes beyond the bound.",
    },
    "excess_only": {
        "zh": "你只付了超出界限的部分，忘了支付标准本身。",
        "en": "You paid what goes beyond the bound and forgot the standard itself.",
    },
    "one_bound": {
        "zh": "不论权重大小，你用了同一个界限。界限分三档：越重的组，界限越低。",
        "en": "You used one bound for all weights. There are three: the heavier the group, the lower its bound.",
    },
    "edges_moved": {
        "zh": "权重正好是 1 或 2 的组，你用错了档。规则写的是“不超过”：1 归轻的一档，2 归中间一档。",
        "en": "Groups with a weight of exactly 1 or 2 got the wrong bound. The rule says \"up to\": 1 is still light, and 2 still in the middle.",
    },
    "copied_numbers": {
        "zh": "你把今年的界限和比例抄进了程序。我们换了一份 `terms`，你的函数还按旧的算。数字要从 `terms` 里取。",
        "en": "You copied this year's figures into your program. We asked with other `terms`, and your function still used the old ones. Take the figures from `terms`.",
    },
    "unpaid": {
        "zh": "入不了组的病例你没有付钱。病人毕竟治过了；规则按费用打折付，既不让医院全亏，又催着把首页改好。",
        "en": "You paid nothing for ungrouped cases. These patients were treated, after all; the rules pay a share of the cost, which spares the hospital the worst and still makes it mend the page.",
    },
    "ungrouped_in_full": {
        "zh": "入不了组的病例你付了全部费用。那样的话，首页写不好反而更划算；规则是打折付。",
        "en": "You paid ungrouped cases in full. Then bad pages would pay; the rules pay a share.",
    },
    "mains_counted": {
        "zh": "你数的是主要诊断变了的首页。诊断变了，组不一定变：两个病可能走到同一个组里去。",
        "en": "You counted pages on which the main diagnosis changed. The group need not change with it: two diseases may lead to the same one.",
    },
    "all_reviewed": {
        "zh": "你数的是复核过的首页。其中有些本来就是对的。",
        "en": "You counted all pages that were reviewed. Some of them had been right all along.",
    },
    "old_main_lost": {
        "zh": "换了主要诊断，原来的主要诊断却丢了。病人的那个病还在：它成了其他诊断，可能正是一个 CC 或 MCC。",
        "en": "You changed the main diagnosis, and the old one was lost. The patient still has that disease: it is one of the others now, and may well be a CC or MCC.",
    },
    "ungrouped_in_cmi": {
        "zh": "你把入不了组的病例也算进了分母。它们没有权重，等于当作 0 来平均，CMI 就被拉低了。",
        "en": "You counted ungrouped cases below the line. They have no weight; that averages them in as zeros and pulls the CMI down.",
    },
    "reviewed_only": {
        "zh": "你只算了复核过的首页。CMI 说的是全月的病例。",
        "en": "You took only the pages that were reviewed. The CMI is about all cases of the month.",
    },
    "groups_not_cases": {
        "zh": "你对**组**求了平均，每个组只算一次。CMI 对**病例**求平均：一个组来了三十个病人，就要算三十次。",
        "en": "You averaged over **groups**, each once. The CMI averages over **cases**: a group with thirty patients counts thirty times.",
    },
    "other_sign": {
        "zh": "正负号反了：题目问的是改正**以后**减去改正**以前**。",
        "en": "The sign is the wrong way round: it is **afterwards** less **before**.",
    },
    "outliers_forgotten": {
        "zh": "你直接用了权重乘费率，没有管高倍率和低倍率。改了组，标准变了，有的病例就进了或者出了倍率界限。请用第 5 题的函数。",
        "en": "You took weight times rate and forgot the outliers. With another group the standard is another, and some cases pass a bound one way or the other. Use your function of item 5.",
    },
}

HINTS = {
    "find_mdc": {
        "zh": "先问首页可信不可信：编码在不在表里，性别、年龄对不对得上。再问先期分组。都不是，才查表给字母。",
        "en": "First ask whether the page can be right: is the code in the table, do sex and age agree with it? Then ask what goes before everything. Only then look up the letter.",
    },
    "find_adrg": {
        "zh": "从头到尾试 `rules[\"adrgs\"]`：跳过别的 MDC，第一个 `belongs` 的就返回。轮到 `part` 是 `\"M\"` 的组时，先问 `operated`。",
        "en": "Go through `rules[\"adrgs\"]` from the top: pass over other MDCs, and return the first to which the case `belongs`. When a group whose `part` is `\"M\"` has its turn, first ask whether it was `operated`.",
    },
    "find_drg": {
        "zh": "分三步：每个其他诊断是不是 MCC 或 CC；主要诊断在不在它的排除表上；算数的里面最重的是哪个，这个组有没有那一级。",
        "en": "Three steps: is each other diagnosis an MCC or CC; is the main diagnosis on its exclusion list; what is the gravest of those that count, and has the group that level?",
    },
    "why_ungrouped": {
        "zh": "先看 `drg`：带 `QY` 的、不是 `0000` 的，马上就有答案。剩下的再问：填了没有，认不认识，性别对不对；都没有问题，就是年龄。",
        "en": "Look at `drg` first: `QY`, or anything but `0000`, settles it at once. Of the rest ask: is there a code, is it known, does the sex agree? If so, it is the age.",
    },
    "payment": {
        "zh": "先算支付标准，再比较：费用低于 `low` 倍，还是高于界限倍？高倍率付标准加上超出界限的部分。",
        "en": "Work out the standard, then compare: is the cost below `low` times the standard, or above the bound times it? A high outlier is paid the standard and what goes beyond the bound.",
    },
    "review": {
        "zh": "先把每份复核过的首页改正（三步都做），对每份首页求出改正前后的组，再由组得到权重和支付。如果前面几题还没有全对，先把它们改好。",
        "en": "Mend each reviewed page (all three steps), find the group of every page before and after, then weights and payments from the groups. If the items before are not all right yet, mend them first.",
    },
}

INSIGHTS = {
    "find_mdc": {
        "zh": "这一步只看一个诊断，却决定了后面的一切。所以病案科常说：首页上最贵的一个字，是主要诊断。",
        "en": "This step looks at one diagnosis and decides all that follows. The main diagnosis is the dearest line on the page, as record offices say.",
    },
    "find_adrg": {
        "zh": "同样的“按次序试，第一个符合的就是它”，也用在急诊分诊、报警分级和防火墙规则里。规则的次序，本身就是规则。",
        "en": "\"Try in order, the first that fits is the one\" also runs triage, alarm levels and firewalls. The order of the rules is itself a rule.",
    },
    "find_drg": {
        "zh": "排除表是分组器里最费心思的部分：每一条都是临床专家对“这算不算另一个问题”的回答。",
        "en": "The exclusion lists are what costs most thought in a grouper: each line is a clinician's answer to \"is this another problem, or the same?\"",
    },
    "why_ungrouped": {
        "zh": "把原因分清楚，退回去的单子就知道该找谁。许多医院在病人出院前就跑一遍分组器，当场改，比月底退单省事得多。",
        "en": "With the reason, the page finds its way to who can mend it. Many hospitals run the grouper before the patient leaves and mend on the spot, which is much less trouble than returns at the end of the month.",
    },
    "payment": {
        "zh": "界限两边的价格要接得上：刚过高倍率界限，付的和标准一样多，然后慢慢增加；低倍率那一头却有一个跳跃，规则的设计者要提防有人在跳跃处做文章。",
        "en": "At the high bound the payment goes on without a jump: just above it, it is still the standard. At the low bound there is one, and whoever designs such rules must watch what happens there.",
    },
    "review": {
        "zh": "有多有少，这就是质控和高套的分别：质控不问方向，只问首页和病历是否一致。",
        "en": "Some more, some less: that is what tells reviewing from upcoding. A review does not ask which way the money goes, only whether page and record agree.",
    },
}
