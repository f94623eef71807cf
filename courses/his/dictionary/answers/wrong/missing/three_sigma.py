# expect: 0/4 outliers_as_missing
missing = {}
for name, role in roles.items():
    if role in ("respiratory_rate", "systolic", "diastolic"):
        column = export[name]
        far = (column - column.mean()).abs() > 3 * column.std()
        missing[name] = column[far].unique().tolist()
