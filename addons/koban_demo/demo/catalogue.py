"""The catalogue: 35 articles with the usual VAT rates, and their stock."""

from typing import NamedTuple

from odoo.fields import Command

from .classes import prepare_class
from .ecotaxes import prepare_ecotax
from .prices import prepare_prices
from .stage import Stage

GOODS, CONSUMABLE, SERVICE = "stock", "consumable", "service"
# key: parent, name, start of the income account's code, pattern of the codes of its articles
CATEGORIES = {
    "furniture": (None, "Mobilier", "7010", "MOB-####"),
    "desks": ("furniture", "Bureaux et tables", "7010", ""),
    "meeting": ("desks", "Tables", "7010", ""),
    "seats": ("furniture", "Sièges", "7070", ""),
    "armchairs": ("seats", "Fauteuils", "7070", ""),
    "chairs": ("seats", "Chaises", "7070", ""),
    "storage": ("furniture", "Rangement", "7010", ""),
    "fitting": (None, "Agencement", "7010", "AGE-####"),
    "lighting": ("fitting", "Éclairage", "7070", "LUM-####"),
    "supplies": (None, "Quincaillerie et entretien", "7070", "QUI-{YY}-###"),
    "materials": (None, "Matières premières", "7070", "MAT-####"),
    "books": (None, "Éditions", "7070", ""),
    "services": (None, "Prestations", "7060", "SRV-###"),
}


class Article(NamedTuple):
    """One article; prices without VAT, in euros.

    :param ref: its code; of those in DRAWN the one that the pattern of the category gives
    """

    ref: str
    name: str
    category: str
    kind: str
    price: float
    cost: float
    vat: float = 20.0
    stock: int = 0
    unit: str = "uom.product_uom_unit"
    text: str = ""
    contract: bool = False
    sold: bool = True


M2, HOUR = "uom.product_uom_square_meter", "uom.product_uom_hour"
ARTICLES = (
    Article("BUR-140", "Bureau droit 140 × 80 cm, chêne", "desks", GOODS, 420, 212, 20, 18,
            text="Plateau chêne massif huilé, piètement acier noir."),
    Article("BUR-180", "Bureau de direction 180 × 90 cm", "desks", GOODS, 890, 445, 20, 6,
            text="Plateau noyer, retour à droite ou à gauche."),
    Article("BUR-ASS", "Bureau assis-debout électrique 160 cm", "desks", GOODS, 690, 372, 20, 12,
            text="Réglage de 62 à 127 cm, quatre positions en mémoire."),
    Article("TAB-REU", "Table de réunion 240 × 110 cm", "meeting", GOODS, 1150, 560, 20, 4,
            text="Huit personnes, deux trappes d'accès aux câbles."),
    Article("TAB-BAS", "Table basse d'accueil Ø 80 cm", "meeting", GOODS, 260, 118, 20, 8),
    Article("BAN-ACC", "Banque d'accueil modulable", "desks", GOODS, 2350, 1180, 20, 2,
            text="Accessible aux personnes à mobilité réduite."),
    Article("SIE-ERG", "Fauteuil ergonomique « Saône »", "armchairs", GOODS, 389, 205, 20, 40,
            text="Soutien lombaire réglable, garantie cinq ans."),
    Article("SIE-VIS", "Chaise visiteur empilable", "chairs", GOODS, 79, 36, 20, 80),
    Article("SIE-DIR", "Fauteuil de direction en cuir", "armchairs", GOODS, 520, 290, 20, 5),
    Article("ARM-BAS", "Armoire basse à rideaux", "storage", GOODS, 310, 158, 20, 15),
    Article("ARM-HAU", "Armoire haute à portes battantes", "storage", GOODS, 480, 236, 20, 9),
    Article("CAI-MOB", "Caisson mobile 3 tiroirs", "storage", GOODS, 165, 82, 20, 30,
            text="Serrure centrale, deux clés."),
    Article("BIB-CHE", "Bibliothèque chêne 5 niveaux", "storage", GOODS, 540, 268, 20, 7),
    Article("CLO-VIT", "Cloison vitrée simple vitrage", "fitting", GOODS, 285, 164, 20, 120, M2,
            "Verre feuilleté 33.2, profil aluminium noir."),
    Article("PAN-ACO", "Panneau acoustique mural 120 × 60 cm", "fitting", GOODS, 95, 41, 20, 60),
    Article("QUI-VIS", "Kit de visserie et chevilles", "supplies", CONSUMABLE, 12.5, 4.2),
    Article("QUI-CAB", "Passe-câbles à encastrer Ø 60 mm", "supplies", CONSUMABLE, 6.9, 2.1),
    Article("QUI-LED", "Réglette LED 60 cm", "lighting", CONSUMABLE, 38, 17.5),
    Article("ENT-HUI", "Huile d'entretien pour bois, 1 L", "supplies", CONSUMABLE, 24, 11),
    Article("LIV-AGE", "Livre « Agencer ses bureaux »", "books", CONSUMABLE, 29, 14, 5.5),
    Article("REV-MAT", "Revue « Matières », le numéro", "books", CONSUMABLE, 9.5, 5, 2.1),
    Article("SRV-ETU", "Étude d'agencement et plans", "services", SERVICE, 650, 380,
            text="Relevé sur place, deux propositions, plans cotés."),
    Article("SRV-LIV", "Livraison et mise en place", "services", SERVICE, 120, 70),
    Article("SRV-POS", "Pose et montage", "services", SERVICE, 52, 31, unit=HOUR),
    Article("SRV-DEP", "Forfait déplacement", "services", SERVICE, 45, 22),
    Article("SRV-LOG", "Pose dans un logement achevé depuis plus de deux ans", "services",
            SERVICE, 52, 31, 10, unit=HOUR),
    Article("SRV-ISO", "Pose de menuiseries isolantes (rénovation énergétique)", "services",
            SERVICE, 58, 34, 5.5, unit=HOUR),
    Article("MNT-MOB", "Entretien du mobilier, le mois", "services", SERVICE, 45, 24,
            text="Un passage par mois, petites fournitures comprises.", contract=True),
    Article("ABO-CON", "Abonnement conseil en agencement, le mois", "services", SERVICE, 150, 90,
            contract=True),
    Article("COP-FOR", "Location d'un copieur, le trimestre", "services", SERVICE, 290, 185,
            contract=True),
    Article("LUM-0001", "Lampe de bureau LED « Azergues »", "lighting", GOODS, 0, 0, 20, 40),
    Article("LUM-0002", "Lampadaire LED « Azergues », deux lampes", "lighting", GOODS, 0, 0, 20, 9),
    Article("SIE-ANC", "Fauteuil « Saône », ancien modèle", "armchairs", GOODS, 289, 150, 20, 3,
            text="Remplacé par le fauteuil ergonomique.", sold=False),
    Article("MAT-0001", "Plateau de chêne brut 140 × 80 cm", "materials", GOODS, 0, 96, 20, 25,
            sold=False),
    Article("MAT-0002", "Verre feuilleté 33.2", "materials", GOODS, 0, 48, 20, 60, M2, sold=False),
)  # fmt: skip
# Entered without a code.
DRAWN = {"LUM-0001", "LUM-0002", "MAT-0001", "MAT-0002"}


