"""When a legal mention is printed: plain Python, one small function for each condition.

The facts of a document are gathered once (``_get_mention_facts``); the functions only look at them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

GOODS = "goods"
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class MentionFacts:
    """What decides the mentions of one document.

    :param kind: ``invoice``, ``credit_note``, ``quote``, ``order`` or ``purchase``
    :param natures: what is sold, ``goods`` and ``service``
    :param untaxed: what is sold without VAT, of the same words
    :param all_untaxed: whether no line bears VAT
    :param zone: of the customer: ``domestic``, ``overseas``, ``eu`` or ``abroad``
    :param reverse_charge: of the fiscal position: ``construction``, ``other`` or empty
    :param has_own_note: whether the document already prints another reason why no VAT is charged
    :param flags: what holds of the company and of the document, by name
    :param categories: ids of the product categories of the lines, and those above them
    """

    kind: str
    day: date
    professional: bool = False
    natures: frozenset[str] = frozenset()
    untaxed: frozenset[str] = frozenset()
    all_untaxed: bool = False
    zone: str = "domestic"
    has_customer_vat: bool = False
    reverse_charge: str = ""
    has_own_note: bool = False
    vat_scheme: str = "normal"
    margin_scheme: str = ""
    flags: frozenset[str] = field(default_factory=frozenset)
    categories: frozenset[int] = frozenset()


def is_always(facts: MentionFacts) -> bool:
    return True


def is_professional(facts: MentionFacts) -> bool:
    return facts.professional


def is_without_discount(facts: MentionFacts) -> bool:
    return facts.professional and "early_discount" not in facts.flags


def is_franchise(facts: MentionFacts) -> bool:
    return facts.vat_scheme == "franchise"


def is_on_debits(facts: MentionFacts) -> bool:
    opted = "vat_on_debits" in facts.flags and facts.vat_scheme != "franchise"
    return opted and SERVICE in facts.natures


def is_exempt(facts: MentionFacts) -> bool:
    """Whether something is sold without VAT, and nothing yet says why."""
    told = facts.has_own_note or facts.reverse_charge or is_margin(facts)
    return bool(facts.untaxed) and not told and facts.vat_scheme != "franchise"


def is_reverse_construction(facts: MentionFacts) -> bool:
    return bool(facts.untaxed) and facts.reverse_charge == "construction"


def is_reverse_other(facts: MentionFacts) -> bool:
    return bool(facts.untaxed) and facts.reverse_charge == "other"


def is_reverse_eu(facts: MentionFacts) -> bool:
    """Whether a service is sold to the Union: the word is mandatory, whatever notes say."""
    taxable = facts.zone == "eu" and facts.professional
    told = facts.reverse_charge or is_margin(facts) or facts.vat_scheme == "franchise"
    return taxable and SERVICE in facts.untaxed and not told


def is_eu_supply(facts: MentionFacts) -> bool:
    taxable = facts.zone == "eu" and facts.has_customer_vat
    return taxable and is_exempt(facts) and GOODS in facts.untaxed


def is_export(facts: MentionFacts) -> bool:
    return facts.zone == "abroad" and is_exempt(facts) and GOODS in facts.untaxed


def is_service_abroad(facts: MentionFacts) -> bool:
    outside = facts.zone == "abroad" and facts.professional
    return outside and is_exempt(facts) and SERVICE in facts.untaxed


def is_overseas(facts: MentionFacts) -> bool:
    return facts.zone == "overseas" and is_exempt(facts)


def is_reverse_charge(facts: MentionFacts) -> bool:
    """Whether the customer owes the VAT, for any of the reasons above."""
    return is_reverse_construction(facts) or is_reverse_other(facts) or is_reverse_eu(facts)


def is_margin(facts: MentionFacts) -> bool:
    """Whether VAT is due on the margin: goods that leave the Union are exempt.

    Sold within it they are not (directive 2006/112, article 139, 3), and an agent's trips are
    taxed where the agent is (article 307).
    """
    told = facts.reverse_charge or facts.vat_scheme == "franchise"
    taxable = facts.zone in ("domestic", "eu") or facts.margin_scheme == "travel"
    return bool(facts.margin_scheme and facts.untaxed and taxable and not told)


def is_margin_travel(facts: MentionFacts) -> bool:
    return is_margin(facts) and facts.margin_scheme == "travel"


def is_margin_second_hand(facts: MentionFacts) -> bool:
    return is_margin(facts) and facts.margin_scheme == "second_hand"


def is_margin_art(facts: MentionFacts) -> bool:
    return is_margin(facts) and facts.margin_scheme == "art"


def is_margin_antiques(facts: MentionFacts) -> bool:
    return is_margin(facts) and facts.margin_scheme == "antiques"


def is_mediated(facts: MentionFacts) -> bool:
    return "mediator" in facts.flags and not facts.professional


def has_flag(name: str) -> Callable[[MentionFacts], bool]:
    """Return the condition that a flag holds."""
    return lambda facts: name in facts.flags


CONDITIONS: dict[str, Callable[[MentionFacts], bool]] = {
    "always": is_always,
    "professional": is_professional,
    "without_discount": is_without_discount,
    "franchise": is_franchise,
    "vat_on_debits": is_on_debits,
    "reverse_construction": is_reverse_construction,
    "reverse_other": is_reverse_other,
    "reverse_eu": is_reverse_eu,
    "eu_supply": is_eu_supply,
    "export": is_export,
    "service_abroad": is_service_abroad,
    "overseas": is_overseas,
    "margin_travel": is_margin_travel,
    "margin_second_hand": is_margin_second_hand,
    "margin_art": is_margin_art,
    "margin_antiques": is_margin_antiques,
    "mediator": is_mediated,
    "self_billing": has_flag("self_billing"),
    "vat_group": has_flag("vat_group"),
    "sole_trader": has_flag("sole_trader"),
    "liquidation": has_flag("liquidation"),
    "siret_pending": has_flag("siret_pending"),
    "approved_association": has_flag("approved_association"),
    "insurance": has_flag("insurance"),
    "foreign_currency": has_flag("foreign_currency"),
    # The categories of the mention itself are looked at by the model.
    "product_category": is_always,
}
