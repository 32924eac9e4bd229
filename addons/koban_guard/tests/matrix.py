"""The matrix of DESIGN §2: every field of a validated record, tried one by one.

What must pass is typed by hand, here and in the addons' ``test_matrix.py``;
what is tried is found by introspection. A field nobody typed must be refused.
"""

import datetime
import logging

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, mute_logger

from odoo.addons.koban_guard.exceptions import DocumentError

_logger = logging.getLogger(__name__)

# Talking about a document is not altering it: fields of the host's chatter,
# activities, ratings and portal link.
COMMUNICATION = {
    "access_token",
    "activity_ids",
    "activity_summary",
    "activity_type_id",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",  # the file shown beside the document
    "message_partner_ids",
    "rating_ids",
    "website_message_ids",
}
# An id that no table of a test database reaches.
NOWHERE = 2_000_000_000


def get_other_value(record, field):
    """Return a value of the field's type that is not the stored one."""
    return OTHER_VALUES[field.type](record.sudo(), field)


def get_stored_value(record, field):
    """Return the stored value, as a client gives it back."""
    value = record.sudo()[field.name]
    if field.type == "one2many":
        return [Command.link(id_) for id_ in value.ids]
    if field.type == "many2many":
        return [Command.set(value.ids)]
    if field.type == "properties":
        return record.sudo().read([field.name])[0][field.name]
    return value.id if field.type == "many2one" else value


def without_author(rows):
    """Leave out of stored rows who wrote last, and tell no kind of empty from another."""
    return [
        {key: value or None for key, value in row.items() if key not in ("write_uid", "write_date")}
        if isinstance(row, dict)
        else row
        for row in rows
    ]


def _other_selection(record, field):
    current = record[field.name]
    values = [value for value in field.get_values(record.env) if value != current]
    return values[0] if values else "no_such_value"


def _other_many2one(record, field):
    comodel = record.env[field.comodel_name].sudo().with_context(active_test=False)
    other = comodel.search([("id", "!=", record[field.name].id)], limit=1)
    return other.id or NOWHERE


def _other_many2many(record, field):
    comodel = record.env[field.comodel_name].sudo().with_context(active_test=False)
    other = comodel.search([("id", "not in", record[field.name].ids)], limit=1)
    if not other and record[field.name]:
        return [Command.clear()]
    return [Command.link(other.id or NOWHERE)]


def _other_one2many(record, field):
    current = record[field.name]
    return [Command.delete(current[0].id)] if current else [Command.create({})]


def _other_date(record, field):
    return str((record[field.name] or datetime.date(2024, 2, 29)) + datetime.timedelta(days=3))


def _other_datetime(record, field):
    current = record[field.name] or datetime.datetime(2024, 2, 29, 10, 0, 0)
    return (current + datetime.timedelta(days=3)).strftime("%Y-%m-%d %H:%M:%S")


def _other_text(record, field):
    return f"{record[field.name] or ''} altered"


def _other_number(record, field):
    return record[field.name] + 7


def _other_properties(record, field):
    return {name: f"{value or ''} altered" for name, value in record[field.name].items()}


OTHER_VALUES = {
    "binary": lambda record, field: b"YWx0ZXJlZA==",
    "boolean": lambda record, field: not record[field.name],
    "char": _other_text,
    "date": _other_date,
    "datetime": _other_datetime,
    "float": _other_number,
    "html": lambda record, field: "<p>altered</p>",
    "integer": _other_number,
    "json": lambda record, field: {"altered": "yes"},
    "many2many": _other_many2many,
    "many2one": _other_many2one,
    "many2one_reference": _other_number,
    "monetary": _other_number,
    "one2many": _other_one2many,
    "properties": _other_properties,
    "reference": lambda record, field: f"res.partner,{record.env.user.partner_id.id}",
    "selection": _other_selection,
    "text": _other_text,
}


