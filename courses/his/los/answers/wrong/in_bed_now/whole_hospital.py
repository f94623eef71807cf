# expect: 0/2 whole_hospital
def in_bed_now(stays, ward):
    return int(stays["discharged_at"].isna().sum())
