from . import fictitious_mixin
from . import fictitious_order_mixin
from . import ir_actions_act_window
from . import ir_actions_report
from . import ir_http
from . import mail_template
from . import res_users
