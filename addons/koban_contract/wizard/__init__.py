from . import contract_amend
from . import contract_suspend
from . import reading_entry
