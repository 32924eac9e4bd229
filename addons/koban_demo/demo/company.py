"""The company: identity, papers, bank, warehouse, people, processes."""

from base64 import b64encode

from markupsafe import Markup
from odoo.api import Environment
from odoo.fields import Command
from odoo.tools import file_open

from .identifiers import get_iban, get_siret, get_vat_number
from .stage import Stage

NAME = "Atelier Brévenne SARL"
# Fictional: digits in a row, from the ranges that are valid but tell at a glance.
SIREN = "123456782"
IBAN = get_iban("99999", "00001", "00012345678")
ADDRESS = {"street": "12 chemin de la Scierie", "zip": "69210", "city": "L'Arbresle"}
COMPANY = {
    **ADDRESS,
    "name": NAME,
    "phone": "+33 4 65 71 20 30",
    "email": "contact@atelier-brevenne.example",
    "website": "https://www.atelier-brevenne.example",
    "vat": get_vat_number(SIREN),
    "company_registry": get_siret(SIREN),
    "ape": "4332C",
    "legal_form": "sarl",
    "share_capital": 50000.0,
    "rcs_city": "Lyon",
    "rm_number": f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]} RM 69",
    "insurer_name": "Mutuelle du Bâti Exemple",
    "insurer_contact": "1 place du Modèle, 69000 Lyon, 04 65 71 90 00",
    "insurance_number": "EX-2026-001",
    "insurance_territory": "France métropolitaine",
    "consumer_mediator": "Médiation Exemple, 2 rue du Modèle, 75000 Paris, mediation.example",
    "font": "Lato",
    "primary_color": "#1F5F5B",
    "secondary_color": "#B5651D",
}
# login: name, function, group, password
USERS = {
    "camille": (
        "Camille Roche",
        "Assistante commerciale",
        "koban_sales.group_sales",
        "demo-camille",
    ),
    "marc": ("Marc Vial", "Gérant", "koban_guard.group_manager", "demo-marc"),
}
# Who makes articles, changes their prices and imports them.
ARTICLES = {"marc": "product.group_product_manager"}
PROCESSES = {
    "counter": ("Vente comptoir", "Le client emporte la marchandise et règle sur place."),
    "delivery": ("Livraison et pose", "Préparation, livraison puis pose par notre équipe."),
    "site": ("Chantier", "Étude, acompte de 30 %, pose par phases, solde à la réception."),
}


def get_obstacle(company) -> str:
    """Return why the demo must not touch a company, or nothing."""
    if company.chart_template not in (False, "fr"):
        return f"its chart of accounts is {company.chart_template}"
    if company.country_id.code not in (False, "FR"):
        return f"its country is {company.country_id.name}"
    for model_name in ("sale.order", "account.move"):
        model = company.env[model_name]
        if model.search_count([("company_id", "=", company.id)], limit=1):
            return f"it already has documents ({model_name})"
    return ""


def prepare_environment(env: Environment, company) -> Environment:
    """Return the environment the demo is built in: French, one company, no e-mail."""
    language = env["res.lang"]._activate_lang("fr_FR")
    company.country_id = env.ref("base.fr")
    if not company.chart_template:
        env["account.chart.template"].try_loading("fr", company)
    return env(
        context={
            "lang": language.code,
            "tz": "Europe/Paris",
            "allowed_company_ids": company.ids,
            "mail_auto_subscribe_no_notify": True,
            "no_reset_password": True,
        }
    )


def build(stage: Stage) -> None:
    """Set up the company and what it sells with."""
    _show_columns(stage)
    _write_company(stage)
    _write_papers(stage)
    _create_bank(stage)
    _create_terms(stage)
    _write_warehouse(stage)
    _create_users(stage)
    _create_processes(stage)


def _show_columns(stage: Stage) -> None:
    """Show discounts, units and price lists, which the demo uses, as the settings do."""
    employees = stage.env.ref("base.group_user")
    for name in (
        "sale.group_discount_per_so_line",
        "uom.group_uom",
        "product.group_product_pricelist",
    ):
        employees._apply_group(stage.env.ref(name))


def _write_company(stage: Stage) -> None:
    with file_open("koban_demo/static/img/logo.png", "rb") as logo:
        stage.company.write({**COMPANY, "logo": b64encode(logo.read())})
    stage.company.partner_id.write({"lang": "fr_FR", "tz": "Europe/Paris"})


