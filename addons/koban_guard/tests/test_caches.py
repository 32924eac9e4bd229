"""What is remembered does not depend on who asked first."""

import inspect

from odoo.tests import tagged

from .common import DocumentCase


def find_cached_methods(env):
    """Return the methods of our addons that the registry remembers, by module and name."""
    parts = {part for model in env.registry.values() for part in model.__mro__}
    return {
        f"{part.__module__}.{name}": method
        for part in parts
        if part.__module__.startswith("odoo.addons.koban_")
        for name, method in vars(part).items()
        if hasattr(method, "__cache__")
    }


@tagged("post_install", "-at_install")
class TestCaches(DocumentCase):
    """An argument that the key leaves out is answered with what another one gave."""

    def test_every_argument_is_in_the_key(self):
        """Each cached method of ours names every argument in its key."""
        found = find_cached_methods(self.env)
        self.assertIn("odoo.addons.koban_guard.models.base._get_referring_fields", found)
        for label, method in found.items():
            with self.subTest(method=label):
                _self, *names = inspect.signature(method).parameters
                self.assertEqual(sorted(method.__cache__.args), sorted(names))

    def test_referring_fields_in_both_orders(self):
        """What a deletion empties and what a merge changes: asked in both orders."""
        accounts, answers = self.env["account.account"], {}
        for first in (True, False):
            self.env.registry.clear_cache()
            answers[first] = {
                emptied: accounts._get_referring_fields(emptied) for emptied in (first, not first)
            }
        self.assertEqual(answers[True], answers[False])
        narrow, wide = answers[True].values()
        self.assertLessEqual(set(narrow), set(wide))
