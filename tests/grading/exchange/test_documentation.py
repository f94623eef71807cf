"""docs/exchange.md names every address, every setting and every rule there is."""

import re

from exchange_rig import CODE

from grading.exchange.server import ID, NAME, ROUTES
from grading.exchange.settings import Limits, Places
from grading.policy import Policy

PAGE = (CODE / "docs" / "exchange.md").read_text()


def test_every_address_is_documented() -> None:
    documented = {re.sub(r"/(C|A|ID)(?=/|$)", "/*", path) for path in re.findall(r"`(?:GET|PUT|POST) ([\w/]+)", PAGE)}
    assert documented == {path.replace(NAME, "*").replace(ID, "*") for path in ROUTES}


def test_every_setting_is_documented() -> None:
    for name in Limits.model_fields:
        assert f"XINGLIN_EXCHANGE_{name.upper()}`" in PAGE or f"`…_{name.upper()}`" in PAGE, name
    for name, field in Places.model_fields.items():
        alias = str(field.validation_alias)
        assert alias in PAGE or alias.startswith("JUPYTERHUB_"), name


def test_every_rule_of_the_policy_is_documented() -> None:
    for name in Policy.model_fields:
        assert f"| `{name}` |" in PAGE
