def post_init_hook(env):
    """Take the codes of the articles that exist; the list of duplicates shows the others."""
    articles = env["product.product"].with_context(active_test=False).search([])
    env["koban.product.code"]._take_free(articles)
