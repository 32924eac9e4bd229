"""What the rows of a file of articles mean in this database: ids, values, and every fault.

Names are looked up in tables that are read once; rows come by the hundred, and cost a few queries
together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.koban_product.tools.code_pattern import normalize as normalize_code
from odoo.addons.koban_product_data.tools import data_values
from odoo.addons.koban_product_data.tools.keywords import normalize

from .known_names import KnownNames
from .tools import cells, columns
from .tools.columns import Column

LEVELS = ("koban_group_id", "koban_family_id", "koban_subfamily_id")
# Faults of a row, beside those of its cells.
(
    UNKNOWN_NAME, SEVERAL_NAMES, NO_LEVEL_ABOVE, NO_CODE, NO_NAME, CODE_TWICE, CODE_SEVERAL,
    CODE_ELSEWHERE, CODE_EXISTS, BARCODE_TWICE, BARCODE_TAKEN, NO_SUCH_DATA, WRONG_DATA,
) = (
    "unknown_name", "several_names", "no_level_above", "no_code", "no_name", "code_twice",
    "code_several", "code_elsewhere", "code_exists", "barcode_twice", "barcode_taken",
    "no_such_data", "wrong_data",
)  # fmt: skip


@dataclass(frozen=True)
class ToMake:
    """Stands for a name that the import makes, until it does.

    :param above: the category that it will stand below, or those that are made with it
    """

    above: int | None = None


@dataclass(frozen=True)
class Fault:
    """Why a row is refused."""

    code: str
    column: str
    value: str
    other: str = ""


@dataclass
class Reading:
    """What a row would do.

    :param product_id: the article that it writes; None for a new one
    """

    texts: dict[str, str]
    number: int = 0
    values: dict = field(default_factory=dict)
    product_id: int | None = None
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, code: str, column: Column, value: str | None = None, other: str = ""):
        """Add a reason; all of them are told at once."""
        shown = self.texts.get(column.name, "") if value is None else value
        self.faults.append(Fault(code, column.label, shown, other))


class ArticleReader:
    """Reads the rows of one import.

    :param env: environment of who imports
    :param company: the company whose taxes and codes are meant
    :param listed: the columns of the file
    :param updates: whether articles that exist are written; else they are refused
    :param makes_names: whether brands, categories and families that are unknown are made
    :param writes: whether they are made now; a check only tells
    """

    def __init__(self, env, company, listed: Iterable[Column], *, updates, makes_names, writes):
        self.env = env
        self.known = KnownNames(env, company)
        self.columns = {column.name: column for column in columns.COLUMNS}
        self.columns |= {column.name: column for column in listed}
        self.updates = updates
        self.makes_names = makes_names
        self.writes = writes
        self.seen_codes: dict[str, int] = {}
        self.seen_barcodes: dict[str, int] = {}

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------
    def read_rows(self, rows: list[tuple[int, dict[str, str]]]) -> list[Reading]:
        """Return what rows would do.

        :param rows: their numbers, and their texts by the name of the column; empty ones left out
        """
        readings = [Reading(texts, number) for number, texts in rows]
        known = self._find_codes(readings)
        barcodes = self._find_barcodes(readings)
        for reading in readings:
            self._read_code(reading, known)
            self._read_barcode(reading, barcodes)
            self._read_plain(reading)
            self._read_names(reading)
            self._read_taxes(reading)
        self._read_own_data(readings)
        for reading in readings:
            self._check_new(reading)
        return readings

    def _find_codes(self, readings) -> dict[str, list[tuple]]:
        """Return the articles that have the codes: variant and company, by code as compared."""
        codes = {normalize_code(one.texts.get("default_code")) for one in readings} - {""}
        self.env["product.product"].flush_model(["default_code", "product_tmpl_id"])
        self.env["product.template"].flush_model(["company_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT upper(trim(p.default_code)), p.id, t.company_id, "
                "split_part(c.parent_path, '/', 1)::int FROM product_product p "
                "JOIN product_template t ON t.id = p.product_tmpl_id "
                "LEFT JOIN res_company c ON c.id = t.company_id "
                "WHERE upper(trim(p.default_code)) = ANY(%s) AND p.default_code IS NOT NULL",
                list(codes),
            )
        )
        found: dict[str, list[tuple]] = {}
        for code, *article in rows:
            found.setdefault(code, []).append(tuple(article))
        return found

    def _find_barcodes(self, readings) -> dict[str, int]:
        barcodes = list({one.texts["barcode"] for one in readings if "barcode" in one.texts})
        # Of articles of other companies too: a barcode is one.
        products = self.env["product.product"].sudo().with_context(active_test=False)
        found = products.search_fetch([("barcode", "in", barcodes)], ["barcode"])
        return {product.barcode: product.id for product in found}

    def _read_code(self, reading, known):
        column = self.columns["default_code"]
        text = reading.texts.get("default_code")
        if not text:
            return
        code = normalize_code(text)
        if code in self.seen_codes:
            reading.refuse(CODE_TWICE, column, other=str(self.seen_codes[code]))
            return
        self.seen_codes[code] = reading.number
        mine, root = self.known.own_companies, self.known.own_companies[0]
        own = [id_ for id_, company, _root in known.get(code, []) if not company or company in mine]
        elsewhere = any(
            company and company not in mine and its_root == root
            for _id, company, its_root in known.get(code, [])
        )
        if len(own) > 1:
            reading.refuse(CODE_SEVERAL, column)
        elif elsewhere and not own:
            reading.refuse(CODE_ELSEWHERE, column)
        elif own and not self.updates:
            reading.refuse(CODE_EXISTS, column)
        elif own:
            reading.product_id = own[0]
        if not own:
            reading.values["default_code"] = text

    def _read_barcode(self, reading, known):
        column = self.columns["barcode"]
        text = reading.texts.get("barcode")
        if not text:
            return
        if text in self.seen_barcodes:
            reading.refuse(BARCODE_TWICE, column, other=str(self.seen_barcodes[text]))
        elif known.get(text, reading.product_id) != reading.product_id:
            reading.refuse(BARCODE_TAKEN, column)
        self.seen_barcodes.setdefault(text, reading.number)
        reading.values["barcode"] = text

    def _read_plain(self, reading):
        """Read the cells that stand for themselves."""
        for name, text in reading.texts.items():
            column = self.columns.get(name)
            if not column or column.kind in (columns.NAMED, columns.TAX, columns.DATA):
                continue
            if name in ("default_code", "barcode"):
                continue
            try:
                reading.values[name] = cells.read_cell(column.kind, text)
            except cells.CellError as error:
                reading.refuse(error.code, column)

    def _check_new(self, reading):
        """Refuse a new article without a name, or with neither a code nor a pattern for one."""
        if reading.product_id:
            return
        if not reading.texts.get("name"):
            reading.refuse(NO_NAME, self.columns["name"])
        if not reading.texts.get("default_code") and not self._has_pattern(
            reading.values.get("categ_id")
        ):
            reading.refuse(NO_CODE, self.columns["default_code"])

    def _has_pattern(self, category) -> bool:
        if isinstance(category, ToMake):
            category = category.above
        if category not in self.known.patterns:
            record = self.env["product.category"].browse(category or [])
            self.known.patterns[category] = bool(record._get_code_source())
        return self.known.patterns[category]

    # ------------------------------------------------------------------
    # Names
    # ------------------------------------------------------------------
    def _read_names(self, reading):
        self._read_levels(reading)
        self._read_name(reading, "koban_category_id", self.known.categories)
        self._read_name(reading, "koban_brand_id", self.known.brands)
        self._read_range(reading)
        self._read_name(reading, "uom_id", self.known.units, is_made=False)

    def _read_levels(self, reading):
        """Read group, family and sub-family: the category of the deepest one."""
        above, is_below = None, True
        for level, name in enumerate(LEVELS):
            text = reading.texts.get(name)
            if not text:
                is_below = False
                continue
            column = self.columns[name]
            if level and not is_below:
                above = self._find_level(reading, column, level)
                is_below = True
            else:
                above = self._find_below(reading, column, above)
            if above is None:
                return
        if above is not None:
            reading.values["categ_id"] = above

    def _find_below(self, reading, column, parent):
        text = reading.texts[column.name]
        key = (parent, normalize(text))
        if isinstance(parent, ToMake):
            return parent
        if key in self.known.tree:
            return self.known.tree[key]
        if not self.makes_names:
            reading.refuse(UNKNOWN_NAME, column)
            return None
        if not self.writes:
            return ToMake(parent)
        made = self.env["product.category"].create({"name": text, "parent_id": parent})
        self.known.tree[key] = made.id
        return made.id

    def _find_level(self, reading, column, level):
        """Return the category of a level whose name is given without the one above it."""
        text = normalize(reading.texts[column.name])
        found = self.known.levels.get((level, text), [])
        if len(found) == 1:
            return found[0]
        code = SEVERAL_NAMES if found else NO_LEVEL_ABOVE if self.makes_names else UNKNOWN_NAME
        reading.refuse(code, column)
        return None

    def _read_name(self, reading, name, known: dict, is_made=True):
        text = reading.texts.get(name)
        if not text:
            return
        key = normalize(text)
        if key in known:
            reading.values[name] = known[key]
        elif not (is_made and self.makes_names):
            reading.refuse(UNKNOWN_NAME, self.columns[name])
        elif not self.writes:
            reading.values[name] = ToMake()
        else:
            model = self.env["product.template"]._fields[name].comodel_name
            known[key] = self.env[model].create({"name": text}).id
            reading.values[name] = known[key]

    def _read_range(self, reading):
        text = reading.texts.get("koban_range_id")
        if not text:
            return
        column = self.columns["koban_range_id"]
        brand, key = reading.values.get("koban_brand_id"), normalize(text)
        if isinstance(brand, ToMake):
            reading.values["koban_range_id"] = ToMake()
        elif brand and (brand, key) in self.known.ranges:
            reading.values["koban_range_id"] = self.known.ranges[brand, key]
        elif brand and self.makes_names:
            reading.values["koban_range_id"] = self._make_range(brand, key, text)
        elif brand or reading.texts.get("koban_brand_id"):
            reading.refuse(UNKNOWN_NAME, column)
        else:
            found = [id_ for (_brand, name), id_ in self.known.ranges.items() if name == key]
            if len(found) == 1:
                reading.values["koban_range_id"] = found[0]
            else:
                reading.refuse(SEVERAL_NAMES if found else UNKNOWN_NAME, column)

    def _make_range(self, brand, key, text):
        if not self.writes:
            return ToMake()
        made = self.env["koban.product.range"].create({"name": text, "brand_id": brand})
        self.known.ranges[brand, key] = made.id
        return made.id

    # ------------------------------------------------------------------
    # Taxes
    # ------------------------------------------------------------------
    def _read_taxes(self, reading):
        for name, use in (("taxes_id", "sale"), ("supplier_taxes_id", "purchase")):
            if text := reading.texts.get(name):
                if tax := self._find_tax(text, use, reading.values.get("type")):
                    reading.values[name] = tax
                else:
                    reading.refuse(UNKNOWN_NAME, self.columns[name])

    def _find_tax(self, text, use, kind) -> int | None:
        """Return the tax of a name, or the first one of a rate that fits goods or services."""
        taxes = [tax for tax in self.known.taxes if tax.type_tax_use == use]
        named = [tax for tax in taxes if normalize(text) in self.known.tax_names[tax.id]]
        rate = cells.read_rate(text)
        if not named and rate is not None:
            scope = "service" if kind == "service" else "consu"
            fitting = [
                tax
                for tax in taxes
                if tax.amount_type == "percent"
                and tax.amount == rate
                and tax.tax_scope in (False, scope)
            ]
            default = self.known.default_taxes[use]
            # The company's usual one, then one whose prices are without tax.
            named = sorted(fitting, key=lambda tax: (tax not in default, tax.price_include))
        return named[0].id if named else None

    # ------------------------------------------------------------------
    # Own data
    # ------------------------------------------------------------------
    def _read_own_data(self, readings):
        names = {name for name, column in self.columns.items() if column.kind == columns.DATA}
        if not names:
            return
        known = self.env["product.product"].browse(
            [one.product_id for one in readings if one.product_id and names & one.texts.keys()]
        )
        # Both read once for all.
        before = {product.id: product.product_tmpl_id for product in known}
        for reading in readings:
            given = names & reading.texts.keys()
            if not given:
                continue
            article = before.get(reading.product_id)
            category = reading.values.get("koban_category_id")
            if category is None and article:
                category = article.koban_category_id.id
            values = {}
            if article and article.koban_category_id.id == category:
                values = article._get_data_values()
            for name in sorted(given):
                self._read_one_data(reading, self.columns[name], category, values)
            reading.values["koban_data"] = values

    def _read_one_data(self, reading, column, category, values):
        data = self.known.data.get((category, column.name))
        if not data:
            reading.refuse(NO_SUCH_DATA, column)
            return
        text = reading.texts[column.name]
        value = data_values.read_value(data.kind, text, data._get_choices(), normalize)
        if value is None:
            reading.refuse(WRONG_DATA, column)
        else:
            values[data._get_key()] = value

    def prepare(self, reading: Reading, article) -> dict:
        """Return what is written of a row that has no fault.

        :param article: the variant that it writes; none for a new one
        """
        values = dict(reading.values)
        for name in ("taxes_id", "supplier_taxes_id"):
            if name in values:
                # Those of other companies are theirs.
                others = article.sudo()[name].filtered(
                    lambda tax: tax.company_id.id not in self.known.own_companies
                )
                values[name] = [*others.ids, values[name]]
        if article:
            values = {
                name: value for name, value in values.items() if not has_value(article, name, value)
            }
        for name in ("taxes_id", "supplier_taxes_id"):
            if name in values:
                values[name] = [Command.set(values[name])]
        return values


def has_value(article, name: str, value) -> bool:
    """Whether an article has a value already: what is the same is not written again."""
    field = article._fields[name]
    if field.type == "many2many":
        return set(article.sudo()[name].ids) == set(value)
    return article[name] == field.convert_to_record(field.convert_to_cache(value, article), article)
