from . import ir_attachment
from . import koban_archive
from . import koban_attestation
from . import koban_attestation_module
from . import res_company
from . import res_config_settings
from . import sealed_mixin
