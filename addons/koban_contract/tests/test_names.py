"""Issue 12, line 5: a validated contract shows who and what it named when it was validated."""

from odoo.tests import HttpCase, tagged

from odoo.addons.koban_document.tests.paper import PaperMixin
from odoo.addons.koban_invoice.tests.names import NEW_WORDS, OLD_WORDS, Renaming

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestContractNames(Renaming, PaperMixin, HttpCase, ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.customer.lang = "fr_FR"
        cls.set_up_names()

    def get_page(self, contract) -> str:
        reports = self.env["ir.actions.report"].with_context(lang="fr_FR")
        report = "koban_contract.action_report_contract"
        return reports._render_qweb_html(report, contract.ids)[0].decode()

    def get_portal(self, contract) -> str:
        token = contract._portal_ensure_token()
        self.env.flush_all()
        self.authenticate(None, None)
        response = self.url_open(f"/my/koban/contracts/{contract.id}?access_token={token}")
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        return response.content.decode()

    def test_page_and_portal(self):
        """Issue 12, line 5: page and portal of a contract; a draft follows, and so do its bills."""
        lines = [self.make_line(product_uom_id=self.unit.id)]
        contract = self.make_contract(lines=lines, payment_term_id=self.terms.id)
        draft = self.make_contract(validate=False)
        before, portal = self.get_page(contract), self.get_portal(contract)
        self.assert_words(before, OLD_WORDS, NEW_WORDS)
        self.rename()
        self.assertEqual(self.get_page(contract), before)
        self.assert_words(self.get_page(draft), NEW_WORDS, OLD_WORDS)
        after = self.get_portal(contract)
        for words in ("Ancienne Boulangerie", "Toise ancienne", "Ancien Atelier"):
            self.assertEqual(words in after, words in portal, words)
        self.assert_words(after, (), NEW_WORDS)
