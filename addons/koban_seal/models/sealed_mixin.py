from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.pipeline import Run

from ..tools.acts import leave_changing
from ..tools.canonical import dumps
from ..tools.coverage import RELATION, Coverage, Part
from ..tools.journal import record_event, seal
from ..tools.seal_reader import SealReader, read_contents
from ..tools.signing import get_signer
from .koban_event import ACT_KINDS, CHAIN_NAMES, SEAL_KINDS


class SealedMixin(models.AbstractModel):
    """Documents whose content is sealed in the chain of their company when validated.

    The content is read by SQL from the stored columns, by the seal and by the verification
    alike. A seal also notes who the parties were, which later changes of theirs do not alter.
    """

    _name = "koban.sealed.mixin"
    _description = "Sealed document"
    _inherit = ["koban.exported.mixin"]

    # Stored fields of the document that the seal covers; see _get_sealed_fields for more.
    _sealed_fields = ()
    # Model of the lines, their field to the document, and their covered fields.
    _sealed_line_model = None
    _sealed_line_field = None
    _sealed_line_fields = ()
    # Many2many of the lines to taxes.
    _sealed_tax_field = None
    # Why the seal leaves the other stored fields out, by their names: what happens to a validated
    # document afterwards, or what others say already. The classes of the lines and other rows say
    # it of theirs, and an addon that adds fields says it of its own, in the same attribute.
    _sealed_follow_up = {}
    # Other rows of the document: their model, its field to the document, and covered fields,
    # by the key of the document's content that lists them.
    _sealed_parts = {}
    # Kinds of links that begin a new state of the document by right, such as an amendment.
    _state_kinds = ()
    # How a verification tells a later seal of any other kind: a ``note``, or a ``warning`` until
    # a manager gives its reason.
    _correction_severity = "note"

    seal_id = fields.Many2one(
        "koban.event",
        compute="_compute_seal_id",
        groups="koban_seal.group_auditor,account.group_account_manager",
        help="The link of the company's chain that holds the content of this document.",
    )

    def _compute_seal_id(self):
        Event = self.env["koban.event"].sudo()  # whoever reads a document may see its seal
        found = Event._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("kind", "in", SEAL_KINDS),
                ("chain", "in", CHAIN_NAMES),
            ],
            ["res_id", "company_id", "chain"],
            ["id:max"],
        )
        last = {(res_id, company.id, chain): id_ for res_id, company, chain, id_ in found}
        for document in self:
            key = document.id, document.company_id.id, document._get_chain()
            document.seal_id = last.get(key, False)

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    def _get_event_company(self):
        """Return the company whose journal tells about these records."""
        return self.company_id

    def _get_chain(self) -> str:
        """Return the chain that holds the seal of this document."""
        return "main"

    def _is_sealable(self) -> bool:
        """Whether the validation of the document is sealed."""
        self.ensure_one()
        return self._is_guard_enabled()

    @api.model
    def _get_sealed_fields(self) -> tuple[str, ...]:
        """Return the stored fields of the document that a seal made now covers.

        An addon adds its own: ``return (*super()._get_sealed_fields(), "meter_id")``. Each seal
        names what it covers, so earlier ones hold, and its own do when the addon is gone.
        """
        names = "frozen_names"
        return (*self._sealed_fields, names) if names in self._fields else self._sealed_fields

    @api.model
    def _get_sealed_line_fields(self) -> tuple[str, ...]:
        """Return the stored fields of the lines that a seal made now covers; as above."""
        return self._sealed_line_fields

    @api.model
    def _get_validated_condition(self) -> SQL:
        """Return the SQL condition of the documents that were validated, on alias ``d``."""
        raise NotImplementedError

    @api.model
    def _get_sealed_condition(self) -> SQL:
        """Return the SQL condition of the documents that must have a seal, on alias ``d``."""
        return self._get_validated_condition()

    @api.model
    def _judge_correction(self, changes) -> tuple[str, list]:
        """Return how a verification tells a seal that is not the first, and what of it.

        :param changes: what it says otherwise than the one before, see ``canonical.compare``
        :return: ``note`` or ``warning``, and the changes to tell
        """
        return self._correction_severity, changes

    @api.model
    def _prepare_takeover(self, companies, takeover):
        """Write down what documents from before the seals lack, right before they are sealed.

        :param companies: whose documents are taken over
        :param takeover: only for a ``Takeover`` is there something to do, see tools/takeover.py
        """

    def _get_seal_notes(self) -> dict:
        """Return what a seal notes besides the content: the parties as they are today."""
        self.ensure_one()
        return {}

    @public
    def action_open_events(self) -> dict:
        """Open what the journal tells about these documents, from the first on."""
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("koban_seal.action_koban_event"),
            "domain": [("res_model", "=", self._name), ("res_id", "in", self.ids)],
        }

    # ------------------------------------------------------------------
    # Sealing
    # ------------------------------------------------------------------
    def _validate_key(self, run):
        if any(document._is_sealable() for document in self):
            get_signer(self.env)

    def _validated_seal(self, run):
        if isinstance(run, Run):  # which no code typed in a client has
            seal(self)

    def _cancelled_seal(self, run):
        if not isinstance(run, Run):
            return
        if sealable := self.filtered(lambda document: document._is_sealable()):
            record_event(self.env, "cancellation", sealable)

    def _get_covered(self, records):
        if records._name == self._name:
            return frozenset(self._get_sealed_fields())
        if records._name == self._sealed_line_model:
            taxes = (self._sealed_tax_field,) if self._sealed_tax_field else ()
            return frozenset((*self._get_sealed_line_fields(), *taxes))
        parts = self._sealed_parts.values()
        return frozenset(
            name for model, _parent, names in parts if model == records._name for name in names
        )

    def _seal_again(self):
        guarded = self.filtered(lambda document: document._is_guarded())
        if left := leave_changing(guarded):
            seal(left, "correction")

    @api.model
    def _fill_seals(self, entries):
        """Put contents and notes into links about to be written.

        A seal that says what the one before said is dropped: its content becomes ``None``. An act
        is told whatever it changed.
        """
        ids = [entry["res_id"] for entry in entries]
        sealed = {entry["res_id"] for entry in entries if entry["kind"] != "correction"}
        corrected = {
            (entry["company_id"], entry["chain"], entry["res_id"])
            for entry in entries
            if entry["res_id"] not in sealed
        }
        contents = self._get_sealed_content(ids)
        said = self._find_said(contents, self._get_last_seals(corrected))
        # The validation itself, where the host went on to write on the document.
        for entry in sorted(entries, key=lambda entry: entry["kind"] == "correction"):
            key = entry["res_id"]
            repeats = key in said and entry["kind"] not in ACT_KINDS
            entry["content"] = None if repeats else contents.get(key)
            if entry["content"]:
                said.add(key)
        told = [entry for entry in entries if entry["content"]]
        notes = self.browse({entry["res_id"] for entry in told})._collect_seal_notes()
        for entry in told:
            entry["notes"] = notes[entry["res_id"]]

    def _collect_seal_notes(self) -> dict[int, dict]:
        """Return the notes of the seals of these documents, by id."""
        return {document.id: document._get_seal_notes() for document in self}

    @api.model
    def _find_said(self, contents, last) -> set[int]:
        """Return the documents whose last seal says what they are now.

        A seal that covers other fields is compared by its own: that the lists differ since an
        upgrade is no correction of the document.

        :param contents: as :meth:`_get_sealed_content` returns them
        :param last: as :meth:`_get_last_seals` returns it
        """
        said, others = set(), {}
        head = dumps({"coverage": self._get_coverage().show()})[:-1]
        for id_, (algorithm, sealed) in last.items():
            if sealed.startswith(head):
                said |= {id_} if dumps(contents.get(id_)) == sealed else set()
            else:
                others[id_] = algorithm, sealed
        for batch in SealReader(self.env).iter_batches(self._name, others) if others else ():
            found = batch.contents or {}
            said |= {id_ for id_ in batch.seals if id_ in found and not batch.find_changes(id_)}
        return said

    @api.model
    def _get_last_seals(self, places) -> dict[int, tuple[int, str]]:
        """Return the algorithm and the content of the last seal of each document that has one.

        :param places: company id, chain and id of each document: another chain tells nothing
        """
        if not places:
            return {}
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT ON (res_id) res_id, algorithm, content FROM koban_event "
                "WHERE res_model = %s AND res_id IN %s AND kind IN %s "
                "AND (company_id, chain, res_id) IN %s ORDER BY res_id, number DESC",
                self._name,
                tuple({res_id for _company, _chain, res_id in places}),
                SEAL_KINDS,
                tuple(places),
            )
        )
        return {id_: (algorithm, content) for id_, algorithm, content in self.env.cr.fetchall()}

    # ------------------------------------------------------------------
    # Content
    # ------------------------------------------------------------------
    @api.model
    def _get_coverage(self) -> Coverage:
        """Return what a seal made now covers."""
        lines = None
        if self._sealed_line_model:
            lines = self._get_covered_part(
                self._sealed_line_model,
                self._sealed_line_field,
                self._get_sealed_line_fields(),
                self._sealed_tax_field or "",
            )
        parts = {key: self._get_covered_part(*part) for key, part in self._sealed_parts.items()}
        return Coverage(
            self._get_covered_part(self._name, "", self._get_sealed_fields()), lines, parts
        )

    @api.model
    def _get_covered_part(self, model_name, parent, names, taxes="") -> Part:
        known = self.env[model_name]._fields
        fields_ = {}
        for name in names:
            # The first that defines it: without that addon it would not be there.
            addon = next(iter(known[name]._modules), "")
            column = known[name].column_type
            fields_[name] = addon, column[0] if column else RELATION
        return Part(model_name, parent, fields_, taxes)

    @api.model
    def _get_sealed_content(self, ids) -> dict[int, dict]:
        """Return the content of documents that a seal made now holds.

        :return: ``{id: {"coverage": {…}, "document": {field: value}, "lines": [{field:
            value}]}}``, see tools/coverage.py; who is not there is missing
        """
        if not ids:
            return {}
        coverage = self._get_coverage()
        shown = coverage.show()
        contents = self._read_sealed(coverage, ids)
        return {id_: {"coverage": shown, **content} for id_, content in contents.items()}

    @api.model
    def _read_sealed(self, coverage, ids) -> dict[int, dict]:
        """Return what a coverage covers of documents, as stored now; see ``read_contents``."""
        return read_contents(self.env, coverage, ids)
