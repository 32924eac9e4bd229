from odoo import models

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.overrides import override


class EcotaxDocumentMixin(models.AbstractModel):
    """A document whose lines may bear eco-taxes: those in force at its date (row 4-28)."""

    _name = "koban.ecotax.document.mixin"
    _description = "Document that may bear eco-taxes"

    # Fields that decide which eco-taxes are due.
    _ecotax_triggers = frozenset({"company_id", "fiscal_position_id", "partner_id"})

    def _get_ecotax_date(self):
        """Return the day whose amounts count."""
        return self._get_mention_date()

    def _get_ecotax_lines(self):
        """Return the lines that bear an eco-tax, or should."""
        lines = self[self._grouping_lines_field]
        return lines.filtered(lambda line: line.koban_ecotax_id and line._can_bear_ecotax())

    @override
    def write(self, vals):
        result = super().write(vals)
        if not self._ecotax_triggers.isdisjoint(vals):
            self[self._grouping_lines_field]._follow_document()
        return result

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    def _validate_check(self, run):
        super()._validate_check(run)
        self._settle_ecotaxes()

    def _validate_in_test(self, **values):
        self._settle_ecotaxes()
        return super()._validate_in_test(**values)

    def _settle_ecotaxes(self):
        """Give what is validated the eco-taxes of its date; refuse what lacks something.

        :raise DocumentError: code ``ecotax_incomplete``, with all that is missing at once
        """
        lines = self._get_ecotax_lines()
        if not lines:
            return
        lines.koban_ecotax_id._make_taxes()
        lines._apply_ecotax()
        faults = {}
        for line in lines:
            for fault in line._find_ecotax_faults():
                faults.setdefault(line[line._document_field], []).append((line, *fault))
        if faults:
            raise self._refuse_ecotaxes(faults)

    def _refuse_ecotaxes(self, faults):
        """Return the refusal of documents.

        :param faults: ``{document: [(line, code, text)]}``
        """
        env = speaking(self.env)
        parts = []
        for document, found in faults.items():
            told = "\n".join(f"– {line._get_line_label()}: {text}" for line, _code, text in found)
            title = env._(
                "%s cannot be validated: its eco-tax is incomplete.",
                document.with_env(env).display_name,
            )
            parts.append(f"{title}\n{told}")
        codes = {document.id: [code for _line, code, _text in f] for document, f in faults.items()}
        documents = self.browse(list(codes))
        return documents._refuse("\n\n".join(parts), "ecotax_incomplete", faults=codes)
