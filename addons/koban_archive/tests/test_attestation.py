import json
import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.koban_invoice.tests.common import InvoiceCase
from odoo.addons.koban_invoice.tests.paper import InvoicePaperCase

EDITOR = {
    "editor_name": "Intégration Dupont SAS",
    "editor_address": "4 quai Rambaud, 69002 Lyon",
    "editor_registry": "123 456 782",
    "signatory": "Jeanne Dupont",
    "signatory_role": "présidente",
}


class AttestationMixin:
    """An editor, and a copy of the addons that a test may alter."""

    @classmethod
    def name_editor(cls, **values):
        for name, value in {**EDITOR, **values}.items():
            cls.env["ir.config_parameter"].set_param(f"koban_archive.{name}", value)

    @classmethod
    def copy_addons(cls):
        """Have the attestations look at a copy of the addons."""
        Attestation = cls.env["koban.attestation"]
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.root = Path(holder.name)
        cls.modules = {}
        for name, (path, version) in Attestation._get_modules().items():
            shutil.copytree(path, cls.root / name, ignore=shutil.ignore_patterns("__pycache__"))
            cls.modules[name] = (str(cls.root / name), version)
        modules = patch.object(
            cls.registry["koban.attestation"], "_get_modules", lambda self: dict(cls.modules)
        )
        modules.start()
        cls.addClassCleanup(modules.stop)

    def make_attestation(self, company=None):
        made = (
            self.env["koban.attestation"]
            .with_user(self.manager)
            .create_attestation((company or self.company).id)
        )
        return self.env["koban.attestation"].browse(made["id"])


