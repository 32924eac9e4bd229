from odoo import api, models
from odoo.tools import SQL


class DocumentTestMixin(models.AbstractModel):
    """The user's mode TEST, and the proof of what is validated in TEST (row 2-62).

    What is validated in TEST is sealed as real documents are, in a chain of its own: the
    real one tells nothing of fictitious documents.
    """

    _name = "koban.test.mixin"
    # In this order, as documents inherit both.
    _inherit = ["koban.sealed.mixin", "koban.test.mixin"]

    @api.model
    def _is_test_mode_on(self):
        return self.env.user.test_mode

    def _get_chain(self):
        return "test" if self.is_test else super()._get_chain()

    @api.model
    def _get_sealed_condition(self):
        return SQL(
            "((%s) OR d.test_validated_on IS NOT NULL)",
            super()._get_sealed_condition(),
        )

    def _get_seal_notes(self):
        notes = super()._get_seal_notes()
        if self.is_test:
            notes |= {"test": self._get_test_label(), "operator": self.test_operator_id.name}
        return notes

    def _seal_test(self):
        super()._seal_test()
        if any(document._is_sealable() for document in self):
            self.env["koban.signing.key"].sudo()._get_signer()  # whoever validates, signs
        self._seal()
