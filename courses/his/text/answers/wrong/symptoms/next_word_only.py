# expect: 0/4 scope_too_short
def symptoms(story, terms):
    import re

    words = "|".join(sorted(map(re.escape, terms), key=len, reverse=True))
    told = {}
    for hit in re.finditer(words, story.lower()):
        before = story[: hit.start()]
        told[hit[0]] = "denied" if before.endswith(("无", "否认", "诉无")) else "present"
    return told
