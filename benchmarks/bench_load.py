"""Ten people at once: quote, order, invoice, posted; a third paid, a quarter printed."""

from datetime import datetime, timedelta

TITLE = "ten people at work at once, from the quote to the invoice, two workers"
CASES = {"a loop": {"loops": 3}}
ROUNDS = 4
# 0.90 of the host's loops in the same time.
GOALS = {"a loop": 1 / 0.90}


def prepare(env):
    """Make the people, with their keys, and serve the database."""
    import odoo.tools  # noqa: PLC0415
    from load import PEOPLE, Person, Server  # noqa: PLC0415
    from parties import make_parties  # noqa: PLC0415

    customer = make_parties(env)
    product = env["product.product"].create(
        {"name": "Prestation", "type": "service", "list_price": 10.0, "invoice_policy": "order"}
    )
    groups = ["base.group_user", "sales_team.group_sale_manager", "account.group_account_manager"]
    keys = {}
    for number in range(PEOPLE):
        login = f"load_{number}"
        user = env["res.users"].create(
            {
                "name": f"Personne {number}",
                "login": login,
                "password": login,
                "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
            }
        )
        end = datetime.now() + timedelta(days=1)
        keys[login] = env["res.users.apikeys"].with_user(user)._generate("rpc", "load", end)
    env.cr.commit()
    server = Server(env.cr.dbname, int(odoo.tools.config["http_port"]))
    sold = customer.id, product.id
    return server, [
        Person(server, login, key, sold, number) for number, (login, key) in enumerate(keys.items())
    ]


def run(env, data, meter, loops):
    """Measure what each loop takes while all are at it."""
    from load import work_together  # noqa: PLC0415

    server, people = data
    before = server.count_retries()
    with meter(loops * len(people)):
        errors = work_together(people, loops)
    assert not errors, errors[:3]
    meter.retries = server.count_retries() - before
