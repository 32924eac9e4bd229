from . import document_cancel
