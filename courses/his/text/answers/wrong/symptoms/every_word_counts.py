# expect: 0/4 denial_ignored
def symptoms(story: str, terms: list[str]) -> dict[str, str]:
    import re

    words = sorted(map(re.escape, terms), key=len, reverse=True)
    term = re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in words))
    told = {}
    for sentence in re.split(r"。|\.", story.lower()):
        named = term.sub("", sentence)
        denied = re.search(r"否认|无|\bno\b|\bdenies\b", named)
        for found in term.findall(sentence):
            told[found] = "present"
    return told
