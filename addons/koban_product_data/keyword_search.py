"""How articles are looked for by keyword, in SQL: with the index, and beside the host's search."""

from odoo.fields import Domain
from odoo.tools import SQL

from .tools import keywords

# The trigrams of a text. PostgreSQL's own extension for them, pg_trgm, is not on every server,
# and without it the host makes no index at all; this one is the same on all.
GRAMS = "koban_grams"
CREATE_GRAMS = f"""
CREATE OR REPLACE FUNCTION {GRAMS}(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 500 AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{{}}') FROM (
        SELECT substr(value, n, {keywords.GRAM}) AS gram
        FROM generate_series(1, length(value) - {keywords.GRAM - 1}) AS n
    ) AS grams WHERE strpos(gram, ' ') = 0
$$
"""
FROM = {
    "product.template": SQL("SELECT found.id FROM product_template AS found"),
    "product.product": SQL(
        "SELECT variant.id FROM product_template AS found "
        "JOIN product_product AS variant ON variant.product_tmpl_id = found.id"
    ),
}


def is_keyword(operator, value) -> bool:
    """Whether this is how words are looked for."""
    return (
        operator in ("like", "ilike")
        and isinstance(value, str)
        and bool(keywords.split_words(value))
    )


def select_articles(articles, value: str) -> SQL:
    """Return the query of the articles that have every word.

    :param articles: the model, of articles or of their variants
    """
    words = keywords.split_words(value)
    field = articles.env["product.template"]._fields["koban_search_text"]
    column = SQL.identifier("found", field.name, to_flush=field)
    conditions = [SQL("%s LIKE %s", column, f"%{keywords.escape_like(word)}%") for word in words]
    if grams := keywords.find_grams(words):
        conditions.append(SQL("%s(%s) @> %s", SQL(GRAMS), column, grams))
    if not articles.env.context.get("search_product_product", True):
        # The host wants none by its code: what has own data is found by these.
        conditions.append(SQL("found.koban_data_set_id IS NOT NULL"))
    return SQL("%s WHERE %s", FROM[articles._name], SQL(" AND ").join(conditions))


def add_keywords(articles, domain, operator, value):
    """Return a domain of articles that also finds them by keyword.

    Each by its own index, as the host does: an OR would read every article. Who may see what is
    found, the query around it says.
    """
    if not is_keyword(operator, value):
        return domain
    found = SQL(
        "(%s) UNION ALL (%s)", _get_query(articles, domain), select_articles(articles, value)
    )
    return [("id", "in", SQL("(%s)", found))]


def _get_query(articles, domain) -> SQL:
    """Return the query of the host's domain; of most it is the domain."""
    terms = list(domain)
    if len(terms) == 1 and isinstance(terms[0], (list, tuple)):
        name, operator, value = terms[0]
        if (name, operator) == ("id", "in") and isinstance(value, SQL):
            return value
    return articles.with_context(active_test=False)._search(Domain(domain)).select()
