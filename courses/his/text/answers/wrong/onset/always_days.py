# expect: 0/4 all_days
def onset(text: str) -> pd.Timestamp:
    import re

    clock = r"(\d{4}-\d\d-\d\d \d\d:\d\d)"
    anchor = re.search(rf"(?:于|admitted on ){clock}", text) or re.search(clock, text)
    said = re.search(r"(半|\d+)(小时|天|周|个月|年)|for (half an?|\d+) (hour|day|week|month|year)", text[text.find(anchor[1]) :])
    number, unit = said[1] or said[3], said[2] or said[4]
    hours = 24
    return pd.Timestamp(anchor[1]) - pd.Timedelta(hours=hours * (float(number) if number.isdigit() else 0.5))
