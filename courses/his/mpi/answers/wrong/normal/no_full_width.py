# expect: 2/5 full_width
def normal(field: str, text: str) -> str | None:
    """field: name, id_number, phone or birth_date; text: as typed.

    Returns the one form, or None if it says 'not known'.
    """
    text = text.strip()
    if text.casefold() in {"", "未知", "不详", "无", "无名氏", "unknown", "n/a", "-"}:
        return None
    if field == "name":
        text = re.sub(r"\s+", " ", text).lower()
        return text if text.isascii() else text.replace(" ", "")
    if field == "birth_date":
        parts = re.findall(r"[0-9０-９]+", text)
        year, month, day = parts if len(parts) == 3 else (text[:4], text[4:6], text[6:])
        date = f"{year}-{month:0>2}-{day:0>2}"
        return None if date == "1900-01-01" else date
    text = re.sub(r"[\s-]", "", text).upper()
    if field == "phone":
        text = re.sub(r"^(\+|00)86", "", text)
    return None if len(set(text)) == 1 else text
