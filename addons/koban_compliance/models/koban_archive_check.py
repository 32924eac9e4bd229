import os

from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..proof import verifier
from ..proof.source_code import hash_file

# A report kept on the archive has so many lines at most.
KEPT_LINES = 50


class KobanArchive(models.Model):
    """Giving out the file of an archive, and verifying it."""

    _name = "koban.archive"
    _inherit = ["koban.archive"]

    # ------------------------------------------------------------------
    # Giving it out, verifying it
    # ------------------------------------------------------------------
    @public(one=True)
    def action_download(self) -> dict:
        """Download the file."""
        return {
            "type": "ir.actions.act_url",
            "url": f"/koban/archive/{self.id}",
            "target": "download",
        }

    def _record_download(self):
        """Count a download, and record it in the journal."""
        self.ensure_one()
        archive = self.sudo()  # auditors download too, and write nothing else
        archive._set(download_count=archive.download_count + 1, downloaded_on=fields.Datetime.now())
        self.env["koban.event"]._record(
            "archive_downloaded", archive, detail={"sha256": archive.sha256}
        )

    def _get_path(self) -> str:
        """Return where the file lies.

        :raise DocumentError: code ``archive_file``
        """
        self.ensure_one()
        attachment = self.sudo().attachment_id  # of an archive that the caller may read
        path = attachment and attachment._full_path(attachment.store_fname or "missing")
        if not path or not os.path.isfile(path):
            raise DocumentError(
                speaking(self.env)._(
                    "The file of the archive %s is not there. Put the filestore back from its "
                    "backup, or make the archive again.",
                    self.name,
                ),
                "archive_file",
                model=self._name,
                ids=self.ids,
            )
        return path

    @public(one=True)
    def verify(self) -> dict:
        """Verify the stored file as an auditor does, and record the result.

        :return: conforms, problems (texts in French), sha256
        """
        self.check_access("read")
        path = self._get_path()
        report = self._verify_file(path)
        if hash_file(path) != self.sha256:
            report.blame("Le fichier n'est plus celui qui a été fait (empreinte SHA-256).")
        archive = self.sudo()  # the result follows from the file: the reader chooses nothing
        archive._set(**self._prepare_verification(report))
        archive._record_verification(report)
        return {
            "conforms": not report.count,
            "problems": report.problems,
            "sha256": self.sha256,
        }

    @api.model
    def _verify_file(self, file) -> verifier.Report:
        """Verify an archive with the keys declared in this database.

        :param file: path, or open binary file
        """
        keys = self.env["koban.signing.key"].sudo().search([("key_id", "!=", False)])  # public keys
        return verifier.verify(file, keys.mapped("key_id") or ["-"])

    def _prepare_verification(self, report) -> dict:
        lines = [*report.problems, *report.passed][:KEPT_LINES]
        return {
            "verified_on": fields.Datetime.now(),
            "verification": "bad" if report.count else "good",
            "verification_report": "\n".join(lines),
        }

    def _record_verification(self, report, **detail):
        self.env["koban.event"]._record(
            "archive_verified",
            self or None,
            detail={
                "conforms": not report.count,
                "problems": report.problems[:KEPT_LINES],
                **({"sha256": self.sha256} if self else {}),
                **detail,
            },
        )

    @public(one=True)
    def action_verify(self) -> dict:
        """Verify the stored file now, and say the result."""
        result = self.verify()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if result["conforms"] else "danger",
                "sticky": not result["conforms"],
                "message": self.env._("The archive conforms.")
                if result["conforms"]
                else self.env._("%s problems were found: see the report.", len(result["problems"])),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
