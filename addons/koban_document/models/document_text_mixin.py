from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date, formatLang, is_html_empty

from ..rows import get_price_digits
from ..tools.colors import palette
from ..tools.pictures import PHOTO_SIZE, is_photo, printable
from ..tools.texts import find_rate, group_iban, name_file

LOGO_SIZE = (700, 350)
PICTURE_SIZE = (900, 500)


class DocumentTextMixin(models.AbstractModel):
    """What every commercial document says around its lines, and on paper (rows 3-05 to 3-10).

    The page is laid out of what :meth:`_prepare_page` gathers (docs/design-notes.md).
    """

    _name = "koban.document.text.mixin"
    _description = "Texts, contact and process of a commercial document"

    header = fields.Html(
        translate=False,
        copy=True,
        help="Printed above the lines. Can still be edited once the document is validated.",
    )
    footer = fields.Html(
        translate=False,
        copy=True,
        help="Printed below the totals. Can still be edited once the document is validated.",
    )
    comment = fields.Html(
        string="General Comment",
        translate=False,
        copy=True,
        help="Printed under the lines. Can still be edited once the document is validated.",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=True,
        index="btree_not_null",
        domain="['|', ('id', '=', partner_id), ('id', 'child_of', partner_id)]",
        help="Whom to address at the customer's. Can still be changed once the document is "
        "validated.",
    )
    process_id = fields.Many2one(
        comodel_name="koban.process",
        copy=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="How this sale is handled. Frozen once the document is validated, and carried from "
        "the order to its invoices.",
    )
    document_model_id = fields.Many2one(
        "koban.document.model",
        compute="_compute_document_model_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="How the document looks on paper. Can still be changed once it is validated.",
    )
    document_kind = fields.Char(compute="_compute_document_kind")

    @api.depends("partner_id")
    def _compute_contact_id(self):
        for document in self:
            partner = document.partner_id
            if document.contact_id.commercial_partner_id != partner.commercial_partner_id:
                is_person = partner.parent_id and not partner.is_company
                document.contact_id = partner if is_person else False

    @api.depends(lambda self: self._get_kind_fields())
    def _compute_document_kind(self):
        for document in self:
            document.document_kind = document._get_document_kind()

    @api.depends(lambda self: [*self._get_kind_fields(), *self._get_model_company_fields()])
    def _compute_document_model_id(self):
        defaults = {}
        for document in self:
            kind = document._get_document_kind()
            company = document.company_id
            chosen = document.document_model_id.sudo()  # may be of a parent company
            asked = chosen and chosen._get_asked()
            parents = company.sudo().parent_ids  # whichever the person works in
            if kind and asked and asked["kind"] == kind and asked["company_id"] in parents.ids:
                continue
            if (company, kind) not in defaults:
                defaults[company, kind] = chosen._get_default(company, kind)
            document.document_model_id = defaults[company, kind]

    @api.model
    def _get_document_text_fields(self) -> set[str]:
        """Fields that stay editable on a validated document (rows 3-09, 3-10, 3-18)."""
        return {"header", "footer", "comment", "contact_id", "document_model_id"}

    def _prepare_document_texts(self) -> dict:
        """Return the values another document of the same sale takes over."""
        self.ensure_one()
        return {
            "header": self.header,
            "footer": self.footer,
            "comment": self.comment,
            "contact_id": self.contact_id.id,
            "process_id": self.process_id.id,
        }

    def _take_default_model(self):
        """Give documents older than the models the default one of their kind.

        By SQL: it is no change of theirs, the date and author of the last one stay.
        """
        Model = self.env["koban.document.model"].sudo()  # of parent companies too
        groups = self.grouped(lambda document: (document.company_id, document.document_kind))
        for (company, kind), documents in groups.items():
            if default := Model._get_default(company, kind):
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET document_model_id = %s WHERE id = ANY(%s)",
                        SQL.identifier(self._table),
                        default.id,
                        documents.ids,
                    )
                )
        self.invalidate_model(["document_model_id"])

    # ---- Hooks ----
    @api.model
    def _get_printable_domain(self) -> Domain:
        """Return the documents that a document model may print."""
        return Domain.TRUE

    @api.model
    def _get_kind_fields(self) -> list[str]:
        """Fields that decide of which kind the document is."""
        return []

    @api.model
    def _get_model_company_fields(self) -> list[str]:
        return [] if self._abstract else ["company_id"]

    def _get_document_kind(self) -> str | bool:
        """Return the kind of models that print this document; False for none."""
        self.ensure_one()
        return False

    @api.model
    def _on_paper(self, record):
        """Return a linked record as the paper names it, whoever prints it or reads it."""
        return record.sudo()  # its name is on the document, which the person may read

    def _get_printed_model(self):
        """Return the model this document is printed with; none where the company has none."""
        self.ensure_one()
        if previewed := self.env["koban.document.model"]._get_previewed():
            return previewed.sudo()  # as below
        kind = self._get_document_kind()
        chosen = self.document_model_id.sudo()  # how it looks is no secret to who may print
        if (chosen._get_asked()["kind"] if chosen else False) == kind:
            return chosen
        # Older documents have none; a model of another kind can only come by the API.
        return chosen._get_default(self.company_id, kind)

    def _get_printed_lang(self) -> str:
        """Return the language of the paper: the model's, else the customer's."""
        model = self._get_printed_model()
        return (model and model._get_asked()["lang"]) or self.partner_id.lang or self.env.lang

    def _get_printed_title(self) -> str:
        """Return what the document is called: “Invoice”."""
        return self._get_printed_model().title or ""

    def _get_printed_number(self) -> str:
        return self.name or ""

    def _get_printed_status(self) -> str:
        """Return the word beside the number of a document that is not valid: “Draft”."""
        return ""

    def _get_printed_facts(self) -> list[tuple[str, str]]:
        """Return the band of facts: labels and values; empty values are dropped."""
        return []

    def _get_printed_notices(self) -> list:
        """Return sentences that stand above the lines, such as the citation of an invoice."""
        return []

    def _get_printed_mentions(self) -> list:
        """Return the legal mentions that apply, as texts or HTML.

        The hook of the mentions that depend on the document's date, country and customer.
        """
        return []

    def _get_printed_payment(self) -> dict:
        """Return how to pay: method, due, IBAN, BIC, bank, reference, QR code."""
        return {}

    @api.model
    def _get_printed_bank(self, bank) -> dict[str, str]:
        """Return the bank details of an account."""
        if not bank:
            return {}
        holder = bank.acc_holder_name or bank.partner_id.name
        return {
            "iban": group_iban(bank.acc_number),
            "bic": bank.bank_bic or "",
            "bank": bank.bank_name or "",
            "holder": holder,
        }

    @api.model
    def _get_printed_term(self, term) -> str:
        """Return what terms of payment are called on paper."""
        return term.name if is_html_empty(term.note) else term.note

    @api.model
    def _get_printed_person(self, user) -> dict[str, str]:
        """Return someone of the company, with a photo (row 2-45)."""
        person = user.sudo().with_context(bin_size=False)  # shown to the customer
        if not person:
            return {}
        return {
            "photo": printable(person.image_256, *PHOTO_SIZE)
            if is_photo(person.image_1920)
            else "",
            "name": person.name,
            "function": person.function or "",
            "phone": person.phone or "",
            "email": person.email or "",
        }

    def _get_printed_deductions(self) -> list[tuple[str, float]]:
        """Return the down payments deducted before tax, with their invoice numbers."""
        return []

    def _get_printed_payments(self) -> list[tuple[str, float]]:
        """Return what was paid already."""
        return []

    def _get_printed_due(self) -> tuple[str, float]:
        """Return the last line of the totals: its label and amount."""
        return self.env._("Total incl. VAT"), self.amount_total

    def _get_printed_delivery(self):
        """Return the delivery address, if it differs."""
        delivery = self.partner_shipping_id
        return delivery if delivery != self.partner_id else delivery.browse()

    def _get_printed_extra(self) -> dict:
        """Return what only this kind of document prints, by name."""
        return {}

    def _get_page_rows(self) -> list:
        """Return the rows of the table of lines; what the totals deduct is none of them."""
        return self._get_printed_rows()

    # ---- The page ----
    def _prepare_page(self) -> dict:
        """Return everything the page shows, formatted in the language of the paper."""
        self.ensure_one()
        document = self.with_context(lang=self._get_printed_lang())
        model = document._get_printed_model().with_context(lang=document.env.lang)
        rows = document._get_page_rows()
        columns = document._get_printed_columns(model, rows)
        return {
            "model": model,
            "layout": model.layout,
            "style": document._get_page_style(model),
            "logo": document._get_page_logo(model),
            "picture": printable(model.with_context(bin_size=False).picture, *PICTURE_SIZE),
            "title": document._get_printed_title(),
            "number": document._get_printed_number(),
            "status": document._get_printed_status(),
            "issuer": document._get_printed_issuer(),
            "legal": document._get_legal_identity(),
            "recipient": document._get_printed_address(document.partner_id, document.contact_id),
            "delivery": document._get_printed_address(document._get_printed_delivery()),
            "facts": [fact for fact in document._get_printed_facts() if fact[1]],
            "notices": document._get_printed_notices(),
            "columns": columns,
            "rows": document._prepare_page_rows(rows, model),
            "carried": document._is_carry_shown(rows, model),
            "taxes": document._get_printed_taxes(),
            "totals": document._get_printed_totals(rows),
            "due": document._format_pair(document._get_printed_due()),
            "payment": document._get_printed_payment(),
            "mentions": [text for text in document._get_printed_mentions() if text],
            "conditions": model._get_printed_conditions(),
            "extra": document._get_printed_extra(),
        }

    def _get_page_style(self, model) -> str:
        company = self.company_id.sudo()  # colours and font of whose paper it is
        colors = palette(
            model.accent_color or company.primary_color,
            model.second_color or company.secondary_color or model.accent_color,
        )
        font = (model.font or company.font or "Lato").replace("'", "")
        values = {
            **{f"--kd-{key}": value for key, value in colors.items()},
            "--kd-font": f"'{font}'",
        }
        return ";".join(f"{key}:{value}" for key, value in values.items())

    def _get_page_logo(self, model) -> str:
        if not model.show_logo:
            return ""
        own = model.with_context(bin_size=False).logo
        company = self.company_id.sudo().with_context(bin_size=False)  # on its own paper
        return printable(own, *LOGO_SIZE) or printable(company.logo, *LOGO_SIZE)

    def _get_printed_issuer(self) -> dict:
        company = self.company_id.sudo()  # printed on its own documents
        partner = company.partner_id
        lines = self._get_printed_address(partner)[1:]
        ways = [company.phone, company.email, company.website and company.website.split("//")[-1]]
        return {
            "name": company.name,
            "tagline": company.report_header,
            "lines": lines,
            "ways": [way for way in ways if way],
        }

    def _get_legal_identity(self) -> list:
        """Return the lines of the legal identity, at the foot of each page.

        What the company typed as foot of its documents, else what its record knows.
        """
        company = self.company_id.sudo()  # printed on its own documents
        if not is_html_empty(company.report_footer):
            return [company.report_footer]
        partner = company.partner_id
        env = self.env
        ape = company.ape if "ape" in company else ""
        parts = [
            company.name,
            " ".join(filter(None, [partner.street, partner.zip, partner.city])),
            company.company_registry and f"SIRET {company.company_registry}",
            ape and f"APE {ape}",
            company.vat and env._("VAT No. %s", company.vat),
        ]
        return [" – ".join(part for part in parts if part)]

    def _get_printed_address(self, partner, contact=None) -> list[str]:
        """Return the lines of an address; the country only abroad, as the post wants it."""
        if not partner:
            return []
        partner = partner.sudo()  # a portal customer may not read the others of the company
        name = partner.commercial_partner_id.name or partner.name
        lines = [name]
        if partner.name and partner.name != name:
            lines.append(partner.name)
        if contact and self._on_paper(contact).name not in lines:
            lines.append(self.env._("For the attention of %s", self._on_paper(contact).name))
        address = partner._display_address(without_company=True).split("\n")
        lines += [line.strip() for line in address if line.strip()]
        home = self._on_paper(self.company_id).country_id
        if partner.country_id == home and lines[-1] == partner.country_id.name:
            lines.pop()
        return lines

    # ---- Lines ----
    @api.model
    def _get_printed_columns(self, model, rows) -> list[dict]:
        """Return the columns that the model shows and that have content."""
        products = [row for row in rows if row.kind not in ("section", "subsection", "note")]

        def has(name):
            return any(getattr(row, name) not in (None, False, ()) for row in products)

        price_label = (
            self.env._("Unit price incl. VAT")
            if self._are_prices_included(products)
            else self.env._("Unit price excl. VAT")
        )
        columns = [
            (
                "reference",
                self.env._("Ref."),
                model.show_reference and any(self._get_row_reference(row) for row in products),
            ),
            ("name", self.env._("Description"), True),
            ("quantity", self.env._("Quantity"), model.show_quantity and has("quantity")),
            ("price", price_label, model.show_price and has("price_unit")),
            (
                "discount",
                self.env._("Disc."),
                model.show_discount and any(r.discount for r in products),
            ),
            ("tax", self.env._("VAT"), model.show_tax and has("taxes")),
            ("subtotal", self.env._("Total excl. VAT"), True),
        ]
        return [{"name": name, "label": label} for name, label, shown in columns if shown]

    @api.model
    def _are_prices_included(self, rows) -> bool:
        """Whether all unit prices have their tax in them: the title of the column then says so."""
        priced = [row for row in rows if row.price_unit is not None]
        return bool(priced) and all(row.line._is_price_included() for row in priced)

    def _prepare_page_rows(self, rows, model) -> list[dict]:
        """Return the rows as texts, with the running total up to each."""
        printed = []
        total = 0.0
        titled = self._are_prices_included(rows)
        for row, following in zip(rows, [*rows, None][1:], strict=True):
            total += self._get_row_amount(row)
            title, _sep, description = (row.name or "").strip().partition("\n")
            if row.kind == "subtotal":
                title, description = self.env._("Subtotal – %s", title), ""
            printed.append(
                {
                    "kind": row.kind,
                    "level": row.level,
                    "title": title.removeprefix(f"[{self._get_row_reference(row)}] "),
                    "description": description.strip() if model.show_description else "",
                    "cells": self._get_row_cells(row, model, titled),
                    "carry": self._format_amount(total),
                    # A title stands with its first line, a subtotal with its last.
                    "keep": bool(following)
                    and (row.kind in ("section", "subsection") or following.kind == "subtotal"),
                }
            )
        return printed

    @api.model
    def _get_row_amount(self, row) -> float:
        """Return what a row adds to the total before tax (see :class:`PrintedRow`)."""
        if row.kind in ("product", "summary"):
            return row.subtotal or 0.0
        if row.kind == "subtotal" and row.line.collapse_prices:
            return row.subtotal or 0.0
        return 0.0

    def _is_carry_shown(self, rows, model) -> bool:
        """Whether running totals can be told: not where a hidden price leaves no amount at all."""
        total = sum(self._get_row_amount(row) for row in rows)
        expected = self.amount_untaxed - sum(n for _name, n in self._get_printed_deductions())
        return model.show_carry and not self.currency_id.compare_amounts(total, expected)

    @api.model
    def _get_row_reference(self, row) -> str:
        if row.kind not in ("product", "combo"):
            return ""
        return row.line.product_id.default_code or ""

    def _get_row_cells(self, row, model, titled) -> dict[str, str]:
        """Return the text of each column; what is hidden stays empty.

        :param titled: whether the title of the column says that the prices have their tax in them
        """
        cells = dict.fromkeys(("reference", "quantity", "price", "discount", "tax", "subtotal"), "")
        cells["reference"] = self._get_row_reference(row)
        if row.quantity is not None:
            unit = self._get_row_unit(row)
            quantity = self._format_number(row.quantity, "Product Unit")
            cells["quantity"] = f"{quantity} {unit}" if unit and model.show_unit else quantity
        if row.price_unit is not None:
            # The price of a kit may need more decimals than prices have.
            digits = get_price_digits(row.price_unit, 2)
            cells["price"] = formatLang(self.env, row.price_unit, digits=digits)
            if not titled and row.line._is_price_included():
                cells["price"] = self.env._("%s incl. VAT", cells["price"])
        if row.discount:
            cells["discount"] = f"{self._format_number(row.discount, 'Discount')} %"
        if row.kind != "subtotal" or row.line.collapse_prices:
            cells["tax"] = ", ".join(find_rate(tax) for tax in row.taxes if tax)
        if row.subtotal is not None:
            cells["subtotal"] = self._format_amount(row.subtotal)
            if self._is_free(row):
                # Row 2-41: a zero leaves the customer in doubt.
                cells["subtotal"] = self.env._("Free")
        return cells

    @api.model
    def _get_row_unit(self, row) -> str:
        """Return the unit of a quantity; none for plain pieces."""
        piece = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        return "" if piece and row.unit == piece.name else row.unit

    def _is_free(self, row) -> bool:
        return bool(
            row.kind in ("product", "combo")
            and row.quantity
            and row.price_unit is not None
            and self.currency_id.is_zero(row.subtotal)
        )

    # ---- Totals ----
    def _get_printed_taxes(self) -> list[dict[str, str]]:
        """Return the VAT summary: base, rate and amount of each group of taxes."""
        groups = [
            group
            for subtotal in (self.tax_totals or {}).get("subtotals", [])
            for group in subtotal["tax_groups"]
        ]
        return [
            {
                "name": group["group_name"],
                "base": self._format_amount(
                    group["display_base_amount_currency"]
                    if group["display_base_amount_currency"] is not False
                    else group["base_amount_currency"]
                ),
                "amount": self._format_amount(group["tax_amount_currency"]),
            }
            for group in groups
        ]

    def _get_printed_totals(self, rows) -> list[dict]:
        """Return the lines of the totals, but the last."""
        currency = self.currency_id
        lines = []
        discount = self._get_printed_discount(rows)
        deductions = self._get_printed_deductions()
        net = self.amount_untaxed - sum(amount for _name, amount in deductions)
        if not currency.is_zero(discount):
            lines.append((self.env._("Total excl. VAT before discount"), net + discount, ""))
            lines.append((self.env._("Discount"), -discount, ""))
        if deductions:
            lines.append((self.env._("Total excl. VAT before down payments"), net, ""))
        lines += [(name, amount, "kd-deduction") for name, amount in deductions]
        lines.append((self.env._("Total excl. VAT"), self.amount_untaxed, "kd-untaxed"))
        lines.append((self.env._("VAT"), self.amount_tax, "kd-vat"))
        label, _amount = self._get_printed_due()
        payments = self._get_printed_payments()
        if label != self.env._("Total incl. VAT"):
            lines.append((self.env._("Total incl. VAT"), self.amount_total, "kd-total"))
        lines += [(name, -paid, "") for name, paid in payments]
        return [
            {"name": name, "amount": self._format_amount(amount), "class": css}
            for name, amount, css in lines
        ]

    def _get_printed_discount(self, rows) -> float:
        """Return what the discounts of the lines amount to, before tax."""
        total = 0.0
        for row in rows:
            if not row.discount or row.subtotal is None or row.price_unit is None:
                continue
            if row.discount >= 100:
                total += (row.price_unit or 0.0) * (row.quantity or 0.0)
            else:
                total += row.subtotal / (1 - row.discount / 100) - row.subtotal
        return self.currency_id.round(total)

    # ---- Formats ----
    def _format_amount(self, amount) -> str:
        return format_amount(self.env, amount, self.currency_id, lang_code=self.env.lang)

    def _format_pair(self, pair) -> dict[str, str]:
        return {"name": pair[0], "amount": self._format_amount(pair[1])}

    def _format_day(self, day) -> str:
        return format_date(self.env, day, lang_code=self.env.lang) if day else ""

    def _format_number(self, number, precision) -> str:
        """Return a number without the zeros that say nothing.

        :param precision: name of the decimal accuracy
        """
        digits = self.env["decimal.precision"].precision_get(precision)
        decimals = f"{number:.{digits}f}".partition(".")[2].rstrip("0")
        return formatLang(self.env, number, digits=len(decimals))

    def _get_printed_filename(self) -> str:
        """Return the name of the file: kind, number and customer."""
        document = self.with_context(lang=self._get_printed_lang())
        customer = self._on_paper(self.partner_id).commercial_partner_id.name
        name = " ".join(filter(None, [document._get_printed_title(), self._get_printed_number()]))
        name = " – ".join(filter(None, [name, customer]))
        return name_file(name)
