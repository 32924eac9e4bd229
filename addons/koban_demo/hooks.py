"""What the installation does: build the demo company, or leave a real one alone."""

import logging

from odoo.api import Environment

from .demo import (
    catalogue,
    classes,
    company,
    contracts,
    customers,
    ecotaxes,
    imports,
    invoices,
    prices,
    purchases,
    sales,
)
from .demo.stage import Stage

_logger = logging.getLogger(__name__)


def post_init_hook(env: Environment) -> None:
    """Build the demo data in the main company, unless it already has documents."""
    main_company = env.ref("base.main_company")
    if reason := company.get_obstacle(main_company):
        _logger.info("No demo data for %s: %s", main_company.name, reason)
        return
    stage = Stage(company.prepare_environment(env, main_company), main_company.id)
    company.build(stage)
    classes.build(stage)
    ecotaxes.build(stage)
    catalogue.build(stage)
    customers.build(stage)
    prices.build(stage)
    sales.create_templates(stage)
    purchases.build(stage)
    orders = sales.build(stage)
    prices.refuse_below_minimum(stage, orders)
    invoices.build(stage, orders)
    contracts.build(stage)
    prices.change_prices(stage)
    imports.build(stage)
