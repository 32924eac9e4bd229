"""What one print or one sending issues, carried through the host's methods by the context."""

from dataclasses import dataclass, field

from odoo.addons.koban_guard.tools.passes import get_passes, open_pass

ROUND_KEY = "koban_issue_round"
ISSUED_MODEL = "koban.issued.document"


@dataclass(frozen=True)
class Issue:
    """One edition of one document.

    :param issued_id: of the original
    :param paper: kind of the original
    :param kind: ``original``, ``duplicate`` or ``updated``
    :param number: of the duplicate; 0 for others
    :param sha256: of the original, or of an updated copy
    """

    model: str
    res_id: int
    issued_id: int
    paper: str
    kind: str
    sha256: str
    number: int = 0
    details: dict = field(default_factory=dict)


@dataclass(eq=False)
class IssueRound:
    """The editions of one print, or of one sending. Recorded once it ends.

    :param channel: ``print``, ``mail`` or ``portal``
    :param deferred: the caller finishes the originals: sending adds to the PDF what it embeds
    :param provisional: nothing is issued yet: a person looks at what he is about to send
    :param waiting: originals to finish: ``{(model, id of the document): id of the original}``
    :param rendering: model and ids of the documents that the host is printing for the round
    :param silent: ids of those among them whose print the round records itself
    :param recipients: ``{id of the document: to whom it was sent}``
    """

    channel: str = "print"
    deferred: bool = False
    provisional: bool = False
    rendering: tuple[str, list[int]] | None = None
    silent: frozenset[int] = frozenset()
    waiting: dict[tuple[str, int], int] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    recipients: dict[int, str] = field(default_factory=dict)

    def get_issues(self, document) -> list[Issue]:
        """Return the editions of this document that the round made."""
        return [i for i in self.issues if (i.model, i.res_id) == (document._name, document.id)]


def get_round(env) -> IssueRound | None:
    """Return the round under way; what a client puts under the same key is none."""
    found = env.context.get(ROUND_KEY)
    return found if isinstance(found, IssueRound) else None


def open_originals(env):
    """Let the files of originals be written until the block ends."""
    return open_pass(env[ISSUED_MODEL], every=True)


def is_keeper() -> bool:
    """Whether the caller may write the files of originals."""
    return any(item.model == ISSUED_MODEL for item in get_passes())
