"""A computer dealer's own data, as the seeds tell them (rows 4-38 to 4-41)."""

from contextlib import contextmanager

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.koban_guard.exceptions import DocumentError


class DataCase(TransactionCase):
    """Sets, categories and articles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "data_manager", "koban_guard.group_manager,product.group_product_manager"
        )
        cls.clerk = new_test_user(cls.env, "data_clerk", "base.group_user")
        categories = cls.env["koban.product.category"]
        cls.computers, cls.laptops, cls.printers = categories.create(
            [{"name": "Computers"}, {"name": "Laptops"}, {"name": "Printers"}]
        )
        cls.set = cls.make_set(
            "Computers and laptops",
            [
                {"name": "Processeur"},
                {"name": "Mémoire", "kind": "number", "unit": "Go"},
                cls.choice("Disque", "SSD", "Mécanique"),
                {"name": "Wifi", "kind": "yes_no"},
                {"name": "Sortie", "kind": "date"},
            ],
            cls.computers | cls.laptops,
        )
        cls.cpu, cls.memory, cls.disk, cls.wifi, cls.release = cls.set.data_ids

    @classmethod
    def make_set(cls, name, rows, categories=None):
        values = {"name": name, "data_ids": [Command.create(row) for row in rows]}
        if categories:
            values["category_ids"] = [Command.set(categories.ids)]
        return cls.env["koban.product.data.set"].create(values)

    @classmethod
    def choice(cls, name, *choices):
        created = [Command.create({"name": choice}) for choice in choices]
        return {"name": name, "kind": "choice", "choice_ids": created}

    @classmethod
    def make(cls, name="PC Dell", category=None, data=None, **values):
        return cls.env["product.template"].create(
            {
                "name": name,
                "koban_category_id": (category or cls.computers).id,
                "koban_data": cls.data(data or {}),
                **values,
            }
        )

    @classmethod
    def data(cls, values):
        return {data._get_key(): value for data, value in values.items()}

    def value(self, article, data):
        self.env.flush_all()
        article.invalidate_recordset()
        return article._get_data_values().get(data._get_key())

    def refusal(self, code, call, *args, **kwargs):
        with self.assertRaises(DocumentError) as caught, self.env.cr.savepoint():
            call(*args, **kwargs)
            self.env.flush_all()
        self.assertEqual(caught.exception.code, code)
        return str(caught.exception)

    @contextmanager
    def counted(self):
        """Count the queries of the block: ``with self.counted() as counts``."""
        self.env.flush_all()
        self.env.invalidate_all()
        counts = []
        before = self.env.cr.sql_log_count
        yield counts
        self.env.flush_all()
        counts.append(self.env.cr.sql_log_count - before)
