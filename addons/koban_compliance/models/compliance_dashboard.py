from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from odoo.addons.koban_guard.tools.arguments import Company, public
from odoo.addons.koban_seal.tools.database import identify

# From the best to the worst: the page says first what is worst.
STATES = ("good", "info", "warning", "bad")


class ComplianceDashboard(models.AbstractModel):
    """What a company has to know of its compliance, and to do, on one page."""

    _name = "koban.compliance.dashboard"
    _description = "Compliance Dashboard"

    @api.model
    @public
    def get_cards(self, company_id: Company | None = None) -> list[dict]:
        """Return the cards of the page, for a company of the user.

        :param company_id: by default the current company
        :return: ``[{"key", "title", "icon", "state", "facts": [{"label", "value"}],
            "todo": [{"text", "action"}], "action", "action_label"}]``; a state is one of
            ``good``, ``info``, ``warning``, ``bad``; an action is an XML id or an action
        :raise AccessError: the user may not read the journal
        """
        self.env["koban.event"].check_access("read")
        company = self.env["res.company"].browse(company_id) or self.env.company
        company.check_access("read")
        return self.with_company(company)._get_cards(company)

    def _get_cards(self, company) -> list[dict]:
        """Return the cards of a company; other addons may add theirs."""
        cards = [
            *self._get_database_cards(),
            self._get_chain_card(company),
            self._get_mentions_card(company),
        ]
        if self.env["koban.closing"].has_access("read"):
            cards.append(self._get_closing_card(company))
        if self.env["koban.archive"].has_access("read"):
            cards.append(self._get_archive_card(company))
        if self.env["koban.attestation"].has_access("read"):
            cards.append(self._get_attestation_card(company))
        return cards

    def _prepare_card(self, key, title, icon, state, facts=(), todo=(), **action) -> dict:
        return {
            "key": key,
            "title": title,
            "icon": icon,
            "state": state,
            "facts": [{"label": label, "value": value} for label, value in facts if value],
            "todo": [{"text": text, "action": what} for text, what in todo],
            "action": action.get("action"),
            "action_label": action.get("action_label"),
        }

    def _format_moment(self, moment) -> str:
        return format_datetime(self.env, moment, dt_format="short") if moment else ""

    # ------------------------------------------------------------------
    # The database: a card only where it is not the one it was
    # ------------------------------------------------------------------
    def _get_database_cards(self) -> list[dict]:
        # Whoever reads the journal may know in which database it goes on: no secret is shown.
        databases = self.env["koban.database"].sudo()
        state, last = databases._get_state(), databases.search([], limit=1)
        if state == "undeclared":
            manager = self.env.user.has_group("koban_guard.group_manager")
            ask = manager and "koban_seal.action_koban_database_declare"
            level, facts = "bad", [(self.env._("Signed last in"), last.name)]
            text = self.env._(
                "It was copied, restored, moved or neutralised, and signs nothing until you say "
                "whether it is the original or a copy"
            )
            todo = [(text, ask or None)]
        elif state == "copied":
            level, todo = "warning", ()
            facts = [
                (self.env._("Copy since"), self._format_moment(last.date)),
                (self.env._("Reason"), last.reason),
            ]
        else:
            return []
        action = {}
        if self.env["koban.database"].has_access("read"):
            action["action"] = "koban_seal.action_koban_database"
            action["action_label"] = self.env._("Declared Databases")
        return [
            self._prepare_card(
                "database",
                self.env._("Database"),
                "fa-database",
                level,
                [(self.env._("Name"), identify(self.env).name), *facts],
                todo,
                **action,
            )
        ]

    # ------------------------------------------------------------------
    # Seals and journal
    # ------------------------------------------------------------------
    def _get_chain_card(self, company):
        last = self.env["koban.verification"].search(
            [("company_id", "=", company.id), ("state", "!=", "waiting")], limit=1
        )
        event = self.env["koban.event"].search(
            [("company_id", "=", company.id), ("chain", "=", "main")], limit=1
        )
        states = {"holds": "good", "warning": "warning", "broken": "bad"}
        state = states.get(last.state, "info")
        labels = dict(last._fields["state"]._description_selection(self.env))
        todo = [
            (
                self.env._("Read the %s points of the last verification", last.finding_count),
                {
                    "type": "ir.actions.act_window",
                    "res_model": "koban.verification",
                    "res_id": last.id,
                    "views": [[False, "form"]],
                },
            )
        ]
        old = not last or last.date < fields.Datetime.subtract(fields.Datetime.now(), days=2)
        if state == "good" and old and event:
            state = "warning"
        return self._prepare_card(
            "chain",
            self.env._("Seals and journal"),
            "fa-link",
            state,
            [
                (self.env._("Events recorded"), str(event.number or "")),
                (self.env._("Last event"), self._format_moment(event.date)),
                (self.env._("Last verification"), self._format_moment(last.date)),
                (self.env._("Result"), labels.get(last.state)),
                (self.env._("Documents compared"), str(last.documents or "")),
            ],
            todo if last.state in ("warning", "broken") else (),
            action="koban_seal.action_server_verify",
            action_label=self.env._("Verify Now"),
        )

    # ------------------------------------------------------------------
    # Mentions
    # ------------------------------------------------------------------
    def _get_mentions_card(self, company):
        facts = company.sudo()  # they are printed on each of its documents
        missing = facts._find_missing_identity()
        action = company.action_open_legal_mentions()
        blocking = facts.mention_check == "block"
        return self._prepare_card(
            "mentions",
            self.env._("Legal mentions"),
            "fa-gavel",
            "good" if not missing else "bad" if blocking else "warning",
            [
                (self.env._("Identity"), facts._get_legal_form_label()),
                (self.env._("Missing"), str(len(missing) or "")),
            ],
            [(self.env._("Type %s", item.text), action) for item in missing],
            action=action,
            action_label=self.env._("Open the Company"),
        )

    # ------------------------------------------------------------------
    # Closings
    # ------------------------------------------------------------------
    def _get_closing_card(self, company):
        Closing = self.env["koban.closing"]
        last = Closing._get_last(company)
        closable = Closing._get_closable_month(company)
        next_date = company.next_closing_date
        action = (
            "koban_closing.koban_closing_run_server_action"
            if closable and self.env.user.has_group("koban_guard.group_manager")
            else "koban_closing.koban_closing_action"
        )
        state, todo = self._get_closing_todo(company, closable, action)
        return self._prepare_card(
            "closing",
            self.env._("Closings"),
            "fa-calendar-check-o",
            state or ("good" if last else "info"),
            [
                (self.env._("Last closing"), last.display_name if last else ""),
                (self.env._("Next closing"), company.next_closing_name),
                (self.env._("Closes by itself on"), next_date and format_date(self.env, next_date)),
            ],
            todo,
            action=action,
            action_label=self.env._("Close a Month") if closable else self.env._("Closings"),
        )

    def _get_closing_todo(self, company, closable, action) -> tuple[str, list]:
        """Return the state of a card with something to do, empty if all is well, and what."""
        findings = self.env["koban.closing"].get_findings(company_id=company.id)
        warnings = [finding for finding in findings if finding["warning"]]
        todo = [
            (finding["message"], self._prepare_documents_action(finding)) for finding in warnings
        ]
        if failure := company.sudo().closing_failure:  # told to who may read closings
            return "bad", [(failure, "account.action_account_config"), *todo]
        if closable and company.next_closing_date < fields.Date.context_today(company):
            text = self.env._(
                "%s should have closed by itself: close it", company.next_closing_name
            )
            return "warning", [(text, action), *todo]
        return "warning" if warnings and closable else "", todo

    def _prepare_documents_action(self, finding) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": finding["message"],
            "res_model": finding["model"],
            "domain": [["id", "in", finding["ids"]]],
            "views": [[False, "list"], [False, "form"]],
        }

    # ------------------------------------------------------------------
    # Attestation and archives
    # ------------------------------------------------------------------
    def _get_attestation_card(self, company):
        attestation = self.env["koban.attestation"]._get_current(company)[:1]
        states = {"valid": "good", "invalid": "bad"}
        labels = dict(attestation._fields["state"]._description_selection(self.env))
        action = "koban_archive.koban_attestation_action"
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
        action = "koban_archive.koban_archive_action"
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
