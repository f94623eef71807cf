# expect: 0/4 scope_too_long
def symptoms(story: str, terms: list[str]) -> dict[str, str]:
    import re

    words = sorted(map(re.escape, terms), key=len, reverse=True)
    term = re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in words))
    told = {}
    for sentence in [story.lower()]:
        named = term.sub("", sentence)
        denied = re.search(r"否认|无|\bno\b|\bdenies\b", named)
        for found in term.findall(sentence):
            told[found] = "denied" if denied else "present"
    return told
