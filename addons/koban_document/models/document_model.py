import base64
import binascii
import io
import re
from contextlib import closing

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import is_html_empty
from odoo.tools.translate import LazyGettext
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..ready_models import LAYOUTS

# Changing these does not show on paper.
NOT_ON_PAPER = {"name", "sequence", "active", "is_default", "version", "company_id"}
# What tells the default model of a company, and what documents ask before they are printed.
CACHED_FIELDS = {
    "active", "company_id", "is_default", "kind", "lang", "sequence", "travel_costs",
}  # fmt: skip
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


class KobanDocumentModel(models.Model):
    """How a kind of document looks on paper (rows 1-13, 2-32, 2-51)."""

    _name = "koban.document.model"
    _description = "Document Model"
    _order = "kind, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("invoice", "Invoice"), ("credit_note", "Credit Note")],
        string="Document",
        required=True,
        default="invoice",
    )
    is_default = fields.Boolean(
        string="Default",
        copy=False,
        help="New documents of this kind take this model. Another one can be chosen on each "
        "document, even once it is validated.",
    )
    version = fields.Integer(
        default=1,
        copy=False,
        readonly=True,
        help="Grows with each change that shows on paper. Each print records it.",
    )
    layout = fields.Selection(LAYOUTS, required=True, default="classic")
    title = fields.Char(
        translate=True, help="Printed instead of the usual title, such as “Price Proposal”."
    )
    accent_color = fields.Char(help="Leave empty for the main colour of the company.")
    second_color = fields.Char(help="Leave empty for the second colour of the company.")
    font = fields.Selection(
        selection=lambda self: self.env["res.company"]._fields["font"].selection,
        help="Leave empty for the font of the company.",
    )
    show_logo = fields.Boolean(default=True)
    logo = fields.Image(
        max_width=1200, max_height=1200, help="Leave empty for the logo of the company."
    )
    picture = fields.Image(
        string="Further Picture",
        max_width=1600,
        max_height=1600,
        help="A label or a certification, printed at the end of the document.",
    )
    header = fields.Html(
        string="Opening Text", translate=True, help="Printed above the lines of each document."
    )
    footer = fields.Html(
        string="Closing Text", translate=True, help="Printed at the end of each document."
    )
    page_footer = fields.Html(
        string="Foot of the Pages",
        translate=True,
        help="Printed at the foot of each page, above the identity of the company.",
    )
    show_reference = fields.Boolean(string="Reference", default=True)
    show_description = fields.Boolean(string="Description", default=True)
    show_quantity = fields.Boolean(string="Quantity", default=True)
    show_unit = fields.Boolean(string="Unit", default=True)
    show_price = fields.Boolean(string="Unit Price", default=True)
    show_discount = fields.Boolean(string="Discount", default=True)
    show_tax = fields.Boolean(string="VAT Rate", default=True)
    show_carry = fields.Boolean(
        string="Running Subtotal",
        default=True,
        help="On documents of several pages: “to carry” at the bottom of a page, “carried” at the "
        "top of the next.",
    )
    grouping_display = fields.Selection(
        [
            ("detail", "Lines and prices"),
            ("hide_prices", "Lines without prices"),
            ("hide_detail", "Total of the group only"),
        ],
        required=True,
        default="detail",
        help="How new groups of lines are displayed, unless their own options say otherwise.",
    )
    conditions = fields.Selection(
        [("none", "None"), ("annexed", "Annexed"), ("overleaf", "Overleaf")],
        string="General Conditions",
        required=True,
        default="none",
        help="Annexed: on the pages that follow. Overleaf: on the back of the last sheet, for a "
        "print on both sides.",
    )
    conditions_text = fields.Html(string="Text of the Conditions", translate=True)
    conditions_file = fields.Binary(
        string="PDF of the Conditions",
        attachment=True,
        help="Its pages are added as they are, instead of the text.",
    )
    conditions_filename = fields.Char()
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="Leave empty for the customer's language.",
    )
    show_bank = fields.Boolean(string="Bank Details", default=True)
    show_qr_code = fields.Boolean(
        string="Payment QR Code",
        default=True,
        help="On invoices to pay by bank transfer in euros: the customer's banking application "
        "reads it.",
    )
    show_salesperson = fields.Boolean(string="Salesperson", default=True)
    show_photo = fields.Boolean(string="Photo of the Salesperson")
    show_support = fields.Boolean(
        string="Customer Service", help="Contact of your customer service, from the settings."
    )
    show_signature = fields.Boolean(
        string="Place to Sign", help="“Bon pour accord”, date, name, signature and stamp."
    )
    travel_costs = fields.Char(
        translate=True,
        help="Such as “Travel included within 30 km”. Proposed to each new quote, which prints it "
        "under its totals.",
    )
    show_withdrawal = fields.Boolean(
        string="Right of Withdrawal",
        help="The notice is printed for private customers only (articles L. 221-5 and L. 221-18 "
        "of the consumer code).",
    )
    withdrawal_text = fields.Html(
        translate=True, help="Leave empty for the usual wording: fourteen days."
    )
    print_count = fields.Integer(compute="_compute_print_count")

    _default_unique = models.UniqueIndex(
        "(company_id, kind) WHERE is_default AND active",
        "There is already a default model for this kind of document.",
    )

    def _compute_print_count(self):
        counts = dict(
            self.env["koban.document.print"]._read_group(
                [("document_model_id", "in", self.ids)], ["document_model_id"], ["__count"]
            )
        )
        for model in self:
            model.print_count = counts.get(model, 0)

    @api.constrains("accent_color", "second_color")
    def _check_colors(self):
        for model in self:
            for color in (model.accent_color, model.second_color):
                if color and not _COLOR.fullmatch(color):
                    raise ConstraintError(
                        speaking(self.env)._(
                            "“%(color)s” is not a colour. Choose one, or type it as #1F4E79.",
                            color=color,
                        ),
                        "model_color",
                        model=self._name,
                        ids=model.ids,
                    )

    @api.constrains("conditions_file")
    def _check_conditions_file(self):
        for model in self.with_context(bin_size=False).filtered("conditions_file"):
            if not model._get_conditions_reader():
                raise ConstraintError(
                    speaking(self.env)._(
                        "The conditions of “%(model)s” are not a PDF that can be read. Save them "
                        "again as PDF, without password.",
                        model=model.name,
                    ),
                    "model_conditions",
                    model=self._name,
                    ids=model.ids,
                )

    # ------------------------------------------------------------------
    # Versions and default
    # ------------------------------------------------------------------
    @api.model_create_multi
    @override
    def create(self, vals_list):
        self._release_defaults(
            [
                (vals.get("company_id") or self.env.company.id, vals.get("kind", "invoice"))
                for vals in vals_list
                if vals.get("is_default")
            ]
        )
        created = super().create(vals_list)
        self.env.registry.clear_cache()  # of _get_default_id
        return created

    @override
    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()  # of _get_default_id
        return result

    @override
    def write(self, vals):
        if vals.get("is_default"):
            self._release_defaults([(model.company_id.id, model.kind) for model in self])
        if "active" in vals and not vals["active"]:
            vals = {**vals, "is_default": False}
        changed = self.filtered(lambda model: model._is_paper_changed(vals))
        for version, models_ in changed.grouped("version").items():
            super(KobanDocumentModel, models_).write({**vals, "version": version + 1})
        others = self - changed
        if others:
            super(KobanDocumentModel, others).write(vals)
        if vals.keys() & CACHED_FIELDS:
            self.env.registry.clear_cache()  # of _get_default_id and _get_asked_of
        return True

    @override
    def update_field_translations(self, field_name, translations, source_lang=""):
        result = super().update_field_translations(field_name, translations, source_lang)
        if field_name not in NOT_ON_PAPER:
            for model in self:
                super(KobanDocumentModel, model).write({"version": model.version + 1})
        if field_name in CACHED_FIELDS:
            self.env.registry.clear_cache()  # of _get_asked_of
        return result

    def _translate_texts(self, texts):
        """Give texts their translation in each language of the database.

        :param texts: lazy translations by field
        """
        languages = {code for code, _name in self.env["res.lang"].get_installed()} - {"en_US"}
        for name, text in texts.items():
            translations = {code: text._translate(code) for code in languages}
            super().update_field_translations(name, translations)

    @api.model
    def _translate_ready_texts(self, languages, overwrite=False):
        """Give the ready models their texts in languages installed after them.

        What a person wrote stays: another English text, and, unless it is to be
        overwritten, a text in the language itself.
        """
        ready = {
            (kind, field, text._translate("en_US")): text
            for kind, name, changes in self.env["res.company"]._get_ready_models()
            for field, text in {"name": name, **changes}.items()
            if isinstance(text, LazyGettext)
        }
        for model in self.search([("kind", "in", list({kind for kind, *_others in ready}))]):
            for name in ("name", "title"):
                stored = self._fields[name]._get_stored_translations(model) or {}
                source = stored.get("en_US")
                if text := ready.get((model.kind, name, source)):
                    known = () if overwrite else stored
                    translations = {
                        code: value
                        for code in languages
                        if code not in known and (value := text._translate(code)) != source
                    }
                    if translations:
                        super(KobanDocumentModel, model).update_field_translations(
                            name, translations
                        )

    @override
    def copy_data(self, default=None):
        names = [self.env._("%s (copy)", model.name) for model in self]
        return [
            {**vals, "name": name} if not (default or {}).get("name") else vals
            for vals, name in zip(super().copy_data(default), names, strict=True)
        ]

    def _is_paper_changed(self, vals) -> bool:
        """Whether these values change what is printed."""
        # Unknown fields and choices are the ORM's to refuse.
        for name in vals.keys() & self._fields.keys() - NOT_ON_PAPER:
            field = self._fields[name]
            value = field.convert_to_cache(vals[name], self, field.type != "selection")
            if field.type == "binary" or self[name] != field.convert_to_record(value, self):
                return True
        return False

    def _release_defaults(self, pairs):
        """Let other models be the default.

        :param pairs: ``[(company id, kind)]``
        """
        if not pairs:
            return
        domain = Domain.OR(
            [("company_id", "=", company_id), ("kind", "=", kind)] for company_id, kind in pairs
        )
        defaults = self.search(domain & Domain("is_default", "=", True))
        (defaults - self).is_default = False
        self.flush_model(["is_default"])

    @public(one=True)
    def action_set_default(self) -> bool:
        """Make this model the one new documents take."""
        return self.write({"is_default": True})

    @api.model
    def _get_default(self, company, kind):
        """Return the model that documents of a kind take in a company; a branch has its parents'.

        Whoever makes a document needs it, with or without access to the settings.
        """
        if not company or not kind:
            return self.browse()
        return self.browse(self._get_default_id(company.id, kind))

    def _get_asked(self) -> dict:
        """Return what each new document asks of its model: the whole row is long.

        :return: ``{"kind": …, "company_id": …, "lang": … or False, "has_travel_costs": …}``
        """
        self.ensure_one()
        return self._get_asked_of(self.id)

    @api.model
    @tools.ormcache("id_")
    def _get_asked_of(self, id_: int) -> dict:
        model = self.sudo().browse(id_)  # how documents look is no secret
        costs = self._fields["travel_costs"]._get_stored_translations(model) or {}
        return {
            "kind": model.kind,
            "company_id": model.company_id.id,
            "lang": model.lang,
            "has_travel_costs": any(costs.values()),
        }

    @api.model
    @tools.ormcache("company_id", "kind")
    def _get_default_id(self, company_id: int, kind: str) -> int | bool:
        company = self.env["res.company"].sudo().browse(company_id)  # of any document
        domain = Domain("kind", "=", kind) & Domain("company_id", "in", company.parent_ids.ids)
        # For whoever makes a document, and the same whatever the context of the first who asks.
        found = self.sudo().with_context(active_test=True).search(domain)
        best = found.sorted(
            lambda model: (
                -len(model.company_id.parent_path or ""),
                not model.is_default,
                model.sequence,
                model.id,
            )
        )
        return best[:1].id

    # ------------------------------------------------------------------
    # Conditions
    # ------------------------------------------------------------------
    def _get_printed_conditions(self) -> str:
        """Return where the conditions are printed: ``annexed``, ``overleaf``; empty for nowhere."""
        if self.conditions == "none":
            return ""
        has_text = self.conditions_file or not is_html_empty(self.conditions_text)
        return self.conditions if has_text else ""

    def _get_withdrawal_notice(self):
        """Return the notice of the right of withdrawal: the model's own, or the usual wording."""
        if not is_html_empty(self.withdrawal_text):
            return self.withdrawal_text
        return self.env._(
            "Right of withdrawal: for a contract made at a distance or off business premises, you "
            "may withdraw within fourteen days, without giving a reason (articles L. 221-18 and "
            "following of the consumer code). Tell us so by any clear statement, or with the "
            "model form. The period runs from the contract for services, from the reception for "
            "goods. It does not apply to goods made to your specifications."
        )

    def _get_conditions_reader(self) -> PdfReader | None:
        """Return the PDF of the conditions; None if there is none that can be read."""
        content = self.with_context(bin_size=False).conditions_file
        if not content:
            return None
        try:
            reader = PdfReader(io.BytesIO(base64.b64decode(content)))
            return reader if len(reader.pages) else None
        except (PyPdfError, binascii.Error, ValueError, KeyError, OSError):
            return None

    # ------------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------------
    @api.model
    def _get_previewed(self):
        """Return the model that a preview shows; a client, who sends plain values, has none."""
        previewed = self.env.context.get("document_model_preview")
        return previewed if isinstance(previewed, models.BaseModel) else self.browse()

    @public(one=True)
    def action_preview(self) -> dict:
        """Open the PDF of a document with this model: the last one, or an example."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/koban_document/model/{self.id}/preview",
            "target": "new",
        }

    @public(one=True)
    def action_open_prints(self) -> dict:
        """Open the list of what was printed with this model."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "koban_document.koban_document_print_action"
        )
        return {**action, "domain": [("document_model_id", "=", self.id)]}

    @api.model
    def _get_kind_reports(self) -> dict[str, str]:
        """Return the report (XML id) that prints each kind of document."""
        return dict.fromkeys(("invoice", "credit_note"), "account.account_invoices")

    def _get_preview_domain(self) -> Domain:
        """Domain of the documents that may show this model."""
        types = {"invoice": "out_invoice", "credit_note": "out_refund"}
        return Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", types.get(self.kind)),
                ("state", "=", "posted"),
            ]
        )

    def _create_preview_sample(self):
        """Create the document that shows this model where there is none; it is rolled back."""
        types = {"invoice": "out_invoice", "credit_note": "out_refund"}
        return self.env["account.move"].create(
            {
                "move_type": types[self.kind],
                "company_id": self.company_id.id,
                "partner_id": self._create_sample_customer().id,
                "invoice_line_ids": [
                    fields.Command.create({"name": name, "quantity": quantity, "price_unit": price})
                    for name, quantity, price in self._get_sample_lines()
                ],
            }
        )

    def _create_sample_customer(self):
        return self.env["res.partner"].create(
            {
                "name": self.env._("Example Customer"),
                "is_company": True,
                "street": "1 rue de la République",
                "zip": "69002",
                "city": "Lyon",
                "country_id": self.env.ref("base.fr").id,
                "lang": self.env.lang,
            }
        )

    @api.model
    def _get_sample_lines(self) -> list[tuple[str, float, float]]:
        return [
            (self.env._("First article\nIts description, on two lines if need be"), 2, 145.5),
            (self.env._("Second article"), 10, 32.9),
            (self.env._("Half a day of work"), 0.5, 480.0),
        ]

    def _render_preview(self) -> bytes:
        """Return the PDF of the last document of the kind, or of an example, with this model."""
        self.ensure_one()
        report = self.env.ref(self._get_kind_reports()[self.kind])
        records = self.env[report.model].with_company(self.company_id)
        record = records.search(self._get_preview_domain(), limit=1)
        if record:
            return self._print_preview(report, record)
        with closing(self.env.cr.savepoint()):  # rolled back
            creator = self.with_company(self.company_id).sudo()  # whatever the person may create
            sample = creator._create_preview_sample()
            return self._print_preview(report, sample)

    def _print_preview(self, report, record) -> bytes:
        # A record, which no client can send: a preview is not recorded as a print.
        report = report.with_context(
            document_model_preview=self, allowed_company_ids=self.company_id.ids
        )
        if record.env.su:
            report = report.sudo()  # the example is of nobody
        return report._render_qweb_pdf(report.report_name, record.ids)[0]
