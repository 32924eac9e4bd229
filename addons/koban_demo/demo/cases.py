"""The business of three months, as plain data: one case for each state a document may have."""

from typing import NamedTuple


class Line(NamedTuple):
    """One article sold; the discount in percent."""

    ref: str
    quantity: float = 1
    discount: float = 0


class Text(NamedTuple):
    """A section or a note among the lines.

    :param hide: what the customer does not see of the section, "prices" or "detail"
    :param kit: how many of the article that the customer sees instead of the section
    """

    name: str
    display_type: str = "line_section"
    hide: str = ""
    kit: float = 0


class Payment(NamedTuple):
    """Money received: how many days ago, by what method, and what part of the invoice."""

    days_ago: int
    method: str = "transfer"
    part: float = 1.0


class Billing(NamedTuple):
    """An invoice made of an order.

    :param down_payment: percentage, 0 for what is to be invoiced
    """

    days_ago: int
    down_payment: float = 0
    payment: Payment | None = None


class Sale(NamedTuple):
    """A quote, and how far it went.

    :param status: quote, sent, refused, order_draft, order or cancelled
    :param direct: entered as an order, without a quote
    :param delivered: nothing, "part" or "all"
    """

    customer: str
    days_ago: int
    process: str
    lines: tuple
    status: str = "order"
    direct: bool = False
    delivered: str = ""
    billings: tuple[Billing, ...] = ()
    title: str = ""


class Template(NamedTuple):
    """A quote template."""

    name: str
    lines: tuple


class Purchase(NamedTuple):
    """A request for quotation or an order to a supplier; the price of each line is the cost."""

    supplier: str
    days_ago: int
    lines: tuple
    confirmed: bool = False


class Direct(NamedTuple):
    """An invoice without an order.

    :param status: draft, posted, replaced (credit note and new draft) or credited (credit note
        still a draft)
    """

    customer: str
    days_ago: int
    lines: tuple
    status: str = "posted"
    payment: Payment | None = None
    process: str = "counter"


