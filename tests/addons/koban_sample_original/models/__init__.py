from . import ir_actions_report
from . import koban_issued_document
from . import koban_sample
