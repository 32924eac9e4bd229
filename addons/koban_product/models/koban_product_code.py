from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking

# Stands for all companies in `scope`: the articles that they share are of each of them.
SHARED = 0
# The scopes in which codes are taken: where the guard is off, articles are as in the host.
GUARDED = SQL(
    "(SELECT split_part(parent_path, '/', 1)::int FROM res_company WHERE document_guard "
    "UNION SELECT %s FROM res_company WHERE document_guard)",
    SHARED,
)


class KobanProductCode(models.Model):
    """The codes that articles have taken: PostgreSQL refuses the second one (row 4-21).

    An article of a company takes its code once, in the group of the company: its root. An article
    of no company takes it in every group, and once for all: so it meets whatever has the same one.
    A group takes part as soon as one of its companies protects its documents.
    """

    _name = "koban.product.code"
    _description = "Code taken by an article"
    _rec_name = "code"
    _log_access = False

    code = fields.Char(required=True, help="As compared: in capitals, without space around it.")
    scope = fields.Integer(required=True)
    product_id = fields.Many2one("product.product", required=True, index=True, ondelete="cascade")

    _code_uniq = models.UniqueIndex("(code, scope)", "This code is taken.")

    @api.model
    def _take(self, products):
        """Take the codes of articles, which may have changed.

        :raise ConstraintError: code ``article_code_taken``
        """
        self._leave(products)
        if refused := self._take_free(products):
            raise self._refuse(refused[0])

    @api.model
    def _take_free(self, products):
        """Take the codes of articles that are free; return the articles whose code is not."""
        rows = self._list_rows(products)
        if not rows:
            return products.browse()
        self.env.cr.execute_values(
            "INSERT INTO koban_product_code (code, scope, product_id) VALUES %s "
            "ON CONFLICT DO NOTHING",
            rows,
            page_size=len(rows),
        )
        found = self.env.execute_query(
            SQL(
                "SELECT product_id, count(*) FROM koban_product_code "
                "WHERE product_id = ANY(%s) GROUP BY 1",
                products.ids,
            )
        )
        counts = dict(found)
        wanted = {}
        for _code, _scope, id_ in rows:
            wanted[id_] = wanted.get(id_, 0) + 1
        lacking = products.filtered(
            lambda product: product.id in wanted and counts.get(product.id) != wanted[product.id]
        )
        self._leave(lacking)
        return lacking

    @api.model
    def _list_rows(self, products) -> list[tuple[str, int, int]]:
        """Return what articles take: code, scope and article."""
        products.flush_recordset(["default_code", "product_tmpl_id"])
        products.product_tmpl_id.flush_recordset(["company_id"])
        self.env["res.company"].flush_model(["document_guard", "parent_path"])
        return self.env.execute_query(
            SQL(
                # The root of a company is the first of its path.
                "SELECT upper(trim(p.default_code)), s.scope, p.id "
                "FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id "
                "LEFT JOIN res_company c ON c.id = t.company_id "
                "JOIN LATERAL ("
                " SELECT split_part(c.parent_path, '/', 1)::int AS scope WHERE c.id IS NOT NULL"
                " UNION ALL SELECT %s WHERE c.id IS NULL"
                " UNION ALL SELECT r.id FROM res_company r WHERE c.id IS NULL"
                " AND r.parent_id IS NULL) s ON s.scope IN %s "
                "WHERE p.id = ANY(%s) AND trim(p.default_code) <> '' ORDER BY p.id, 2",
                SHARED,
                GUARDED,
                products.ids,
            )
        )

    @api.model
    def _leave(self, products):
        """Give back the codes of articles: another one that waits for such a code takes it."""
        left = self.env.execute_query(
            SQL(
                "DELETE FROM koban_product_code WHERE product_id = ANY(%s) RETURNING code",
                products.ids,
            )
        )
        codes = {code for (code,) in left}
        if not codes:
            return
        waiting = self.env.execute_query(
            SQL(
                "SELECT p.id FROM product_product p WHERE upper(trim(p.default_code)) = ANY(%s) "
                "AND p.id <> ALL(%s) AND NOT EXISTS ("
                "SELECT FROM koban_product_code k WHERE k.product_id = p.id) ORDER BY p.id",
                list(codes),
                products.ids,
            )
        )
        if waiting:
            self._take_free(products.browse(id_ for (id_,) in waiting))

    @api.model
    def _refuse(self, product) -> ConstraintError:
        """Return the refusal of a code that another article has."""
        env = speaking(self.env)
        [row] = self._list_rows(product)[:1]
        holder = self.search([("code", "=", row[0]), ("product_id", "!=", product.id)], limit=1)
        # Who it is is told to who may see it.
        seen = product.sudo(False).with_context(active_test=False)
        other = seen.search([("id", "=", holder.product_id.id)])
        message = (
            env._(
                "The code %(code)s is that of %(other)s: give %(article)s another one.",
                code=product.default_code,
                other=other.with_env(env).display_name,
                article=product.name,
            )
            if other
            else env._(
                "The code %(code)s is that of an article of another company: give %(article)s "
                "another one.",
                code=product.default_code,
                article=product.name,
            )
        )
        return ConstraintError(message, "article_code_taken", model=product._name, ids=product.ids)

    @api.model
    def _get_guarded(self) -> set[int]:
        """Return the scopes in which codes are taken."""
        self.env["res.company"].flush_model(["document_guard", "parent_path"])
        return {scope for (scope,) in self.env.execute_query(GUARDED)}

    @api.model
    def _follow_groups(self):
        """Take codes in the groups of companies that are guarded now, give back the others."""
        self.env.execute_query(
            SQL("DELETE FROM koban_product_code WHERE scope NOT IN %s RETURNING 1", GUARDED)
        )
        articles = self.env["product.product"].with_context(active_test=False)
        self._take_free(articles.search([("default_code", "!=", False)]))
