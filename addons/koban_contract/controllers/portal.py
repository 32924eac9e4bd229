from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.koban_contract_page import EACH_PERIOD, REPORT


class ContractPortal(CustomerPortal):
    """The contracts of a customer on his portal (issue 5, item 6)."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "koban_contract_count" in counters:
            Contract = request.env["koban.contract"]
            readable = Contract.has_access("read")
            domain = self._get_contract_domain()
            values["koban_contract_count"] = Contract.search_count(domain) if readable else 0
        return values

    def _get_contract_domain(self):
        return request.env["koban.contract"]._get_portal_domain(
            request.env.user.partner_id.commercial_partner_id
        )

    def _get_contract_sortings(self) -> dict:
        env = request.env
        return {
            "start": {"label": env._("Newest"), "order": "date_start desc, id desc"},
            "end": {"label": env._("End of the Commitment"), "order": "date_end, id"},
            "invoice": {"label": env._("Next Invoice"), "order": "next_invoice_date, id"},
            "name": {"label": env._("Number"), "order": "name, id"},
        }

    def _get_contract_filters(self) -> dict:
        env = request.env
        return {
            "all": {"label": env._("All"), "domain": []},
            "running": {"label": env._("Running"), "domain": [("state", "=", "running")]},
            "closed": {"label": env._("Ended"), "domain": [("state", "=", "closed")]},
        }

    # Not read-only: the links carry a token, made with the first.
    @http.route(
        ["/my/koban/contracts", "/my/koban/contracts/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=False,
    )
    def portal_my_koban_contracts(self, page=1, sortby=None, filterby=None, **_kwargs):
        """List the contracts of the customer who is logged in."""
        url = "/my/koban/contracts"
        sortings, filters = self._get_contract_sortings(), self._get_contract_filters()
        sortby = sortby if sortby in sortings else "start"
        filterby = filterby if filterby in filters else "all"
        Contract = request.env["koban.contract"]
        domain = self._get_contract_domain() & Domain(filters[filterby]["domain"])
        readable = Contract.has_access("read")
        pages = pager(
            url=url,
            url_args={"sortby": sortby, "filterby": filterby},
            total=Contract.search_count(domain) if readable else 0,
            page=page,
            step=self._items_per_page,
        )
        contracts = Contract
        if readable:
            contracts = Contract.search(
                domain,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=pages["offset"],
            )
        request.session["my_koban_contracts_history"] = contracts.ids[:100]
        values = {
            **self._prepare_portal_layout_values(),
            "contracts": contracts.sudo(),  # found with the customer's rights
            "page_name": "koban_contract",
            "default_url": url,
            "pager": pages,
            "searchbar_sortings": sortings,
            "sortby": sortby,
            "searchbar_filters": filters,
            "filterby": filterby,
        }
        return request.render("koban_contract.portal_my_contracts", values)

    @http.route(
        ["/my/koban/contracts/<int:contract_id>"],
        type="http",
        auth="public",
        website=True,
        readonly=False,
    )
    def portal_koban_contract_page(
        self, contract_id, access_token=None, report_type=None, download=False, **kwargs
    ):
        """Show a contract to its customer, or to who has its link; give its PDF."""
        try:
            contract = self._document_check_access(
                "koban.contract", contract_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not contract._is_on_portal():
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text"):
            return self._show_report(contract, report_type, REPORT, download=download)
        with contract._as_validated():  # as the page is, later
            values = self._prepare_contract_page(contract)
        values = self._get_page_view_values(
            contract, access_token, values, "my_koban_contracts_history", False, **kwargs
        )
        return request.render("koban_contract.portal_contract_page", values)

    def _prepare_contract_page(self, contract) -> dict:
        """Return what the page shows of a contract.

        :param contract: as superuser: the customer has the right to see it, by himself or
            by its link
        """
        action = contract._get_portal_return_action()
        return {
            "koban_contract": contract,
            "page_name": "koban_contract",
            "report_type": "html",
            "backend_url": f"/odoo/action-{action.id}/{contract.id}",
            "res_company": contract.company_id,
            "rows": contract._get_charge_rows(EACH_PERIOD),
            "once_rows": contract._get_once_rows(),
            "once_totals": contract._sum_lines("once") if contract._has_once_lines() else {},
            "own_fields": contract._get_printed_own_fields(),
            "invoices": contract._get_portal_invoices(),
            "documents": contract._get_portal_documents(),
            "notices": contract._get_portal_notices(),
        }
