import { WarningDialog } from "@web/core/errors/error_dialogs";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** A refusal is told as any other warning; the code it ends with is for API callers. */
export class DocumentErrorDialog extends WarningDialog {
    setup() {
        super.setup();
        this.message = this.message.replace(/\n\[\w+\]$/, "");
    }

    inferTitle() {
        return _t("This is not possible");
    }
}

for (const name of ["ConstraintError", "DocumentError"]) {
    registry
        .category("error_dialogs")
        .add(`odoo.addons.koban_guard.exceptions.${name}`, DocumentErrorDialog);
}
