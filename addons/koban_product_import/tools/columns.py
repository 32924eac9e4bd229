"""Columns of a file of articles, by what their heads say in French, in English, or technically."""

from dataclasses import dataclass, replace

from odoo.addons.koban_product_data.tools.keywords import normalize

TEXT, PRICE, NUMBER, FLAG, KIND, NAMED, TAX, DATA = (
    "text",
    "price",
    "number",
    "flag",
    "kind",
    "named",
    "tax",
    "data",
)
UNKNOWN, TWICE, MISSING, GONE = "unknown", "twice", "missing", "gone"


@dataclass(frozen=True)
class Column:
    """What a column of the file fills.

    :param name: technical name, as API callers see it
    :param label: in French, as the template has it
    :param kind: how its cells are read
    :param heads: what else may stand at its head
    :param example: in the template
    :param is_offered: whether the template has it
    """

    name: str
    label: str
    kind: str
    heads: tuple[str, ...] = ()
    example: str = ""
    is_offered: bool = True

    def get_heads(self) -> set[str]:
        """Return what may stand at its head, as compared."""
        return {simplify(head) for head in (self.name, self.label, *self.heads)} - {""}


COLUMNS = (
    Column(
        "default_code",
        "Code",
        TEXT,
        (
            "Référence",
            "Réf.",
            "Référence interne",
            "Code article",
            "Reference",
            "Internal Reference",
        ),
        "FOUR-0001",
    ),
    Column(
        "name",
        "Libellé",
        TEXT,
        ("Nom", "Désignation", "Nom du produit", "Name", "Product Name"),
        "Four à sole",
    ),
    Column(
        "barcode",
        "Code-barres",
        TEXT,
        ("Code barre", "Ean", "Ean code", "Ean13", "Gencod", "Barcode"),
        "3760000000017",
    ),
    Column("type", "Type", KIND, ("Product Type", "Type de produit"), "Bien"),
    Column("koban_group_id", "Groupe", NAMED, ("Group",), "Matériel"),
    Column("koban_family_id", "Famille", NAMED, ("Family",), "Fours"),
    Column(
        "koban_subfamily_id", "Sous-famille", NAMED, ("Sous famille", "Sub-family"), "Fours à sole"
    ),
    Column(
        "koban_category_id",
        "Catégorie",
        NAMED,
        ("Catégorie d'article", "Article Category", "Category"),
        "Fours professionnels",
    ),
    Column("koban_brand_id", "Marque", NAMED, ("Brand",), "Bongard"),
    Column(
        "koban_range_id",
        "Modèle ou gamme",
        NAMED,
        ("Modèle/Gamme", "Modèle", "Gamme", "Model or Range", "Model", "Range"),
        "Soleo",
    ),
    Column(
        "uom_id",
        "Unité",
        NAMED,
        ("Unité principale", "Unité de mesure", "Unit", "Unit of Measure"),
        "Unités",
    ),
    Column(
        "list_price",
        "Prix HT",
        PRICE,
        ("Prix", "Prix de vente", "Prix de vente HT", "Tarif 1", "Sales Price", "Price"),
        "1250,00",
    ),
    Column(
        "standard_price",
        "Prix d'achat",
        PRICE,
        ("Prix d'achat HT", "Coût", "Prix de revient", "Cost", "Purchase Price"),
        "820,50",
    ),
    Column(
        "taxes_id",
        "TVA",
        TAX,
        ("Code TVA", "Taux de TVA", "TVA vente", "Taxes à la vente", "VAT", "Sales Taxes"),
        "20",
    ),
    Column(
        "supplier_taxes_id",
        "TVA achat",
        TAX,
        ("TVA à l'achat", "Taxes à l'achat", "Purchase VAT", "Purchase Taxes"),
        "20",
        False,
    ),
    Column("sale_ok", "En vente", FLAG, ("À vendre", "Can be Sold", "Sales"), "oui"),
    Column(
        "purchase_ok", "En achat", FLAG, ("À l'achat", "Can be Purchased", "Purchase"), "oui", False
    ),
    Column("active", "Actif", FLAG, ("Active",), "oui", False),
    Column("weight", "Poids", NUMBER, ("Poids (kg)", "Weight"), "12,5"),
    Column("volume", "Volume", NUMBER, ("Volume (m³)",), "0,8", False),
    Column(
        "description",
        "Caractéristiques",
        TEXT,
        ("Description", "Notes internes", "Characteristics", "Internal Notes"),
        "Quatre étages, électrique",
    ),
    Column(
        "description_sale",
        "Description de vente",
        TEXT,
        ("Description pour le devis", "Sales Description"),
        "",
        False,
    ),
)
# Of other addons, where they are there.
OTHER_FLAGS = (
    Column(
        "is_storable",
        "Géré en stock",
        FLAG,
        ("Est géré en stock", "Stocké", "Track Inventory"),
        "oui",
    ),
    Column("contract_ok", "Contrat", FLAG, ("Contract",), "non", False),
)
# What the file of refused rows adds, and is passed over when it comes back.
ROW_HEAD, REASON_HEAD = "Ligne", "Motif du refus"
PASSED_OVER = {"ligne", "motif du refus", "row", "reason"}
# What tells own data from a column of their name.
APART = "donnée complémentaire"


def simplify(head: str) -> str:
    """Return what heads that mean the same have in common."""
    plain = normalize(head.replace("*", " ").replace("_", " ").replace("-", " "))
    return plain.strip(" :.")


def add_heads(column: Column, heads: list[str]) -> Column:
    """Return a column that is also known by the labels of its field."""
    return replace(column, heads=tuple(dict.fromkeys((*column.heads, *heads))))


def set_apart(columns: list[Column]) -> list[Column]:
    """Return columns whose labels differ: own data named as an earlier column get a longer one."""
    listed, taken = [], set(PASSED_OVER)
    for column in columns:
        label, rank = column.label, 1
        while column.kind == DATA and simplify(label) in taken:
            label = f"{column.label} ({APART}{f' {rank}' if rank > 1 else ''})"
            rank += 1
        listed.append(replace(column, label=label))
        taken |= listed[-1].get_heads()
    return listed


def match(
    heads: list[str], columns: list[Column]
) -> tuple[list[Column | None], list[tuple[str, str]]]:
    """Return the column of each head, and what is wrong with the heads.

    :return: None where a head is passed over; the kind of each fault, and the head or label
    """
    known = {}
    for column in columns:
        for head in column.get_heads():
            known.setdefault(head, column)
    found: list[Column | None] = []
    faults = []
    for head in heads:
        key = simplify(head)
        column = known.get(key)
        if column and column in found:
            faults.append((TWICE, head))
        elif not column and key and key not in PASSED_OVER:
            faults.append((UNKNOWN, head))
        found.append(column)
    names = {column.name for column in found if column}
    if not names & {"default_code", "name"}:
        label = next(column.label for column in columns if column.name == "name")
        faults.append((MISSING, label))
    return found, faults
