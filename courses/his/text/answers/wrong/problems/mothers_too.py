# expect: 4/6 mother_as_patient
def problems(text: str, terms: list[str]) -> list[tuple[str, str]]:
    import re

    words = sorted(map(re.escape, terms), key=len, reverse=True)
    term = re.compile(
        "|".join(rf"(?<!\w){word}(?!\w)" if word[0].isascii() and word[-1].isascii() else word for word in words)
    )
    heading = re.compile(r"(既往史|家族史|初步诊断|Past history|Family history|Provisional diagnosis)[：:]")
    section, found = "", []
    for line in text.splitlines():
        title = heading.match(line)
        if title:
            section = title[1]
        elif re.match(r"[^：:]{2,30}[：:]", line) and not re.match(r"鉴别诊断|DDx", line):
            section = ""
        body = line[title.end() :] if title else line
        for sentence in re.split(r"。|(?<=[a-zA-Z])\. ?", body):
            names = term.findall(sentence.lower())
            denied = re.search(r"否认|无|\b(?:no|denies|negative)\b", sentence, re.IGNORECASE)
            doubt = re.search(
                r"？|可能|待排|除外|鉴别|\?|probable|suspected|excluded|DDx|rule out", sentence, re.IGNORECASE
            )
            if section in ("初步诊断", "Provisional diagnosis"):
                found += [(name, "suspected" if doubt else "established") for name in names]
            elif section in ("既往史", "Past history"):
                found += [(name, "denied" if denied else "past") for name in names]
            elif section and not denied:
                found += [(name, "past") for name in names]
    return found
