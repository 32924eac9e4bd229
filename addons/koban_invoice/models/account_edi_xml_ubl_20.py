from odoo import api, models


class AccountEdiXmlUbl20(models.AbstractModel):
    """UBL tells what the page tells: a group that hides something is one line by taxes."""

    _inherit = "account.edi.xml.ubl_20"

    def _export_invoice(self, invoice):
        invoice._check_exportable()
        return super()._export_invoice(invoice)

    def _setup_base_lines(self, vals):
        # Invoices, and the orders of whatever addon writes them in UBL.
        self._merge_hidden_lines(vals)
        return super()._setup_base_lines(vals)

    def _merge_hidden_lines(self, vals):
        """Put one line by set of taxes in the place of the lines of each hiding group."""
        hiding = {}
        for document in self._get_grouped_documents(vals["base_lines"]):
            hiding |= document._get_hiding_groups()
        if hiding:
            vals["base_lines"] = self._merge_hidden_base_lines(vals["base_lines"], hiding)

    @api.model
    def _get_grouped_documents(self, base_lines) -> list:
        """Return the documents with groupings that base lines come from, of any model."""
        records = [base_line["record"] for base_line in base_lines]
        fields = [getattr(record, "_grouping_document_field", None) for record in records]
        documents = [
            record[field] for record, field in zip(records, fields, strict=True) if record and field
        ]
        return list(dict.fromkeys(documents))

    def _merge_hidden_base_lines(self, base_lines, hiding):
        """Return the base lines, those of a hiding group in one by set of taxes.

        :param hiding: ``{line: group}``
        """
        by_group = {}
        for base_line in base_lines:
            record = base_line["record"]
            by_group.setdefault(hiding.get(record, record), []).append(base_line)
        result = []
        for group, lines in by_group.items():
            if lines[0]["record"] in hiding:
                merge = self.env["account.tax"]._reduce_base_lines_with_grouping_function
                lines = [self._prepare_group_base_line(group, line) for line in merge(lines)]
            result += lines
        return result

    def _prepare_group_base_line(self, group, base_line):
        """Return the base line that stands for lines of a group, which carry the same taxes."""
        quantity, price = group._split_group_amount(base_line["price_unit"])
        return {
            **base_line,
            "record": group,
            "name": group._get_group_title(),
            "product_id": base_line["product_id"].browse(),
            "product_uom_id": group._get_group_unit(),
            "quantity": quantity,
            "price_unit": price,
        }
