# expect: 0/4 form_type
roles = list(ROLES)
