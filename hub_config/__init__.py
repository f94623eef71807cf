"""The JupyterHub deployment: settings, accounts, user servers, portal and command line."""
