# expect: 0/2 form_type
def in_bed_now(stays, ward):
    return stays[(stays["ward"] == ward) & stays["discharged_at"].isna()]
