"""Add a line to a quote of a customer who has a price list, one line at a time."""

TITLE = "add a line to a quote"
CASES = {
    "line": {},
    "line, 20 promotions": {"promotions": True},
    "line with eco-tax": {"ecotax": True},
}
ROUNDS = 5
# What counts is how often the database is asked.
GOALS = {}
# An eco-tax is looked up in its table, which the host has none of: it is shown, not judged.
EXTRAS = {"line": 2, "line, 20 promotions": 2}
LINES = 20
PROMOTIONS = 20


def prepare(env):
    """Make a customer with a price list, articles, and with the addons an eco-tax."""
    from parties import make_parties  # noqa: PLC0415

    customer = make_parties(env)
    env.ref("base.group_user")._apply_group(env.ref("product.group_product_pricelist"))
    pricelist = env["product.pricelist"].create(
        {"name": "Mesure", "item_ids": [(0, 0, {"compute_price": "percentage"})]}
    )
    customer.property_product_pricelist = pricelist
    articles = env["product.product"].create(
        [
            {"name": f"Article {number}", "type": "consu", "list_price": 10.0 + number}
            for number in range(LINES)
        ]
    )
    return {"customer": customer, "articles": articles, "ecotax": _make_ecotax(env, articles)}


def _make_ecotax(env, articles):
    """Return as many articles with an eco-tax; on the plain host it is a tax of the article."""
    # Without the context of their creation, in which the host makes no variants.
    articles = env["product.product"].browse(articles.ids)
    if "koban.ecotax" not in env:
        fixed = {"amount_type": "fixed", "amount": 1.0, "include_base_amount": True, "sequence": 0}
        tax = env["account.tax"].create({"name": "Mesure", **fixed})
        taxes = [(6, 0, (articles[0].taxes_id + tax).ids)]
        return articles.browse().concat(*(one.copy({"taxes_id": taxes}) for one in articles))
    ecotax = env["koban.ecotax"].create(
        {
            "code": "M",
            "name": "Mesure",
            "organisation_id": env["koban.ecotax.organisation"].create({"name": "Mesure"}).id,
            "rate_ids": [(0, 0, {"date_from": "2020-01-01", "amount": 1.0})],
        }
    )
    return articles.browse().concat(*(one.copy({"koban_ecotax_id": ecotax.id}) for one in articles))


def run(env, data, meter, promotions=False, ecotax=False):
    """Measure lines, each added to a quote by a call of its own."""
    made = _make_promotions(env) if promotions else None
    articles = data["ecotax" if ecotax else "articles"]
    order = env["sale.order"].create({"partner_id": data["customer"].id})
    for article in articles:
        with meter(1):
            order.write({"order_line": [(0, 0, {"product_id": article.id})]})
    assert order.amount_total > 0
    if made:
        made.unlink()


def _make_promotions(env):
    """Make promotions of any article, of which the best counts, where there are such."""
    if "koban.price.condition" not in env:
        return None
    return env["koban.price.condition"].create(
        [
            {"name": f"Promotion {rate}", "kind": "discount", "discount": rate / 10}
            for rate in range(1, PROMOTIONS + 1)
        ]
    )
