"""nbgrader reads this file in every user's server; everything is decided in hub_config/nbgrader_roles.py."""

from hub_config.nbgrader_roles import configure

configure(get_config())  # noqa: F821 - traitlets provides get_config
