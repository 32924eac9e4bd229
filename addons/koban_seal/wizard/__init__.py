from . import clock_declare
from . import database_declare
from . import signing_key_declare
from . import verification_acknowledge
from . import verification_code
