from . import ecotax_declaration
