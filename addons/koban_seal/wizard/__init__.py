from . import signing_key_declare
from . import verification_acknowledge
