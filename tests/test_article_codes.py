"""Codes of articles under two users at once (issue 13, line 1; case T16)."""

from calls import refusal, run_together

USERS, ARTICLES = 3, 8


def test_same_code_at_once(rpc) -> None:
    """Case T16: of several users who type one code at the same moment one has it."""
    clients = [rpc() for _user in range(USERS)]
    for rank in range(ARTICLES):
        code, answers = f"REF-{rank}", []

        def make(client, code=code, answers=answers):
            values = {"name": "Pétrin", "default_code": code}
            answers.append(refusal(lambda: client("product.template", "create", values)))

        run_together(*(lambda client=client: make(client) for client in clients))
        assert sorted(answers) == ["", *["article_code_taken"] * (USERS - 1)]
        found = clients[0]("product.product", "search_count", [("default_code", "=", code)])
        assert found == 1


def test_drawn_at_once(rpc) -> None:
    """Row 4-21: codes that several users draw at the same moment are all different."""
    clients = [rpc() for _user in range(USERS)]
    values = {"name": "Fours", "code_pattern": "FOUR-####"}
    category = clients[0]("product.category", "create", values)

    def make(client):
        for _rank in range(ARTICLES):
            client("product.template", "create", {"name": "Four", "categ_id": category})

    run_together(*(lambda client=client: make(client) for client in clients))
    rows = clients[0](
        "product.product", "search_read", [("categ_id", "=", category)], ["default_code"]
    )
    codes = {row["default_code"] for row in rows}
    assert codes == {f"FOUR-{number:04}" for number in range(1, USERS * ARTICLES + 1)}
