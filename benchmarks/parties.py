"""Who sells and who buys, with what the law wants on an invoice: nothing is missing."""

# Of the addons; the plain host has no field for them.
IDENTITY = {"legal_form": "sarl", "share_capital": 50_000.0, "rcs_city": "Paris"}


def make_parties(env):
    """Give the current company its identity.

    :return: a customer, record of ``res.partner``
    """
    env.company.partner_id.write(
        {
            "street": "1 rue de la Paix",
            "zip": "75002",
            "city": "Paris",
            "vat": "FR23334175221",
            "company_registry": "33417522101010",
        }
    )
    env.company.write(
        {name: value for name, value in IDENTITY.items() if name in env.company._fields}
    )
    return env["res.partner"].create(
        {
            "name": "Client de mesure",
            "is_company": True,
            "street": "2 rue de la Paix",
            "zip": "75002",
            "city": "Paris",
            "country_id": env.ref("base.fr").id,
            "vat": "FR44732829320",
            "company_registry": "73282932000066",
        }
    )
