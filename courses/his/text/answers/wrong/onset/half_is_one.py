# expect: 3/4 half_is_one
def onset(text: str) -> pd.Timestamp:
    import re

    clock = r"(\d{4}-\d\d-\d\d \d\d:\d\d)"
    anchor = re.search(rf"(?:于|admitted on ){clock}", text) or re.search(clock, text)
    said = re.search(r"(半|\d+)(小时|天|周|个月|年)|for (half an?|\d+) (hour|day|week|month|year)", text[text.find(anchor[1]) :])
    number, unit = said[1] or said[3], said[2] or said[4]
    hours = {"小时": 1, "天": 24, "周": 168, "个月": 720, "年": 8760, "hour": 1, "day": 24, "week": 168, "month": 720, "year": 8760}[unit]
    return pd.Timestamp(anchor[1]) - pd.Timedelta(hours=hours * (float(number) if number.isdigit() else 1))
