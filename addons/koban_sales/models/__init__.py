from . import res_company
from . import res_config_settings
from . import ir_sequence
from . import project_project
from . import sale_order
from . import sale_order_line
from . import account_move
from . import account_move_line