NOTE = "line_note"
SALES = (
    # Quotes
    Sale("lawyers", 3, "delivery", (
        Text("Salle de réunion"), Line("TAB-REU"), Line("SIE-ERG", 8, 5), Line("PAN-ACO", 6),
        Text("Installation", hide="prices"), Line("SRV-LIV"), Line("SRV-POS", 4),
        Text("Pose hors heures d'ouverture, sur rendez-vous.", NOTE)), "quote",
        title="aménagement de la salle de réunion"),
    Sale("garage", 1, "counter", (
        Line("ARM-BAS", 2, 10), Line("CAI-MOB", 2), Line("LUM-0001", 2)), "quote"),
    Sale("moulin", 2, "delivery", (Line("BIB-CHE", 2), Line("SRV-LOG", 5), Line("SRV-DEP")),
         "quote", title="bibliothèque du salon"),
    Sale("software", 9, "site", (
        Text("Poste de travail complet", hide="detail", kit=6), Line("BUR-ASS", 6, 8),
        Line("SIE-ERG", 6, 8), Line("CAI-MOB", 6, 8), Text("Cloisonnement"), Line("CLO-VIT", 24),
        Line("SRV-POS", 32), Line("SRV-ETU")), "sent",
        title="aménagement du plateau du 2e étage"),
    Sale("winery", 6, "delivery", (Line("BAN-ACC"), Line("TAB-BAS", 2), Line("SRV-LIV")), "sent",
         title="espace d'accueil du caveau"),
    Sale("perrin", 12, "site", (Line("SRV-ISO", 16), Line("QUI-VIS", 3), Line("SRV-DEP")), "sent",
         title="remplacement de quatre fenêtres"),
    Sale("haulier", 68, "delivery", (Line("BUR-140", 6), Line("SIE-ERG", 6)), "sent"),
    Sale("restaurant", 55, "counter", (Line("SIE-VIS", 24, 10), Line("SRV-LIV")), "sent"),
    Sale("bookshop", 47, "delivery", (Line("BIB-CHE", 4), Line("SRV-POS", 6)), "refused"),
    # Orders not yet validated
    Sale("vet", 7, "delivery", (
        Text("Accueil"), Line("BAN-ACC"), Line("SIE-VIS", 10, 5), Text("Bureau"),
        Line("BUR-140"), Line("SIE-ERG"), Line("LUM-0002"), Line("SRV-POS", 6)), "order_draft",
        title="salle d'attente et bureau de consultation"),
    Sale("costa", 4, "counter", (Line("TAB-BAS"), Line("ENT-HUI", 2)), "order_draft", direct=True),
    # Validated orders
    Sale("town", 16, "delivery", (
        Text("Mairie – secrétariat"), Line("BUR-180"), Line("SIE-DIR"), Line("ARM-HAU", 2),
        Text("Salle du conseil"), Line("SIE-VIS", 30), Line("SIE-ERG", 2), Line("SRV-LIV"),
        Line("SRV-POS", 5)),
        title="secrétariat et salle du conseil"),
    Sale("printer", 11, "counter", (
        Line("QUI-LED", 20, 10), Line("QUI-CAB", 20), Line("LUM-0001", 12)), direct=True),
    Sale("hotel", 34, "site", (
        Text("Réception"), Line("BAN-ACC"), Line("PAN-ACO", 14), Text("Salon"),
        Line("TAB-BAS", 3), Line("SIE-VIS", 12), Text("Main-d'œuvre"), Line("SRV-ETU"),
        Line("SRV-POS", 26)), billings=(Billing(31, 30, Payment(24)),),
        title="réception et salon"),
    Sale("nursery", 29, "delivery", (Line("ARM-BAS", 4), Line("BIB-CHE", 2), Line("SIE-VIS", 14),
         Line("SRV-LIV")), delivered="part", title="rangements des salles d'éveil"),
    Sale("lawyers", 40, "delivery", (
        Text("Bureaux des associés"), Line("BUR-180", 2, 5), Line("SIE-DIR", 2, 5),
        Line("ARM-HAU", 2), Text("Installation"), Line("SRV-LIV"), Line("SRV-POS", 6)),
        delivered="part", billings=(Billing(28, 0, Payment(12)),), title="bureaux des associés"),
    Sale("garage", 22, "delivery", (Line("BUR-140", 2), Line("SIE-ERG", 2), Line("SRV-DEP")),
         delivered="all"),
    Sale("bouvier", 8, "counter", (Line("BUR-140"), Line("ENT-HUI")), direct=True,
         delivered="all"),
    # Orders invoiced in full
    Sale("software", 86, "site", (
        Text("Open space"), Line("BUR-ASS", 4, 10), Line("SIE-ERG", 10, 10), Line("CAI-MOB", 8, 10),
        Text("Acoustique"), Line("PAN-ACO", 16), Text("Main-d'œuvre"), Line("SRV-ETU"),
        Line("SRV-POS", 40), Text("Chantier livré en une seule phase.", NOTE)), delivered="all",
        billings=(Billing(83, 30, Payment(77)), Billing(26)), title="open space du 1er étage"),
    Sale("haulier", 80, "delivery", (Line("BUR-140", 4), Line("SIE-ERG", 4, 5), Line("ARM-BAS", 3),
         Line("SRV-LIV")), delivered="all", billings=(Billing(74, 0, Payment(30)),)),
    Sale("vet", 72, "delivery", (Line("SIE-VIS", 6), Line("CAI-MOB", 2), Line("SRV-POS", 3)),
         delivered="all", billings=(Billing(62),)),
    Sale("winery", 60, "site", (Text("Bureau du domaine"), Line("BUR-180"), Line("BIB-CHE", 2),
         Line("SRV-POS", 12)), delivered="all",
         billings=(Billing(50, 0, Payment(14, "cheque", 0.4)),), title="bureau du domaine"),
    Sale("garnier", 45, "site", (Text("Séjour"), Line("BIB-CHE"), Line("SRV-LOG", 14),
         Text("Fenêtres"), Line("SRV-ISO", 10), Line("SRV-DEP", 2)), delivered="all",
         billings=(Billing(43, 30, Payment(43, "card")), Billing(18, 0, Payment(17, "cheque"))),
         title="aménagement du séjour"),
    Sale("meuse", 38, "delivery", (Line("BUR-ASS", 2), Line("SIE-ERG", 6), Line("SRV-LIV")),
         delivered="all", billings=(Billing(21),), title="bureaux de Liège"),
    # A validated order that was cancelled
    Sale("restaurant", 25, "counter", (Line("SIE-VIS", 20), Line("TAB-BAS", 2)), "cancelled"),
)  # fmt: skip

