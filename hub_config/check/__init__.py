"""`up --check`: one whole learner cycle over HTTP, as a browser would do it.

client.py  a person at a browser: forms, cookies, XSRF, their server's interface
cycle.py   the steps of a learner and an instructor, each with its seconds and marks
"""
