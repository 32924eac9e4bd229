from . import signing_key_declare