DIRECTS = (
    Direct("bookshop", 78, (Line("LIV-AGE", 20, 30), Line("REV-MAT", 40, 25)),
           payment=Payment(78, "cheque")),
    Direct("nguyen", 66, (
           Line("SIE-ERG"), Line("LUM-0001"), Line("ENT-HUI"), Line("LIV-AGE")),
           payment=Payment(66, "card")),
    Direct("garage", 58, (Text("Dépannage"), Line("QUI-VIS", 6), Line("SRV-DEP"),
           Line("SRV-POS", 2)), process="delivery"),
    Direct("town", 52, (Line("ARM-HAU", 2), Line("SRV-LIV")), "replaced", process="delivery"),
    Direct("printer", 36, (Line("QUI-LED", 12), Line("QUI-CAB", 30)), "credited"),
    Direct("perrin", 33, (Line("TAB-BAS"), Line("REV-MAT", 2)), payment=Payment(33, "card")),
    Direct("nursery", 15, (Line("LIV-AGE", 3), Line("ENT-HUI", 4))),
    Direct("costa", 10, (Line("REV-MAT", 6), Line("LIV-AGE")), payment=Payment(10, "card")),
    Direct("hotel", 5, (Text("Remplacement de deux sièges"), Line("SIE-VIS", 2), Line("SRV-LIV"))),
    Direct("winery", 1, (Line("ENT-HUI", 6, 10), Line("SRV-DEP")), "draft"),
    Direct("lawyers", 0, (Text("Fournitures"), Line("QUI-CAB", 8), Line("QUI-LED", 4)), "draft"),
)  # fmt: skip

TEMPLATES = (
    Template("Bureau équipé", (
        Text("Poste de travail", hide="detail", kit=1), Line("BUR-140"), Line("SIE-ERG"),
        Line("CAI-MOB"), Text("Installation"), Line("SRV-LIV"), Line("SRV-POS", 2))),
    Template("Salle de réunion", (
        Text("Mobilier"), Line("TAB-REU"), Line("SIE-ERG", 8), Text("Acoustique", hide="prices"),
        Line("PAN-ACO", 6), Line("SRV-POS", 3))),
)  # fmt: skip

# name of the supplier: street, postcode, city, SIREN
SUPPLIERS = {
    "Sièges de Saône SAS": ("8 route de Mâcon", "71000", "Mâcon", "987654324"),
    "Bois et Panneaux du Forez SARL": ("3 allée des Sapins", "42600", "Montbrison", "135791358"),
}
PURCHASES = (
    Purchase("Sièges de Saône SAS", 1, (Text("Fauteuils"), Line("SIE-ERG", 20), Line("SIE-DIR", 4),
             Text("Chaises"), Line("SIE-VIS", 40)), confirmed=True),
    Purchase("Bois et Panneaux du Forez SARL", 2, (Text("Bureaux"), Line("BUR-140", 10),
             Line("BUR-180", 2), Text("Rangements"), Line("BIB-CHE", 6))),
)  # fmt: skip
