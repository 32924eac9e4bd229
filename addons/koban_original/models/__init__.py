from . import ir_actions_report
from . import ir_attachment
from . import issued_mixin
from . import koban_document_print
from . import koban_event
from . import koban_issued_document
from . import mail_template
