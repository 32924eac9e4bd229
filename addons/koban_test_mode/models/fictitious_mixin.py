from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.names import freeze_names
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed, get_passes, open_pass
from odoo.addons.koban_guard.tools.pipeline import insert_step
from odoo.addons.koban_seal.tools.journal import seal
from odoo.addons.koban_seal.tools.signing import get_signer

# What makes a document fictitious; only business methods write them.
TEST_MARKS = {"is_test", "test_operator_id", "test_validated_on"}


class FictitiousMixin(models.AbstractModel):
    """A document that may be fictitious, marked TEST from its creation (row 2-62).

    It takes no number and reaches neither stock nor accounting: the model that
    inherits it says how, and validates it with :meth:`_validate_in_test`. Validated
    in TEST, it is secured like a real one, in a chain of its own: the real one tells
    nothing of fictitious documents.
    """

    _name = "koban.test.mixin"
    _inherit = ["koban.sealed.mixin", "koban.document.mixin"]
    _description = "Document that may be fictitious"

    is_test = fields.Boolean(
        string="TEST",
        copy=False,
        readonly=True,
        help="Fictitious document: no number, no stock, no accounting, in no total. Decided when "
        "it is created, for good.",
    )
    test_operator_id = fields.Many2one(
        "res.users",
        string="TEST Operator",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="Who made this TEST document, then who validated it.",
    )
    test_validated_on = fields.Datetime(string="Validated in TEST on", copy=False, readonly=True)

    test_label = fields.Char(string="TEST No.", compute="_compute_test_label")

    @api.depends("is_test")
    def _compute_test_label(self):
        for document in self:
            document.test_label = document.is_test and document._get_test_label()

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    @api.model
    def _is_test_mode_on(self) -> bool:
        """Whether the documents that the user creates are TEST."""
        return self.env.user.test_mode

    @api.model
    def _can_be_test(self, vals) -> bool:
        """Whether what these values create is a document that may be TEST."""
        return True

    @api.model
    def _get_test_kept_fields(self) -> set[str]:
        """Fields of a TEST document that nobody types, drafts included."""
        return set()

    @api.model
    def _get_test_forbidden_states(self) -> set[str]:
        """States in which the host would count or deliver the document."""
        return set(self._document_validated_states)

    # ------------------------------------------------------------------
    # Proof
    # ------------------------------------------------------------------
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

    # ------------------------------------------------------------------
    # Protection
    # ------------------------------------------------------------------
    @api.model
    def _get_protection_fields(self):
        names = super()._get_protection_fields()
        return names and [*names, "test_validated_on"]

    def _is_fictitious(self):
        return self.is_test or super()._is_fictitious()

    def _is_validated(self):
        return bool(self.test_validated_on) or super()._is_validated()

    @api.model
    def _get_validated_domain(self, companies):
        in_companies = Domain("company_id", "in", companies.ids)
        validated = in_companies & Domain("test_validated_on", "!=", False)
        return super()._get_validated_domain(companies) | validated

    def _get_correction_advice(self):
        if self.is_test:
            return speaking(self.env)._(
                "A TEST document that was validated stays as it is. Create another one."
            )
        return super()._get_correction_advice()

    # ------------------------------------------------------------------
    # Creation and edition
    # ------------------------------------------------------------------
    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "is_test" in fields:
            # Not a default of the field: the ORM would give it to the documents of before.
            values["is_test"] = self._is_created_in_test(values)
            if values["is_test"] and "test_operator_id" in fields:
                values["test_operator_id"] = self.env.uid
        return values

    @api.model
    def _is_created_in_test(self, vals) -> bool:
        asked = vals.get("is_test") or self.env.context.get("default_is_test")
        if not asked and (self.env.uid == SUPERUSER_ID or not self._is_test_mode_on()):
            return False
        return self._can_be_test(vals)

    @api.model
    def _prepare_test_values(self, vals) -> dict:
        """Return the marks of the document that these values create."""
        is_test = self._is_created_in_test(vals)
        return {
            "is_test": is_test,
            "test_operator_id": self.env.uid if is_test else False,
            "test_validated_on": False,
        }

    @api.model_create_multi
    @override
    def create(self, vals_list):
        vals_list = [{**vals, **self._prepare_test_values(vals)} for vals in vals_list]
        documents = super().create(vals_list)
        documents.filtered("is_test")._check_test_state()
        return documents

    def _check_test_state(self):
        """Refuse that a TEST document be in a state of real ones.

        :raise DocumentError: code ``test_document``
        """
        for document in self:
            if document[self._document_state_field] in self._get_test_forbidden_states():
                document._raise_test_error()

    @override
    def write(self, vals):
        if not TEST_MARKS.isdisjoint(vals):
            self._check_test_marks(vals)
        if self._document_state_field in vals:
            self._check_test_write(vals)
        if not self._get_test_kept_fields().isdisjoint(vals):
            self._check_test_number(vals)
        return super().write(vals)

    def _get_test_changed(self, vals, names):
        """Return the records where one of these fields would change without a pass."""
        passes = get_passes()
        names = vals.keys() & names
        return get_changed(self.sudo(), vals, names).filtered(  # compared only
            lambda document: (
                not any(
                    item.covers(document)
                    and all(document._is_pass_allowed(item, name) for name in names)
                    for item in passes
                )
            )
        )

    def _check_test_marks(self, vals):
        """Refuse to make a real document of a TEST one, or the other way round.

        :raise DocumentError: code ``test_mark``
        """
        for document in self._get_test_changed(vals, TEST_MARKS):
            if document._is_guarded() and not document._is_edition_allowed(TEST_MARKS):
                continue  # refused by the guard, in the words of validated documents
            raise document.with_env(self.env)._refuse(
                speaking(self.env)._(
                    "%(document)s is TEST or real from its creation, and stays so. Duplicate it "
                    "with the mode TEST on or off, as you need it.",
                    document=document.display_name,
                ),
                "test_mark",
                fields=sorted(vals.keys() & TEST_MARKS),
            )

    def _check_test_number(self, vals):
        """Refuse to type the number of a TEST document.

        :raise DocumentError: code ``document_number``
        """
        names = self._get_test_kept_fields()
        for document in self.filtered("is_test")._get_test_changed(vals, names):
            raise document.with_env(self.env)._refuse(
                speaking(self.env)._(
                    "%(document)s is a TEST document: it takes no number.",
                    document=document.display_name,
                ),
                "document_number",
                fields=sorted(vals.keys() & names),
            )

    def _check_test_write(self, vals):
        if vals[self._document_state_field] in self._get_test_forbidden_states():
            for document in self.filtered("is_test"):
                document._raise_test_error()

    def _raise_test_error(self):
        raise self._refuse(
            speaking(self.env)._(
                "%(document)s is a TEST document: it can only be validated in TEST, without "
                "number, stock or accounting. Use its validation button.",
                document=self.display_name or self._description,
            ),
            "test_document",
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Leave TEST documents out where a caller of this project asks so, by the context.

        For totals of the host whose domain no hook extends; nothing is hidden otherwise.
        """
        if self.env.context.get("without_test_documents"):
            domain = Domain(domain) & Domain("is_test", "=", False)
        return super()._search(domain, *args, **kwargs)

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    @api.model
    def _get_validation_steps(self):
        return insert_step(super()._get_validation_steps(), "choose", before="check")

    def _validate_choose(self, run):
        """Keep TEST documents from being validated as real ones.

        :raise DocumentError: code ``test_document``
        """
        for document in self.filtered("is_test"):
            document._raise_test_error()

    def _validate_in_test(self, **values):
        """Validate TEST documents: from now on they are secured like real ones.

        :param values: fields that the validation gives besides the marks
        :raise DocumentError: code ``document_state`` if one is already validated or cancelled, or
            is no TEST document
        """
        for document in self:
            if not document.is_test:  # code typed in a client calls this with any
                raise document._refuse(
                    speaking(self.env)._(
                        "%(document)s is real: it is not validated in TEST.",
                        document=document.display_name,
                    ),
                    "document_state",
                )
            if document.test_validated_on or document[self._document_state_field] == "cancel":
                raise document._refuse(
                    speaking(self.env)._(
                        "%(document)s is already validated or cancelled.",
                        document=document.display_name,
                    ),
                    "document_state",
                )
        marks = {"test_validated_on": fields.Datetime.now(), "test_operator_id": self.env.uid}
        with open_pass(self, fields={*TEST_MARKS, *values}):
            self.write({**values, **marks})
        freeze_names(self)
        if any(document._is_sealable() for document in self):
            get_signer(self.env)
        seal(self)
        for document in self:
            document._message_log(body=speaking(self.env)._("Validated in TEST."))

    def _check_real_allowed(self):
        """Refuse what would validate a real document while the user's mode TEST is on.

        :raise DocumentError: code ``test_mode_on``
        """
        real = self.filtered(lambda document: not document.is_test)
        if real and self._is_test_mode_on():
            real._raise_test_mode_on()

    def _raise_test_mode_on(self):
        raise self._refuse(
            speaking(self.env)._(
                "The mode TEST is on, and %(document)s is real. Leave the mode TEST first.",
                document=", ".join(filter(None, self.mapped("display_name"))) or self._description,
            ),
            "test_mode_on",
        )

    # ------------------------------------------------------------------
    # Paper and mail
    # ------------------------------------------------------------------
    def _get_test_label(self) -> str:
        """Return what stands where a real document has its number."""
        self.ensure_one()
        return f"TEST {self._origin.id}" if self._origin.id else "TEST"

    def _get_test_notice(self) -> str:
        """Return the sentence of the watermark, which names the operator."""
        self.ensure_one()
        operator = self.sudo().test_operator_id  # named whoever prints
        return self.env._("Fictitious document without value – %s", operator.name or "")

    @override
    def message_post(self, *, subject=None, **kwargs):
        """Post a message; the subject of a mail about a TEST document says so."""
        if subject and len(self) == 1 and self.is_test:
            subject = add_test_prefix(subject)
        return super().message_post(subject=subject, **kwargs)


def add_test_prefix(subject: str) -> str:
    """Return the subject of a mail about a TEST document."""
    return subject if subject.startswith("[TEST]") else f"[TEST] {subject}"
