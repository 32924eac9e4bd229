"""French words of an archive: headers, explanations, and the notice.

In French whatever the language of the users: article 286-I-3° bis and BOI-TVA-DECLA-30-10-30
§230 want a notice in French.
"""

from .data_files import Column, DataSet

# Header and explanation of what the seals cover, by field.
FIELDS = {
    "id": ("Identifiant", "numéro technique de la ligne dans la base"),
    "company_id": ("Société", "société qui émet le document"),
    "name": ("Libellé", "texte de la ligne"),
    "move_type": (
        "Type", "out_invoice : facture ; out_refund : avoir ; out_receipt : reçu ; entry : écriture"
    ),
    "state": ("État", "posted : validé ; sale : commande validée ; cancel : annulé"),
    "journal_id": ("Journal", "journal comptable"),
    "date": ("Date", "date comptable, ou date du règlement"),
    "invoice_date": ("Date de facture", "date d'émission"),
    "invoice_date_due": ("Échéance", "date à laquelle le paiement est dû"),
    "delivery_date": ("Date de livraison", "date de livraison ou de prestation"),
    "taxable_supply_date": ("Date d'exigibilité", "date du fait générateur, si elle diffère"),
    "date_order": ("Date de commande", "date et heure (UTC) du document"),
    "validation_date": ("Validée le", "date et heure (UTC) de la validation"),
    "validity_date": ("Fin de validité", "date limite du devis"),
    "partner_id": ("Client", "client du document"),
    "commercial_partner_id": ("Entité du client", "entreprise à laquelle le client appartient"),
    "partner_invoice_id": ("Facturé à", "compte à facturer"),
    "partner_shipping_id": ("Livré à", "adresse de livraison"),
    "invoice_partner_display_name": ("Nom imprimé", "nom du client tel qu'imprimé"),
    "currency_id": ("Devise", "devise des montants"),
    "invoice_currency_rate": ("Cours", "cours de la devise retenu"),
    "fiscal_position_id": ("Position fiscale", "régime de TVA appliqué"),
    "invoice_payment_term_id": ("Conditions", "conditions de règlement"),
    "payment_term_id": ("Conditions", "conditions de règlement"),
    "preferred_payment_method_line_id": ("Mode de règlement", "mode de règlement prévu"),
    "payment_method_line_id": ("Mode de règlement", "mode de règlement employé"),
    "partner_bank_id": ("Compte bancaire", "compte à créditer"),
    "koban_bank_id": ("Compte bancaire", "compte de la société imprimé sur la commande"),
    "koban_ecotax_id": ("Éco-taxe", "catégorie de l'éco-participation"),
    "koban_ecotax_units": ("Unités d'éco-taxe", "nombre d'unités soumises à l'éco-participation"),
    "koban_ecotax_amount": ("Montant d'éco-taxe", "éco-participation hors TVA de la ligne"),
    "payment_reference": ("Référence de paiement", "communication à rappeler"),
    "ref": ("Référence", "référence libre"),
    "client_order_ref": ("Référence du client", "numéro de commande du client"),
    "invoice_origin": ("Origine", "document d'origine"),
    "origin": ("Origine", "document d'origine"),
    "reversed_entry_id": ("Annule", "facture que l'avoir annule"),
    "invoice_user_id": ("Vendeur", "vendeur"),
    "process_id": ("Processus", "processus commercial"),
    "narration": ("Conditions imprimées", "texte imprimé au pied (HTML)"),
    "note": ("Conditions imprimées", "texte imprimé au pied (HTML)"),
    "amount_untaxed": ("Total HT", "total hors taxes, dans la devise du document"),
    "amount_tax": ("Total taxes", "total des taxes, dans la devise du document"),
    "amount_total": ("Total TTC", "total toutes taxes comprises, dans la devise du document"),
    "amount_total_signed": ("Total TTC signé", "en devise de la société, négatif pour un avoir"),
    "legal_mentions": ("Mentions légales", "mentions imprimées, figées à la validation"),
    "frozen_names": (
        "Noms figés", "tiers, taxes, unités, devise et conditions, nommés comme à la validation"
    ),
    "quote_number": ("Numéro de devis", "numéro du devis devenu commande"),
    "pricelist_id": ("Tarif", "liste de prix"),
    "prepayment_percent": ("Acompte demandé", "part demandée à la commande"),
    "signed_by": ("Signé par", "nom du signataire en ligne"),
    "signed_on": ("Signé le", "date et heure (UTC) de la signature en ligne"),
    "payment_type": ("Sens", "inbound : encaissement ; outbound : remboursement"),
    "partner_type": ("Tiers", "customer : client"),
    "amount": ("Montant", "montant du règlement, dans sa devise"),
    "amount_company_currency_signed": (
        "Montant signé", "en devise de la société, négatif pour un remboursement"
    ),
    "debit": ("Débit", "en devise de la société"),
    "credit": ("Crédit", "en devise de la société"),
    "parent_state": ("État de l'écriture", "posted : comptabilisée"),
    "kind": (
        "Nature", "receipt : règlement ; money : écriture de banque ou caisse ; offset : avoir ; "
        "exchange : écart de change ; other : soldé sans règlement"
    ),
    "method": ("Mode de règlement", "mode de règlement employé"),
    "partial_id": ("Lettrage", "identifiant du lettrage"),
    "undone_id": ("Annule", "identifiant du lettrage annulé par cette ligne"),
    "document_id": ("Document soldé", "facture ou avoir"),
    "document_line_id": ("Ligne du document", "ligne du document qui est soldée"),
    "document_name": ("Numéro du document", "numéro de la facture ou de l'avoir"),
    "document_amount": ("Montant du document", "dans la devise du document"),
    "entry_id": ("Écriture", "écriture qui solde"),
    "entry_line_id": ("Ligne de l'écriture", "ligne de l'écriture qui solde"),
    "entry_name": ("Numéro de l'écriture", "numéro de l'écriture qui solde"),
    "entry_date": ("Date de l'écriture", "date comptable de l'écriture qui solde"),
    "entry_amount": ("Montant de l'écriture", "dans la devise de l'écriture"),
    "memo": ("Mémo", "libellé du règlement"),
    "move_id": ("Écriture", "écriture comptable du règlement"),
    "valid": ("Valide", "oui : le règlement est validé"),
    "sequence_prefix": ("Série", "début du numéro"),
    "sequence_number": ("Rang", "rang du numéro dans sa série"),
    "posted_before": ("Validée une fois", "oui : la pièce a été validée"),
    "amount_untaxed_signed": ("Total HT signé", "en devise de la société"),
    "amount_tax_signed": ("Total taxes signé", "en devise de la société"),
    "amount_untaxed_in_currency_signed": ("Total HT signé en devise", "devise du document"),
    "amount_total_in_currency_signed": ("Total TTC signé en devise", "devise du document"),
    "invoice_incoterm_id": ("Incoterm", "condition de livraison"),
    "incoterm_location": ("Lieu de l'incoterm", "lieu de livraison convenu"),
    "invoice_cash_rounding_id": ("Arrondi", "arrondi du total à payer"),
    "qr_code_method": ("QR de paiement", "forme du QR imprimé"),
    "is_order": ("Accepté", "oui : le client a accepté le devis"),
    "travel_costs": ("Frais de déplacement", "texte imprimé sous les totaux"),
    "sequence": ("Ordre", "ordre d'impression"),
    "display_type": (
        "Nature", "product : article ; tax : taxe ; payment_term : échéance ; line_section, "
        "line_subsection : titre ; line_note : note ; vide : article"
    ),
    "product_id": ("Article", "article vendu"),
    "product_uom_id": ("Unité", "unité de mesure"),
    "quantity": ("Quantité", "quantité facturée"),
    "product_uom_qty": ("Quantité", "quantité commandée"),
    "price_unit": ("Prix unitaire", "prix unitaire avant remise"),
    "discount": ("Remise %", "remise en pour cent"),
    "price_subtotal": ("Montant HT", "montant hors taxes de la ligne"),
    "price_total": ("Montant TTC", "montant toutes taxes comprises de la ligne"),
    "account_id": ("Compte", "compte comptable"),
    "amount_currency": ("Solde en devise", "débit moins crédit, dans la devise du document"),
    "balance": ("Solde", "débit moins crédit, en devise de la société"),
    "date_maturity": ("Échéance", "échéance de la ligne"),
    "tax_line_id": ("Taxe de la ligne", "taxe dont la ligne est le montant"),
    "tax_base_amount": ("Base", "base de la taxe, en devise de la société"),
    "is_storno": ("En négatif", "oui : annulation en négatif, sans inverser débit et crédit"),
    "move_name": ("Pièce", "numéro de la pièce comptable"),
    "company_currency_id": ("Devise de la société", "devise des débits et crédits"),
    "group_tax_id": ("Groupe de taxes", "taxe composée dont la taxe fait partie"),
    "tax_repartition_line_id": ("Répartition", "ligne de répartition de la taxe"),
    "tax_tag_ids": ("Cases de TVA", "étiquettes de la déclaration de TVA"),
    "deductible_amount": ("Part déductible %", "part professionnelle de la dépense"),
    "extra_tax_data": ("Calcul des taxes", "données du calcul (JSON)"),
    "discount_date": ("Escompte jusqu'au", "dernier jour de l'escompte"),
    "discount_amount_currency": ("Escompté en devise", "montant après escompte"),
    "discount_balance": ("Escompté", "montant après escompte, en devise de la société"),
    "kit_quantity": ("Quantité montrée", "quantité imprimée du groupe"),
    "kit_uom_id": ("Unité montrée", "unité imprimée du groupe"),
    "is_downpayment": ("Acompte", "oui : ligne d'acompte"),
    "is_optional": ("Option", "oui : groupe proposé en option"),
    "collapse_prices": ("Prix masqués", "oui : le groupe n'imprime pas ses prix"),
    "collapse_composition": ("Détail masqué", "oui : le groupe n'imprime pas son détail"),
    "hide_subtotal": ("Sous-total masqué", "oui : le groupe n'imprime pas son sous-total"),
    "title": ("Objet", "objet du contrat"),
    "type_id": ("Type", "type du contrat"),
    "properties": ("Champs propres", "champs propres au type (JSON)"),
    "invoice_partner_id": ("Facturé à", "compte à facturer"),
    "date_start": ("Début", "début de l'engagement, ou premier jour de la ligne"),
    "date_end": ("Fin", "fin de l'engagement, ou dernier jour de la ligne"),
    "notice_months": ("Préavis (mois)", "préavis avant la fin de l'engagement"),
    "notice_deadline": ("À dénoncer avant", "dernier jour pour dénoncer"),
    "renewal": ("Reconduction", "tacit : tacite ; express : expresse ; none : aucune"),
    "renewal_months": ("Reconduit pour (mois)", "durée d'une reconduction"),
    "renewal_anchor": ("Termes comptés du", "jour d'où les termes sont comptés, sinon le début"),
    "close_date": ("Prend fin le", "dernier jour facturé"),
    "close_reason": ("Motif de fin", "en clair"),
    "stop_reason_id": ("Cause de fin", "motif choisi"),
    "interval_count": ("Facturé tous les", "nombre d'unités d'une période"),
    "interval_unit": ("Unité de période", "day : jour ; week : semaine ; month : mois ; year : an"),
    "is_aligned": ("Périodes civiles", "oui : mois, trimestres, années du calendrier"),
    "timing": ("Terme", "advance : à échoir ; arrears : échu"),
    "proration": ("Prorata", "comment une période incomplète est facturée"),
    "grouping": ("Factures", "contract : une par contrat ; customer : une par client"),
    "charge": ("Facturation", "recurring : chaque période ; once : une fois ; usage : au relevé"),
    "price_date": ("Prix du", "jour d'un prix convenu par avenant"),
    "replaces_id": ("Remplace", "ligne dont elle prend la suite"),
    "amendment_id": ("Avenant", "avenant qui l'a ajoutée"),
    "never_revise": ("Prix ferme", "oui : son prix n'est jamais révisé"),
    "included_volume": ("Volume inclus", "consommation non facturée de chaque période"),
    "tier_level": ("Niveau des paliers", "prix des paliers, en % de ceux convenus"),
    "revision_kind": ("Révision", "percent : pourcentage ; amount : montant ; index : indice"),
    "revision_months": ("Révisé tous les (mois)", "intervalle des révisions"),
    "first_revision_date": ("Première révision", "jour de la première révision"),
    "index_id": ("Indice", "indice de révision"),
    "index_mode": ("Mode de l'indice", "comment l'indice de base et le nouveau se comparent"),
    "index_value_rule": ("Valeur de l'indice", "quelle valeur publiée est prise"),
    "index_unpublished": ("Indice non publié", "ce qui se fait tant que l'indice n'est pas publié"),
    "index_lag": ("Décalage de l'indice", "périodes entre la révision et l'indice pris"),
    "fixed_part": ("Part fixe", "part du prix qui ne suit pas l'indice"),
    "revision_percent": ("Révision %", "pourcentage de la révision"),
    "revision_amount": ("Révision, montant", "montant de la révision"),
    "revision_rounding": ("Arrondi de révision", "arrondi du prix révisé"),
    "has_floor": ("Plancher", "oui : la révision a un plancher"),
    "revision_floor": ("Révision au moins", "plancher de la révision, en pour cent"),
    "has_cap": ("Plafond", "oui : la révision a un plafond"),
    "revision_cap": ("Révision au plus", "plafond de la révision, en pour cent"),
    "reading_grace_days": ("Délai de relève", "jours laissés pour relever un compteur"),
    "analytic_distribution": ("Ventilation analytique", "comptes analytiques (JSON)"),
    "base_period": ("Période de base", "mois ou trimestre de la valeur de base"),
    "base_value": ("Valeur de base", "valeur de l'indice pour les prix du contrat"),
}  # fmt: skip
# Of a document, whatever its model.
DOCUMENT_COLUMNS = [
    Column("Numéro", "number", help="numéro du document"),
    Column("Sceau", "seal", "number", "numéro de l'événement qui scelle ce contenu"),
    Column("Premier sceau", "first_seal", "number", "numéro de l'événement de validation"),
]
PARTY_COLUMNS = [
    Column("Nom du client", "partner.name", help="à la date du sceau"),
    Column("Adresse", "partner.street", help="à la date du sceau"),
    Column("Code postal", "partner.zip", help="à la date du sceau"),
    Column("Ville", "partner.city", help="à la date du sceau"),
    Column("TVA du client", "partner.vat", help="numéro de TVA, à la date du sceau"),
    Column("SIREN du client", "partner.company_registry", help="SIREN ou SIRET, de même"),
]
LINE_COLUMNS = [Column("Document", "document", help="numéro du document de la ligne")]
TAX_COLUMNS = [
    Column("Document", "document", help="numéro du document"),
    Column("Ligne", "line", "number", "identifiant de la ligne"),
    Column("Taxe", "tax", help="nom de la taxe"),
    Column("Calcul", "type", help="percent : pour cent ; fixed : montant par unité ; vide : total"),
    Column("Taux", "rate", "number", "taux ou montant de la taxe"),
    Column("Base", "base", "number", "base hors taxes"),
    Column("Montant", "amount", "number", "montant de la taxe ; vide pour une ligne d'article"),
]
EVENT_COLUMNS = [
    Column("Chaîne", "chain", help="main : documents réels ; test : documents TEST"),
    Column("Numéro", "number", "number", "rang de l'événement, sans trou"),
    Column("Date", "date", "date", "date et heure (UTC)"),
    Column("Nature", "kind", help="validation, print (impression), closing (clôture)…"),
    Column("Opérateur", "user_name", help="nom de l'utilisateur"),
    Column("Modèle", "model", help="type technique de l'objet"),
    Column("Objet", "record", "number", "identifiant de l'objet"),
    Column("Nom", "label", help="nom de l'objet"),
    Column("Empreinte précédente", "previous", help="empreinte de l'événement précédent"),
    Column("Empreinte", "hash", help="SHA-256 de l'événement"),
    Column("Signature", "signature", help="Ed25519 de l'empreinte, en hexadécimal"),
    Column("Clé", "key", help="clé qui signe : cles/<clé>.pem"),
    Column("Base", "database", help="base de données qui signe ; vide avant l'algorithme 3"),
]
CLOSING_COLUMNS = [
    Column("Sceau", "seal", "number", "numéro de l'événement qui scelle la clôture"),
    Column("Numéro", "number", "number", "numéro de la clôture, sans trou"),
    Column("Période", "kind", help="month : mois ; year : exercice"),
    Column("Du", "date_from", "date", "premier jour"),
    Column("Au", "date_to", "date", "dernier jour"),
    Column("Clôturée le", "closed_on", "date", "date et heure (UTC)"),
    Column("Devise", "currency_id", help="devise des totaux"),
    Column("Factures", "invoice_count", "number", "nombre de factures"),
    Column("Avoirs", "credit_note_count", "number", "nombre d'avoirs"),
    Column("CA HT", "untaxed", "number", "chiffre d'affaires hors taxes de la période"),
    Column("Taxes", "tax", "number", "taxes de la période"),
    Column("CA TTC", "total", "number", "chiffre d'affaires TTC de la période"),
    Column("CA TTC exercice", "year_total", "number", "cumul de l'exercice"),
    Column("CA TTC perpétuel", "perpetual_total", "number", "cumul depuis l'origine"),
    Column("Pièces tardives TTC", "late_total", "number", "dont validées après une clôture"),
    Column("Règlements", "payment_total", "number", "règlements reçus, moins remboursements"),
    Column("Soldé sans règlement", "settled_total", "number", "pertes et autres écritures"),
]
CLOSING = Column("Clôture", "closing", "number", "numéro de la clôture")
CLOSING_PARTS = {
    "tax_ids": (
        "taxes",
        [
            CLOSING,
            Column("En pour cent", "is_rate", help="oui : la taxe est un taux"),
            Column("Taux", "rate", "number", "taux de la taxe"),
            Column("Taxe", "name", help="nom d'une taxe qui n'est pas un taux"),
            Column("Base", "base", "number", "base hors taxes"),
            Column("Montant", "tax", "number", "montant de la taxe"),
        ],
    ),
    "payment_ids": (
        "reglements",
        [
            CLOSING,
            Column("Journal", "journal", help="journal des règlements"),
            Column("Mode de règlement", "method", help="mode de règlement"),
            Column("Nombre", "count", "number", "nombre de règlements"),
            Column("Montant", "amount", "number", "reçu, moins ce qui a été remboursé"),
        ],
    ),
    "series_ids": (
        "series",
        [
            CLOSING,
            Column("Journal", "journal", help="journal de vente"),
            Column("Série", "prefix", help="début commun des numéros"),
            Column("Premier numéro", "first_number", help="premier numéro de la période"),
            Column("Dernier numéro", "last_number", help="dernier numéro de la période"),
            Column("Nombre", "count", "number", "nombre de documents"),
        ],
    ),
    "late_ids": (
        "tardives",
        [
            CLOSING,
            Column("Document", "name", help="document validé dans un mois déjà clos"),
            Column("Date", "date", "date", "date du document"),
        ],
    ),
}
ORIGINAL_COLUMNS = [
    Column("Fichier", "path", help="chemin dans l'archive"),
    Column("Document", "name", help="numéro du document"),
    Column("Nature", "paper", help="invoice, order… : PDF ; einvoice : XML"),
    Column("Émis le", "date", "date", "date et heure (UTC) de la première édition"),
    Column("Taille", "size", "number", "en octets"),
    Column("SHA-256", "sha256", help="empreinte du fichier tel qu'émis"),
    Column("Présent", "present", help="vide : introuvable au moment de l'archivage"),
]
NAME_COLUMNS = [
    Column("Modèle", "model", help="type technique"),
    Column("Identifiant", "id", "number", "numéro employé dans les fichiers .jsonl"),
    Column("Nom", "name", help="nom à la date de l'archive"),
]
# Stands in the head of the notice where a copy of the database made the archive.
COPY = "\nFAITE PAR UNE COPIE DE LA BASE DE DONNÉES : elle n'est pas celle de l'original.\n"
HEAD = """\
ARCHIVE DE KOBAN GESTION
========================

Entreprise  : {company}
Période     : du {date_from} au {date_to}
Faite le    : {made_on} (UTC) par {made_by}
Signée par  : clé {key}
{copy}
Cette archive fige les données de la période : documents validés, lignes, taxes, règlements,
événements, clôtures, et les originaux tels qu'ils ont été émis. Elle se lit et se vérifie sans
le logiciel qui l'a faite.

1. VÉRIFIER L'ARCHIVE
---------------------
Avec Python 3.8 ou plus récent, sans rien installer :

    python3 -I verifier.py archive.zip
    python3 -I verifier.py archive.zip --cle {key}
    python3 -I verifier.py archive.zip --temoin CODE

(extraire d'abord verifier.py, ou le prendre d'une autre archive ; « --signatures » contrôle
chaque signature de la chaîne et pas seulement la dernière). La commande nomme chaque anomalie ;
elle rend 0 si l'archive est conforme, 1 sinon. Elle contrôle :
  - la signature Ed25519 de manifest.json (manifest.sig, clé publique dans cles/) ;
  - l'empreinte SHA-256 de chaque fichier, et qu'aucun ne manque ni n'a été ajouté ;
  - les originaux, contre l'empreinte prise à leur émission ;
  - la chaîne des événements : numéros sans trou, empreintes liées, signatures ;
  - chaque document, contre le contenu scellé à sa validation ; aucun ne manque ;
  - les clôtures : contenu scellé, total perpétuel, chiffre d'affaires des documents.
L'empreinte de la clé se compare avec celle qu'imprime l'attestation de l'éditeur : une archive
refaite par un tiers porterait une autre clé.
« --temoin » prend le code imprimé sur une clôture : la chaîne doit contenir ce maillon tel qu'il
était ce jour-là. Une histoire réécrite, même par qui détient la clé, ne le contient plus.

2. FORMATS
----------
.csv   : texte UTF-8 (avec marque d'ordre des octets), séparateur point-virgule, virgule
         décimale, première ligne d'en-têtes : Excel et LibreOffice l'ouvrent d'un double-clic.
         Un texte qui commence par = + - ou @ est précédé d'une apostrophe.
.jsonl : un objet JSON par ligne, UTF-8, nombres en texte avec point décimal, dates ISO 8601.
         Complet : c'est lui que compare le vérificateur. « content » est le contenu scellé ;
         « coverage » y nomme chaque champ couvert, par module et type SQL : un champ couvert
         sans valeur était vide. Les sceaux d'algorithme 1 n'ont pas cette liste. Un champ que
         la base n'a plus est repris du sceau, et nommé dans manifest.json (« gone »).
Les heures sont en temps universel (UTC). Les montants vides valent zéro.

3. FICHIERS
-----------
LISEZMOI.txt   ce texte
manifest.json  société, période, auteur, versions, empreinte et taille de chaque fichier, comptes
manifest.sig   signature Ed25519 de manifest.json (JSON : clé, signature en hexadécimal)
verifier.py    le vérificateur
cles/          clés publiques (PEM), chacune nommée par son empreinte
originaux/     PDF et XML tels qu'ils ont été émis
donnees/       les données, chaque jeu en .csv et en .jsonl :
"""


def get_field_column(name: str, kind: str, key: str, taken: set[str]) -> Column:
    """Return the column of a sealed field.

    :param name: of the field
    :param kind: ``text``, ``number`` or ``date``
    :param key: of the value in the rows
    :param taken: headers of the columns before it
    """
    header, words = FIELDS.get(name, (name, f"champ « {name} »"))
    if header in taken:
        header = f"{header} ({name})"
    taken.add(header)
    return Column(header, key, kind, words)


def write_notice(facts: dict[str, str], data_sets: list[DataSet]) -> str:
    """Return the notice of an archive.

    :param facts: what its head names
    :param data_sets: the sets of data, explained one by one
    """
    parts = [HEAD.format(**facts)]
    for data_set in data_sets:
        names = " / ".join(writer.file_name for writer in data_set.writers)
        parts.append(f"\n{names} ({data_set.rows} lignes)\n    {data_set.title}")
        parts += [f"    - {column.name} : {column.help}" for column in data_set.columns]
    return "\n".join(parts) + "\n"
