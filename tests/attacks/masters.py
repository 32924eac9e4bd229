"""What is set up, not sealed, and who alone may: a line for each model of the articles."""

from dataclasses import dataclass, field

EMPLOYEES = frozenset(
    {"employee", "sales", "contracts", "accountant", "auditor", "manager", "admin", "articles"}
)
ARTICLES = frozenset({"articles", "admin"})
MANAGERS = frozenset({"manager", "admin"})
NOBODY: frozenset[str] = frozenset()
# More people than those whom documents are attacked by. The last one works in another company,
# where he may do everything.
OTHERS = {"articles": ("base.group_user", "product.group_product_manager")}
STRANGER = "stranger"
STRANGER_GROUPS = ("koban_guard.group_manager", "product.group_product_manager")


@dataclass(frozen=True)
class Master:
    """A model of masters.

    :param readers: the logins that read it, and :param writers: those that write it.
    :param values: what the others may not write.
    :param own: what nobody writes by himself.
    :param buttons: its methods on records, and :param calls: those on the model, with arguments.
    :param is_of_company: whether its rows are those of a company.
    """

    model: str
    readers: frozenset[str]
    writers: frozenset[str]
    values: dict
    own: dict = field(default_factory=dict)
    buttons: tuple[str, ...] = ()
    calls: dict = field(default_factory=dict)
    is_of_company: bool = False


NAME = {"name": "x"}
MASTERS = (
    Master("koban.product.category", EMPLOYEES, ARTICLES, NAME),
    Master("koban.product.brand", EMPLOYEES, ARTICLES, NAME),
    Master("koban.product.range", EMPLOYEES, ARTICLES, NAME),
    Master("koban.product.code", MANAGERS, NOBODY, {"code": "X"}),
    Master(
        "koban.product.data.set",
        EMPLOYEES,
        ARTICLES,
        NAME,
        own={"definition": [{"name": "x", "string": "x", "type": "char"}]},
        buttons=("action_open_articles",),
    ),
    Master("koban.product.data", EMPLOYEES, ARTICLES, NAME, own={"place": 9}),
    Master("koban.product.data.choice", EMPLOYEES, ARTICLES, NAME),
    Master(
        "koban.price.change",
        ARTICLES,
        ARTICLES,
        {"percentage": 99.0},
        own={"state": "applied"},
        buttons=("action_preview", "action_apply", "action_undo"),
        is_of_company=True,
    ),
    Master(
        "koban.price.change.line",
        ARTICLES,
        ARTICLES,
        {"new_price": 0.01},
        own={"old_price": 0.01},
        is_of_company=True,
    ),
    Master("koban.price.condition", EMPLOYEES, ARTICLES, {"discount": 99.0}, is_of_company=True),
    Master("koban.ecotax.organisation", EMPLOYEES, MANAGERS, NAME, is_of_company=True),
    Master("koban.ecotax", EMPLOYEES, MANAGERS, NAME, is_of_company=True),
    Master("koban.ecotax.rate", EMPLOYEES, MANAGERS, {"amount": 99.0}, is_of_company=True),
    Master(
        "koban.product.import",
        ARTICLES,
        ARTICLES,
        {"existing": "refuse"},
        own={"state": "done"},
        buttons=("action_check", "action_start", "import_rows", "get_report"),
        calls={"import_file": {"content": "Q29kZTtMaWJlbGzDqQpYO1gK", "filename": "x.csv"}},
        is_of_company=True,
    ),
    Master("koban.product.import.row", ARTICLES, NOBODY, {"state": "new"}, is_of_company=True),
    Master("koban.product.import.fault", ARTICLES, NOBODY, {"reason": "x"}, is_of_company=True),
)
ADDONS = (
    "koban_product",
    "koban_price",
    "koban_ecotax",
    "koban_product_data",
    "koban_product_import",
)

# A row of each, the people, and the other company.
FILL = """
from base64 import b64encode
company = env.company
range_ = (0, 0, {{"name": "Soleo"}})
env["koban.product.brand"].create({{"name": "Bongard", "range_ids": [range_]}})
category = env["koban.product.category"].create({{"name": "Cuisson"}})
choice = (0, 0, {{"name": "Gaz"}})
data = {{"name": "Énergie", "kind": "choice", "choice_ids": [choice]}}
env["koban.product.data.set"].create(
    {{"name": "Fours", "category_ids": [(6, 0, category.ids)], "data_ids": [(0, 0, data)]}}
)
article = env["product.template"].create(
    {{"name": "Four", "default_code": "FOUR", "list_price": 100, "company_id": company.id}}
)
change = env["koban.price.change"].create(
    {{"product_tmpl_ids": [(6, 0, article.ids)], "percentage": 3}}
)
change.action_preview()
env["koban.price.condition"].create({{"name": "Foire", "discount": 5}})
own = {{"company_id": company.id}}
organisation = env["koban.ecotax.organisation"].create({{"name": "Ecorecycle", **own}})
rate = (0, 0, {{"date_from": "2026-01-01", "amount": 2}})
env["koban.ecotax"].create(
    {{"code": "F", "name": "Fours", "organisation_id": organisation.id, "rate_ids": [rate], **own}}
)
content = b64encode("Code;Libellé;Prix HT\\nA1;Pelle;12\\nA2;Grille;douze".encode())
env["koban.product.import"].import_file(content, "articles.csv")
other = env["res.company"].create({{"name": "Autre société"}})
everybody = {{login: (groups, company) for login, groups in {others!r}.items()}}
everybody[{stranger!r}] = ({stranger_groups!r}, other)
for login, (groups, own) in everybody.items():
    values = {{"company_id": own.id, "company_ids": [(6, 0, own.ids)]}}
    values["group_ids"] = [(6, 0, [env.ref(group).id for group in groups])]
    user = env["res.users"].create({{"name": login, "login": login, **values}})
    user.password = login
    people |= user
"""


def prepare_fill() -> str:
    """Return the script that fills a database; ``people`` is the users so far."""
    return FILL.format(others=OTHERS, stranger=STRANGER, stranger_groups=STRANGER_GROUPS)
