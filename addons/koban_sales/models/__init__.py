# What orders inherit comes before them.
from . import order_page_mixin
from . import fictitious_sale_mixin

from . import res_company
from . import res_config_settings
from . import crm_lead
from . import crm_team
from . import ir_sequence
from . import ir_sequence_date_range
from . import project_milestone
from . import project_project
from . import sale_order
from . import sale_order_line
from . import issued_document
from . import document_print
from . import document_model
from . import ir_actions_report
from . import account_move
from . import account_move_line
from . import ir_module_module
from . import sale_order_template
from . import sale_order_template_line
from . import payment_transaction
from . import res_partner
from . import res_users
from . import sale_report
from . import utm_campaign
