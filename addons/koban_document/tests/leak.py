"""What someone outside the company gets of a document, by every door that there is.

Nothing is listed here: routes come from the routing map, reports from their table, models from
the rights of the portal. A class says which words and numbers of its documents are secret.
"""

import inspect
import io
import json
import re
import threading
from contextlib import contextmanager, suppress
from unittest.mock import patch

import psycopg2
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from pypdf import PdfReader

NUMBERS = ("integer", "float", "monetary")
TEXTS = ("char", "text", "html")
# Arguments of routes, and what they take of a document.
MODEL_ARGUMENTS = ("model", "res_model", "thread_model")
ID_ARGUMENTS = ("id", "res_id", "thread_id", "docids", "order_id", "invoice_id", "record_id")
# Beside the lines, what of the host may hold an article or a price of theirs.
CARRIERS = (
    "product.product", "product.template", "stock.move", "project.task", "account.analytic.line",
)  # fmt: skip
LIMIT = 40
# Numbers and words that stand nowhere.
DECOY = 987654.25


def flatten(value):
    """Yield the texts and numbers of an answer, each number with two decimals."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flatten(key)
            yield from flatten(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from flatten(item)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, float):
        yield f"{value:.2f}"
    elif isinstance(value, bytes):
        yield value.decode(errors="replace")
    else:
        yield str(value)


def read_pdf(content: bytes) -> str:
    """Return what a PDF tells: its text, what its forms say, and the files within it."""
    reader = PdfReader(io.BytesIO(content))
    files = [file for items in reader.attachments.values() for file in items]
    pages = [page.extract_text() for page in reader.pages]
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots") or ()]
    filled = [str(note["/V"]) for note in notes if "/V" in note]
    return "\n".join([*pages, *filled, *(file.decode(errors="replace") for file in files)])


def as_words(response) -> str:
    """Return what a response tells: the text of a page, a file or a PDF."""
    if response.content.startswith(b"%PDF"):
        return read_pdf(response.content)
    try:
        return "\n".join(flatten(json.loads(response.content)))
    except ValueError:
        return response.text


class LeakCase:
    """Beside an ``HttpCase``: searches every answer given outside for what is secret.

    ``secret_words`` and ``secret_numbers`` (with two decimals) of a class stand in the lines that
    groups hide, and nowhere else.
    """

    secret_words: tuple[str, ...] = ()
    secret_numbers: tuple[str, ...] = ()

    @classmethod
    def make_outsider(cls, partner, login="outsider"):
        """Return someone of a partner who has an account on the portal."""
        context = {"no_reset_password": True}
        group = "base.group_portal"
        return new_test_user(cls.env, login, group, context=context, partner_id=partner.id)

    def find_secrets(self, answer) -> list[str]:
        """Return the secrets that an answer tells."""
        text = answer if isinstance(answer, str) else "\n".join(flatten(answer))
        found = [word for word in self.secret_words if word in text]
        for number in self.secret_numbers:
            if re.search(rf"(?<!\d){number.replace('.', '[.,]')}(?!\d)", text):
                found.append(number)
        return found

    def assert_told_inside(self, lines):
        """The secrets are in the lines, so that the search for them can fail."""
        names = ["name", "price_unit", "price_subtotal"]
        found = self.find_secrets(lines.sudo().read(names))
        self.assertEqual(set(found), {*self.secret_words, *self.secret_numbers})

    def assert_nothing_told(self, leaks):
        """No door is among those that told something: ``[(door, secrets)]``."""
        self.assertFalse(leaks, "\n".join(f"{door}: {secrets}" for door, secrets in leaks))

    # ---- Models ----
    @contextmanager
    def call_apart(self):
        """Run calls of which nothing stays, and whose refusal is as good as an answer."""
        self.env.flush_all()
        self.env.invalidate_all()
        self._savepoint = self.env.cr.savepoint(flush=False)
        quiet = mute_logger(
            "odoo.sql_db",
            "odoo.models",
            "odoo.addons.base.models.ir_model",
            "odoo.addons.mail.models.mail_thread",
        )
        try:
            # A call that ends in an error tells nothing.
            with suppress(Exception), quiet:
                yield
        finally:
            self.env.cr.precommit.clear()
            self.env.transaction.clear()
            self._savepoint.close(rollback=True)

    def _call(self, call, *args):
        """Return the answer of one of several calls of a block; nothing for an error."""
        with suppress(Exception):
            try:
                return call(*args)
            except psycopg2.Error:
                self._savepoint.rollback()
        return None

    def _ask(self, leaks, door, call, *args):
        self._note(leaks, door, self._call(call, *args))

    def _note(self, leaks, door, answer):
        if found := self.find_secrets(answer):
            leaks.append((door, found))

    def get_outside_models(self, user):
        """Return the models that the portal may read, with the domain of what is new there."""
        found = []
        for name in sorted(self.env.registry):
            model = self.env[name].with_user(user).with_context(active_test=False)
            if model._abstract or model._transient or not model.has_access("read"):
                continue
            domain = self._get_new_domain(model, user)
            with self.call_apart():
                if model.search_count(domain, limit=1):
                    found.append((model, domain))
        return found

    def _get_new_domain(self, model, user):
        """What was made in this test, and who looks: the rest knows no secret."""
        if model._name == "res.partner":
            return [("id", "in", user.partner_id.commercial_partner_id.child_ids.ids)]
        known = model._log_access and model._auto
        return [("create_date", ">=", self.env.cr.now())] if known else []

    def find_read_leaks(self, user) -> list:
        """Read all that the portal may read, in the ways of both APIs."""
        leaks = []
        for model, domain in self.get_outside_models(user):
            names = self._get_readable_fields(model)
            with self.call_apart():
                records = model.search(domain, limit=LIMIT)
                for name in names:
                    door = (model._name, "read", name)
                    self._ask(leaks, door, records.read, [name])
            with self.call_apart():
                self._ask_nested(leaks, model.search(domain, limit=LIMIT), names)
            with self.call_apart():
                self._ask_sums(leaks, model, domain, names)
            with self.call_apart():
                for word in self.secret_words:
                    door = (model._name, "name_search")
                    self._ask(leaks, door, model.name_search, word)
        return leaks

    @staticmethod
    def _get_readable_fields(model) -> list[str]:
        return [
            name
            for name, field in model._fields.items()
            if model._has_field_access(field, "read") and not field.inherited
        ]

    def _ask_nested(self, leaks, records, names):
        """Read the records that others name, by web_read, onchange and an export."""
        specification = {}
        for name in names:
            comodel = records._fields[name].comodel_name
            if comodel not in self.env:
                continue
            others = records.env[comodel]
            if not others.has_access("read"):
                continue
            below = [
                other
                for other in self._get_readable_fields(others)
                if others._fields[other].type in (*NUMBERS, *TEXTS)
            ]
            asked = {name: {"fields": {other: {} for other in below}}}
            # The right to export is a group's, which an administrator may give to the portal.
            paths = [[name, other] for other in below]
            specification |= asked
            for kind, call, given in (
                ("web_read", records.web_read, asked),
                ("export", records._export_rows, paths),
            ):
                records.invalidate_recordset()
                self._ask(leaks, (records._name, kind, name), call, given)
        records.invalidate_recordset()
        door = (records._name, "onchange")
        self._ask(leaks, door, records[:1].onchange, {}, [], specification)

    def _ask_sums(self, leaks, model, domain, names):
        """Have the numbers summed and listed by the groups of each field."""
        for name in names:
            field = model._fields[name]
            sums = ["__count"]
            if field.type in NUMBERS and field.store:
                sums = [f"{name}:{kind}" for kind in ("sum", "min", "max", "array_agg")]
            groups = [] if sums != ["__count"] else [name]
            door = (model._name, "read_group", name)
            self._ask(leaks, door, model.formatted_read_group, domain, groups, sums)

    def find_oracles(self, user, lines) -> list:
        """Return the searches that find a record by a secret, by paths of at most three fields."""
        leaks = []
        carriers = self._find_carriers(lines)
        for model, domain in self.get_outside_models(user):
            with self.call_apart():
                for path, conditions in self._iter_paths(model, carriers):
                    for name, operator, secret in conditions:
                        door = ".".join([*path, name])
                        if self._is_found(model, domain, door, operator, secret):
                            leaks.append(((model._name, "search", door), [str(secret)]))
        return leaks

    def _is_found(self, model, domain, path, operator, secret) -> bool:
        """Whether a search tells a secret from a value that stands nowhere."""
        decoy = [DECOY] if operator == "in" else str(DECOY)
        found = self._call(model.search, [*domain, (path, operator, secret)])
        # Some of the host's fields find all, whatever they are asked.
        return bool(found) and found != self._call(model.search, [*domain, (path, operator, decoy)])

    def _find_carriers(self, lines) -> dict:
        """Return what finds a secret, as superuser: ``{model: [(field, operator, secret)]}``."""
        carriers = {}
        for name in (lines._name, *CARRIERS):
            if name not in self.env:
                continue
            model = self.env[name].sudo().with_context(active_test=False)
            conditions = [("display_name", "ilike", self.secret_words[0])]
            for field_name, field in model._fields.items():
                if field.store and field.column_type and not field.company_dependent:
                    conditions += self._get_conditions(field_name, field)
            with self.call_apart():
                carriers[name] = [
                    condition for condition in conditions if self._is_found(model, [], *condition)
                ]
        return {name: conditions for name, conditions in carriers.items() if conditions}

    def _get_conditions(self, name, field) -> list:
        if field.type in ("char", "text"):
            return [(name, "ilike", word) for word in self.secret_words[:1]]
        if field.type in ("float", "monetary"):
            return [(name, "in", [float(number) for number in self.secret_numbers])]
        return []

    def _iter_paths(self, model, carriers, path=()):
        """Yield the paths of fields that lead from a model to what finds a secret."""
        if model._name in carriers:
            yield path, carriers[model._name]
        own = {name: field for name, field in model._fields.items() if not field.inherited}
        # What repeats the field of another record finds its secret too.
        for name, field in own.items():
            if field.related and not field.store and self._is_through(model, field, carriers):
                yield path, self._get_conditions(name, field)
        if len(path) == 2:
            return
        for name, field in own.items():
            known = field.relational and field.comodel_name in self.env
            if known and (not path or field.comodel_name in carriers):
                yield from self._iter_paths(self.env[field.comodel_name], carriers, (*path, name))

    @staticmethod
    def _is_through(model, field, carriers) -> bool:
        """Whether a related field reads a record of a model that holds secrets."""
        for name in field.related.split(".")[:-1]:
            model = model.env[model._fields[name].comodel_name]
            if model._name in carriers:
                return True
        return False

    def find_method_leaks(self, user, records) -> list:
        """Call each public method that needs no argument, on a document."""
        leaks = []
        records = records.with_user(user)
        for name, method in inspect.getmembers(type(records), callable):
            if name.startswith("_") or getattr(method, "_api_private", False):
                continue
            if name in ("unlink", "browse", "sudo") or not self._is_callable_bare(method):
                continue
            with self.call_apart():
                ids = [] if getattr(method, "_api_model", False) else [records.ids]
                answer = call_kw(records.browse(), name, ids, {})
                self._note(leaks, (records._name, name), answer)
        return leaks

    @staticmethod
    def _is_callable_bare(method) -> bool:
        try:
            parameters = list(inspect.signature(method).parameters.values())[1:]
        except (TypeError, ValueError):
            return False
        empty = inspect.Parameter.empty
        return all(
            parameter.default is not empty or parameter.kind in (2, 4) for parameter in parameters
        )

    # ---- Routes and reports ----
    def find_route_leaks(self, documents, token) -> list:
        """Ask every route that may speak of a document, with the token of its link.

        :param documents: of any models; the token of the first opens them
        """
        leaks = []
        # The host asks its threads for the database.
        with patch.object(threading.current_thread(), "dbname", self.env.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        for document in documents:
            for rule in rules:
                for url, call in self._prepare_requests(rule, document, token):
                    with mute_logger(
                        "odoo.http", "odoo.addons.base.models.ir_qweb", "odoo.sql_db",
                        "odoo.addons.base.models.ir_actions_report", "odoo.addons.http_routing",
                    ):  # fmt: skip
                        response = self.url_open(url, **call)
                    self._note(leaks, url, as_words(response))
        return leaks

    def _prepare_requests(self, rule, document, token):
        """Yield the addresses of a route, and what is sent with each."""
        routing = rule.endpoint.routing
        if routing["auth"] not in ("public", "user", "none") or "/static/" in rule.rule:
            return
        known = {
            name for name in inspect.signature(rule.endpoint.func).parameters if name != "self"
        }
        values = {}
        for name in rule.arguments:
            converter = type(rule._converters[name]).__name__
            if converter in ("IntegerConverter", "SignedIntConverter"):
                values[name] = document.id
            elif converter == "ModelConverter":
                if rule._converters[name].model != document._name:
                    return
                values[name] = document
            elif name in MODEL_ARGUMENTS:
                values[name] = document._name
            else:
                return
        given = {name: document.id for name in known & set(ID_ARGUMENTS) - set(values)}
        given |= {name: document._name for name in known & set(MODEL_ARGUMENTS) - set(values)}
        if not values and "access_token" not in known and len(given) < 2:
            return
        given["access_token"] = token
        _host, path = rule.build(values, append_unknown=False)
        if routing["type"] == "jsonrpc":
            data = json.dumps({"jsonrpc": "2.0", "params": given})
            yield path, {"data": data, "headers": {"Content-Type": "application/json"}}
        elif not routing["methods"] or "GET" in routing["methods"]:
            for kind in ("", "html", "pdf") if "report_type" in known else ("",):
                query = given | ({"report_type": kind} if kind else {})
                pairs = "&".join(f"{name}={value}" for name, value in query.items())
                yield f"{path}?{pairs}", {"allow_redirects": True}

    def find_report_leaks(self, documents) -> list:
        """Ask for each report of the documents' models, as who is logged in."""
        leaks = []
        for document in documents:
            domain = Domain("model", "=", document._name)
            for report in self.env["ir.actions.report"].search(domain):
                url = f"/report/html/{report.report_name}/{document.id}"
                with mute_logger("odoo.http", "odoo.addons.base.models.ir_qweb", "odoo.sql_db"):
                    self._note(leaks, url, as_words(self.url_open(url)))
        return leaks

    def check_every_door(self, user, documents, lines):
        """Nothing secret leaves by a link, an account on the portal, or a call.

        :param documents: of any models; the first is what its link opens
        :param lines: records of the lines that hold the secrets
        """
        self.assert_told_inside(lines)
        first = documents[0]
        token = first._portal_ensure_token()
        self.env.flush_all()
        self.authenticate(None, None)
        leaks = self.find_route_leaks(documents, token)
        self.authenticate(user.login, user.login)
        leaks += self.find_route_leaks(documents, "none")
        leaks += self.find_report_leaks(documents)
        leaks += self.find_read_leaks(user)
        leaks += self.find_oracles(user, lines)
        for records in (*documents, lines):
            leaks += self.find_method_leaks(user, records)
        self.assert_nothing_told(leaks)

    def check_lines_outside(self, user, lines, shown):
        """The person reads these lines and no other, and a call that names another is refused."""
        outside = lines.with_user(user)
        self.env.invalidate_all()
        self.assertEqual(outside.search([("id", "in", lines.ids)]), shown)
        self.assertTrue(shown.with_user(user).read(["name"]))
        for line in lines - shown:
            with self.assertRaises(AccessError):
                line.with_user(user).read(["name"])
