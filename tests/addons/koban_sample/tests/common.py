"""Samples to guard, to seal and to mark."""

from odoo.fields import Command

from odoo.addons.koban_guard.tests.common import DocumentCase


class SampleCase(DocumentCase):
    """One validated sample with a line, and a clerk who makes samples."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_user("sample_clerk", "account.group_account_invoice")
        cls.partner = cls.env["res.partner"].create({"name": "Customer", "city": "Lyon"})
        cls.sample = cls.make_validated()

    @classmethod
    def make_sample(cls, **values):
        line = Command.create({"name": "Work", "price": 12.5})
        values = {"partner_id": cls.partner.id, "line_ids": [line], **values}
        return cls.env["koban.sample"].create(values)

    @classmethod
    def make_validated(cls, **values):
        sample = cls.make_sample(**values)
        sample.with_user(cls.clerk).action_validate()
        return sample
