"""A database to attack: its people, its documents, and what it says of them."""

import json
from typing import Any

from attacks import ADDED, Victim
from business import Masters
from conftest import Person
from documents import Kept, Sealed
from masters import Master, prepare_fill
from place import Place
from web import Web

# What of a row says nothing of the document.
FREE = ["access_token", "message_main_attachment_id", "write_date", "write_uid"]


# Refusals and verifications add rows to these while others are attacked.
GROWING = ("koban.event", "koban.verification", "koban.verification.finding")


class Arena:
    """What the attacks share.

    :param people: by login, with :param webs: their sessions of the web client.
    :param others: the people that only masters are attacked by.
    """

    def __init__(
        self,
        place: Place,
        people: dict[str, Person],
        webs: dict[str, Web],
        masters: Masters,
        others: dict[str, Person],
    ):
        self.place, self.people, self.webs, self.masters = place, people, webs, masters
        self.others = others
        self.admin = people["admin"].rpc
        self._connection = place.connect()
        self._connection.autocommit = True

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def sql(self, query: str, *args: Any) -> list[tuple]:
        """Run SQL, committed at once."""
        with self._connection.cursor() as cursor:
            cursor.execute(query, args or None)
            return cursor.fetchall() if cursor.description else []

    def make(self, sealed: Sealed) -> Victim:
        """Make a validated document of a model."""
        id_ = sealed.make(self.people["admin"], self.masters)
        victim = Victim(sealed, id_, named=self._find_named(sealed, id_))
        if not sealed.lines:
            return victim
        names = ["relation", "relation_field"]
        line = self.admin(sealed.model, "fields_get", [sealed.lines], names)[sealed.lines]
        [row] = self.admin(sealed.model, "read", [id_], [sealed.lines])
        lines = tuple(row[sealed.lines])
        return Victim(sealed, id_, line["relation"], line["relation_field"], lines, victim.named)

    def _find_named(self, sealed: Sealed, id_: int) -> tuple[str, int]:
        if not sealed.through:
            return "", 0
        name = sealed.through[0]
        info = self.admin(sealed.model, "fields_get", [name], ["relation"])
        [row] = self.admin(sealed.model, "read", [id_], [name], load=None)
        return info[name]["relation"], row[name]

    def read(self, victim: Victim) -> list[tuple]:
        """Return a fingerprint of what the database holds of a document."""
        tables = [(victim.model, "id")]
        tables += [(victim.line_model, victim.line_field)] if victim.line_model else []
        return [
            self.sql(
                "SELECT count(*), md5(string_agg((to_jsonb(t) - %s::text[])::text, '' ORDER BY id))"
                f" FROM {table_of(model)} t WHERE {column} = %s",
                FREE,
                victim.id,
            )[0]
            for model, column in tables
        ]

    def count(self, kept: Kept | Master) -> int:
        """Return how many rows a model has that are attacked."""
        # Refusals and verifications are recorded meanwhile.
        if kept.model in GROWING:
            return 0
        return self.sql(f"SELECT count(*) FROM {table_of(kept.model)}")[0][0]

    def read_kept(self, kept: Kept | Master) -> tuple:
        """Return a fingerprint of the first row of a model."""
        return self.sql(
            f"SELECT md5((to_jsonb(t) - %s::text[])::text) FROM {table_of(kept.model)} t "
            "ORDER BY id LIMIT 1",
            FREE,
        )[0]

    def read_structure(self, sealed: Sealed) -> tuple:
        """Return the state of the addon, and the columns of the table of a model."""
        return (
            self.sql("SELECT state FROM ir_module_module WHERE name = %s", sealed.addon),
            self.sql(
                "SELECT count(*) FROM information_schema.columns WHERE table_name = %s",
                table_of(sealed.model),
            ),
        )

    def attack(self, victim: Victim, query: str) -> None:
        """Run an attack by SQL on a document."""
        sealed = victim.sealed
        [(column, value)] = sealed.values.items()
        [(line_column, line_value)] = sealed.line_values.items() or [("", None)]
        query = query.format(
            table=table_of(sealed.model),
            column=column,
            lines=table_of(victim.line_model),
            line_column=line_column,
            added=ADDED,
        )
        values = {"id": victim.id, "model": sealed.model, "value": value, "line_value": line_value}
        values["line"] = victim.lines[0] if victim.lines else 0
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)
            assert cursor.rowcount, query

    def unprotect(self, table: str) -> None:
        """Drop what keeps the rows of a table, as its owner can."""
        self.sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for referring, name in self.sql(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'f' AND confrelid = %s::regclass",
            table,
        ):
            self.sql(f'ALTER TABLE {referring} DROP CONSTRAINT "{name}"')

    def get_last_link(self) -> int:
        """Return the id of the last link of the journal."""
        return self.sql("SELECT max(id) FROM koban_event")[0][0]

    def is_told(self, victim: Victim, since: int) -> bool:
        """Whether a link since then says what happened to a document, or a verification does."""
        links = self.sql(
            "SELECT 1 FROM koban_event WHERE id > %s AND kind <> 'refusal' "
            "AND res_model = %s AND res_id = %s",
            since,
            victim.model,
            victim.id,
        )
        return bool(links) or not victim.names.isdisjoint(self.find())

    def find(self) -> set[tuple[str, int]]:
        """Verify; return the model and id of each record that the verification tells of."""
        answers = self.admin("koban.verification", "verify")
        return {(item["model"], item["id"]) for answer in answers for item in answer["findings"]}


