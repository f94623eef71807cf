# expect: 3/4 unit_lost
def medications(line: str, codes: dict) -> list[dict]:
    import re

    units, routes, frequencies = (
        "|".join(sorted(map(re.escape, codes[kind]), key=len, reverse=True)) for kind in ("unit", "route", "frequency")
    )
    entry = re.compile(rf"(.+) (\d+(?:\.\d+)?) ?({units}) ({routes}) ({frequencies})")
    rows = []
    for part in re.split(r"；|; ", line):
        found = entry.fullmatch(part.strip())
        if found:
            drug, dose, unit, route, frequency = found.groups()
            rows.append(
                {
                    "drug": drug,
                    "dose": float(dose),
                    "unit": "",
                    "route": codes["route"][route],
                    "frequency": codes["frequency"][frequency],
                }
            )
    return rows
