# expect: 0/4
roles = dict(zip(sorted(export.columns), ROLES))
