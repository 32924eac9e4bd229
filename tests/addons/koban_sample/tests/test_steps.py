"""DESIGN §1: the steps of a validation and of a cancellation, another addon's among them."""

from odoo.tests import tagged

from .common import SampleCase


@tagged("post_install", "-at_install")
class TestSteps(SampleCase):
    def test_order(self):
        """Issue 11: another addon's steps stand before and after the named ones, and run there."""
        steps = self.sample._get_validation_steps()
        named = ["check", "toll", "open", "host", "bell", "follow"]
        self.assertEqual([step for step in steps if step in named], named)
        self.assertEqual(self.sample.trail, f"toll draft, bell done S{self.sample.id}")

    def test_validated_once(self):
        """A validation opens what is no document yet: what is validated gets no other number."""
        with self.unchanged(self.sample):
            self.refusal("document_validated", self.sample.with_user(self.clerk).action_validate)

    def test_held(self):
        """What the host leaves as it is sees no second half: no number, no status, no trace."""
        held, passed = self.make_sample(is_held=True), self.make_sample()
        with self.unchanged(held):
            (held | passed).with_user(self.clerk).action_validate()
        self.assertEqual((passed.state, passed.name), ("done", f"S{passed.id}"))
        self.assertEqual(passed.trail, f"toll draft,draft, bell done S{passed.id}")

    def test_cancelled(self):
        """A cancellation has the same form; what is cancelled stays guarded, and is no draft."""
        self.sample.with_user(self.clerk).action_cancel()
        self.assertEqual((self.sample.state, self.sample.trail), ("cancel", "farewell cancel"))
        write = self.sample.with_user(self.clerk).write
        self.refusal("document_validated", write, {"city": "Paris"})
        for state in ("draft", "done"):
            self.refusal("document_validated", write, {"state": state})
        self.refusal("document_delete", self.sample.with_user(self.clerk).unlink)

    def test_cancellation_held(self):
        """A cancellation that another addon stops leaves no trace either."""
        self.sample.is_held = True
        with self.unchanged(self.sample):
            self.sample.with_user(self.clerk).action_cancel()
