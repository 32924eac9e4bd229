# What invoices inherit comes before them.
from . import credited_mixin
from . import dated_mixin
from . import fictitious_invoice_mixin

from . import account_bank_statement_line
from . import account_edi_xml_cii_facturx
from . import account_edi_xml_ubl_20
from . import account_edi_xml_ubl_bis3
from . import account_invoice_report
from . import account_journal
from . import account_move
from . import account_move_line
from . import account_move_send
from . import account_partial_reconcile
from . import account_payment
from . import ir_actions_report
from . import ir_module_module
from . import koban_issued_document
from . import koban_settlement
from . import koban_taken_number
from . import names_mixin
from . import res_company
from . import res_config_settings