def build(stage: Stage) -> None:
    """Create the categories and the articles, and count the stock."""
    _create_categories(stage)
    taxes = _get_sale_taxes(stage)
    articles = stage.env["product.template"].create(
        [_prepare_article(stage, article, taxes) for article in ARTICLES]
    )
    products = articles.product_variant_id
    stage.articles = {product.default_code: product for product in products}
    _count_stock(stage)


def _create_categories(stage: Stage) -> None:
    codes = {code for _parent, _name, code, _pattern in CATEGORIES.values()}
    accounts = {code: stage.get_account(code).id for code in codes}
    # A parent comes before its children.
    for key, (parent, name, code, pattern) in CATEGORIES.items():
        stage.categories[key] = stage.env["product.category"].create(
            {
                "name": name,
                "parent_id": stage.categories[parent].id if parent else False,
                "property_account_income_categ_id": accounts[code],
                "code_pattern": pattern,
            }
        )


def _get_sale_taxes(stage: Stage) -> dict:
    """Return the French chart's sale taxes by rate and scope, switched on if need be."""
    rates = {(article.vat, _get_scope(article)) for article in ARTICLES}
    found = (
        stage.env["account.tax"]
        .with_context(active_test=False)
        .search(
            [
                ("company_id", "=", stage.company.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", "in", [rate for rate, scope in rates]),
                ("tax_scope", "in", [scope for rate, scope in rates]),
            ],
            order="sequence, id",
        )
        .filtered(lambda tax: not tax.price_include)
    )
    taxes = {}
    for tax in found:
        if (tax.amount, tax.tax_scope) in rates:
            taxes.setdefault((tax.amount, tax.tax_scope), tax)
    found.browse().union(*taxes.values()).active = True
    return taxes


def _get_scope(article: Article) -> str:
    return "service" if article.kind == SERVICE else "consu"


def _prepare_article(stage: Stage, article: Article, taxes: dict) -> dict:
    unit = stage.env.ref(article.unit)
    service = article.kind == SERVICE
    prices = prepare_prices(article.ref)
    values = {
        "name": article.name,
        "default_code": False if article.ref in DRAWN else article.ref,
        "categ_id": stage.categories[article.category].id,
        "type": "service" if service else "consu",
        "is_storable": article.kind == GOODS,
        # Billed once ordered: what is delivered later needs no second invoice.
        "invoice_policy": "order",
        "sale_ok": article.sold,
        "contract_ok": article.contract,
        "list_price": article.price,
        "standard_price": article.cost,
        "uom_id": unit.id,
        "taxes_id": [Command.set(taxes[(article.vat, _get_scope(article))].ids)],
        "description_sale": article.text,
        "company_id": stage.company.id,
        **prepare_class(stage, article.ref),
        **prepare_ecotax(stage, article.ref),
        **prices,
    }
    # Typed on the other side of the tax, or computed.
    if "koban_price_1_included" in prices:
        del values["list_price"]
    if "koban_cost_computed" in prices:
        del values["standard_price"]
    return values


def _count_stock(stage: Stage) -> None:
    """Enter the stock by an inventory, which leaves its movements behind."""
    location = stage.get_warehouse().lot_stock_id
    quants = (
        stage.env["stock.quant"]
        .with_context(inventory_mode=True)
        .create(
            [
                {
                    "product_id": stage.articles[article.ref].id,
                    "location_id": location.id,
                    "inventory_quantity": article.stock,
                }
                for article in ARTICLES
                if article.stock
            ]
        )
    )
    quants.action_apply_inventory()
