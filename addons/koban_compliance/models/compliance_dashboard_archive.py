from odoo import models
from odoo.tools import format_date


class ComplianceDashboard(models.AbstractModel):
    """The attestation and the archives of a company."""

    _name = "koban.compliance.dashboard"
    _inherit = ["koban.compliance.dashboard"]

    def _get_cards(self, company):
        return [
            *super()._get_cards(company),
            self._get_archive_card(company),
            self._get_attestation_card(company),
        ]

    def _get_attestation_card(self, company):
        attestation = self.env["koban.attestation"]._get_current(company)[:1]
        states = {"valid": "good", "invalid": "bad"}
        labels = dict(attestation._fields["state"]._description_selection(self.env))
        action = "koban_compliance.koban_attestation_action"
        todo = []
        if not attestation:
            todo.append((self.env._("Make the attestation of the software"), action))
        elif attestation.state != "valid":
            todo += [(reason, action) for reason in attestation._describe_reasons(3)]
        return self._prepare_card(
            "attestation",
            self.env._("Attestation"),
            "fa-file-text-o",
            states.get(attestation.state, "warning"),
            [
                (self.env._("Status"), labels.get(attestation.state)),
                (self.env._("Editor"), attestation.editor_name),
                (self.env._("Version"), attestation.version_root),
                (self.env._("Last Check"), self._format_moment(attestation.checked_on)),
            ],
            todo,
            action=action,
            action_label=self.env._("Attestations"),
        )

    def _get_archive_card(self, company):
        archives = self.env["koban.archive"].search([("company_id", "=", company.id)])
        done = archives.filtered(lambda archive: archive.state == "done")
        last = done[:1]
        bad = done.filtered(lambda archive: archive.verification == "bad")
        action = "koban_compliance.koban_archive_action"
        todo = self._get_archive_todo(archives, bad, last, action)
        state = "bad" if bad else "warning" if todo else "good" if last else "info"
        if not archives and self.env["koban.archive"]._get_first_date(company):
            todo.append((self.env._("No archive was made yet: make the first one"), action))
        period = last and " – ".join(
            format_date(self.env, date) for date in (last.date_from, last.date_to)
        )
        return self._prepare_card(
            "archive",
            self.env._("Archives"),
            "fa-archive",
            state,
            [
                (self.env._("Last archive"), period),
                (self.env._("Made on"), self._format_moment(last.made_on)),
                (self.env._("Downloads"), str(last.download_count) if last else ""),
            ],
            todo,
            action=action,
            action_label=self.env._("Archives"),
        )

    def _get_archive_todo(self, archives, bad, last, action) -> list:
        todo = [
            (text, self._prepare_archive_action(archive))
            for text, found in (
                (self.env._("Make the archive of a closed fiscal year"), "to_make"),
                (self.env._("Try again an archive that failed"), "failed"),
            )
            for archive in archives.filtered(lambda archive, found=found: archive.state == found)
        ]
        if bad:
            text = self.env._("Read the report of an archive that does not conform")
            todo.append((text, action))
        if last and not last.download_count:
            text = self.env._("Keep a copy of the last archive outside this server")
            todo.append((text, self._prepare_archive_action(last)))
        return todo

    def _prepare_archive_action(self, archive) -> dict:
        return {
            "type": "ir.actions.act_window",
            "res_model": "koban.archive",
            "res_id": archive.id,
            "views": [[False, "form"]],
        }
