"""Puts on record what was there before: when an addon comes, or the protection.

Functions, no methods: code typed in a client must not have sealed what it made by SQL, nor have
told anew what is compared.
"""

from odoo.addons.koban_guard.tools.names import freeze_names

from .journal import seal


class Takeover:
    """What a takeover shows the models that it asks: no code typed in a client has one."""


def seal_existing(companies, *model_names):
    """Seal the validated documents of companies that have no seal.

    An addon names its own models. What the others have to seal was sealed when they came: a
    document without a seal was made past the software since, and stays an alarm.

    :param companies: those that protect their documents are taken
    :param model_names: all that are sealed by default, for a company that protects them from now on
    """
    guarded = companies.filtered("document_guard")
    for model in guarded._get_sealed_models():
        if not model_names or model._name in model_names:
            model._prepare_takeover(guarded, Takeover())
            _seal_model(guarded, model)


def _seal_model(companies, model):
    for ids in companies._iter_unsealed(model):
        documents = model.browse(ids)
        if "frozen_names" in documents:
            freeze_names(documents)  # as they are called now
        seal(documents, "takeover")
        model.env.cr.precommit.run()
        model.env.invalidate_all()
