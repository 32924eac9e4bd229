"""How articles are filed: article categories, brands, ranges, and own data by category."""

from datetime import timedelta
from typing import NamedTuple

from odoo.fields import Command

from odoo.addons.koban_product_data.tools.keywords import normalize

from .stage import Stage

SEATS, DESKS, STORAGE = "Assises", "Postes de travail", "Rangements"
LIGHTS, RECEPTION = "Luminaires", "Mobilier d'accueil"
CATEGORIES = (SEATS, DESKS, STORAGE, LIGHTS, RECEPTION)
HOUSE, LIGHTING, CABINETS = "Brévenne", "Lampes du Lac", "Rangimeuble"
BRANDS = {HOUSE: ("Saône", "Turdine"), LIGHTING: ("Azergues",), CABINETS: ("Classique",)}


class Data(NamedTuple):
    """One of the data of a set."""

    name: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()


# name of a set: the article categories that share it, its data
SETS = {
    "Assises": ((SEATS,), (
        Data("Revêtement", "text"), Data("Charge maximale", "number", "kg"),
        Data("Piètement", "choice", choices=("Roulettes", "Quatre pieds", "Luge")),
        Data("Accoudoirs", "yes_no"), Data("Pièces disponibles jusqu'au", "date"))),
    "Meubles": ((DESKS, STORAGE, RECEPTION), (
        Data("Largeur", "number", "cm"), Data("Finition", "choice", choices=(
            "Chêne huilé", "Noyer", "Blanc")), Data("Réglage électrique", "yes_no"))),
    "Luminaires": ((LIGHTS,), (
        Data("Culot", "text"), Data("Puissance", "number", "W"), Data("Variateur", "yes_no"))),
}  # fmt: skip

# reference: article category, brand, range
CLASSES = {
    "BUR-140": (DESKS, HOUSE, "Turdine"),
    "BUR-180": (DESKS, HOUSE, "Turdine"),
    "BUR-ASS": (DESKS, HOUSE, ""),
    "TAB-REU": (RECEPTION, HOUSE, "Turdine"),
    "TAB-BAS": (RECEPTION, HOUSE, ""),
    "BAN-ACC": (RECEPTION, HOUSE, ""),
    "SIE-ERG": (SEATS, HOUSE, "Saône"),
    "SIE-VIS": (SEATS, HOUSE, "Saône"),
    "SIE-DIR": (SEATS, HOUSE, "Saône"),
    "SIE-ANC": (SEATS, HOUSE, "Saône"),
    "ARM-BAS": (STORAGE, CABINETS, "Classique"),
    "ARM-HAU": (STORAGE, CABINETS, "Classique"),
    "CAI-MOB": (STORAGE, CABINETS, ""),
    "BIB-CHE": (STORAGE, HOUSE, "Turdine"),
    "CLO-VIT": ("", HOUSE, ""),
    "PAN-ACO": ("", HOUSE, ""),
    "QUI-LED": (LIGHTS, LIGHTING, ""),
    "LUM-0001": (LIGHTS, LIGHTING, "Azergues"),
    "LUM-0002": (LIGHTS, LIGHTING, "Azergues"),
}
# reference: own data, of a date how many days from now
DATA = {
    "SIE-ERG": {"Revêtement": "Maille 3D noire", "Charge maximale": 130.0,
                "Piètement": "Roulettes", "Accoudoirs": True, "Pièces disponibles jusqu'au": 1825},
    "SIE-VIS": {"Revêtement": "Polypropylène", "Charge maximale": 110.0,
                "Piètement": "Quatre pieds", "Accoudoirs": False},
    "SIE-DIR": {"Revêtement": "Cuir pleine fleur", "Charge maximale": 120.0,
                "Piètement": "Roulettes", "Accoudoirs": True, "Pièces disponibles jusqu'au": 3650},
    "SIE-ANC": {"Revêtement": "Tissu gris", "Charge maximale": 110.0,
                "Pièces disponibles jusqu'au": -30},
    "BUR-140": {"Largeur": 140.0, "Finition": "Chêne huilé", "Réglage électrique": False},
    "BUR-180": {"Largeur": 180.0, "Finition": "Noyer", "Réglage électrique": False},
    "BUR-ASS": {"Largeur": 160.0, "Finition": "Blanc", "Réglage électrique": True},
    "TAB-REU": {"Largeur": 240.0, "Finition": "Noyer"},
    "ARM-BAS": {"Largeur": 120.0, "Finition": "Blanc"},
    "ARM-HAU": {"Largeur": 100.0, "Finition": "Blanc"},
    "BIB-CHE": {"Largeur": 90.0, "Finition": "Chêne huilé"},
    "QUI-LED": {"Culot": "LED intégrée", "Puissance": 9.0, "Variateur": False},
    "LUM-0001": {"Culot": "E14", "Puissance": 6.5, "Variateur": True},
    "LUM-0002": {"Culot": "E27", "Puissance": 18.0, "Variateur": True},
}  # fmt: skip


def build(stage: Stage) -> None:
    """Create article categories, brands and ranges, then the sets of own data."""
    env = stage.env
    categories = env["koban.product.category"].create([{"name": name} for name in CATEGORIES])
    stage.classes = dict(zip(CATEGORIES, categories, strict=True))
    brands = env["koban.product.brand"].create(
        [
            {"name": name, "range_ids": [Command.create({"name": one}) for one in ranges]}
            for name, ranges in BRANDS.items()
        ]
    )
    stage.brands = dict(zip(BRANDS, brands, strict=True))
    sets = env["koban.product.data.set"].create([_prepare_set(stage, name) for name in SETS])
    stage.data = {
        (category.name, data.name): data
        for one in sets
        for category in one.category_ids
        for data in one.data_ids
    }


def prepare_class(stage: Stage, ref: str) -> dict:
    """Return the classification and the own data of an article."""
    category, brand, range_ = CLASSES.get(ref, ("", "", ""))
    brands = stage.brands.get(brand, stage.env["koban.product.brand"])
    ranges = brands.range_ids.filtered(lambda one: one.name == range_)
    data = {stage.data[category, name]: value for name, value in DATA.get(ref, {}).items()}
    return {
        "koban_category_id": stage.classes[category].id if category else False,
        "koban_brand_id": brands.id,
        "koban_range_id": ranges.id,
        "koban_data": {one._get_key(): _get_value(stage, one, data[one]) for one in data},
    }


def _prepare_set(stage: Stage, name: str) -> dict:
    categories, rows = SETS[name]
    ids = [stage.classes[category].id for category in categories]
    return {
        "name": name,
        "category_ids": [Command.set(ids)],
        "data_ids": [Command.create({**_prepare_data(row), "sequence": rank})
                     for rank, row in enumerate(rows, 1)],
    }  # fmt: skip


def _prepare_data(data: Data) -> dict:
    choices = [Command.create({"name": name}) for name in data.choices]
    return {"name": data.name, "kind": data.kind, "unit": data.unit, "choice_ids": choices}


def _get_value(stage: Stage, data, value):
    """Return what an article keeps of a value."""
    if data.kind == "choice":
        return data._get_choices()[normalize(value)]
    if data.kind == "date":
        return (stage.today + timedelta(days=value)).isoformat()
    return value
