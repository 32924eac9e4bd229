"""Base of the tests of documents that are printed by a model."""

from odoo.tools import SQL

from odoo.addons.koban_guard.tests.common import DocumentCase


class PrintedCase(DocumentCase):
    """Documents have the models of their company."""

    def photo_without_model(self, *documents):
        """Return all that is stored of documents, but the model that prints them."""
        return [
            {key: value for key, value in row.items() if key != "document_model_id"}
            if isinstance(row, dict)
            else row
            for row in self.photo(*documents)
        ]

    def set_back_models(self, *tables):
        """Bring the database back to the time before document models."""
        self.env.flush_all()
        for table in tables:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET document_model_id = NULL, write_date = '2026-01-01'",
                    SQL.identifier(table),
                )
            )
        self.env.cr.execute("DELETE FROM koban_document_print")
        self.env.cr.execute("DELETE FROM koban_document_model")
        self.env.invalidate_all()
