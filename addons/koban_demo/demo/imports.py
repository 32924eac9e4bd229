"""Imports of articles: one that is done, with refused rows, and one that was only checked."""

from base64 import b64encode

from .stage import Stage

HEADS = "Code;Libellé;Groupe;Famille;Catégorie;Marque;Prix HT;TVA;Largeur;Finition"
ROWS = (
    "ACC-MUL;Bloc multiprise encastrable;Agencement;;;Lampes du Lac;58,00;20;;",
    "ACC-REP;Repose-pieds réglable;Mobilier;Bureaux et tables;Postes de travail;;39,00;20;45;Blanc",
    ";Porte-manteau mural 5 patères;Mobilier;Rangement;Rangements;Rangimeuble;64,00;20;80;Noyer",
    "BUR-140;Bureau droit 140 × 80 cm;Mobilier;Bureaux et tables;;;430,00;20;;",
    "ACC-POU;Poubelle de tri 3 bacs;Mobilier;Jardin;;;vingt;20;;",
    "ACC-TAP;Tapis de sol antistatique;Mobilier;;;;72,00;7;120;Rouge",
)
LATER = (
    "ARM-BAS;Armoire basse à rideaux;;;;;315,00;;;",
    "ARM-HAU;Armoire haute à portes battantes;;;;;489,00;;;",
    "ARM-COI;Armoire d'angle;Mobilier;Rangement;Rangements;Rangimeuble;545,00;20;95;Blanc",
    "CAI-SUS;Caisson suspendu;Mobilier;Rangement;Rangements;Autre marque;132,00;20;42;Blanc",
)


def build(stage: Stage) -> None:
    """Import the good rows of a file, and check another one."""
    imports = stage.as_user("marc")["koban.product.import"]
    done = imports.import_file(_make_file(ROWS), "accessoires.csv", existing="refuse")
    imports.browse(done["id"]).import_rows()
    imports.import_file(_make_file(LATER), "rangimeuble.csv")


def _make_file(rows: tuple[str, ...]) -> bytes:
    return b64encode("\r\n".join((HEADS, *rows)).encode("cp1252"))
