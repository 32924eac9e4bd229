from . import report
from . import archive
