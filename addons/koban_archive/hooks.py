"""What installing the addon sets up."""

from odoo.api import Environment
from odoo.tools import SQL

from odoo.addons.koban_guard.tools.moves import give_back, take_over


def pre_init_hook(env: Environment) -> None:
    """Take over what koban_compliance held up to 19.0.1.3.0."""
    take_over(
        env,
        "koban_compliance",
        "koban_archive",
        records=(
            "access_koban_archive_auditor",
            "access_koban_archive_create",
            "access_koban_archive_verify",
            "access_koban_attestation_auditor",
            "access_koban_attestation_module_auditor",
            "action_report_attestation",
            "attestation_code",
            "attestation_company",
            "attestation_editor",
            "cron_archive",
            "cron_archive_ir_actions_server",
            "cron_archive_reminder",
            "cron_archive_reminder_ir_actions_server",
            "cron_attestation",
            "cron_attestation_ir_actions_server",
            "koban_archive_action",
            "koban_archive_create_action",
            "koban_archive_create_view_form",
            "koban_archive_menu",
            "koban_archive_verify_action",
            "koban_archive_verify_view_form",
            "koban_archive_view_form",
            "koban_archive_view_list",
            "koban_archive_view_search",
            "koban_attestation_action",
            "koban_attestation_menu",
            "koban_attestation_view_form",
            "koban_attestation_view_list",
            "koban_attestation_view_search",
            "paperformat_attestation",
            "report_attestation",
            "res_config_settings_view_form_attestation",
            "rule_archive_company",
            "rule_attestation_company",
            "rule_attestation_module_company",
        ),
        models=(
            "koban.archive",
            "koban.archive.create",
            "koban.archive.verify",
            "koban.attestation",
            "koban.attestation.module",
        ),
        fields=(
            "res.config.settings.editor_address",
            "res.config.settings.editor_name",
            "res.config.settings.editor_registry",
            "res.config.settings.signatory",
            "res.config.settings.signatory_role",
        ),
    )
    # The editor and who signs.
    env.cr.execute(
        SQL(
            "UPDATE ir_config_parameter SET key = replace(key, %(old)s, %(new)s) "
            "WHERE starts_with(key, %(old)s)",
            old="koban_compliance.",
            new="koban_archive.",
        )
    )


def post_init_hook(env: Environment) -> None:
    """Leave the scheduled jobs as an administrator set them."""
    give_back(env)
