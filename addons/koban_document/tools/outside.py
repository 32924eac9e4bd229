"""Which lines of a document someone outside the company may read, in SQL.

The page is the rule (``rows.py``): what it does not tell of a line, no read tells. Here the same
rule chooses lines instead of drawing rows: a line is left out whole as soon as a group above it
hides its text or its amount. Record rules use it, so it must hold in a search.
"""

from odoo.tools import SQL

GROUP_TYPES = ("line_section", "line_subsection")
# They have no amount: hidden prices leave nothing of them out.
TEXT_TYPES = ("line_subsection", "line_note")
# What a page is made of.
PAGE_TYPES = ("product", "line_section", *TEXT_TYPES)


def shown_outside(
    line, document: str, alias: str, companies: tuple[int, ...], types: tuple[str, ...]
) -> SQL:
    """Return the condition under which a line is shown outside the company.

    :param line: empty record of a model with groupings, as superuser
    :param document: name of the field of the document
    :param alias: alias of the line's table in the query
    :param companies: ids of the companies whose pages are drawn by our rows
    :param types: types of lines that stand in no group and are shown
    """

    def column(table, name):
        return line._field_to_sql(table, name)

    same = SQL("%s = %s", column("other", document), column(alias, document))
    table = SQL.identifier(line._table)
    kind = SQL("COALESCE(%s, 'product')", column(alias, "display_type"))
    section = _find_title(line, alias, same, ("line_section",))
    nearest = _find_title(line, alias, same, GROUP_TYPES)
    visible = SQL(
        "(%(kind)s = 'line_section' OR NOT COALESCE(%(section)s, FALSE) AND "
        "(%(kind)s = 'line_subsection' OR NOT COALESCE(%(nearest)s, FALSE)))",
        kind=kind,
        section=section,
        nearest=nearest,
    )
    visible = SQL("(%s IN %s AND %s)", kind, PAGE_TYPES, visible)
    if types:
        visible = SQL("(%s OR %s IN %s)", visible, kind, types)
    # As _uses_printed_rows of the document: elsewhere the page is the host's.
    options = SQL(
        "EXISTS (SELECT 1 FROM %s AS other WHERE %s AND (%s OR %s <> 0))",
        table,
        same,
        column("other", "hide_subtotal"),
        column("other", "kit_quantity"),
    )
    drawn = SQL("(%s IN %s OR %s)", column(alias, "company_id"), companies or (0,), options)
    return SQL("(%s OR NOT %s)", visible, drawn)


def _find_title(line, alias, same, kinds) -> SQL:
    """Return whether the last title of these kinds above a line hides something of it."""

    def column(table, name):
        return line._field_to_sql(table, name)

    def place(table):
        return SQL("COALESCE(%s, 0), %s", column(table, "sequence"), column(table, "id"))

    return SQL(
        """(
            SELECT COALESCE(%(composition)s, FALSE)
                OR COALESCE(%(prices)s, FALSE)
                    AND COALESCE(%(kind)s, 'product') NOT IN %(texts)s
            FROM %(table)s AS other
            WHERE %(same)s AND %(title)s IN %(kinds)s AND (%(place)s) < (%(own)s)
            ORDER BY COALESCE(%(sequence)s, 0) DESC, %(id)s DESC
            LIMIT 1
        )""",
        composition=column("other", "collapse_composition"),
        prices=column("other", "collapse_prices"),
        kind=column(alias, "display_type"),
        texts=TEXT_TYPES,
        table=SQL.identifier(line._table),
        same=same,
        title=column("other", "display_type"),
        kinds=kinds,
        place=place("other"),
        own=place(alias),
        sequence=column("other", "sequence"),
        id=column("other", "id"),
    )
