"""DESIGN §3 for any addon: the sample in the chain of its company, and what a verification says."""

import json
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.koban_sample.tests.common import SampleCase
from odoo.addons.koban_seal.models import guard_mixin
from odoo.addons.koban_seal.tests.attacker import Attacker


@tagged("post_install", "-at_install")
class TestSeal(Attacker, SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.flush()  # as the commit after each validation
        cls.last = cls.make_validated()
        cls.env.cr.flush()

    def get_events(self, *records):
        self.env.cr.flush()
        domain = [("company_id", "=", self.company.id)]
        if records:
            domain += [
                ("res_model", "=", records[0]._name),
                ("res_id", "in", [one.id for one in records]),
            ]
        return self.env["koban.event"].search(domain, order="id")

    def find_told(self):
        return [(finding.code, finding.field) for finding in self.find()]

    def test_order(self):
        """Issue 11: the steps of the seal stand among those of the guard."""
        steps = self.sample._get_validation_steps()
        named = ["check", "key", "open", "host", "seal", "follow"]
        self.assertEqual([step for step in steps if step in named], named)

    def test_links(self):
        """Each validation is the next link of one chain, and tells what the document says."""
        first, second = self.sample.seal_id, self.last.seal_id
        self.assertEqual((first | second).mapped("kind"), ["validation", "validation"])
        self.assertEqual(second.number, first.number + 1)
        self.assertEqual(second.previous_hash, first.hash)
        self.assertEqual(first.user_id, self.clerk)
        content = json.loads(first.content)
        self.assertEqual(content["document"]["name"], self.sample.name)
        self.assertEqual([line["price"] for line in content["lines"]], ["12.5"])
        self.assertEqual(self.find_told(), [])

    def test_journal(self):
        """Beside the seal: what was edited afterwards with both values, and the cancellation."""
        self.sample.with_user(self.clerk).user_id = self.clerk
        self.sample.with_user(self.clerk).action_cancel()
        kinds = self.get_events(self.sample).mapped("kind")
        self.assertEqual(sorted(kinds), ["cancellation", "correction", "edition", "validation"])
        edition = self.get_events(self.sample).filtered(lambda event: event.kind == "edition")
        [edited] = json.loads(edition.content)["edited"]
        self.assertEqual(list(edited["changes"]), ["user_id"])
        self.assertEqual(edited["changes"]["user_id"][1], self.clerk.name)
        self.assertEqual(self.find_told(), [])

    def test_refusal(self):
        """A refusal is recorded apart from the transaction that it ends, with its reason."""
        recorded = []

        def record(_env, kind, records, **options):
            recorded.append((kind, records.ids, options["detail"]["code"], options["chain"]))

        self.patch(guard_mixin, "record_event_apart", record)
        refused = self.sample.with_user(self.clerk)
        self.refusal("document_validated", refused.write, {"city": "Nice"})
        self.refusal("document_validated", refused.line_ids.write, {"price": 1})
        self.refusal("document_delete", refused.unlink)
        codes = ("document_validated", "document_validated", "document_delete")
        self.assertEqual(recorded, [("refusal", self.sample.ids, code, "main") for code in codes])

    def test_held(self):
        """What the host leaves as it is takes no link."""
        held = self.make_sample(is_held=True)
        held.with_user(self.clerk).action_validate()
        self.assertFalse(self.get_events(held))
        self.assertFalse(held.seal_id)

    def test_values_altered(self):
        """Each value that the seal covers is found when SQL changes it, by its name."""
        for query, told in (
            ("UPDATE koban_sample SET total = 1 WHERE id = %s", ("document_altered", "total")),
            ("UPDATE koban_sample SET name = 'S0' WHERE id = %s", ("document_altered", "name")),
            (
                "UPDATE koban_sample SET state = 'draft' WHERE id = %s",
                ("document_altered", "state"),
            ),
            (
                "UPDATE koban_sample SET partner_id = NULL WHERE id = %s",
                ("document_altered", "partner_id"),
            ),
            (
                "UPDATE koban_sample_line SET name = 'Other' WHERE sample_id = %s",
                ("document_altered", "name"),
            ),
            ("DELETE FROM koban_sample_line WHERE sample_id = %s", ("line_missing", "name")),
            (
                "INSERT INTO koban_sample_line (sample_id, name, price) VALUES (%s, 'More', 1)",
                ("line_added", "name"),
            ),
            ("UPDATE koban_sample SET city = 'Nice' WHERE id = %s", None),  # not covered
        ):
            with self.subTest(query=query), self.undone():
                self.sql(query, self.sample.id)
                self.assertEqual(self.find_told(), [told] if told else [])

    def test_documents_gone(self):
        """A deleted document is found, the last one too; so is one that was never sealed."""
        for sample in (self.sample, self.last):
            with self.subTest(sample=sample.name), self.undone():
                self.sql("DELETE FROM koban_sample WHERE id = %s", sample.id)
                [finding] = self.find()
                self.assertEqual((finding.code, finding.res_id), ("document_deleted", sample.id))
        with self.undone():
            draft = self.make_sample()
            self.env.flush_all()
            self.sql("UPDATE koban_sample SET state = 'done' WHERE id = %s", draft.id)
            [finding] = self.find()
            self.assertEqual((finding.code, finding.res_id), ("document_unsealed", draft.id))

    def test_links_gone(self):
        """A link taken out of the chain is found: in its middle by the next one, with its seal."""
        for seal, codes in (
            (self.sample.seal_id, ["document_unsealed", "link_missing"]),
            (self.last.seal_id, ["document_unsealed"]),
        ):
            with self.subTest(link=seal.number), self.undone():
                self.sql("DELETE FROM koban_event WHERE id = %s", seal.id)
                self.assertEqual(self.find_codes(), codes)

    def test_links_altered(self):
        """A link rewritten together with its document, and a signature of another link."""
        rewritten = self.sample.seal_id.content.replace('"Work"', '"Wood"')
        for queries, code in (
            (
                (
                    SQL(
                        "UPDATE koban_sample_line SET name = 'Wood' WHERE sample_id = %s",
                        self.sample.id,
                    ),
                    SQL(
                        "UPDATE koban_event SET content = %s WHERE id = %s",
                        rewritten,
                        self.sample.seal_id.id,
                    ),
                ),
                "link_altered",
            ),
            (
                (
                    SQL(
                        "UPDATE koban_event SET signature = %s WHERE id = %s",
                        self.sample.seal_id.signature,
                        self.last.seal_id.id,
                    ),
                ),
                "signature_invalid",
            ),
        ):
            with self.subTest(code=code), self.undone():
                for query in queries:
                    self.sql(query)
                self.assertIn(code, self.find_codes())

    def test_trigger(self):
        """What keeps the journal is looked after: a trigger that is off or gone is found."""
        for query in (
            "ALTER TABLE koban_event DISABLE TRIGGER koban_append_only_row",
            "DROP TRIGGER koban_append_only_all ON koban_event",
        ):
            with self.subTest(query=query), self.undone():
                self.env.cr.execute(query)
                self.assertEqual(self.find_codes(), ["trigger_off"])

    def test_coverage(self):
        """Each seal is read by its own list: a field covered since alters none of before."""
        samples = type(self.sample)
        covered = (*self.sample._get_sealed_fields(), "city")
        with patch.object(samples, "_get_sealed_fields", lambda model: covered):
            self.assertEqual(self.find_told(), [])
            later = self.make_validated()
            self.env.cr.flush()
            self.assertEqual(self.find_told(), [])
            self.sql("UPDATE koban_sample SET city = 'Nice'")
            found = [(finding.res_id, finding.field) for finding in self.find()]
            self.assertEqual(found, [(later.id, "city")])
        # Covered no more by the software, the value is by the seal of then.
        found = [(finding.res_id, finding.field) for finding in self.find()]
        self.assertEqual(found, [(later.id, "city")])

    def test_model_gone(self):
        """A model or a table that is gone is a finding, told once; the chain is read to its end."""
        models = {
            name: model
            for name, model in self.registry.models.items()
            if not name.startswith("koban.sample")
        }
        with patch.object(self.registry, "models", models):
            found = [(finding.code, finding.model) for finding in self.find()]
        self.assertEqual(found, [("model_unreadable", "koban.sample")])
        with self.undone(), mute_logger("odoo.sql_db"):
            self.sql("ALTER TABLE koban_sample RENAME TO elsewhere")
            self.assertIn(("model_unreadable", ""), self.find_told())

    def test_uninstall(self):
        """Issue 12, line 1: neither the addon of sealed documents nor what seals them goes.

        By the button, by its state, by the method behind, by what it is needed by.
        """
        for name in ("koban_sample", "koban_sample_sealed", "koban_seal", "koban_guard"):
            addon = self.env["ir.module.module"]._get(name)
            for door, arguments in (
                (addon.button_uninstall, ()),
                (addon.module_uninstall, ()),
                (addon.write, ({"state": "to remove"},)),
                (addon.write, ({"state": "uninstalled"},)),
                (addon.write, ({"state": "uninstallable"},)),
            ):
                with self.subTest(addon=name, door=door.__name__):
                    error = self.refusal("sealed_documents", door, *arguments)
                    self.assertIn(self.sample.name, str(error))
                    self.assertEqual(addon.state, "installed")
        self.assertIn("koban_sample", error.context["addons"])

    def test_tables(self):
        """Nor do their models and fields, whatever the context says."""
        Model, Field = self.env["ir.model"], self.env["ir.model.fields"]
        for keys in ({}, {"_force_unlink": True}, {"_force_unlink": True, "module": "koban_seal"}):
            for gone in (
                Model._get("koban.sample"),
                Model._get("koban.event"),
                Field._get("koban.sample", "name"),
                Field._get("koban.sample.line", "price"),
                Field._get("koban.event", "content"),
            ):
                with self.subTest(gone=gone.display_name, context=keys):
                    self.refusal("sealed_documents", gone.with_context(**keys).unlink)

    def test_opened_field(self):
        """What a seal covers is opened by nobody; opening another one is an event."""
        self.addCleanup(self.registry.clear_cache)
        self.addCleanup(self.registry.reset_changes)
        values = {"model_id": self.env["ir.model"]._get("koban.sample").id, "ttype": "char"}
        field = self.env["ir.model.fields"].create(
            {**values, "name": "x_shelf", "field_description": "Shelf"}
        )
        sealed = (*self.sample._get_sealed_fields(), "x_shelf")
        opened = {"field_id": field.id, "reason": "Where it lies"}
        Opened = self.env["koban.opened.field"]
        with (
            patch.object(type(self.sample), "_get_sealed_fields", lambda model: sealed),
            self.assert_refused("opened_field_sealed"),
            self.cr.savepoint(),
        ):
            Opened.create(opened)
        event = self.get_events(Opened.create(opened))
        self.assertEqual(json.loads(event.content)["reason"], "Where it lies")

    def test_switched_on(self):
        """The documents of before are sealed when the guard is switched on, as a takeover."""
        other = self.make_company("Elsewhere", country="base.be")
        sample = self.make_sample(company_id=other.id, name="B1", state="done")
        other.document_guard = True
        self.env.cr.flush()
        self.assertEqual(sample.seal_id.kind, "takeover")
        self.assertEqual(sample.seal_id.company_id, other)
        self.assertEqual(self.find_codes(other), [])
