"""DESIGN §1: the steps of a validation stand in one order, whoever inserts one."""

from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..tools.pipeline import HOST, Run, find_fault, insert_step
from .common import DocumentCase


class Documents(list):
    """Stands for records: what a step is called on, with the halves that it has."""

    def _validate_gate(self, run):
        """First half alone."""

    def _validated_seal(self, run):
        """Second half alone."""


@tagged("post_install", "-at_install", "koban_alone")
class TestSteps(BaseCase):
    def test_insert(self):
        """A step stands right before or after the named one."""
        steps = ["check", HOST]
        self.assertEqual(insert_step(steps, "gate", before=HOST), ["check", "gate", HOST])
        self.assertEqual(insert_step(steps, "gate", after="check"), ["check", "gate", HOST])
        self.assertEqual(insert_step(steps, "seal", after=HOST), ["check", HOST, "seal"])
        self.assertEqual(steps, ["check", HOST])

    def test_unknown(self):
        """Bad input: a step beside one that is not there, or that is there already."""
        with self.assertRaisesRegex(ValueError, "'gate' cannot stand beside 'hots'.*check"):
            insert_step(["check", HOST], "gate", after="hots")
        with self.assertRaisesRegex(ValueError, "'check' is a step already"):
            insert_step(["check", HOST], "check", before=HOST)

    def test_halves(self):
        """Each step has a half at least, and the host stands among them."""
        self.assertEqual(find_fault(Documents(), "validation", ["gate", HOST, "seal"]), "")
        fault = find_fault(Documents(), "validation", ["gait", HOST])
        self.assertIn("_validate_gait nor _validated_gait", fault)
        self.assertIn("no step 'host'", find_fault(Documents(), "validation", ["gate"]))
        self.assertIn("_cancel_gate", find_fault(Documents(), "cancellation", ["gate", HOST]))

    def test_run(self):
        """What one passage tells is not told to the next one."""
        first = Run(Documents())
        first.told["gate"] = 1
        self.assertEqual(Run(Documents()).told, {})


@tagged("post_install", "-at_install")
class TestRegistry(DocumentCase):
    def test_refused_when_built(self):
        """Bad input: a wrong anchor is told by name when the registry is built, not at a sale."""
        guarded = [
            model
            for model in self.env.values()
            if not model._abstract and hasattr(model, "_get_validation_steps")
        ]
        for model in guarded:
            model._register_hook()
            steps = model._get_validation_steps()

            def insert(records, steps=steps):
                return insert_step(steps, "late", before="nowhere")

            with (
                self.subTest(model=model._name),
                patch.object(self.registry[model._name], "_get_validation_steps", insert),
                self.assertRaisesRegex(ValueError, f"{model._name}: 'late'.*'nowhere'"),
            ):
                model._register_hook()
