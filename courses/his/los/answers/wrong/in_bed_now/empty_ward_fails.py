# expect: 1/2 raised
def in_bed_now(stays, ward):
    here = stays[stays["discharged_at"].isna()]
    return int(here["ward"].value_counts()[ward])
