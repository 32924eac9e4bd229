"""Prices of many articles changed at once, with preview and undo (row 4-26)."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestChanges(PriceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.family = cls.env["product.category"].create({"name": "Ovens"})
        cls.typed = cls.make_article(
            name="Typed", koban_price_1_included=9.99, categ_id=cls.family.id
        )
        cls.other = cls.make_article(
            name="Other", list_price=10, koban_price_2_excluded=8, categ_id=cls.family.id
        )

    def make_change(self, **values):
        changes = self.env["koban.price.change"].with_user(self.manager_of_articles)
        with Form(changes.with_company(self.company)) as form:
            form.categ_id = self.family
            for name, value in values.items():
                form[name] = value
        return form.record

    def test_preview_apply_undo(self):
        """Row 4-26: +10 % to .90 on what was typed; the preview changes nothing; undo is exact."""
        before = [(one.list_price, one.koban_typed_1, one.koban_price_2) for one in self.articles()]
        change = self.make_change(percentage=10.0, rounding=".90")
        change.action_preview()
        self.assertEqual(
            [(line.tier, line.side, line.old_price, line.new_price) for line in change.line_ids],
            [
                ("1", "excluded", 10.0, 10.9),
                ("2", "excluded", 8.0, 8.9),
                ("1", "included", 9.99, 10.9),
            ],
        )
        self.assertEqual(self.typed.koban_price_1_included, 9.99)
        change.action_apply()
        self.assertEqual(self.typed.koban_price_1_included, 10.9)
        self.assertEqual((self.other.list_price, self.other.koban_price_2), (10.9, 8.9))
        self.assertEqual(change.applied_by_id, self.manager_of_articles)
        change.action_undo()
        self.assertEqual(
            [(one.list_price, one.koban_typed_1, one.koban_price_2) for one in self.articles()],
            before,
        )
        self.assertEqual(change.state, "undone")

    def articles(self):
        return self.other + self.typed

    def test_undo_leaves_what_changed_since(self):
        """Row 4-26: a price that somebody changed since is kept, and marked."""
        change = self.make_change(percentage=10.0)
        change.action_apply()
        self.other.list_price = 50.0
        change.action_undo()
        self.assertEqual((self.other.list_price, self.other.koban_price_2), (50.0, 8.0))
        self.assertEqual(change.line_ids.filtered("is_kept").product_tmpl_id, self.other)

    def test_typed_over_and_left(self):
        """Row 4-26: a price of the preview may be typed over, or left."""
        change = self.make_change(percentage=10.0)
        change.action_preview()
        with Form(change) as form:
            with form.line_ids.edit(0) as line:
                line.new_price = 12.5
            with form.line_ids.edit(2) as line:
                line.is_skipped = True
        change.action_apply()
        self.assertEqual((self.other.list_price, self.typed.koban_price_1_included), (12.5, 9.99))

    def test_chosen_articles_and_side(self):
        """Row 4-26: chosen articles alone; with tax, whatever was typed."""
        change = self.make_change(product_tmpl_ids=self.other, side="included", rounding=".99")
        change.action_apply()
        self.assertEqual(self.other.koban_price_1_included, 11.99)
        self.assertEqual(self.typed.koban_price_1_included, 9.99)

    def test_stale_preview(self):
        """Row 4-26: a preview whose prices are others by now is refused whole."""
        change = self.make_change(percentage=10.0)
        change.action_preview()
        self.typed.list_price = 40.0
        with self.assertRaisesRegex(UserError, "Typed(.|\n)*price_change_stale"):
            change.action_apply()
        self.assertEqual(self.other.list_price, 10.0)

    def test_refused(self):
        """Row 4-26: twice, without an article, below a minimum, or without the right: refused."""
        change = self.make_change(percentage=10.0)
        change.action_apply()
        for method in (change.action_apply, change.action_preview):
            with self.assertRaisesRegex(UserError, "price_change_state"):
                method()
        with self.assertRaisesRegex(UserError, "price_change_state"):
            self.make_change().action_undo()
        empty = self.make_change(categ_id=self.env["product.category"].create({"name": "Empty"}))
        with self.assertRaisesRegex(UserError, "price_change_empty"):
            empty.action_preview()
        self.other.koban_minimum_price = 9.0
        with self.assertRaisesRegex(ValidationError, "article_minimum_price"):
            self.make_change(percentage=-50.0).action_apply()
        with self.assertRaises(AccessError):
            change.with_user(self.seller).action_undo()

    def test_what_it_keeps_itself(self):
        """Row 4-26: nobody writes its state or the prices before, or touches what was applied."""
        changes = self.env["koban.price.change"].with_user(self.manager_of_articles)
        for values in ({"state": "applied"}, {"applied_by_id": self.manager_of_articles.id}):
            with self.assertRaises(UserError) as caught:
                changes.create({"name": "Forged", **values})
            self.assertEqual(caught.exception.code, "price_change_field")
        named = changes.with_context(default_state="applied").create({"name": "By the context"})
        self.assertEqual(named.state, "draft")
        change = self.make_change(percentage=10.0)
        change.action_preview()
        line = change.line_ids[0]
        for record, values, code in (
            (change, {"state": "applied"}, "price_change_field"),
            (line, {"old_base": 1.0}, "price_change_field"),
            (line, {"change_id": named.id}, "price_change_field"),
        ):
            with self.assertRaises(UserError) as caught:
                record.write(values)
            self.assertEqual(caught.exception.code, code)
        with self.assertRaises(AccessError):
            line.unlink()
        line.new_price = 10.55
        change.action_apply()
        self.assertEqual(self.other.list_price, 10.55)
        for record, values in ((line, {"new_price": 5.0}), (change, {"percentage": 4.0})):
            with self.assertRaises(UserError) as caught:
                record.write(values)
            self.assertEqual(caught.exception.code, "price_change_state")
        change.name = "Spring"
