# expect: 0/4 parity_turned
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
    if sex is not None and (int(id_number[16]) % 2 == 0) != (sex == "male"):
        return "other"
    return "ok"
