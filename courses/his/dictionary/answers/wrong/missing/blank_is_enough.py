# expect: 0/4 not_written
missing = {}
