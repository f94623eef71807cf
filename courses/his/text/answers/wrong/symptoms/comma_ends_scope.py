# expect: 0/4 scope_too_short
def symptoms(story, terms):
    import re

    words = "|".join(sorted(map(re.escape, terms), key=len, reverse=True))
    told = {}
    for piece in re.split("[。，、]", story.lower()):
        denied = re.search("否认|无", piece)
        for found in re.findall(words, piece):
            told[found] = "denied" if denied else "present"
    return told
