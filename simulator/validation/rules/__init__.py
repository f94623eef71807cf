"""Coherence rules by subject: each is a named SQL query that counts the rows which break it; there may be none."""

from simulator.validation.rules.beds import BEDS
from simulator.validation.rules.declared import DECLARED, KNOWN_IDS
from simulator.validation.rules.drugs import DRUGS
from simulator.validation.rules.home import HOME
from simulator.validation.rules.money import MONEY
from simulator.validation.rules.notes import NOTES
from simulator.validation.rules.orders import ORDERS
from simulator.validation.rules.payment import PAYMENT
from simulator.validation.rules.people import PEOPLE
from simulator.validation.rules.referrals import REFERRALS
from simulator.validation.rules.results import RESULTS
from simulator.validation.rules.rule import Rule
from simulator.validation.rules.stations import STATIONS
from simulator.validation.rules.visits import VISITS

WRITTEN: tuple[Rule, ...] = (
    *PEOPLE,
    *VISITS,
    *STATIONS,
    *BEDS,
    *ORDERS,
    *RESULTS,
    *DRUGS,
    *MONEY,
    *PAYMENT,
    *REFERRALS,
    *HOME,
    *NOTES,
)
RULES: tuple[Rule, ...] = (*WRITTEN, *DECLARED)

__all__ = ["KNOWN_IDS", "RULES", "WRITTEN", "Rule"]
