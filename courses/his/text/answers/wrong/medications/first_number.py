# expect: 3/4 strength_for_dose
def medications(line, codes):
    import re

    units = "|".join(sorted(map(re.escape, codes["unit"]), key=len, reverse=True))
    rows = []
    for part in re.split(r"；|; ", line):
        *_, route, frequency = part.split(" ")
        drug = part.rsplit(" ", 3)[0]
        dose = re.search(r"\d+(\.\d+)?", part)[0]  # in "0.9%氯化钠注射液 88ml" the first figure is the concentration
        unit = re.search(rf"\d ?({units}) ", part)[1]
        rows.append(
            {
                "drug": drug,
                "dose": float(dose),
                "unit": codes["unit"][unit],
                "route": codes["route"][route],
                "frequency": codes["frequency"][frequency],
            }
        )
    return rows
