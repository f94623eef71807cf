"""What can go wrong in running the platform. Every message says what, where, and what would be right.

HubError
├── SettingsError     a key of xinglin.toml or an XINGLIN_* variable
├── StateError        the state folder: not writable, full, in use by another platform
├── PortError         a port that somebody else listens on
├── IsolationError    bubblewrap is missing or may not make namespaces
├── RosterError       rows of a roster that cannot be imported
├── AccountError      a user, a password, an invitation
└── PlatformError     a part of the platform that did not start or did not answer
"""


class HubError(Exception):
    """Anything about the platform that a person can put right."""


class SettingsError(HubError):
    """A setting has an unknown name or an impossible value."""


class StateError(HubError):
    """The state folder cannot be used."""


class PortError(HubError):
    """A port cannot be listened on."""


class IsolationError(HubError):
    """Users cannot be kept apart on this machine."""


class RosterError(HubError):
    """A roster has rows that cannot be imported; nothing was."""


class AccountError(HubError):
    """A user, a password or an invitation is not as it must be."""


class PlatformError(HubError):
    """A part of the platform did not start or did not answer."""
