from . import account_chart_template
from . import account_fiscal_position
from . import account_move
from . import document_text_mixin
from . import koban_legal_mention
from . import res_company
from . import res_config_settings
from . import res_partner
