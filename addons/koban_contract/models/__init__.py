# In the order of the addons that these parts become: what extends a hook comes after it.
# Contracts
from . import res_company
from . import product_template
from . import koban_contract_type
from . import koban_contract_part_mixin
from . import koban_contract_act_mixin
from . import koban_contract
from . import koban_contract_end
from . import koban_contract_schedule
from . import koban_contract_billing
from . import koban_contract_line
from . import koban_contract_amounts
from . import koban_contract_deadline
from . import koban_contract_period
from . import koban_contract_suspension
from . import koban_billing_run
from . import koban_billing_failure
from . import account_move
from . import account_move_line
from . import koban_contract_stop_reason
from . import koban_contract_amendment
from . import koban_contract_amend
from . import koban_contract_line_amend
from . import koban_contract_line_price
from . import koban_contract_amend_later
from . import koban_contract_checks
from . import koban_contract_line_checks
from . import koban_contract_suspend
from . import res_partner
from . import koban_contract_period_amounts
from . import koban_contract_page
from . import koban_contract_portal
from . import koban_contract_line_print
from . import document_model
from . import ir_actions_report
from . import res_company_models
from . import koban_contract_type_guard
from . import ir_http

# Contracts out of orders
from . import koban_contract_line_order
from . import koban_contract_order
from . import sale_order
from . import sale_order_line

# Price revision
from . import koban_contract_revision
from . import koban_index
from . import koban_index_value
from . import koban_price_revision
from . import koban_contract_line_revision
from . import koban_contract_index_base
from . import koban_contract_revise
from . import koban_price_settlement
from . import koban_contract_revision_cron
from . import koban_contract_amend_revised
from . import account_move_settlement

# Usage
from . import koban_contract_type_usage
from . import koban_contract_tier
from . import koban_meter_reading
from . import koban_contract_line_usage
from . import koban_contract_line_usage_print
from . import koban_contract_period_usage
from . import koban_contract_usage

# Renewal
from . import koban_contract_renewal
from . import koban_price_revision_renewal
from . import koban_contract_preview
from . import koban_contract_terms
from . import koban_contract_reminders
from . import koban_contract_type_reminders
from . import koban_contract_notice
from . import koban_contract_notices

# Recurring revenue
from . import koban_contract_revenue
from . import koban_contract_movement
from . import koban_contract_outlook
from . import koban_contract_forecast

# What the seals cover of all that
from . import koban_contract_seal
