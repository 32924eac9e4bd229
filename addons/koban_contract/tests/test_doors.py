"""Issue 12, line 4: a clerk rewrites no contract, by whatever door; a cancelled one neither."""

import json
from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_guard.tests.matrix import get_other_value

from .sealed import SealedContractCase

ACTS = ("amendment_ids", "revision_ids", "renewal_ids", "notice_ids")


@tagged("post_install", "-at_install")
class TestContractDoors(SealedContractCase):
    """Who enters, bills and renews contracts all day, and changes what was agreed on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_user("koban_contracts", "koban_contract.group_contracts")
        cls.contract = cls.make_full_contract(user_id=cls.clerk.id)
        cls.cancelled = cls.make_contract(user_id=cls.clerk.id, date_end="2026-12-31")
        cls.env["koban.contract.suspension"].create(
            {"contract_id": cls.cancelled.id, "date_from": "2026-03-01", "date_to": "2026-03-02"}
        )
        cls.cancelled.action_cancel()
        cls.draft = cls.make_contract(validate=False, user_id=cls.clerk.id)
        cls.env.cr.flush()

    def look(self):
        """Return all that is sealed of the contracts, as stored, and their links."""
        contracts = self.contract | self.cancelled
        contents = contracts._get_sealed_content(contracts.ids)
        return json.dumps(contents, sort_keys=True), self.get_links(contracts).ids

    @contextmanager
    def kept(self):
        before = self.look()
        yield
        self.env.invalidate_all()
        self.assertEqual(self.look(), before)

    def refused(self, function, *args, **kwargs):
        """The call is refused, by the guard or by the rights, and changes nothing."""
        with self.kept(), self.assertRaises(UserError), self.undone():
            function(*args, **kwargs)

    def test_acts(self):
        """Issue 12, line 4: no amendment, revision, renewal or letter is written or deleted."""
        for name in ACTS:
            act = self.contract[name]
            fields = [act._fields[field] for field in self.contract._sealed_parts[name][2]]
            for user in (self.clerk, self.manager, None):
                for field in fields:
                    values = {field.name: get_other_value(act[:1], field)}
                    with self.subTest(act=name, field=field.name, user=user and user.login):
                        self.refused(self.rpc, user, act[:1], "write", values)
                self.refused(self.rpc, user, act, "unlink")
                self.refused(self.rpc, user, act[:1], "write", {"contract_id": self.draft.id})
                values = {"contract_id": self.contract.id}
                self.refused(self.rpc, user, act.browse(), "create", [values])

    def test_acts_by_sudo(self):
        """Issue 12, line 4: nor by code that takes all rights, as server actions may."""
        for name in ACTS:
            act = self.contract[name][:1].sudo()
            [field] = [self.contract._sealed_parts[name][2][0]]
            value = get_other_value(act, act._fields[field])
            with self.subTest(act=name), self.kept():
                self.refusal("document_validated", act.write, {field: value})
                self.refused(act.unlink)
        action = self.env["ir.actions.server"].create(
            {
                "name": "Rewrite",
                "model_id": self.env.ref("koban_contract.model_koban_contract_amendment").id,
                "state": "code",
                "code": "records.sudo().write({'reason': 'Nothing'})",
            }
        )
        amendment = self.contract.amendment_ids
        with self.kept(), self.assert_refused():
            action.with_context(
                active_model=amendment._name, active_ids=amendment.ids, active_id=amendment.id
            ).run()

    def test_commands(self):
        """Issue 12, line 4: nor by commands of the contract, or of its lines."""
        lines = self.contract.line_ids
        usage = lines.filtered("tier_ids")
        for record, names in (
            (self.contract, (*ACTS, "line_ids", "period_ids", "suspension_ids")),
            (lines[1], ("revision_ids", "replaced_by_ids", "period_ids")),
            (usage, ("tier_ids",)),
        ):
            for name in names:
                rows = record[name]
                commands = [[Command.clear()], [Command.create({})], [Command.set([])]]
                for row in rows[:1]:
                    commands += [
                        [Command.delete(row.id)],
                        [Command.unlink(row.id)],
                        [Command.update(row.id, {"contract_id": self.draft.id})],
                    ]
                for command in commands if rows else commands[1:2]:
                    with self.subTest(model=record._name, field=name, command=command):
                        self.refused(self.rpc, self.clerk, record, "write", {name: command})

    def test_lines(self):
        """Issue 12, line 4: no line, tier or title comes, goes, changes or moves."""
        lines = self.contract.line_ids
        line, usage = lines.filtered("replaces_id"), lines.filtered("tier_ids")
        draft_line = self.draft.line_ids
        for user in (self.clerk, self.manager, None):
            for record, values in (
                (line, {"price_unit": 1.0}),
                (line, {"date_end": "2026-02-28"}),
                (line, {"contract_id": self.draft.id}),
                (line, {"revision_ids": [Command.clear()]}),
                (line, {"never_revise": True}),
                (line, {"replaces_id": False}),
                (usage, {"included_volume": 1.0}),
                (usage, {"tier_level": 1.0}),
                (usage.tier_ids, {"price": 0.01}),
                (usage.tier_ids, {"line_id": draft_line.id}),
                (draft_line, {"contract_id": self.contract.id}),
            ):
                with self.subTest(values=values, user=user and user.login):
                    self.refused(self.rpc, user, record, "write", values)
            self.refused(self.rpc, user, line, "unlink")
            self.refused(self.rpc, user, usage.tier_ids, "unlink")
            values = {"line_id": usage.id, "start": 10.0, "price": 0.01}
            self.refused(self.rpc, user, usage.tier_ids.browse(), "create", [values])
            values = {"contract_id": self.contract.id, "name": "More", "price_unit": 1.0}
            self.refused(self.rpc, user, line.browse(), "create", [values])
        self.refused(
            self.rpc, self.clerk, line.browse(reversed(self.contract.line_ids.ids)),
            "web_resequence", {"id": {}},
        )  # fmt: skip

    def test_saves(self):
        """Issue 12, line 4: nor by the calls of the form and of lists."""
        values = {"title": "Other", "footer": "<p>x</p>"}
        self.refused(self.rpc, self.clerk, self.contract, "web_save", values, {"id": {}})
        self.refused(
            self.rpc, self.clerk, self.contract | self.draft, "web_save_multi",
            [{"date_end": "2031-12-31"}, {"title": "free"}], {"id": {}},
        )  # fmt: skip

    def test_import(self):
        """Issue 12, line 4: nor by an import, into the contract or into its rows."""
        line = self.contract.line_ids[1]
        rows = [
            (self.contract, "title", "imported"),
            (self.contract, "line_ids/price_unit", "1"),
            (self.contract, "suspension_ids/date_from", "2026-10-01"),
            (line, "price_unit", "1"),
            (self.cancelled, "title", "imported"),
        ]
        rows += [(self.contract[name][:1], self.contract._sealed_parts[name][2][0], "7")
                 for name in ACTS]  # fmt: skip
        for record, field, value in rows:
            for user in (self.clerk, self.manager):
                with self.subTest(model=record._name, field=field), self.kept():
                    try:
                        result = self.rpc(
                            user, record.browse(), "load", [".id", field],
                            [[str(record.id), value]],
                        )  # fmt: skip
                    except AccessError:
                        continue
                    self.assertFalse(result["ids"])
                    self.assertTrue(result["messages"])

    def test_suspensions(self):
        """Issue 12, line 4: suspended days are told each time; of a cancelled contract, kept."""
        suspension = self.contract.suspension_ids
        before = len(self.get_links(self.contract))
        self.rpc(self.clerk, suspension, "write", {"reason": "Strike"})
        self.env.cr.flush()
        self.rpc(self.clerk, suspension, "write", {"date_to": "2026-08-20"})
        self.env.cr.flush()
        values = {"contract_id": self.contract.id, "date_from": "2026-10-01",
                  "date_to": "2026-10-02"}  # fmt: skip
        self.rpc(self.clerk, suspension.browse(), "create", [values])
        self.env.cr.flush()
        self.rpc(self.clerk, suspension, "unlink")
        self.assertEqual(self.get_kinds(self.contract)[before:], ["suspension"] * 4)
        self.assertEqual(self.find(), [])
        frozen = self.cancelled.suspension_ids
        for values in ({"reason": "x"}, {"date_to": "2026-03-20"}):
            self.refused(self.rpc, self.clerk, frozen, "write", values)
        self.refused(self.rpc, self.clerk, frozen, "unlink")
        values = {"contract_id": self.cancelled.id, "date_from": "2026-10-01",
                  "date_to": "2026-10-02"}  # fmt: skip
        self.refused(self.rpc, self.clerk, frozen.browse(), "create", [values])

    def test_cancelled(self):
        """Issue 12, line 4: no field of a cancelled contract changes, and it comes back never."""
        cancelled, line = self.cancelled, self.cancelled.line_ids
        for user in (self.clerk, self.manager, None):
            for record, values in (
                (cancelled, {"title": "Other"}),
                (cancelled, {"name": "C-1"}),
                (cancelled, {"name": False}),
                (cancelled, {"validation_date": False}),
                (cancelled, {"state": "draft"}),
                (cancelled, {"state": "running"}),
                (cancelled, {"partner_id": self.other_customer.id}),
                (cancelled, {"line_ids": [Command.clear()]}),
                (line, {"price_unit": 1.0}),
            ):
                with self.subTest(values=values, user=user and user.login):
                    self.refused(self.rpc, user, record, "write", values)
            self.refused(self.rpc, user, cancelled, "unlink")
            self.refused(self.rpc, user, line, "unlink")
        for method, arguments in (
            ("action_validate", []),
            ("action_close", []),
            ("action_undo_end", []),
            ("action_renew", []),
            ("action_undo_renewal", []),
            ("action_send_notice", []),
            ("suspend", ["2026-10-01", "2026-10-02"]),
            ("amend", ["2026-02-01", {"contract": {"notice_months": 1}}]),
        ):
            with self.subTest(method=method):
                self.refused(self.rpc, self.clerk, cancelled, method, *arguments)
        with self.kept():
            self.rpc(self.clerk, cancelled, "revise_prices", "2026-06-01", "percent", 2.0)
        # What may still be said about it.
        self.rpc(self.clerk, cancelled, "write", {"comment": "<p>Told</p>"})
        [copy] = self.rpc(self.clerk, cancelled, "copy")
        self.assertEqual(cancelled.browse(copy).state, "draft")

    def test_created(self):
        """Issue 12, line 4: no contract is created validated, numbered or cancelled in the past."""
        Contract = self.env["koban.contract"]
        base = {"title": "T", "partner_id": self.customer.id}
        for values in (
            {"state": "running"},
            {"state": "closed"},
            {"name": "C-1"},
            {"validation_date": "2026-01-01 10:00:00"},
            {"close_date": "2026-12-31"},
            {"renewal_anchor": "2026-12-31"},
        ):
            context = {f"default_{name}": value for name, value in values.items()}
            with self.subTest(values=values):
                self.refused(self.rpc, self.clerk, Contract, "create", {**base, **values})
                self.refused(self.rpc, self.clerk, Contract, "create", base, context=context)
                self.refused(self.rpc, self.clerk, self.contract, "copy", values)

    def test_references(self):
        """Issue 12, line 4: who was sent a letter is not replaced by a merge of contacts."""
        person = self.env["res.partner"].create(
            {"name": "Jeanne", "parent_id": self.customer.id, "email": "jeanne@example.com"}
        )
        contract = self.make_contract(date_end="2026-12-31", invoice_partner_id=person.id)
        contract._send_notice(contract.date_end)
        contract.amend("2026-01-01", {"contract": {"invoice_partner_id": self.customer.id}})
        self.assertEqual(contract.notice_ids.partner_id, person)
        self.assertEqual(contract.invoice_partner_id, self.customer)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.assertRaises(UserError), self.undone():
            wizard._merge((person | self.contact).ids, self.contact)
        self.assertEqual(contract.notice_ids.partner_id, person)
