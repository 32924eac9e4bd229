import json
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.modules import Manifest

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Company, public
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import are_covered, open_pass
from odoo.addons.koban_seal.tools.journal import record_event
from odoo.addons.koban_seal.tools.signing import get_signer

from ..tools import source_code

# Held by the methods below alone: no client can send it.
STATE_FIELDS = {"state", "differences", "checked_on", "parameters_changed"}
SOFTWARE_NAME = "Koban Gestion pour Odoo"
EDITOR_FIELDS = ("editor_name", "editor_address", "editor_registry", "signatory", "signatory_role")
# A message names so many files; the form names all.
MAX_NAMED = 10
ALARM = "mail.mail_activity_data_warning"


def _apply_check(attestation, differences):
    """Write what a comparison found; no method: typed code must not say what differs."""
    before = (attestation.state, json.loads(attestation.differences or "[]"))
    parameters_changed = attestation.parameters_changed or any(
        kind == "parameter" for kind, _name in differences
    )
    state = attestation._get_state(differences, parameters_changed)
    with open_pass(attestation):
        attestation.write(
            {
                "state": state,
                "differences": json.dumps(differences),
                "parameters_changed": parameters_changed,
                "checked_on": fields.Datetime.now(),
            }
        )
    if (state, differences) != before:
        attestation._raise_alarm(before[0])


