"""What can go wrong between this process and Chromium."""


class ChromiumError(Exception):
    """Chromium could not print. The base of all errors of this package."""


class ChromiumMissing(ChromiumError):
    """No program to start: none on PATH, or the one configured does not exist."""


class ChromiumTooOld(ChromiumError):
    """The program lacks what the page layout relies on."""


class ChromiumStopped(ChromiumError):
    """The process ended, or its page crashed, while it was needed."""


class ChromiumTimeout(ChromiumError):
    """The time limit of one document passed."""


class DevToolsError(ChromiumError):
    """Chromium answered a command by an error."""
