from odoo import api, models

from ..tools.pipeline import HOST, find_fault


class PipelineMixin(models.AbstractModel):
    """What happens when a document is validated or cancelled: named steps, in one order.

    An addon inserts its own beside a named one, whatever the order of imports (DESIGN §1)::

        @api.model
        def _get_validation_steps(self):
            return insert_step(super()._get_validation_steps(), "gate", before="open")

        def _validate_gate(self, run):
            run.told["gate"] = self._check_open_periods()

        def _validated_gate(self, run):
            if isinstance(run, Run):  # code typed in a client calls the method, and has none
                count_later(self, run.told["gate"])
    """

    _name = "koban.pipeline.mixin"
    _description = "Steps of a validation"

    @api.model
    def _get_validation_steps(self) -> list[str]:
        """Return the names of the steps of a validation, in their order."""
        return [HOST]

    @api.model
    def _get_cancellation_steps(self) -> list[str]:
        """Return the names of the steps of a cancellation, in their order."""
        return [HOST]

    def _is_through(self, kind: str) -> bool:
        """Whether the host took a document through, so that what follows is done.

        :param kind: ``validation`` or ``cancellation``
        """
        return True

    def init(self):
        """Refuse an addon whose steps are wrong as it is installed: nothing of it stays."""
        super().init()
        self._check_steps()

    def _register_hook(self):
        super()._register_hook()
        self._check_steps()

    @api.model
    def _check_steps(self):
        """Make sure that the steps stand in one order, and that each has a half.

        :raise ValueError: naming the model, the step and those that there are
        """
        if self._abstract:
            return
        for kind, get_steps in (
            ("validation", self._get_validation_steps),
            ("cancellation", self._get_cancellation_steps),
        ):
            try:
                fault = find_fault(self, kind, get_steps())
            except ValueError as error:
                fault = str(error)
            if fault:
                raise ValueError(f"The steps of the {kind} of {self._name}: {fault}")
