from . import account_edi_xml_cii_facturx
from . import account_edi_xml_ubl_20
from . import account_journal
from . import account_move
from . import account_move_page
from . import account_move_line
from . import account_move_send
from . import account_partial_reconcile
