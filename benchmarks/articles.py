"""100,000 articles in seconds: rows of one, copied by SQL."""

from copied_rows import copy_rows, find_last_id
from odoo.tools import SQL

# What tells the articles apart: no other one has these signs.
KEY = SQL("substr(md5(n::text), 1, 10)")


def make_articles(env, count: int, with_data: bool) -> list[str]:
    """Make articles, each with a name of its own; return some of what tells them apart.

    :param with_data: they have own data of their category, which tell them apart, too
    """
    values = {"name": "Machine", "type": "consu"}
    if with_data:
        values["koban_category_id"] = _make_category(env).id
    article = env["product.template"].create(values)
    env.flush_all()
    variant = article.product_variant_id
    template = SQL("%s + n", find_last_id(env, "product_template"))
    changes = {
        "id": template,
        "name": SQL("jsonb_build_object('en_US', 'Machine ' || %s)", KEY),
    }
    if with_data:
        [data] = article.koban_data_set_id.data_ids
        # Other signs than those of the names.
        own = SQL("translate(%s, '0123456789abcdef', 'ghijklmnopqrstuv')", KEY)
        changes["koban_data"] = SQL("jsonb_build_object(%s, %s)", data._get_key(), own)
        changes["koban_search_text"] = SQL("'machine ' || %s || ' ' || %s", KEY, own)
    copy_rows(env, "product_template", changes, article.ids, count)
    copy_rows(
        env,
        "product_product",
        {
            "id": SQL("%s + n", find_last_id(env, "product_product")),
            "product_tmpl_id": SQL("%s - %s + n", find_last_id(env, "product_template"), count),
        },
        variant.ids,
        count,
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()
    query = SQL("SELECT %s FROM generate_series(1000, %s, 997) n", own if with_data else KEY, count)
    return [key for (key,) in env.execute_query(query)]


def _make_category(env):
    category = env["koban.product.category"].create({"name": "Machines"})
    env["koban.product.data.set"].create(
        {
            "name": "Machines",
            "category_ids": [(6, 0, category.ids)],
            "data_ids": [(0, 0, {"name": "Serial"})],
        }
    )
    return category
