from odoo import api, models
from odoo.fields import Command

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import open_pass

# What stands for the name while the record has no id yet: the host then draws no number.
UNNAMED = "TEST"
# What an order that the host did not confirm is in.
OPEN_STATES = {"draft", "sent"}


class FictitiousOrderMixin(models.AbstractModel):
    """An order that may be fictitious: for the host a quote for ever, so that nothing follows.

    The model that inherits it makes its TEST invoices with :meth:`_prepare_test_invoices`.
    """

    _name = "koban.test.order.mixin"
    _inherit = ["koban.test.mixin"]
    _description = "Order that may be fictitious"

    # ------------------------------------------------------------------
    # The mark
    # ------------------------------------------------------------------
    @api.model
    def _get_test_kept_fields(self):
        return super()._get_test_kept_fields() | {"name"}

    @api.model
    def _prepare_test_values(self, vals):
        values = super()._prepare_test_values(vals)
        if values["is_test"]:
            values["name"] = UNNAMED
        return values

    @api.model_create_multi
    @override
    def create(self, vals_list):
        orders = super().create(vals_list)
        in_test = orders.filtered("is_test")
        with open_pass(in_test, fields={"name"}):
            for order in in_test:
                order.name = order._get_test_label()
        return orders

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    def _validate_choose(self, run):
        """Take TEST orders aside: they are validated in TEST, once the others are validated."""
        in_test = self.filtered("is_test")
        run.documents = self - in_test
        run.documents._check_real_allowed()
        for order in in_test:
            if error := order._confirmation_error_message():
                order._raise_not_confirmable(error)
        run.told["choose"] = in_test

    def _validated_choose(self, run):
        # What an addon stops, with a wizard, is stopped as a whole.
        if OPEN_STATES.isdisjoint(run.opened.mapped("state")):
            run.told["choose"]._validate_in_test()

    def _raise_not_confirmable(self, error):
        self.check_access("write")  # whoever may not validate is told nothing more
        raise DocumentError(
            speaking(self.env)._(
                "%(document)s: %(error)s", document=self.display_name, error=error
            ),
            "document_not_confirmable",
            model=self._name,
            ids=self.ids,
        )

    # ------------------------------------------------------------------
    # Invoicing
    # ------------------------------------------------------------------
    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), "is_test": self.is_test}

    def _check_only_test(self):
        """Refuse to make a TEST invoice of a real order.

        :raise DocumentError: code ``test_document``
        """
        for order in self.filtered(lambda order: not order.is_test):
            raise DocumentError(
                speaking(self.env)._(
                    "%(document)s is real: bill it apart from TEST orders, as usual.",
                    document=order.display_name,
                ),
                "test_document",
                model=self._name,
                ids=order.ids,
            )

    def _prepare_test_invoices(self) -> list[dict]:
        """Return the values of one TEST invoice for each TEST order.

        :raise DocumentError: code ``document_state`` if one is not validated in TEST
        """
        for order in self.filtered(lambda order: not order.test_validated_on):
            raise DocumentError(
                speaking(self.env)._(
                    "%(document)s must be validated in TEST before it is billed.",
                    document=order.display_name,
                ),
                "document_state",
                model=self._name,
                ids=order.ids,
            )
        return [order.with_company(order.company_id)._prepare_test_invoice() for order in self]

    def _prepare_test_invoice(self) -> dict:
        """Return the values of the TEST invoice of one order. Extend it for its language."""
        lines = self._prepare_test_invoice_lines()
        return {
            **self._prepare_invoice(),
            "invoice_line_ids": [Command.create(line) for line in lines],
        }

    def _prepare_test_invoice_lines(self) -> list[dict]:
        """Return the values of the lines of the TEST invoice."""
        raise NotImplementedError
