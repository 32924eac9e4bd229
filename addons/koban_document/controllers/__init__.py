from . import document_model
