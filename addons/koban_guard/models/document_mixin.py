import ast

from odoo import api, fields, models, tools
from odoo.fields import Command, Domain
from odoo.tools import SQL, OrderedSet, format_list

from ..exceptions import DocumentError, speaking
from ..tools.names import freeze_names
from ..tools.overrides import override
from ..tools.passes import get_passes
from ..tools.pipeline import Run

# A refusal names at most this many fields: beyond, nobody reads.
MAX_NAMED_FIELDS = 12


class DocumentMixin(models.AbstractModel):
    """A commercial document that cannot be altered once validated (seed 003).

    A model that inherits it says when it is validated, which fields stay
    editable, and opens a pass in the methods that may still change it.
    """

    _name = "koban.document.mixin"
    _inherit = ["koban.guard.mixin", "koban.pipeline.mixin", "koban.names.mixin"]
    _description = "Document that cannot be altered once validated"

    # Selection field of the status, and the values that mean validated.
    _document_state_field = "state"
    _document_validated_states = ()
    # Field that a validation fills in for good: what was cancelled since stays guarded by it.
    _document_validation_field = None

    document_guard = fields.Boolean(
        compute="_compute_is_protected", help="Validated documents of the company are protected."
    )
    is_protected = fields.Boolean(
        string="Protected",
        compute="_compute_is_protected",
        help="The document is validated: only its texts and follow-up fields can still be edited.",
    )

    @api.depends(lambda self: self._get_protection_fields())
    def _compute_is_protected(self):
        for document in self:
            document.document_guard = bool(document.company_id) and document._is_guard_enabled()
            document.is_protected = (
                document.document_guard
                and document._is_validated()
                and not document._is_edition_allowed(set())
            )

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    @api.model
    def _get_protection_fields(self) -> list[str]:
        """Fields that decide whether the document is protected."""
        if self._abstract:
            return []
        mark = self._document_validation_field
        names = [self._document_state_field, "company_id.document_guard"]
        return [*names, mark] if mark else names

    def _is_validated(self) -> bool:
        """Whether the document was validated, cancelled afterwards or not."""
        self.ensure_one()
        mark = self._document_validation_field
        if mark and self[mark]:
            return True
        return self[self._document_state_field] in self._document_validated_states

    def _is_fictitious(self) -> bool:
        """Whether the document commits nobody, and is no original of anything."""
        self.ensure_one()
        return False

    def _is_guard_enabled(self) -> bool:
        """Whether the guard applies to this document, validated or not."""
        self.ensure_one()
        return self.company_id.sudo().document_guard  # its switch alone, for other companies too

    def _is_edition_allowed(self, field_names) -> bool:
        """Whether the company lets people edit these fields once validated (row 3-13)."""
        return False

    @api.model
    def _get_business_fields(self) -> set[str]:
        """Fields only the business methods write, on drafts too: number, validation date."""
        return {"frozen_names"}

    def _get_correction_advice(self) -> str:
        """What a person does instead of editing, as one sentence."""
        return ""

    @api.model
    def _get_validated_domain(self, companies) -> Domain:
        """Domain of the documents of companies that are validated, and under the guard there."""
        validated = Domain(self._document_state_field, "in", self._document_validated_states)
        if self._document_validation_field:
            validated |= Domain(self._document_validation_field, "!=", False)
        return Domain("company_id", "in", companies.ids) & validated

    # ------------------------------------------------------------------
    # Steps of validation and cancellation, see the pipeline mixin
    # ------------------------------------------------------------------
    @api.model
    def _get_validation_steps(self):
        return ["check", "open", *super()._get_validation_steps(), "names", "follow"]

    @api.model
    def _get_cancellation_steps(self):
        return ["check", "open", *super()._get_cancellation_steps(), "follow"]

    def _validate_check(self, run):
        """Refuse what cannot be validated, with all that is missing."""

    def _validate_open(self, run):
        """Give the host leave to write what a validation writes, on what is no document yet."""
        # Where the guard is off too: a number is drawn by what validates, and by nothing else.
        drafts = self.filtered(lambda one: not one._is_validated())
        # Its lines come next: an edition takes the locks in this order too.
        drafts._lock_draft()
        run.open(drafts, **self._get_validation_pass())

    @api.model
    def _get_validation_pass(self) -> dict:
        """Return what the host may write while it validates, as ``open_pass``."""
        return {"fields": None, "line_fields": None, "lines": True}

    def _validated_open(self, run):
        # What the host computes late, such as a label that is the number.
        run.opened._compute_waiting()
        run.close()

    def _validated_names(self, run):
        """Keep who and what the documents name as it is now."""
        if isinstance(run, Run):  # which no code typed in a client has
            freeze_names(self)

    def _validated_follow(self, run):
        """Do what comes of a validated document."""

    def _cancel_check(self, run):
        """Refuse what cannot be cancelled."""

    def _cancel_open(self, run):
        """Give the host leave to write what a cancellation writes."""

    def _cancelled_follow(self, run):
        """Do what comes of a cancelled document."""

    # ------------------------------------------------------------------
    # Guard
    # ------------------------------------------------------------------
    def _is_guarded(self) -> bool:
        self.ensure_one()
        return self._is_validated() and self._is_guard_enabled()

    def _get_guarded_documents(self):
        return self

    @api.model
    def _get_guarded_domain(self, companies):
        return self._get_validated_domain(companies)

    def _is_pass_allowed(self, guard_pass, field_name):
        if guard_pass.fields is None or field_name in guard_pass.fields:
            return True
        return guard_pass.lines and field_name in self._get_line_fields()

    @api.model
    @tools.ormcache()
    def _get_line_fields(self) -> tuple[str, ...]:
        """One2many fields whose lines follow the guard of this document."""
        return tuple(
            name
            for name, field in self._fields.items()
            if field.type == "one2many" and hasattr(self.env[field.comodel_name], "_document_field")
        )

    @api.model
    def _get_line_field(self) -> str:
        return self._get_line_fields()[0]

    def _get_refused_values(self, field_name, value):
        if field_name in self._get_line_fields():
            return self._get_refused_commands(field_name, value)
        return super()._get_refused_values(field_name, value)

    def _get_refused_commands(self, field_name, commands) -> list:
        """Return what one2many commands would alter; lines answer for their own values."""
        plain = not isinstance(commands, list) or any(
            not isinstance(command, (list, tuple)) for command in commands
        )
        if plain:
            return super()._get_refused_values(field_name, commands)
        refused = []
        for command in commands:
            if command[0] == Command.UPDATE:
                line = self[field_name].browse(command[1])
                refused += line.with_env(self.env)._get_refused_fields(command[2]).get(self, [])
            elif super()._get_refused_values(field_name, [command]):
                refused.append((self, field_name))
        return list(OrderedSet(refused))

    def _check_guard(self, vals):
        edited = super()._check_guard(vals)
        self._check_business_values(vals)
        return edited

    @override
    def write(self, vals):
        if vals.get(self._document_state_field) in self._document_validated_states:
            # Typed before the validation in the same call: its content.
            self._compute_waiting()
        return super().write(vals)

    def _compute_waiting(self):
        """Compute what waits on the documents and their lines.

        To be called before a document is validated, and by the method that validates it before
        its pass ends: the host computes on what it then wrote, such as the number.
        """
        super()._compute_waiting()
        for name in self._get_line_fields():
            self[name]._compute_waiting()
        super()._compute_waiting()  # what depends on the lines

    def _check_business_values(self, vals):
        """Refuse that a status or a number be given by anything but its method.

        :raise DocumentError: code ``document_state`` or ``document_number``
        """
        if "company_id" in vals:
            self._check_company_change(vals["company_id"])
        guarded_names = self._get_business_fields() & vals.keys()
        new_state = vals.get(self._document_state_field)
        if not guarded_names and new_state not in self._document_validated_states:
            return
        passes = get_passes()
        for document in self.sudo():  # compared only, as in _get_refused_fields
            if not document._is_guard_enabled():
                continue
            names = set(guarded_names)
            if new_state in self._document_validated_states:
                names.add(self._document_state_field)
            for name in sorted(names):
                if any(p.covers(document) and document._is_pass_allowed(p, name) for p in passes):
                    continue
                if document._get_refused_values(name, vals[name]):
                    self._check_write_access(vals)
                    document.with_env(self.env)._raise_business_error(name)

    def _check_company_change(self, company_id):
        """Refuse that a document come validated or numbered from an unguarded company.

        :raise DocumentError: code ``document_state`` or ``document_number``
        """
        if not self.env["res.company"].browse(company_id).exists():
            return  # the database refuses it
        for document in self.sudo():  # compared only, as in _get_refused_fields
            if document.company_id.id == company_id or document._is_guard_enabled():
                continue
            names = {*self._get_business_fields(), self._document_state_field}
            values = {name: document[name] for name in names}
            caller = document.with_env(self.env)
            if document._is_validated():
                caller._raise_moved_error(company_id, self._document_state_field)
            caller._check_announced({**values, **document._get_moved_values(company_id)})

    def _get_moved_values(self, company_id) -> dict:
        """Values that decide whether the guard applies once in another company."""
        return {"company_id": company_id}

    def _raise_moved_error(self, company_id, field_name):
        company = self.env["res.company"].browse(company_id)
        if company.sudo().document_guard:  # its switch alone
            self._raise_business_error(field_name)

    def _raise_business_error(self, field_name):
        if field_name == self._document_state_field:
            raise self._refuse(
                speaking(self.env)._(
                    "%(document)s cannot be validated by writing its status. "
                    "Use the validation button, or its method through the API.",
                    document=self.display_name or self._description,
                ),
                "document_state",
                fields=[field_name],
            )
        raise self._refuse(
            speaking(self.env)._(
                "The field “%(field)s” of %(document)s is given by the validation. "
                "Leave it empty: it cannot be typed.",
                field=self._fields[field_name]._description_string(speaking(self.env)),
                document=self.display_name or self._description,
            ),
            "document_number",
            fields=[field_name],
        )

    def _check_announced(self, values):
        """Refuse values and defaults that would create a validated or numbered document.

        :param values: of one document, defaults included
        :raise DocumentError: code ``document_state`` or ``document_number``
        """
        names = [name for name in sorted(self._get_business_fields()) if values.get(name)]
        if values.get(self._document_state_field) in self._document_validated_states:
            names.append(self._document_state_field)
        if names and self._is_guard_announced(values):
            self._raise_business_error(names[0])

    @api.model
    def _is_guard_announced(self, values) -> bool:
        """Whether the guard applies to the document these values create."""
        company = self.env["res.company"].browse(values.get("company_id")) or self.env.company
        return company.sudo().document_guard  # its switch alone, as in _is_guard_enabled

    def _check_created(self):
        """Refuse what :meth:`_check_announced` could not foresee.

        :raise DocumentError: code ``document_state`` or ``document_number``
        """
        passes = get_passes()
        for document in self.sudo():  # compared only, as in _get_refused_fields
            if not document._is_guard_enabled():
                continue
            names = [name for name in sorted(self._get_business_fields()) if document[name]]
            if document[self._document_state_field] in self._document_validated_states:
                names.append(self._document_state_field)
            for name in names:
                if not any(
                    p.covers(document) and document._is_pass_allowed(p, name) for p in passes
                ):
                    document.with_env(self.env)._raise_business_error(name)

    @api.model_create_multi
    @override
    def create(self, vals_list):
        # Before, so that nothing is created where a caller catches the error; and after,
        # on what the records really hold.
        names = {*self._get_business_fields(), *self._get_guard_fields()}
        defaults = self.default_get([*names, self._document_state_field])
        for vals in vals_list:
            self._check_announced({**defaults, **vals})
        documents = super().create(vals_list)
        documents._check_created()
        return documents

    @api.model
    def _get_guard_fields(self) -> set[str]:
        """Fields that decide whether the guard applies to a document."""
        return {"company_id"}

    def _check_not_deleted(self):
        """Refuse to delete what was validated.

        :raise DocumentError: code ``document_delete``
        """
        for document in self.sudo():  # its status decides, whatever the user may read
            if document._is_guarded():
                raise document.with_env(self.env)._refuse(
                    speaking(self.env)._(
                        "%(document)s is validated: it cannot be deleted. %(advice)s",
                        document=document.display_name,
                        advice=document._get_correction_advice(),
                    ),
                    "document_delete",
                    operation="unlink",
                )

    @override
    def unlink(self):
        # Before the host's own checks, which some context keys switch off.
        self._check_not_deleted()
        return super().unlink()

    def _lock_draft(self):
        """Make this edition and a concurrent validation exclude each other.

        A line may be edited without its document being written. Writing the
        document's row makes PostgreSQL refuse (and Odoo retry) whichever of the
        two transactions comes second.
        """
        done = self.env.cr.precommit.data.setdefault("koban_guard.locked", set())
        ids = [
            document.id
            for document in self
            if (document._name, document.id) not in done
            and document._is_guard_enabled()
            and not document._is_validated()
        ]
        if ids:
            done.update((self._name, id_) for id_ in ids)
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET write_date = write_date WHERE id IN %(ids)s",
                    table=SQL.identifier(self._table),
                    ids=tuple(ids),
                )
            )

    # ------------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------------
    def _prepare_refusal(self, items) -> DocumentError:
        """Build the error that names the refused fields and the way out.

        :param items: ``[(record, field name)]`` of this document and its lines
        :raise AccessError: the host's, see :meth:`_refuse`
        """
        self.ensure_one()
        for record, _name in items:
            record.with_env(self.env).check_access("write")
        document = self.with_env(speaking(self.env))
        # A client sends back what it computed from what the person typed: not worth telling.
        typed = [item for item in items if not item[0]._fields[item[1]].readonly] or items
        labels = list(OrderedSet(document._get_field_label(record, name) for record, name in typed))
        if len(labels) > MAX_NAMED_FIELDS:
            others = len(labels) - MAX_NAMED_FIELDS
            labels = [*labels[:MAX_NAMED_FIELDS], document.env._("%s others", others)]
        parts = [
            document.env._(
                "%(document)s is validated. These values can no longer be changed: %(fields)s.",
                document=document.display_name,
                fields=format_list(document.env, labels),
            )
        ]
        if editable := document._get_editable_labels():
            editable = format_list(document.env, editable)
            parts.append(document.env._("Still editable: %s.", editable))
        message = "\n".join([*parts, document._get_correction_advice()])
        return self._refuse(
            message,
            "document_validated",
            fields=sorted({name for record, name in items}),
        )

    @api.model
    def _get_field_label(self, record, field_name):
        label = record._fields[field_name]._description_string(self.env)
        if record._name == self._name:
            return label
        line = record._get_line_label()
        return speaking(self.env)._("%(field)s (line “%(line)s”)", field=label, line=line)

    @api.model
    def _get_editable_labels(self) -> list[str]:
        return [
            self._fields[name]._description_string(self.env)
            for name in self._fields
            if name in self._get_editable_fields()
        ]

    def _describe_values(self, items) -> dict:
        """Return the readable value of each field about to be edited."""
        return {
            (record, name): record._fields[name].convert_to_display_name(record[name], record) or ""
            for record, name in items
            if not (record == self and name in self._get_line_fields())
        }

    def _log_edition(self, items, before):
        """Record in the chatter what was edited after validation, by whom and how."""
        document = self.with_env(speaking(self.env))
        after = document._describe_values(items)
        changes = [
            speaking(self.env)._(
                "%(field)s: %(old)s → %(new)s",
                field=document._get_field_label(*item),
                old=before[item],
                new=after[item],
            )
            for item in after
        ]
        if changes:
            self._post_edition(changes)

    def _log_lines(self, title, lines):
        """Record in the chatter the lines added or removed after validation."""
        if lines:
            self._post_edition([f"{title}: {line._get_line_label()}" for line in lines])

    def _post_edition(self, changes):
        self.ensure_one()
        self.message_post(
            body=speaking(self.env)._(
                "Edited after validation, as the company's settings allow: %s",
                format_list(self.env, changes),
            ),
            subtype_xmlid="mail.mt_note",
        )

    # ------------------------------------------------------------------
    # Screen
    # ------------------------------------------------------------------
    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Show as read-only what the guard refuses, fields of other addons included."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            self._protect_view(arch)
        return arch, view

    @api.model
    def _get_editing_buttons(self) -> set[str]:
        """Names of the buttons that only edit the document: hidden once it is protected."""
        return set()

    @api.model
    def _protect_view(self, arch):
        line_fields = self._get_line_fields()
        for node in arch.xpath("//field[not(ancestor::field)]"):
            name = node.get("name")
            if name in line_fields:
                self._protect_line_view(node, self.env[self._fields[name].comodel_name])
            elif name in self._fields and not self._is_always_writable(name):
                self._protect_field(node, self._fields[name], "is_protected")
        for button in arch.xpath("//button[@name]"):
            if button.get("name") in self._get_editing_buttons():
                self._add_condition(button, "invisible", "is_protected")

    @api.model
    def _protect_line_view(self, node, line_model):
        editable = line_model._get_editable_fields()
        if not editable:
            self._add_condition(node, "readonly", "is_protected")
            return
        unprotected = [("is_protected", "=", False)]
        options = ast.literal_eval(node.get("options") or "{}")
        node.set("options", repr({**options, "create": unprotected, "delete": unprotected}))
        for child in node.xpath("./*//field[not(ancestor::field[ancestor::field])]"):
            name = child.get("name")
            if name in line_model._fields and name not in editable:
                self._protect_field(child, line_model._fields[name], "parent.is_protected")

    @api.model
    def _protect_field(self, node, field, condition):
        # A condition would open on drafts a field that the model keeps read-only.
        if node.get("readonly") is not None or not field.readonly:
            self._add_condition(node, "readonly", condition)

    @api.model
    def _add_condition(self, node, attribute, condition):
        current = node.get(attribute)
        if current not in ("1", "True", "true"):
            node.set(attribute, f"{condition} or ({current})" if current else condition)
