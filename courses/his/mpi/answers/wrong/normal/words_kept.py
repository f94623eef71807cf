# expect: 4/5 words_kept
def normal(field: str, text: str) -> str | None:
    """field: name, id_number, phone or birth_date; text: as typed.

    Returns the one form, or None if it says 'not known'.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text.casefold() in {""}:
        return None
    if field == "name":
        text = re.sub(r"\s+", " ", text).lower()
        return text if text.isascii() else text.replace(" ", "")
    if field == "birth_date":
        if not any(c.isdigit() for c in text):
            return text
        parts = re.findall(r"\d+", text)
        year, month, day = parts if len(parts) == 3 else (text[:4], text[4:6], text[6:])
        date = f"{int(year)}-{int(month):02d}-{int(day):02d}"
        return None if date == "1900-01-01" else date
    text = re.sub(r"[\s-]", "", text).upper()
    if field == "phone":
        text = re.sub(r"^(\+|00)86", "", text)
    return None if len(set(text)) == 1 else text
