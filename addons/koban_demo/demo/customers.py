"""The customers: companies with their contacts, one of them Belgian, and private persons."""

from typing import NamedTuple

from .identifiers import get_siret, get_vat_number
from .stage import Stage


class Company(NamedTuple):
    """A company: SIREN of repeated digits, so that nobody takes it for a real one."""

    key: str
    name: str
    siren: str
    street: str
    zip: str
    city: str
    terms: str
    contact: tuple[str, str]
    taxable: bool = True


class Person(NamedTuple):
    """A private person."""

    key: str
    name: str
    street: str
    zip: str
    city: str


COMPANIES = (
    Company("lawyers", "Cabinet Larnaud & Associés", "222222226", "18 rue des Remparts", "69002",
            "Lyon", "month", ("Hélène Larnaud", "Associée")),
    Company("hotel", "Hôtel des Deux Rivières SAS", "333333334", "4 quai des Lanternes", "69005",
            "Lyon", "end_of_month", ("Julien Astier", "Directeur")),
    Company("vet", "Clinique vétérinaire du Val Doré", "444444442", "27 route des Vignes", "69620",
            "Val d'Oingt", "month", ("Sophie Darmet", "Vétérinaire")),
    Company("printer", "Imprimerie Fontanel", "555555556", "9 rue de la Presse", "69400",
            "Villefranche-sur-Saône", "end_of_month", ("Bernard Fontanel", "Gérant")),
    Company("bookshop", "Librairie La Page tournée", "666666664", "31 grande rue", "69170",
            "Tarare", "now", ("Inès Chavanne", "Libraire")),
    Company("town", "Commune de Saint-Brévin-des-Monts", "212121214", "1 place de la Mairie",
            "69490", "Saint-Brévin-des-Monts", "month", ("Paul Grange", "Secrétaire général"),
            False),
    Company("software", "Logiciels Hespérie SAS", "777777772", "52 avenue de l'Usine", "69100",
            "Villeurbanne", "end_of_month", ("Nadia Kermel", "Responsable des achats")),
    Company("nursery", "Crèche Les Petits Copeaux", "323232322", "6 allée des Tilleuls", "69130",
            "Écully", "month", ("Claire Morin", "Directrice"), False),
    Company("restaurant", "Restaurant Le Tablier bleu", "888888880", "14 montée du Marché",
            "69001", "Lyon", "now", ("Thomas Villard", "Chef")),
    Company("garage", "Garage Montchal", "434343430", "3 route de Lyon", "42110", "Feurs",
            "month", ("Denis Montchal", "Gérant")),
    Company("haulier", "Transports Pilat Express", "545454548", "120 rue de la Gare", "42000",
            "Saint-Étienne", "end_of_month", ("Karim Benali", "Responsable logistique")),
    Company("winery", "Domaine des Pierres jaunes", "656565652", "Lieu-dit Le Clos", "69620",
            "Theizé", "month", ("Agathe Dumontet", "Vigneronne")),
)  # fmt: skip
PERSONS = (
    Person("garnier", "Élise Garnier", "8 rue du Pressoir", "69210", "Sain-Bel"),
    Person("moulin", "Jacques Moulin", "45 chemin du Bois", "69210", "Savigny"),
    Person("perrin", "Mathilde Perrin", "2 impasse des Lilas", "69280", "Marcy-l'Étoile"),
    Person("nguyen", "Linh Nguyen", "77 cours de la République", "69100", "Villeurbanne"),
    Person("costa", "Antoine Costa", "16 rue des Tisserands", "69004", "Lyon"),
    Person("bouvier", "Jeanne Bouvier", "5 montée de l'Église", "69690", "Bessenay"),
)


def build(stage: Stage) -> None:
    """Create every customer, then the contacts of the companies."""
    values = {c.key: _prepare_company(stage, c) for c in COMPANIES}
    values["meuse"] = _prepare_belgian(stage)
    rank = len(values)
    values.update({p.key: _prepare_person(stage, p, rank + i) for i, p in enumerate(PERSONS)})
    partners = stage.env["res.partner"].create(list(values.values()))
    stage.customers = dict(zip(values, partners, strict=True))
    contacts = stage.env["res.partner"].create([_prepare_contact(stage, c) for c in COMPANIES])
    stage.contacts = {c.key: contact for c, contact in zip(COMPANIES, contacts, strict=True)}


def _prepare_partner(stage: Stage, terms: str, method: str) -> dict:
    """Return what all customers share."""
    return {
        "lang": "fr_FR",
        "tz": "Europe/Paris",
        "country_id": stage.env.ref("base.fr").id,
        "company_id": stage.company.id,
        "customer_rank": 1,
        "property_payment_term_id": stage.terms[terms].id,
        "property_inbound_payment_method_line_id": stage.payment_methods[method].id,
    }


def _prepare_company(stage: Stage, company: Company) -> dict:
    rank = COMPANIES.index(company)
    return {
        **_prepare_partner(stage, company.terms, "cheque" if rank % 4 == 3 else "transfer"),
        "name": company.name,
        "is_company": True,
        "street": company.street,
        "zip": company.zip,
        "city": company.city,
        # 04 65 71 is kept for fiction by the French regulator.
        "phone": f"+33 4 65 71 41 {rank + 10:02d}",
        "email": f"contact@{company.key}.example",
        "company_registry": get_siret(company.siren),
        "vat": get_vat_number(company.siren) if company.taxable else False,
        "user_id": stage.users["marc" if rank % 3 == 2 else "camille"].id,
    }


def _prepare_belgian(stage: Stage) -> dict:
    """Return the customer whose invoices bear no French VAT (article 262 ter of the code)."""
    return {
        **_prepare_partner(stage, "month", "transfer"),
        "name": "Bureaux Meuse SA",
        "is_company": True,
        "street": "21 rue du Pont",
        "zip": "4000",
        "city": "Liège",
        "country_id": stage.env.ref("base.be").id,
        "phone": "+32 4 000 00 21",
        "email": "contact@meuse.example",
        "vat": "BE0404040434",
        "user_id": stage.users["marc"].id,
    }


def _prepare_person(stage: Stage, person: Person, rank: int) -> dict:
    return {
        **_prepare_partner(stage, "now", "card"),
        "name": person.name,
        "is_company": False,
        "street": person.street,
        "zip": person.zip,
        "city": person.city,
        # 06 39 98 is kept for fiction too.
        "phone": f"+33 6 39 98 41 {rank + 10:02d}",
        "email": f"{person.key}@particulier.example",
        "user_id": stage.users["camille"].id,
    }


def _prepare_contact(stage: Stage, company: Company) -> dict:
    name, function = company.contact
    rank = COMPANIES.index(company)
    return {
        "name": name,
        "function": function,
        "type": "contact",
        "parent_id": stage.customers[company.key].id,
        "lang": "fr_FR",
        "company_id": stage.company.id,
        "phone": f"+33 6 39 98 52 {rank + 10:02d}",
        "email": f"{name.split()[0].lower().translate(PLAIN)}@{company.key}.example",
    }


PLAIN = str.maketrans("éèïëç", "eeiec")
