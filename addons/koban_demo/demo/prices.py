"""Tiers, costs, minimum prices, promotions and conditions, changes of prices."""

from typing import NamedTuple

from .stage import Stage


class Tiers(NamedTuple):
    """Prices of an article: without tax, or with it where ``included`` names the tier."""

    prices: dict[int, float]
    included: tuple[int, ...] = ()
    minimum: float = 0


class Condition(NamedTuple):
    """A promotion or a condition; days from now, a discount or else a price.

    :param gives: discount, excluded or included
    """

    name: str
    gives: str
    value: float
    start: int | None = None
    end: int | None = None
    customer: str = ""
    tag: str = ""
    article: str = ""
    family: str = ""
    brand: str = ""
    quantity: float = 0


class Change(NamedTuple):
    """A change of prices, and how far it went: preview, applied or undone."""

    name: str
    family: str
    percentage: float
    rounding: str
    status: str


TIERS = {
    "BUR-140": Tiers({2: 399, 3: 379}),
    "SIE-ERG": Tiers({2: 449, 3: 349}, included=(2,)),
    "SIE-VIS": Tiers({2: 74, 3: 69}),
    "QUI-LED": Tiers({2: 35, 3: 32}),
    "ENT-HUI": Tiers({1: 29.9, 2: 27.9}, included=(1, 2)),
    "LUM-0001": Tiers({1: 59.9, 2: 44, 3: 49.9}, included=(1, 3)),
    "LUM-0002": Tiers({1: 189}, included=(1,)),
    "ARM-BAS": Tiers({}, minimum=345),
    "CLO-VIT": Tiers({}, minimum=320),
}
# reference: purchase price, approach coefficient, unit fees
COSTS = {
    "PAN-ACO": (34, 1.1, 2.5),
    "QUI-LED": (15, 1.08, 0.5),
    "LUM-0001": (19, 1.12, 0.8),
    "LUM-0002": (62, 1.12, 2.4),
}
CUSTOMERS = {"2": ("town", "nursery"), "3": ("haulier", "software")}
PUBLIC = "Collectivités"
TAGGED = ("town", "nursery")
CONDITIONS = (
    Condition("Accord annuel Deux Rivières", "discount", 7, -200, 165, customer="hotel",
              brand="Brévenne"),
    Condition("Collectivités", "discount", 5, tag=PUBLIC, family="seats"),
    Condition("Offre de saison", "excluded", 229, -30, 30, article="TAB-BAS"),
    Condition("Lampes par dix", "included", 52, article="LUM-0001", quantity=10),
    Condition("Semaine de l'acoustique", "discount", 6, -90, -75, family="fitting"),
    Condition("Déstockage d'hiver", "discount", 15, 20, 40, family="storage"),
)  # fmt: skip
CHANGES = (
    Change("Tarif des éditions", "books", 2, "0.10", "applied"),
    Change("Hausse des prestations", "services", 4, "1", "undone"),
    Change("Tarif du mobilier au 1er janvier", "furniture", 3, ".90", "preview"),
)
# Whose quote is below a minimum, and whose has a price that Marc agreed to.
BELOW, AGREED = ("garage", "ARM-BAS"), ("software", "CLO-VIT", 8)


def prepare_prices(ref: str) -> dict:
    """Return the tiers, the minimum and the cost of an article."""
    values = {}
    if tiers := TIERS.get(ref):
        values = {
            f"koban_price_{tier}_{'included' if tier in tiers.included else 'excluded'}": price
            for tier, price in tiers.prices.items()
        }
        values["koban_minimum_price"] = tiers.minimum
    if ref in COSTS:
        names = ("koban_purchase_price", "koban_approach_coefficient", "koban_unit_fees")
        values.update(zip(names, COSTS[ref], strict=True), koban_cost_computed=True)
    return values


def build(stage: Stage) -> None:
    """Give customers their tiers, and enter the conditions."""
    stage.env["product.pricelist"]._ensure_tiers(stage.company)
    for tier, customers in CUSTOMERS.items():
        _union(stage, customers).koban_tier = tier
    tag = stage.env["res.partner.category"].create({"name": PUBLIC})
    _union(stage, TAGGED).category_id = tag
    stage.env["koban.price.condition"].create(
        [_prepare_condition(stage, condition, tag) for condition in CONDITIONS]
    )


def refuse_below_minimum(stage: Stage, orders: dict) -> None:
    """Have prices below the minimum refused from now on; Marc agrees to one.

    What was entered before keeps its warning.
    """
    stage.company.koban_minimum_rule = "block"
    customer, ref, discount = AGREED
    quotes = [
        order
        for sale, order in orders.items()
        if sale.customer == customer and sale.status == "sent"
    ]
    for quote in quotes:
        lines = quote.with_env(stage.as_user("marc")).order_line
        lines.filtered(lambda line: line.product_id == stage.articles[ref]).discount = discount


def change_prices(stage: Stage) -> None:
    """Change prices: one change applied, one undone, one only seen."""
    changes = stage.as_user("marc")["koban.price.change"].create(
        [
            {
                "name": change.name,
                "categ_id": stage.categories[change.family].id,
                "percentage": change.percentage,
                "rounding": change.rounding,
            }
            for change in CHANGES
        ]
    )
    for record, change in zip(changes, CHANGES, strict=True):
        record.action_preview()
        if change.status == "preview":
            # The new one is not sold below the price of the catalogue that was printed.
            record.line_ids[0].is_skipped = True
        else:
            record.action_apply()
        if change.status == "undone":
            record.action_undo()


def _union(stage: Stage, customers: tuple[str, ...]):
    return stage.env["res.partner"].union(*(stage.customers[key] for key in customers))


def _prepare_condition(stage: Stage, condition: Condition, tag) -> dict:
    is_discount = condition.gives == "discount"
    about = {
        "partner_id": stage.customers.get(condition.customer),
        "partner_category_id": tag if condition.tag else None,
        "product_tmpl_id": stage.articles[condition.article].product_tmpl_id
        if condition.article
        else None,
        "categ_id": stage.categories.get(condition.family),
        "brand_id": stage.brands.get(condition.brand),
    }
    days = {"date_from": condition.start, "date_to": condition.end}
    return {
        "name": condition.name,
        "company_id": stage.company.id,
        **{name: record.id for name, record in about.items() if record},
        **{name: stage.day(-day) for name, day in days.items() if day is not None},
        "minimum_quantity": condition.quantity,
        "kind": condition.gives,
        "discount": condition.value if is_discount else 0,
        "price": 0 if is_discount else condition.value,
    }
