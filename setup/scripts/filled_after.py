"""Run after filled_goes_on.py on an upgraded release: what it left half done goes on."""

french = of(env.ref("base.main_company"))  # noqa: F821


def go_on_with_contracts(env):
    """The draft that the release left is validated."""
    before = names(env, "koban.contract")  # noqa: F821
    draft = env["koban.contract"].search([("state", "=", "draft")])
    assert draft, "the release left no draft contract"
    draft.action_validate()
    check_follow(before, draft.mapped("name"))  # noqa: F821


def go_on_with_drafts(env):
    """The draft invoices that the release left are validated, and one is paid."""
    before = names(env, "account.move")  # noqa: F821
    drafts = env["account.move"].search(
        [
            ("state", "=", "draft"),
            ("move_type", "=", "out_invoice"),
            ("is_test", "=", False),
            ("company_id", "=", env.company.id),
        ]
    )
    assert drafts, "the release left no draft invoice"
    for draft in drafts:
        draft.action_post()
    check_follow(before, drafts.mapped("name"))  # noqa: F821
    pay(env, drafts[0])  # noqa: F821


go_on_with_contracts(french)
go_on_with_drafts(french)
env.cr.commit()  # noqa: F821
