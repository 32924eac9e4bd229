"""Plugin of pytest, in the host's process: the host's caches stay filled from test to test.

The host's cases empty every cache after each test, so that each reads views, rights and templates
anew. Here a cache that nobody emptied meanwhile stays: whatever changes what it holds empties it,
which running servers rely on too, and what a test changed is rolled back.
"""

from unittest.mock import patch

import pytest

# The others hold what tests change by SQL, or name files that are rolled back.
KEPT = ("templates", "groups", "stable", "routing")


@pytest.fixture(scope="session", autouse=True)
def keep_caches(load_registry):
    """Empty after a test, and after a class, only what was emptied during it."""
    from odoo.orm.registry import Registry  # noqa: PLC0415  the host is there once configured
    from odoo.tests.common import TransactionCase  # noqa: PLC0415

    of_test: set[str] = set()
    of_class: set[str] = set()
    clear_some, clear_all = Registry.clear_cache, Registry.clear_all_caches

    def record_some(registry, *names):
        clear_some(registry, *names)
        record(names)

    def record_all(registry):
        clear_all(registry)
        record(KEPT)

    def record(names):
        of_test.update(names)
        of_class.update(names)

    def clear_recorded(registry, names):
        changed = names.intersection(KEPT)
        names.clear()
        clear_some(registry, "default", "assets", *changed)

    def set_up(case):
        of_test.clear()
        with clearing(case.registry, of_test):
            host_set_up(case)

    def set_up_class(cls):
        host_set_up_class(cls)
        of_class.clear()
        for rank, (function, *arguments) in enumerate(cls._class_cleanups):
            if function.__name__ == "reset_changes":
                reset = clearing(cls.registry, of_class)(function)
                cls._class_cleanups[rank] = (reset, *arguments)

    def clearing(registry, names):
        """Have the host empty what these names hold where it means to empty everything."""
        return patch.object(registry, "clear_all_caches", lambda: clear_recorded(registry, names))

    host_set_up, host_set_up_class = TransactionCase.setUp, TransactionCase.setUpClass.__func__
    with (
        patch.object(Registry, "clear_cache", record_some),
        patch.object(Registry, "clear_all_caches", record_all),
        patch.object(TransactionCase, "setUp", set_up),
        patch.object(TransactionCase, "setUpClass", classmethod(set_up_class)),
    ):
        yield