def table_of(model: str) -> str:
    """Return the table of a model."""
    return model.replace(".", "_")


# A row of each model that proves something, and a user of each profile; prints the users' keys.
FILL = """
import json
from datetime import datetime, timedelta
from dateutil.relativedelta import relativedelta
partner = env["res.partner"].create({{"name": "Fournil", "country_id": env.ref("base.fr").id}})
product = env["product.product"].create(
    {{"name": "Réglage", "type": "service", "contract_ok": True}}
)
line = {{"product_id": product.id, "price_unit": 100.0}}
order = env["sale.order"].create({{"partner_id": partner.id, "order_line": [(0, 0, line)]}})
order.action_confirm()
contract = env["koban.contract"].create(
    {{
        "title": "Maintenance",
        "partner_id": partner.id,
        "date_start": "2026-01-01",
        "line_ids": [(0, 0, line)],
    }}
)
contract.action_validate()
last_month = datetime.now().date() - relativedelta(months=1, day=1)
invoice = env["account.move"].create({{
    "move_type": "out_invoice",
    "partner_id": partner.id,
    "invoice_date": last_month,
    "invoice_line_ids": [(0, 0, line)],
}})
invoice.action_post()
register = env["account.payment.register"].with_context(
    active_model="account.move", active_ids=invoice.ids
)
for rank in range(2):
    payment = register.create({{"payment_date": last_month, "amount": 10.0}})._create_payments()
payment.action_draft()
payment.unlink()
env["ir.actions.report"]._render_qweb_pdf("account.account_invoices", invoice.ids)
env.cr.commit()
env["koban.closing"].close_month()
env["koban.archive"].create_archive(str(last_month), str(last_month))
env["koban.attestation"].create_attestation()
env.cr.execute("UPDATE account_move SET amount_total = 1 WHERE id = %s", [invoice.id])
env["koban.verification"].verify()
env.cr.execute("UPDATE account_move SET amount_total = 120 WHERE id = %s", [invoice.id])
end = datetime.now() + timedelta(hours=20)
people = env.ref("base.user_admin")
for login, group in {profiles!r}.items():
    groups = [(6, 0, env.ref(group).ids)]
    user = env["res.users"].create({{"name": login, "login": login, "group_ids": groups}})
    user.password = login
    people |= user
{masters}
keys = {{}}
for user in people:
    keys[user.login] = env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "t", end)
env.cr.commit()
print(json.dumps(keys))
"""


def fill(place: Place, profiles: dict[str, str]) -> dict[str, str]:
    """Fill a new database; return the key of the API of each person, and the administrator's."""
    output = place.shell.script(FILL.format(profiles=profiles, masters=prepare_fill()))
    return json.loads(output.strip().splitlines()[-1])