@tagged("post_install", "-at_install", "koban_alone")
class TestAttestation(AttestationMixin, InvoiceCase):
    """Rows 2-56, 2-57: the attestation and the daily comparison."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.name_editor()
        cls.copy_addons()

    def setUp(self):
        super().setUp()
        self.file = self.root / "koban_archive" / "models" / "koban_archive.py"
        self.addCleanup(self.file.write_bytes, self.file.read_bytes())

    def get_details(self, kind, attestation):
        self.env.flush_all()
        events = self.get_events(kind)
        events = events.filtered(lambda event: event.res_id == attestation.id)
        return [json.loads(event.content) for event in events]

    def get_alarms(self, attestation):
        self.env.invalidate_all()
        return attestation.activity_ids.filtered(lambda activity: activity.user_id == self.manager)

    def test_content(self):
        """Row 2-56: editor, company, version, addons and fingerprint are kept and sealed."""
        attestation = self.make_attestation()
        self.assertEqual(attestation.state, "valid")
        self.assertEqual({name: attestation[name] for name in EDITOR}, EDITOR)
        self.assertEqual(attestation.company_name, self.company.name)
        self.assertEqual(attestation.version_root, "19.0.2")
        self.assertEqual(set(attestation.module_ids.mapped("name")), set(self.modules))
        files = json.loads(attestation.files)
        self.assertIn("koban_archive/models/koban_archive.py", files)
        self.assertIn("koban_guard/static/src/document_error_dialog.js", files)
        self.assertEqual(attestation.file_count, len(files))
        self.assertEqual(sum(attestation.module_ids.mapped("file_count")), len(files))

    def test_buttons(self):
        """Row 2-56: the buttons of the list and of the form, as the web client calls them."""
        Attestation = self.env["koban.attestation"]
        action = self.rpc(self.manager, Attestation, "action_create")
        made = Attestation.browse(action["res_id"])
        self.assertEqual(made.company_id, self.company)
        result = self.rpc(self.manager, made, "action_check")
        self.assertEqual(result["params"]["type"], "success")
        self.file.write_text("")
        result = self.rpc(self.manager, made, "action_check")
        self.assertEqual(result["params"]["type"], "warning")

    def test_untouched_files(self):
        """Row 2-57: nothing changed, nothing said."""
        attestation = self.make_attestation()
        result = attestation.with_user(self.manager).check_now()
        self.assertEqual(result["state"], "valid")
        self.assertEqual(result["differences"], [])
        self.assertFalse(self.get_alarms(attestation))

    def test_altered_file_raises_the_alarm(self):
        """Row 2-57: one altered file ends the validity, names itself, and is said once."""
        attestation = self.make_attestation()
        self.file.write_text(self.file.read_text() + "# harmless\n")
        self.env["koban.attestation"]._cron_check()
        self.env["koban.attestation"]._cron_check()
        self.assertEqual(attestation.state, "invalid")
        self.assertIn("koban_archive/models/koban_archive.py", attestation.reason)
        alarm = self.get_alarms(attestation)
        self.assertEqual(len(alarm), 1)
        self.assertIn("koban_archive/models/koban_archive.py", alarm.note)

    def test_put_back(self):
        """Row 2-57: the file put back, the attestation holds again and the alarm goes."""
        attestation = self.make_attestation()
        before = self.file.read_bytes()
        self.file.write_text("")
        attestation._check()
        self.assertEqual(attestation.state, "invalid")
        self.file.write_bytes(before)
        attestation._check()
        self.assertEqual(attestation.state, "valid")
        self.assertFalse(attestation.reason)
        self.assertFalse(self.get_alarms(attestation))

    def test_missing_and_added_files(self):
        """Row 2-57: missing and added files are named as such."""
        attestation = self.make_attestation()
        self.file.unlink()
        added = self.file.with_name("extra.py")
        added.write_text("")
        self.addCleanup(added.unlink)
        result = attestation.check_now()
        self.assertEqual(
            result["differences"],
            [
                ["added", "koban_archive/models/extra.py"],
                ["missing", "koban_archive/models/koban_archive.py"],
            ],
        )

    def test_changed_version(self):
        """Row 2-56: another version of an addon needs another attestation."""
        attestation = self.make_attestation()
        path, version = self.modules["koban_document"]
        self.modules["koban_document"] = (path, "19.0.9.9.9")
        self.addCleanup(self.modules.__setitem__, "koban_document", (path, version))
        result = attestation.check_now()
        self.assertEqual(result["state"], "invalid")
        self.assertEqual(
            result["differences"], [["version", f"koban_document {version} → 19.0.9.9.9"]]
        )

    def test_addon_added_and_removed(self):
        """Row 2-57: an addon installed or uninstalled since is named, not each of its files."""
        attestation = self.make_attestation()
        kept = self.modules.pop("koban_document")
        self.addCleanup(self.modules.__setitem__, "koban_document", kept)
        self.modules["koban_extra"] = kept
        self.addCleanup(self.modules.pop, "koban_extra")
        self.assertEqual(
            attestation.check_now()["differences"],
            [["module_removed", "koban_document"], ["module_added", "koban_extra"]],
        )

    def test_changed_parameter(self):
        """law.md checklist 15: a compliance parameter that changes needs a new attestation."""
        company = self.make_company("Atelier Est")
        self.manager.company_ids |= company
        attestation = self.make_attestation(company)
        company.document_guard = False
        self.assertEqual(attestation.state, "to_renew")
        company.document_guard = True
        self.assertEqual(attestation.state, "to_renew", "put back, it stays to be renewed")
        self.assertTrue(attestation.reason)
        renewed = self.make_attestation(company)
        self.assertEqual(attestation.state, "replaced")
        self.assertEqual(renewed.state, "valid")

    def test_parameter_changed_by_sql(self):
        """law.md checklist 15: the daily check sees a parameter changed past the application."""
        attestation = self.make_attestation()
        self.set_guard(False)
        self.env["koban.attestation"]._cron_check()
        self.assertEqual(attestation.state, "to_renew")

    def test_record_altered_by_sql(self):
        """Row 2-57: fingerprints rewritten in the database do not hide an altered file."""
        attestation = self.make_attestation()
        self.file.write_text("")
        found = {"koban_archive/models/koban_archive.py": "0" * 64}
        files = json.dumps({**json.loads(attestation.files), **found})
        self.env.cr.execute("UPDATE koban_attestation SET files = %s", [files])
        self.env.invalidate_all()
        kinds = [kind for kind, _name in attestation.check_now()["differences"]]
        self.assertIn("record", kinds)

    def test_no_editor(self):
        """Row 2-56: without an editor nothing is attested, but files are still compared."""
        self.name_editor(signatory="")
        attestation = self.make_attestation()
        self.assertEqual(attestation.state, "incomplete")
        self.assertTrue(attestation.reason)
        self.file.write_text("")
        self.assertEqual(attestation.check_now()["state"], "invalid")

    def test_events(self):
        """Row 2-53: making an attestation and losing it are events."""
        attestation = self.make_attestation()
        (made,) = self.get_details("attestation", attestation)
        self.assertEqual(made["code_hash"], attestation.code_hash)
        self.assertEqual(made["editor_name"], EDITOR["editor_name"])
        self.file.write_text("")
        attestation._check()
        attestation._check()
        (failed,) = self.get_details("attestation_failed", attestation)
        self.assertEqual(
            failed["differences"], [["altered", "koban_archive/models/koban_archive.py"]]
        )

    def test_kept(self):
        """Row 2-56: nobody changes or deletes an attestation."""
        attestation = self.make_attestation()
        for user in (self.manager, self.env.ref("base.user_admin")):
            self.refusal(
                "attestation_record", attestation.with_user(user).write, {"state": "valid"}
            )
            with self.assertRaises(AccessError):
                attestation.with_user(user).unlink()
        superuser = attestation.sudo()
        self.refusal("attestation_record", superuser.write, {"code_hash": "x"})
        self.refusal("attestation_record", superuser.unlink)
        self.refusal("attestation_record", superuser.module_ids.write, {"version": "1"})
        self.refusal("attestation_record", superuser.write, {"state": "valid"})

    def test_rights(self):
        """DESIGN §7: managers make, auditors read and verify, others see nothing."""
        attestation = self.make_attestation()
        Attestation = self.env["koban.attestation"]
        auditor = self.make_user("koban_auditor", "koban_seal.group_auditor")
        self.assertEqual(self.rpc(auditor, attestation, "check_now")["state"], "valid")
        for user in (auditor, self.billing_user):
            with self.assertRaises(AccessError):
                self.rpc(user, Attestation, "create_attestation", self.company.id)
        with self.assertRaises(AccessError):
            self.rpc(self.billing_user, attestation, "check_now")
        with self.assertRaises(AccessError):
            self.rpc(self.manager, Attestation, "create", [{"name": "x"}])
        other = self.make_company("Elsewhere")
        with self.assertRaises(AccessError):
            self.rpc(self.manager, Attestation, "create_attestation", other.id)
        foreign = Attestation._make(other)
        with self.assertRaises(AccessError):
            self.rpc(self.manager, foreign, "check_now")

    def test_one_scan_for_all_companies(self):
        """Row 2-57: files are read once, however many companies."""
        Attestation = self.env["koban.attestation"]
        self.make_attestation()
        path = "odoo.addons.koban_archive.models.koban_attestation.source_code.hash_addon"
        counts = []
        for name in ("One", "Two"):
            Attestation._make(self.make_company(name))
            with patch(path, return_value={}) as hashed:
                Attestation._cron_check()
            counts.append(hashed.call_count)
        self.assertEqual(counts, [len(self.modules)] * 2)


@tagged("post_install", "-at_install")
class TestAttestationPaper(AttestationMixin, InvoicePaperCase):
    """Row 2-56: the paper, in French."""

    def setUp(self):
        super().setUp()
        self.name_editor()

    def read_paper(self, attestation):
        pdf = self.print_pdf("koban_archive.action_report_attestation", attestation)
        return " ".join(self.read_pages(pdf)).replace("’", "'")

    def test_paper(self):
        """Row 2-56: two parts, four conditions, the law, and the fingerprint; no promise more."""
        attestation = self.make_attestation()
        text = self.read_paper(attestation)
        for expected in (
            *EDITOR.values(),
            "Atelier Test SARL",
            "12345678200010",
            "286, I, 3° bis",
            "441-1",
            "Volet 1",
            "Volet 2",
            "Inaltérabilité",
            "Sécurisation",
            "Conservation",
            "Archivage",
            "19.0.2",
        ):
            self.assertIn(expected, text)
        self.assertIn(attestation.code_hash, text.replace(" ", ""))
        self.assertNotIn("certifi", text.lower())
        self.assertNotIn("À compléter", text)

    def test_paper_without_editor(self):
        """Row 2-56: without an editor the paper says that it attests nothing."""
        self.name_editor(editor_name="")
        self.assertIn("À compléter", self.read_paper(self.make_attestation()))

    def test_paper_no_longer_valid(self):
        """Row 2-57: an attestation that no longer holds says so on paper."""
        attestation = self.make_attestation()
        self.make_attestation()
        self.assertIn("n'est plus en vigueur : remplacée", self.read_paper(attestation))
