"""The portal: the pages that learners and instructors see first, a service that the hub starts and signs people in for.

texts.yaml   every sentence of the pages, zh and en side by side; texts.py reads it
views.py     what a page shows, as frozen dataclasses
source.py    fills them for learners, teaching.py for instructors: from courses/, the exchange and the accounts
render.py    templates, and how numbers, times and feedback are written
base.py      what every page shares: identity, language, headers, errors
learn.py     a learner's pages; teach.py an instructor's; app.py their addresses
"""
