import base64
import hashlib
import io

from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import File, public

from ..tools.keeping import record_verification


class KobanArchiveVerify(models.TransientModel):
    """“Verify an Archive”: a file from anywhere, checked as its own verifier does (row 2-55)."""

    _name = "koban.archive.verify"
    _description = "Verify an Archive"

    file = fields.Binary(string="Archive (.zip)", attachment=False)
    file_name = fields.Char()
    state = fields.Selection(
        [("choose", "Choose"), ("good", "Conforms"), ("bad", "Does Not Conform")],
        default="choose",
        required=True,
    )
    report = fields.Text(readonly=True)

    @api.model
    @public
    def verify_file(self, content: File, name: str = "") -> dict:
        """Verify an archive with the keys declared in this database, and record it.

        :param content: of the zip, in base 64
        :param name: of the file, for the journal
        :return: conforms, problems, passed and facts (texts in French), sha256
        """
        Archive = self.env["koban.archive"]
        Archive.check_access("read")
        raw = base64.b64decode(content or "")
        report = Archive._verify_file(io.BytesIO(raw))
        sha256 = hashlib.sha256(raw).hexdigest()
        record_verification(Archive, report, sha256=sha256, file=name)
        return {
            "conforms": not report.count,
            "problems": report.problems,
            "passed": report.passed,
            "facts": report.facts,
            "sha256": sha256,
        }

    @public(one=True)
    def action_verify(self) -> dict:
        """Verify the chosen file and show the report."""
        result = self.verify_file(self.file, self.file_name or "")
        lines = [*result["problems"], *result["passed"], *result["facts"]]
        self.write(
            {
                "state": "good" if result["conforms"] else "bad",
                "report": "\n".join(lines),
                "file": False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "name": self.env._("Verify an Archive"),
        }
