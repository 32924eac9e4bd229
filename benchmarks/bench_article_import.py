"""Import 10,000 articles: ours, checked and in batches, and the host's load of the same columns."""

TITLE = "import 10,000 articles, ours and the host's load of the same columns"
CASES = {"articles": {}}
ROUNDS = 1
GOALS = {"articles": 1.2}
ARTICLES = 10_000


def prepare(env):
    """Make the category that the rows name."""
    env["product.category"].create({"name": "Machines"})
    return {"batch": 0}


def run(env, data, meter):
    """Measure one file: name, code, category, price, cost, weight."""
    data["batch"] += 1
    rows = make_rows(data["batch"], ARTICLES)
    if "koban.product.import" not in env:
        with meter(ARTICLES):
            load(env, rows)
        return
    content = make_file(rows)
    with meter(ARTICLES):
        import_file(env, content)


def make_rows(batch: int, count: int) -> list[list[str]]:
    """Return rows of articles that no other batch has."""
    return [
        [f"Machine {batch}-{n}", f"M{batch}-{n:06d}", "Machines", f"{n % 900}.5", f"{n % 500}", "2"]
        for n in range(count)
    ]


def load(env, rows) -> None:
    """Load rows as the host's own import does, without tracking as it says by default."""
    names = ["name", "default_code", "categ_id", "list_price", "standard_price", "weight"]
    answer = env["product.template"].with_context(tracking_disable=True).load(names, rows)
    assert answer["ids"] and len(answer["ids"]) == len(rows), answer["messages"][:3]


def make_file(rows) -> str:
    """Return the file of rows, in base64."""
    import base64  # noqa: PLC0415

    lines = ["Libellé;Code;Groupe;Prix HT;Prix d'achat;Poids", *(";".join(row) for row in rows)]
    return base64.b64encode("\n".join(lines).encode()).decode()


def import_file(env, content: str) -> None:
    """Check a file and import it batch by batch, each committed, as the scheduled job does."""
    imports = env["koban.product.import"]
    report = imports.import_file(content, "articles.csv")
    one = imports.browse(report["id"])
    one.sudo().state = "running"
    env.cr.commit()
    one._process(lambda _done: env.cr.commit() or True)
    assert (one.state, one.refused_count) == ("done", 0), one.get_report()["faults"][:3]
