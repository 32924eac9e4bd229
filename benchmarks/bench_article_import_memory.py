"""Import ten times as many articles: memory must not grow with them."""

TITLE = "memory of an import, 1,000 articles against 10,000"
CASES = {"articles": {}}
SIDES = {
    "1,000": {"template": "koban", "articles": 1_000},
    "10,000": {"template": "koban", "articles": 10_000},
}
ROUNDS = 1
GOALS = {"articles": 1.10}
MEASURE = "memory"


def prepare(env):
    """Make the category that the rows name."""
    env["product.category"].create({"name": "Machines"})
    return {"batch": 0}


def run(env, data, meter, articles):
    """Import a file as the scheduled job does."""
    # Scripts import nothing before they run.
    from bench_article_import import import_file, make_file, make_rows  # noqa: PLC0415

    data["batch"] += 1
    content = make_file(make_rows(data["batch"], articles))
    with meter(articles):
        import_file(env, content)
