# expect: 0/2 ever_here
def in_bed_now(stays, ward):
    return int((stays["ward"] == ward).sum())
