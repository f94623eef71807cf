"""Transactions in the style of IHE profiles between the hospitals of a consortium; no conformance is claimed.

PIX and PDQ (who is who), XDS (which documents there are), ATNA (who saw what).
"""
