def post_init_hook(env):
    """Give every company the sequence of its contract numbers."""
    env["res.company"].with_context(active_test=False).search([])._create_contract_sequence()
