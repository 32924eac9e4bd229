def post_init_hook(env):
    """Pair the taxes that are there, and make the price lists of the tiers of French companies."""
    env["account.tax"].with_context(active_test=False).search([])._pair_included()
    companies = env["res.company"].search([]).filtered("document_guard")
    for company in companies:
        env["product.pricelist"]._ensure_tiers(company)
    if companies:
        env.ref("base.group_user")._apply_group(env.ref("product.group_product_pricelist"))
