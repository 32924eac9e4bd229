from . import models, wizard
from . import models
from . import wizard
from .hooks import post_init_hook
from . import controllers, models
from .hooks import post_init_hook, uninstall_hook
