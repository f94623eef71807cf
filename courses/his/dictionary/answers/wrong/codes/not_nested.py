# expect: 0/4
codes = {1: "male", 2: "female", 3: "inpatient"}
