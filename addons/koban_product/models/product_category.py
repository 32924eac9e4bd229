from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from ..tools import code_pattern

# Of the sequences that count articles: no other one, such as that of the orders, is drawn from.
SEQUENCE_CODE = "koban.product.code"


class ProductCategory(models.Model):
    """The pattern by which the articles of a category get their codes (row 4-21)."""

    _inherit = "product.category"

    code_pattern = fields.Char(
        string="Pattern of Codes",
        help="Signs # stand for the counter: ART-#### gives ART-0001. {YYYY}, {YY} and {MM} stand "
        "for the year and the month. Without a pattern, that of the parent category is taken; "
        "without any, codes are typed.",
    )
    code_sequence_id = fields.Many2one(
        "ir.sequence", string="Counter of Codes", readonly=True, copy=False, ondelete="restrict"
    )
    _code_sequence_uniq = models.UniqueIndex(
        "(code_sequence_id) WHERE code_sequence_id IS NOT NULL",
        "A counter of codes is that of one category.",
    )

    code_next = fields.Integer(
        string="Next Number",
        compute="_compute_code_next",
        inverse="_inverse_code_next",
        help="The number of the next article. Numbers that are taken are passed over.",
    )
    code_example = fields.Char(string="Next Code", compute="_compute_code_example")

    @api.depends("code_sequence_id")
    def _compute_code_next(self):
        for category in self:
            # A count of the category, which its reader may see.
            category.code_next = category.code_sequence_id.sudo().number_next_actual or 1

    def _inverse_code_next(self):
        for category in self:
            if category.code_next < 1:
                raise category._refuse_pattern(
                    "article_code_number",
                    speaking(self.env)._(
                        "%s: the next number of its codes is at least 1.", category.display_name
                    ),
                )
            if category.code_sequence_id:
                # Who may edit the category may set its counter.
                category.code_sequence_id.sudo().number_next_actual = category.code_next

    @api.depends("code_pattern", "code_next", "parent_id")
    def _compute_code_example(self):
        for category in self:
            source = category._get_code_source()
            right = source.code_pattern and not code_pattern.find_faults(source.code_pattern)
            category.code_example = right and source._get_code(source.code_next)

    @api.constrains("code_pattern")
    def _check_code_pattern(self):
        for category in self.filtered("code_pattern"):
            faults = code_pattern.find_faults(category.code_pattern)
            if faults:
                reasons = [category._describe_fault(*fault) for fault in faults]
                raise category._refuse_pattern("article_code_pattern", "\n".join(reasons))

    @api.constrains("code_sequence_id")
    def _check_code_sequence(self):
        for category in self:
            sequence = category.code_sequence_id.sudo()  # what it counts, whoever writes
            if sequence and (sequence.code, sequence.implementation) != (SEQUENCE_CODE, "standard"):
                raise category._refuse_pattern(
                    "article_code_sequence",
                    speaking(self.env)._(
                        "%s: its counter of codes is made with its pattern, and is no other one.",
                        category.display_name,
                    ),
                )

    def _describe_fault(self, kind, part) -> str:
        env = speaking(self.env)
        named = {"category": self.display_name, "part": part}
        return {
            code_pattern.NO_COUNTER: lambda: env._(
                "%(category)s: the pattern “%(part)s” has no counter: put #### where the number "
                "goes.",
                **named,
            ),
            code_pattern.COUNTERS: lambda: env._(
                "%(category)s: the pattern has several counters (%(part)s): keep one.", **named
            ),
            code_pattern.UNKNOWN_TOKEN: lambda: env._(
                "%(category)s: %(part)s is no part of a pattern: there are {YYYY}, {YY}, {MM} "
                "and ####.",
                **named,
            ),
        }[kind]()

    def _refuse_pattern(self, code, message) -> ConstraintError:
        return ConstraintError(message, code, model=self._name, ids=self.ids)

    @api.model_create_multi
    @override
    def create(self, vals_list):
        categories = super().create(vals_list)
        categories._make_code_sequences()
        for category, vals in zip(categories, vals_list, strict=True):
            if vals.get("code_next"):
                category.code_next = vals["code_next"]
        return categories

    @override
    def write(self, vals):
        result = super().write(vals)
        if vals.get("code_pattern"):
            self._make_code_sequences()
            if vals.get("code_next"):
                self.code_next = vals["code_next"]
        return result

    def _make_code_sequences(self):
        """Give categories that have a pattern their counter: two people never draw the same."""
        for category in self.filtered(lambda one: one.code_pattern and not one.code_sequence_id):
            # Who may edit the category makes its counter.
            category.code_sequence_id = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": f"{category.name}: {category._description}",
                        "code": SEQUENCE_CODE,
                        "company_id": False,
                    }
                )
            )

    def _get_code_source(self):
        """Return the category whose pattern the articles of this one take: its own or above."""
        source = self
        while source and not source.code_pattern:
            source = source.parent_id
        return source

    def _get_code(self, number) -> str:
        return code_pattern.apply_pattern(
            self.code_pattern, number, fields.Date.context_today(self)
        )

    def _draw_codes(self, count) -> list[str]:
        """Return free codes of the pattern of this category.

        :param count: how many
        """
        self.ensure_one()
        codes = []
        while len(codes) < count:
            drawn = [self._get_code(number) for number in self._draw_numbers(count - len(codes))]
            taken = (
                self.env["koban.product.code"]
                .sudo()
                .search(  # of all companies
                    [("code", "in", [code_pattern.normalize(code) for code in drawn])]
                )
            )
            known = set(taken.mapped("code"))
            codes += [code for code in drawn if code_pattern.normalize(code) not in known]
        return codes

    def _draw_numbers(self, count) -> list[int]:
        # As the host draws one, for all at once: nobody waits, and none comes twice.
        found = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{self.code_sequence_id.id:03d}",
                count,
            )
        )
        return [number for (number,) in found]
