"""nbgrader reads this file in every user's server; everything is decided in nbgrader_roles.py."""  # noqa: INP001 - no package

from hub_config.nbgrader_roles import configure

configure(get_config())  # noqa: F821 - traitlets provides get_config
