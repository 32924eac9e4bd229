"""Tests that go to the past and back, which the clock of a server must not."""

from unittest.mock import patch

from ..tools import journal
from ..tools.clock import read_clock


class TimeTravel:
    """Before the class of the tests in its bases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(journal, "get_link_date", lambda _env, _last: read_clock())
        )