def _write_papers(stage: Stage) -> None:
    """Give documents a layout, so that sending one asks for nothing."""
    legal = [
        f"{NAME} au capital de 50 000 € – RCS Lyon {SIREN[:3]} {SIREN[3:6]} {SIREN[6:]} – "
        f"APE {COMPANY['ape']}",
        f"SIRET {COMPANY['company_registry']} – TVA {COMPANY['vat']}",
    ]
    lines = [NAME, ADDRESS["street"], f"{ADDRESS['zip']} {ADDRESS['city']}", COMPANY["phone"]]
    stage.company.write(
        {
            "external_report_layout_id": stage.env.ref("web.external_layout_standard").id,
            "paperformat_id": stage.env.ref("base.paperformat_euro").id,
            "report_header": "Mobilier sur mesure et agencement de bureaux",
            # For the host's own papers; those of a model make it of the company's fields.
            "report_footer": Markup("<br/>").join(legal),
            "company_details": Markup("<br/>").join(lines),
        }
    )


def _create_bank(stage: Stage) -> None:
    journal = stage.env["account.journal"].search(
        [("company_id", "=", stage.company.id), ("type", "=", "bank")], limit=1
    )
    bank = stage.env["res.bank"].create(
        {
            "name": "Banque de la Brévenne",
            "bic": "BBREFRPPXXX",
            "country": stage.env.ref("base.fr").id,
        }
    )
    journal.set_bank_account(IBAN, bank.id)
    journal.bank_account_id.allow_out_payment = True
    transfer = journal.inbound_payment_method_line_ids[:1]
    cheque = transfer.copy({"name": "Chèque", "payment_account_id": stage.get_account("5112").id})
    card = transfer.copy({"name": "Carte bancaire"})
    (transfer | journal.outbound_payment_method_line_ids[:1]).name = "Virement"
    stage.payment_methods = {"transfer": transfer, "cheque": cheque, "card": card}


def _create_terms(stage: Stage) -> None:
    """Take two terms of the host, whose printed notes it leaves in English, and add one."""
    now = stage.env.ref("account.account_payment_term_immediate")
    month = stage.env.ref("account.account_payment_term_30days")
    now.note = Markup("<span>Paiement comptant</span>")
    month.note = Markup("<span>Paiement à 30 jours</span>")
    line = {"value": "percent", "value_amount": 100, "delay_type": "days_end_of_month_on_the"}
    end_of_month = stage.env["account.payment.term"].create(
        {
            "name": "30 jours fin de mois",
            "note": Markup("<span>Paiement à 30 jours fin de mois</span>"),
            # Day 0 of the host: the last day of the month the 30 days end in.
            "line_ids": [Command.create({**line, "nb_days": 30, "days_next_month": "0"})],
        }
    )
    stage.terms = {"now": now, "month": month, "end_of_month": end_of_month}


def _write_warehouse(stage: Stage) -> None:
    address = stage.env["res.partner"].create(
        {
            "name": "Dépôt de L'Arbresle",
            "type": "delivery",
            "parent_id": stage.company.partner_id.id,
            "street": "14 chemin de la Scierie",
            "zip": ADDRESS["zip"],
            "city": ADDRESS["city"],
            "country_id": stage.company.country_id.id,
            "phone": "+33 4 65 71 20 31",
        }
    )
    stage.get_warehouse().write({"name": address.name, "code": "ARB", "partner_id": address.id})


def _create_users(stage: Stage) -> None:
    """Create one user for each profile, or take those of an earlier installation."""
    for login, (name, function, group, password) in USERS.items():
        groups = [stage.env.ref(one).id for one in (group, ARTICLES.get(login, group))]
        stage.users[login] = stage.env["res.users"].search([("login", "=", login)]) or stage.env[
            "res.users"
        ].create(
            {
                "name": name,
                "login": login,
                "password": password,
                "email": f"{login}@atelier-brevenne.example",
                "function": function,
                "lang": "fr_FR",
                "tz": "Europe/Paris",
                "group_ids": [Command.set(groups)],
                "company_id": stage.company.id,
                "company_ids": [Command.set(stage.company.ids)],
                "signature": Markup("<p>%s<br/>%s</p>") % (name, NAME),
            }
        )


def _create_processes(stage: Stage) -> None:
    records = stage.env["koban.process"].create(
        [
            {"name": name, "description": text, "company_id": stage.company.id, "sequence": rank}
            for rank, (name, text) in enumerate(PROCESSES.values(), 1)
        ]
    )
    stage.processes = dict(zip(PROCESSES, records, strict=True))
