"""What there is in the database that rows of a file name: each table is read once."""

from functools import cached_property

from odoo.addons.koban_product_data.tools.keywords import normalize

from .tools import columns
from .tools.columns import Column


class KnownNames:
    """Ids by their names, as compared.

    :param env: environment of who imports
    :param company: the company whose taxes and codes are meant
    """

    def __init__(self, env, company):
        self.env = env
        self.company = company

    @cached_property
    def patterns(self) -> dict:
        return {}

    @cached_property
    def own_companies(self) -> list[int]:
        """The company and those above it, the root first."""
        return [int(id_) for id_ in self.company.parent_path.split("/") if id_]

    @cached_property
    def _languages(self) -> list[str]:
        return [code for code, _name in self.env["res.lang"].get_installed()]

    def _get_names(self, model, domain=()) -> dict[str, int]:
        """Return records by their names, in each language of the database."""
        names: dict[str, int] = {}
        records = self.env[model].search(list(domain))
        is_translated = records._fields["name"].translate
        for code in self._languages if is_translated else [self.env.lang]:
            for record in records.with_context(lang=code):
                names.setdefault(normalize(record.name), record.id)
        return names

    @cached_property
    def categories(self):
        return self._get_names("koban.product.category")

    @cached_property
    def brands(self):
        return self._get_names("koban.product.brand")

    @cached_property
    def units(self):
        return self._get_names("uom.uom")

    @cached_property
    def ranges(self) -> dict[tuple[int, str], int]:
        ranges = self.env["koban.product.range"].search([])
        return {(one.brand_id.id, normalize(one.name)): one.id for one in ranges}

    @cached_property
    def tree(self) -> dict[tuple[int | None, str], int]:
        """The categories of the host, by the one above and their name."""
        found = self.env["product.category"].search([])
        return {(one.parent_id.id or None, normalize(one.name)): one.id for one in found}

    @cached_property
    def levels(self) -> dict[tuple[int, str], list[int]]:
        levels: dict[tuple[int, str], list[int]] = {}
        for one in self.env["product.category"].search([]):
            level = one.parent_path.count("/") - 1
            levels.setdefault((level, normalize(one.name)), []).append(one.id)
        return levels

    @cached_property
    def taxes(self):
        domain = [("company_id", "in", self.own_companies)]
        return self.env["account.tax"].search(domain)

    @cached_property
    def tax_names(self) -> dict[int, set[str]]:
        names: dict[int, set[str]] = {}
        for code in self._languages:
            for tax in self.taxes.with_context(lang=code):
                names.setdefault(tax.id, set()).update(
                    normalize(name) for name in (tax.name, tax.invoice_label) if name
                )
        return names

    @cached_property
    def default_taxes(self) -> dict:
        company = self.company
        return {"sale": company.account_sale_tax_id, "purchase": company.account_purchase_tax_id}

    @cached_property
    def data(self) -> dict:
        """The own data of each category, by the column that they have."""
        categories = self.env["koban.product.category"].search([("data_set_id", "!=", False)])
        return {
            (category.id, name_data(data)): data
            for category in categories
            for data in category.data_set_id.data_ids
        }


def name_data(data) -> str:
    """Return the name of the column of a data: those of one label share it."""
    return f"data:{normalize(data.name)}"


def list_data_columns(env) -> list[Column]:
    """Return the columns of own data: one for each label."""
    listed = {}
    for data in env["koban.product.data"].search([]):
        listed.setdefault(name_data(data), Column(name_data(data), data.name, columns.DATA))
    return list(listed.values())


def find_labels(template, column: Column, languages: list[str]) -> list[str]:
    """Return what the field of a column is called in each language of the database."""
    field = template._fields.get(column.name)
    if not field:
        return []
    return [field._description_string(template.with_context(lang=code).env) for code in languages]
