from . import models


def uninstall_hook(env):
    """Leave no system parameter behind."""
    env["ir.config_parameter"].search([("key", "=like", "koban_report.%")]).unlink()
