import { Component, onWillStart, useState } from "@odoo/owl";
import { parseFloat } from "@web/views/fields/parsers";
import { formatFloat } from "@web/views/fields/formatters";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";

/** The article that the customer sees in place of the lines of a group. */
export class KitDialog extends Component {
    static template = "koban_document.KitDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        name: String,
        quantity: Number,
        unit: { optional: true },
        onConfirm: Function,
    };

    setup() {
        this.orm = useService("orm");
        useAutofocus({ refName: "quantity", selectAll: true });
        this.state = useState({
            quantity: formatFloat(this.props.quantity),
            unit: this.props.unit?.id || false,
            invalid: false,
        });
        onWillStart(async () => {
            this.units = await this.orm.searchRead("uom.uom", [], ["display_name"], {
                limit: 200,
            });
        });
    }

    confirm() {
        let quantity = 0;
        try {
            quantity = parseFloat(this.state.quantity);
        } catch {
            // Not a number: refused below.
        }
        this.state.invalid = !(quantity > 0);
        if (!this.state.invalid) {
            const unit = this.units.find(({ id }) => id === Number(this.state.unit));
            this.props.onConfirm(quantity, unit || false);
            this.props.close();
        }
    }
}
