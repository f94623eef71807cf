"""nbgrader's exchange over HTTP: plugin classes for a learner's and an instructor's JupyterLab, one verb per file.

In nbgrader_config.py:

    from grading.exchange.client import configure
    configure(c)

or name the classes one by one (`c.ExchangeFactory.list = "grading.exchange.client.ExchangeList"` …). They find the
service through XINGLIN_EXCHANGE_URL and JUPYTERHUB_API_TOKEN, and speak the language in XINGLIN_LANG.
"""

from __future__ import annotations

from typing import Any

from grading.exchange.client.base import Exchange
from grading.exchange.client.collect import ExchangeCollect
from grading.exchange.client.feedback import ExchangeFetchFeedback
from grading.exchange.client.fetch import ExchangeFetchAssignment
from grading.exchange.client.listing import ExchangeList
from grading.exchange.client.release import ExchangeReleaseAssignment, ExchangeReleaseFeedback
from grading.exchange.client.submit import ExchangeSubmit

PLUGINS: dict[str, type[Exchange]] = {
    "exchange": Exchange,
    "list": ExchangeList,
    "fetch_assignment": ExchangeFetchAssignment,
    "fetch_feedback": ExchangeFetchFeedback,
    "submit": ExchangeSubmit,
    "release_assignment": ExchangeReleaseAssignment,
    "release_feedback": ExchangeReleaseFeedback,
    "collect": ExchangeCollect,
}


def configure(c: Any) -> None:  # noqa: ANN401 (traitlets' configuration object)
    """Make nbgrader use these plugins."""
    for name, plugin in PLUGINS.items():
        setattr(c.ExchangeFactory, name, plugin)


__all__ = [
    "PLUGINS",
    "Exchange",
    "ExchangeCollect",
    "ExchangeFetchAssignment",
    "ExchangeFetchFeedback",
    "ExchangeList",
    "ExchangeReleaseAssignment",
    "ExchangeReleaseFeedback",
    "ExchangeSubmit",
    "configure",
]
