"""What installing the addon sets up, and uninstalling it takes away."""

from odoo.api import Environment

from odoo.addons.koban_guard.tools.moves import give_back, take_over

from .tools.triggers import allow_changes


def pre_init_hook(env: Environment) -> None:
    """Take over what koban_compliance held up to 19.0.1.3.0."""
    take_over(
        env,
        "koban_compliance",
        "koban_seal",
        records=(
            "access_koban_event_accountant",
            "access_koban_event_auditor",
            "access_koban_signing_key_auditor",
            "access_koban_signing_key_declare",
            "access_koban_verification_accountant",
            "access_koban_verification_auditor",
            "access_koban_verification_finding_accountant",
            "access_koban_verification_finding_auditor",
            "action_koban_event",
            "action_koban_signing_key",
            "action_koban_signing_key_declare",
            "action_koban_verification",
            "action_server_verify",
            "cron_verification",
            "cron_verification_ir_actions_server",
            "group_auditor",
            "menu_compliance",
            "menu_koban_event",
            "menu_koban_signing_key",
            "menu_koban_verification",
            "privilege_auditor",
            "rule_event_company",
            "rule_verification_company",
            "rule_verification_finding_company",
            "view_koban_event_form",
            "view_koban_event_list",
            "view_koban_event_search",
            "view_koban_signing_key_declare_form",
            "view_koban_signing_key_list",
            "view_koban_verification_form",
            "view_koban_verification_list",
            "view_koban_verification_search",
        ),
        models=(
            "koban.append.only.mixin",
            "koban.event",
            "koban.exported.mixin",
            "koban.sealed.mixin",
            "koban.signing.key",
            "koban.signing.key.declare",
            "koban.verification",
            "koban.verification.finding",
        ),
    )


def post_init_hook(env: Environment) -> None:
    """Leave the scheduled verification as an administrator set it."""
    give_back(env)


def uninstall_hook(env: Environment) -> None:
    """Take away what the host does not know of: the function of the triggers, and they with it."""
    allow_changes(env.cr)
