import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

/** Several lines at once into a group. */
export class MoveLinesDialog extends Component {
    static template = "koban_document.MoveLinesDialog";
    static components = { Dialog };
    static props = { close: Function, group: Object, lines: Array, onConfirm: Function };

    setup() {
        this.state = useState({ chosen: {} });
    }

    get title() {
        return (this.props.group.data.name || "").split("\n")[0];
    }

    get chosenLines() {
        return this.props.lines.filter((line) => this.state.chosen[line.id]);
    }

    get isWhole() {
        return this.chosenLines.length === this.props.lines.length;
    }

    toggleAll() {
        const chosen = !this.isWhole;
        for (const line of this.props.lines) {
            this.state.chosen[line.id] = chosen;
        }
    }

    getLabel({ data }) {
        const product = data.product_template_id || data.product_id;
        return (product?.display_name || data.name || "").split("\n")[0];
    }

    confirm() {
        this.props.onConfirm(this.chosenLines);
        this.props.close();
    }
}