class KobanAttestation(models.Model):
    """The editor's individual attestation for one company, and the code it speaks of.

    Article 286, I-3° bis of the tax code (rows 2-56, 2-57). What it says never changes; its
    state follows the files on disk and the parameters of the company.
    """

    _name = "koban.attestation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Attestation of the Editor"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Reference", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date = fields.Datetime(string="Made on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Made by", readonly=True, ondelete="restrict")

    company_name = fields.Char(readonly=True)
    company_address = fields.Char(readonly=True)
    company_registry = fields.Char(string="Company SIREN or SIRET", readonly=True)
    editor_name = fields.Char(string="Editor", readonly=True)
    editor_address = fields.Char(readonly=True)
    editor_registry = fields.Char(string="Editor SIREN", readonly=True)
    signatory = fields.Char(readonly=True)
    signatory_role = fields.Char(string="Capacity of the Signatory", readonly=True)

    software_name = fields.Char(string="Software", required=True, readonly=True)
    version_root = fields.Char(
        required=True,
        readonly=True,
        help="Identifies the major version. Versions that begin with it are minor ones.",
    )
    module_ids = fields.One2many(
        "koban.attestation.module", "attestation_id", string="Addons", readonly=True
    )
    file_count = fields.Integer(string="Files", readonly=True, aggregator=None)
    code_hash = fields.Char(string="Fingerprint of the Code (SHA-256)", readonly=True)
    key_id = fields.Char(
        string="Signing Key",
        readonly=True,
        help="Fingerprint of the key that signs the seals and the archives.",
    )
    # JSON: hash by « addon/path »; large, so read only where it is needed.
    files = fields.Text(string="Fingerprints of the Files", readonly=True, prefetch=False)
    parameters = fields.Text(string="Compliance Parameters (JSON)", readonly=True)

    state = fields.Selection(
        [
            ("valid", "Valid"),
            ("incomplete", "Editor to Name"),
            ("to_renew", "To Renew"),
            ("invalid", "Invalid"),
            ("replaced", "Replaced"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    parameters_changed = fields.Boolean(
        readonly=True, help="A compliance parameter changed since: a new attestation is needed."
    )
    # JSON: [[kind, name], …], put into words by ``reason`` in the reader's language.
    differences = fields.Text(readonly=True, prefetch=False)
    reason = fields.Text(compute="_compute_reason")
    checked_on = fields.Datetime(string="Last Check", readonly=True)

    @api.depends("state", "differences", "parameters_changed")
    @api.depends_context("lang")
    def _compute_reason(self):
        for attestation in self:
            attestation.reason = "\n".join(attestation._describe_reasons())

    # ------------------------------------------------------------------
    # What it says is kept
    # ------------------------------------------------------------------
    @override
    def write(self, vals):
        if not are_covered(self) or vals.keys() - STATE_FIELDS:
            self._raise_kept()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._raise_kept()

    def _raise_kept(self):
        raise DocumentError(
            speaking(self.env)._(
                "An attestation cannot be changed or deleted. Make a new one, which replaces it."
            ),
            "attestation_record",
            model=self._name,
            ids=self.ids,
        )

    def _get_event_company(self):
        return self.company_id

    # ------------------------------------------------------------------
    # Making one
    # ------------------------------------------------------------------
    @api.model
    @public
    def create_attestation(self, company_id: Company | None = None) -> dict:
        """Make the attestation of a company from the files as they are now.

        :param company_id: by default the caller's company
        :return: id, name, state and code_hash
        :raise AccessError: if the caller is not a management administrator of the company
        """
        company = self.env["res.company"].browse(company_id) if company_id else self.env.company
        company.check_access("read")
        if not self.env.user.has_group("koban_guard.group_manager"):
            raise AccessError(
                speaking(self.env)._("Only a management administrator makes an attestation.")
            )
        # The rights are checked above; the model lets nobody write its content.
        attestation = self.sudo()._make(company.sudo())
        return {
            "id": attestation.id,
            "name": attestation.name,
            "state": attestation.state,
            "code_hash": attestation.code_hash,
        }

    @public
    def action_create(self) -> dict:
        """Make the attestation of the current company and show it."""
        made = self.create_attestation()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": made["id"],
            "views": [(False, "form")],
        }

    @api.model
    def _make(self, company):
        attestation = self.create([self._prepare_attestation(company)])
        earlier = self._get_current(company) - attestation
        with open_pass(earlier):
            earlier.write({"state": "replaced"})
        earlier.activity_unlink([ALARM])
        record_event(self.env, "attestation", attestation, detail=attestation._prepare_event())
        return attestation

    @api.model
    def _prepare_attestation(self, company) -> dict:
        """Values of the attestation of a company, from its data and the files on disk."""
        now = fields.Datetime.now()
        modules = self._get_modules()
        scanned = {name: source_code.hash_addon(path) for name, (path, _v) in modules.items()}
        files = self._flatten(scanned)
        editor = self._get_editor()
        root = self._get_version_root(modules)
        date = fields.Datetime.context_timestamp(self, now)
        return {
            "name": f"{root} – {date:%Y-%m-%d %H:%M}",
            "company_id": company.id,
            "date": now,
            "checked_on": now,
            "user_id": self.env.uid,
            "company_name": company.name,
            "company_address": self._format_address(company.partner_id),
            "company_registry": company.company_registry or company.vat,
            **editor,
            "software_name": SOFTWARE_NAME,
            "version_root": root,
            "module_ids": [
                Command.create(
                    {
                        "name": name,
                        "version": version,
                        "file_count": len(scanned[name]),
                        "code_hash": source_code.get_total(scanned[name]),
                    }
                )
                for name, (_path, version) in modules.items()
            ],
            "file_count": len(files),
            "code_hash": source_code.get_total(files),
            "key_id": get_signer(self.env).key_id,
            "files": json.dumps(files, sort_keys=True),
            "parameters": json.dumps(company._get_attested_values(), sort_keys=True),
            "state": "valid" if self._is_editor_named(editor) else "incomplete",
        }

    @api.model
    def _get_editor(self) -> dict:
        """Return who delivers the software and signs, as the settings name them."""
        parameters = self.env["ir.config_parameter"].sudo()  # printed on the attestation anyway
        return {
            name: parameters.get_param(f"koban_archive.{name}") or False for name in EDITOR_FIELDS
        }

    @api.model
    def _is_editor_named(self, editor: dict) -> bool:
        """Whether what the law wants of the editor is there: who, where, and who signs."""
        return all(editor[name] for name in ("editor_name", "editor_address", "signatory"))

    @api.model
    def _format_address(self, partner) -> str:
        street = ", ".join(filter(None, (partner.street, partner.street2)))
        city = " ".join(filter(None, (partner.zip, partner.city)))
        return ", ".join(filter(None, (street, city, partner.country_id.name)))

    def _prepare_event(self) -> dict:
        """What the chain keeps of the attestation."""
        self.ensure_one()
        return {
            "reference": self.name,
            "software": self.software_name,
            "version_root": self.version_root,
            "modules": {module.name: module.version for module in self.module_ids},
            "code_hash": self.code_hash,
            "file_count": self.file_count,
            "key": self.key_id or "",
            "parameters": json.loads(self.parameters),
            **{name: self[name] or "" for name in EDITOR_FIELDS},
            "company_name": self.company_name or "",
            "company_registry": self.company_registry or "",
        }

    # ------------------------------------------------------------------
    # The files on disk
    # ------------------------------------------------------------------
    @api.model
    def _get_modules(self) -> dict[str, tuple[str, str]]:
        """Return the folder and the version of each addon that is attested, by name.

        Extend it to attest addons of other names too.
        """
        modules = (
            self.env["ir.module.module"]
            .sudo()
            .search(  # names of addons are no secret
                [("name", "=like", "koban\\_%"), ("state", "in", ("installed", "to upgrade"))],
                order="name",
            )
        )
        found = {}
        for name in modules.mapped("name"):
            manifest = Manifest.for_addon(name, display_warning=False)
            # A folder that is gone has no file: each is reported as missing.
            found[name] = (manifest.path, manifest.version) if manifest else ("", "")
        return found

    @api.model
    def _get_version_root(self, modules) -> str:
        """Return the root of the major version: Odoo's series and our first number.

        That of this addon, which holds what the four conditions rest on.
        """
        return ".".join(modules["koban_archive"][1].split(".")[:3])

    @api.model
    def _flatten(self, scanned) -> dict[str, str]:
        return {
            f"{module}/{path}": digest
            for module, files in scanned.items()
            for path, digest in files.items()
        }

    # ------------------------------------------------------------------
    # Checking
    # ------------------------------------------------------------------
    @api.model
    def _get_current(self, companies=None):
        """Return the attestation in use of each company, or of these."""
        domain = Domain("state", "!=", "replaced")
        if companies is not None:
            domain &= Domain("company_id", "in", companies.ids)
        return self.search(domain)

    @api.model
    def _cron_check(self):
        """Compare every attestation in use with the files on disk, daily."""
        self.sudo()._get_current()._check()  # the job speaks for all companies

    @public(one=True)
    def action_check(self) -> dict:
        """Compare with the files on disk now, and say the result."""
        result = self.check_now()
        good = result["state"] == "valid"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if good else "warning",
                "sticky": not good,
                "message": self.env._(
                    "The %(count)s files are those of the attestation.", count=result["file_count"]
                )
                if not result["differences"]
                else self.env._(
                    "%(count)s differences were found. See the attestation.",
                    count=len(result["differences"]),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @public(one=True)
    def check_now(self) -> dict:
        """Compare the attestation with the files on disk and the parameters.

        :return: state, file_count, differences (pairs of kind and name), reason
        """
        self.check_access("read")
        # Its state follows from the files: the reader chooses nothing.
        self.sudo()._check()
        return {
            "state": self.state,
            "file_count": self.file_count,
            "differences": json.loads(self.differences or "[]"),
            "reason": self.reason or "",
        }

    def _check(self):
        """Bring the state of attestations in line with what is true, and raise the alarms."""
        current = self.filtered(lambda attestation: attestation.state != "replaced")
        if not current:
            return
        modules = self._get_modules()
        found = self._flatten(
            {name: source_code.hash_addon(path) for name, (path, _version) in modules.items()}
        )
        for attestation in current:
            _apply_check(attestation, attestation._get_differences(modules, found))

    def _get_differences(self, modules, found) -> list[list[str]]:
        """Return what differs from the attestation: ``[kind, name]``, files after the rest."""
        self.ensure_one()
        attested = {module.name: module.version for module in self.module_ids}
        differences = [["parameter", name] for name in self._get_changed_parameters()]
        for name in sorted(attested.keys() | modules.keys()):
            if name not in modules:
                differences.append(["module_removed", name])
            elif name not in attested:
                differences.append(["module_added", name])
            elif attested[name] != modules[name][1]:
                differences.append(["version", f"{name} {attested[name]} → {modules[name][1]}"])
        files = json.loads(self.files)
        if source_code.get_total(files) != self.code_hash:
            differences.append(["record", self.name])
        both = attested.keys() & modules.keys()
        files, found = (
            {path: digest for path, digest in some.items() if path.split("/", 1)[0] in both}
            for some in (files, found)
        )
        return differences + [list(pair) for pair in source_code.compare(files, found)]

    def _get_changed_parameters(self) -> list[str]:
        """Return the names of the compliance parameters that are no longer as attested."""
        attested, values = json.loads(self.parameters), self.company_id._get_attested_values()
        return sorted(
            name
            for name in attested.keys() | values.keys()
            if attested.get(name, False) != values.get(name, False)
        )

    def _get_state(self, differences, parameters_changed) -> str:
        if any(kind != "parameter" for kind, _name in differences):
            return "invalid"
        if parameters_changed:
            return "to_renew"
        editor = {name: self[name] for name in EDITOR_FIELDS}
        return "valid" if self._is_editor_named(editor) else "incomplete"

    def _raise_alarm(self, state_before):
        """Record the new state in the journal, and tell the administrators of the company."""
        self.activity_unlink([ALARM])
        differences = json.loads(self.differences)
        bad = self.state in ("invalid", "to_renew")
        record_event(
            self.env,
            "attestation_failed" if bad else "verification",
            self,
            detail={
                "reference": self.name,
                "state": self.state,
                "state_before": state_before,
                "differences": differences,
            },
        )
        if not bad:
            return
        for user in self.company_id._get_compliance_administrators():
            attestation = self.with_context(lang=user.lang)
            attestation.activity_schedule(
                ALARM,
                user_id=user.id,
                summary=attestation._get_alarm_summary(),
                note="\n".join(attestation._describe_reasons(MAX_NAMED)),
            )

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------
    def _get_alarm_summary(self) -> str:
        if self.state == "to_renew":
            return self.env._("A new attestation is needed")
        return self.env._("The software is no longer the one attested")

    def _describe_reasons(self, limit=None) -> list[str]:
        """Return why the attestation is not valid, line by line.

        :param limit: name at most so many differences
        """
        self.ensure_one()
        differences = json.loads(self.differences or "[]")
        lines = []
        if self.state == "incomplete":
            lines.append(
                self.env._(
                    "The editor is not named: fill in who delivers the software in the settings, "
                    "then make a new attestation."
                )
            )
        if self.parameters_changed and not any(kind == "parameter" for kind, _n in differences):
            lines.append(self.env._("A compliance parameter was changed, then put back."))
        lines += [self._describe(kind, name) for kind, name in differences[:limit]]
        if limit and len(differences) > limit:
            counts = Counter(kind for kind, _name in differences[limit:])
            lines.append(self.env._("… and %(count)s more.", count=sum(counts.values())))
        return lines

    def _get_parameter_label(self, name) -> str:
        Fields = self.env["ir.model.fields"].sudo()  # labels are no secret
        return Fields._get("res.company", name).field_description or name

    def _get_printed_parameters(self) -> list[tuple[str, str]]:
        """Return the label and the value of each attested parameter, in French."""
        self.ensure_one()
        french = self.with_context(lang="fr_FR")
        words = {True: "oui", False: "non"}
        return [
            (
                french._get_parameter_label(name),
                words[value] if isinstance(value, bool) else str(value),
            )
            for name, value in json.loads(self.parameters).items()
        ]

    def _describe(self, kind, name) -> str:
        if kind == "parameter":
            name = self._get_parameter_label(name)
        return {
            "altered": self.env._("Altered file: %(name)s", name=name),
            "missing": self.env._("Missing file: %(name)s", name=name),
            "added": self.env._("Added file: %(name)s", name=name),
            "unreadable": self.env._("Unreadable file: %(name)s", name=name),
            "version": self.env._("Changed version: %(name)s", name=name),
            "module_added": self.env._("Addon installed since: %(name)s", name=name),
            "module_removed": self.env._("Addon uninstalled since: %(name)s", name=name),
            "parameter": self.env._("Changed parameter: %(name)s", name=name),
            "record": self.env._(
                "The record of the attestation itself was altered: %(name)s", name=name
            ),
        }[kind]
