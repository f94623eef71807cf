# expect: 0/4 parts_of_words
def symptoms(story, terms):
    import re

    told = {}
    for sentence in story.split("。"):
        denied = re.search("否认|无", sentence)
        for term in terms:
            for k in range(len(term) - 1):  # any piece of a term will do
                if term[k:] in sentence:
                    told[term[k:]] = "denied" if denied else "present"
    return told
