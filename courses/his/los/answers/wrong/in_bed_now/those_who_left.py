# expect: 0/2 left_instead
def in_bed_now(stays, ward):
    return int(((stays["ward"] == ward) & stays["discharged_at"].notna()).sum())
