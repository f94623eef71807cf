"""JupyterHub reads this file; everything is decided in hub_config/apply.py and hub_config/settings.py."""

from hub_config.apply import apply
from hub_config.settings import load_settings

apply(get_config(), load_settings())  # noqa: F821 - traitlets provides get_config
