"""Find an article among 100,000 in a line: by own data with the addons, by name on the host."""

TITLE = "find an article among 100,000 in a line, ours by own data, the host by name"
CASES = {
    "line of a quote": {"model": "product.template"},
    "other lines": {"model": "product.product"},
}
ROUNDS = 5
GOALS = dict.fromkeys(CASES, 1.5)
ARTICLES = 100_000
# As the web client asks for while one types.
LIMIT = 8
SEARCHES = 20


def prepare(env):
    """Make the articles; what tells them apart is their name on the host, own data with us."""
    from articles import make_articles  # noqa: PLC0415

    with_data = "koban.product.data" in env
    return {"keys": make_articles(env, ARTICLES, with_data), "place": 0}


def run(env, data, meter, model):
    """Measure the searches of as many people, each for another article."""
    place = data["place"]
    data["place"] = (place + SEARCHES) % (len(data["keys"]) - SEARCHES)
    for key in data["keys"][place : place + SEARCHES]:
        with meter(1):
            found = env[model].name_search(key[:7], [("active", "=", True)], limit=LIMIT)
        assert len(found) == 1, (key, found)
