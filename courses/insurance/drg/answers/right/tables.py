# %% id="find_mdc"
def find_mdc(case, rules):
    """With tables instead of dictionaries."""
    doors = pd.Series(rules["mdc_of"], dtype=object)
    mdc = doors.get(case["main"], "0000")
    limits = pd.Series(rules["sex_of"])
    wrong_sex = mdc in limits.index and limits[mdc] != case["sex"]
    too_old = mdc == rules["newborn_mdc"] and not case["age_days"] <= rules["newborn_days"]
    if mdc == "0000" or wrong_sex or too_old:
        return "0000"
    return "A" if performed(case, rules["pre_mdc"]) else mdc


# %% id="find_adrg"
def find_adrg(case, mdc, rules):
    groups = pd.DataFrame(rules["adrgs"])
    groups = groups[groups["mdc"] == mdc]
    if groups.empty:
        return "0000"
    fits = groups[[belongs(case, one) for one in groups.to_dict("records")]]
    treated = fits[fits["part"] != "M"]
    if len(treated):
        return treated["adrg"].iloc[0]
    return mdc + "QY" if operated(case, rules) else fits["adrg"].iloc[0]


# %% id="find_drg"
def find_drg(case, adrg, rules):
    if adrg not in rules["levels"]:
        return adrg
    others = pd.Series(case["others"], dtype=object)
    others = others[[case["main"] not in rules["exclusions"].get(code, []) for code in others]]
    kinds = set(others.map(rules["cc"]).dropna())
    levels = rules["levels"][adrg]
    if len(levels) == 1:
        return f"{adrg}9"
    if "mcc" in kinds:
        return f"{adrg}{levels[0]}"
    return f"{adrg}{3 if 'cc' in kinds else 5}"


# %% id="why_ungrouped"
def why_ungrouped(case, drg, rules):
    known = case["main"] in rules["mdc_of"]
    return str(
        np.select(
            [drg.endswith("QY"), drg != "0000", case["main"] == "", not known,
             rules["mdc_of"].get(case["main"]) in rules["sex_of"]],
            ["operation", "grouped", "no_main", "unknown_code", "sex"],
            "age",
        )
    )  # fmt: skip


# %% id="payment"
def payment(cost, weight, rate, terms):
    if weight is None or pd.isna(weight):
        return cost * terms["ungrouped"]
    bounds = [terms["high_light"], terms["high_middle"], terms["high_heavy"]]
    standard = weight * rate
    bound = bounds[int(np.searchsorted([1.0, 2.0], weight))] * standard
    return float(np.where(cost < terms["low"] * standard, cost, standard + np.clip(cost - bound, 0, None)))


# %% id="review"
month = pages.assign(before=[group(one) for one in cases], after=[group(one) for one in cases]).set_index("page")
for one in cases:
    if one["page"] in reviewed:
        right = reviewed[one["page"]]
        rest = [code for code in one["others"] if code != right]
        if one["main"] not in ("", right):
            rest.append(one["main"])
        month.loc[one["page"], "after"] = group(dict(one, main=right, others=rest))
for column in ("before", "after"):
    month[f"weight_{column}"] = month[column].map(rules["weights"])
    month[f"paid_{column}"] = [
        payment(cost, None if pd.isna(weight) else weight, rules["rate"], rules["terms"])
        for cost, weight in zip(month["cost"], month[f"weight_{column}"])
    ]
review = pd.Series(
    {
        "changed": (month["before"] != month["after"]).sum(),
        "cmi_before": month["weight_before"].mean(),
        "cmi_after": month["weight_after"].mean(),
        "payment_change": month["paid_after"].sum() - month["paid_before"].sum(),
    }
)
