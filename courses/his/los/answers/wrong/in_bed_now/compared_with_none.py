# expect: 0/2
def in_bed_now(stays, ward):
    return int(((stays["ward"] == ward) & (stays["discharged_at"] == None)).sum())