class GuardMatrix:
    """To mix in with ``DocumentCase``."""

    def get_tried_fields(self, model):
        """Every field that a write could change: stored, or with an inverse."""
        return [field for field in model._fields.values() if field.store or field.inverse]

    def check_refused(self, user, record, allowed):
        """Every field but the allowed ones is refused, and nothing is stored.

        :param user: who writes; ``None`` for the superuser
        :param allowed: names typed by hand
        """
        tried = [field for field in self.get_tried_fields(record) if field.name not in allowed]
        self.assertGreater(len(tried), 25)
        document = record.sudo()._get_guarded_documents()
        whole = self.photo(document)
        before = self.row(record)
        for field in tried:
            value = get_other_value(record, field)
            with self.subTest(model=record._name, field=field.name, value=value):
                error = self.refusal(
                    "document_validated",
                    self.rpc, user, record, "write", {field.name: value},
                )  # fmt: skip
                named = {field.name, *document._get_line_fields()}
                self.assertTrue(named & set(error.context["fields"]), error.context)
                previous, before = before, self.row(record)
                self.assert_same_rows(before, previous)
        self.assert_same_rows(self.photo(document), whole)

    def check_same_values(self, user, record):
        """The stored values themselves are not refused: a client may send them all back."""
        values = {
            field.name: get_stored_value(record, field) for field in self.get_tried_fields(record)
        }
        document = record.sudo()._get_guarded_documents()
        before = self.photo(document)
        try:
            with self.undone():
                self.rpc(user, record, "write", values)
                # Who wrote last is all that may differ.
                after = without_author(self.photo(document))
                self.assert_same_rows(after, without_author(before))
        except DocumentError as error:
            self.fail(f"{error.context['fields']}: {error}")
        except UserError:
            # The host forbids some fields whatever their value; the guard comes first.
            self.assert_same_rows(self.photo(document), before)

    def check_written(self, user, record, values):
        """Each value is stored, alone."""
        for name, value in values.items():
            with self.subTest(model=record._name, field=name), self.undone():
                self.rpc(user, record, "write", {name: value})
                record.invalidate_recordset()
                field = record._fields[name]
                stored = field.convert_to_write(record.sudo()[name], record)
                if field.type == "html":
                    self.assertIn(value, stored)
                elif field.type == "datetime":
                    self.assertEqual(stored.strftime("%Y-%m-%d %H:%M:%S"), value)
                else:
                    self.assertEqual(stored, value)

    def check_references(self, record, released):
        """What a frozen link points to cannot be deleted under a validated record.

        The link is planted by SQL, on a record made for it.

        :param released: names of links, typed by hand, that a deletion may empty
        :return: how many links were tried
        """
        tried = 0
        for field in record._fields.values():
            if not field.store or field.name in released or not self.is_emptied(field):
                continue
            target = self.make_target(self.env[field.comodel_name])
            if not target:
                continue
            tried += 1
            with self.subTest(model=record._name, field=field.name), self.undone():
                self.plant(record, field, target)
                planted = self.row(record)
                self.check_undeletable(target)
                self.assert_same_rows(self.row(record), planted)
        return tried

    def is_emptied(self, field):
        """Whether PostgreSQL empties the field when its target is deleted."""
        if field.type == "many2one":
            return bool(field.column_type) and field.ondelete == "set null"
        return field.type == "many2many"

    def make_target(self, model):
        """Create a record that nothing else refers to, if a name is all it needs."""
        values = {model._rec_name or "name": "Target of the test"}
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return model.create(values)
        except Exception:  # models that need more are tried by hand
            return None

    def plant(self, record, field, target):
        self.env.flush_all()
        if field.type == "many2one":
            query = SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL.identifier(field.name),
                target.id,
                record.id,
            )
        else:
            query = SQL(
                "INSERT INTO %s (%s, %s) VALUES (%s, %s)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                record.id,
                target.id,
            )
        self.env.cr.execute(query)
        self.env.invalidate_all()

    def check_let_through(self, user, record, names):
        """The guard says nothing of these fields; the host may."""
        for name in names & set(record._fields):
            value = get_other_value(record, record._fields[name])
            with self.subTest(model=record._name, field=name):
                try:
                    with mute_logger("odoo.sql_db"), self.undone():
                        self.rpc(user, record, "write", {name: value})
                except DocumentError as error:
                    self.fail(f"{name}: {error}")
                except Exception as error:  # the host's own checks of the value
                    _logger.debug("the host refuses %s: %s", name, error)
