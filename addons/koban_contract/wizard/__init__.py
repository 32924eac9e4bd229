from . import koban_contract_from_order
from . import koban_contract_from_order_line
