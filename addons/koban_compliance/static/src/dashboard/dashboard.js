import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** The state of compliance on one page; each point leads to its fix. */
export class ComplianceDashboard extends Component {
    static template = "koban_compliance.Dashboard";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ cards: [] });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.cards = await this.orm.call("koban.compliance.dashboard", "get_cards", []);
    }

    get worst() {
        const order = ["bad", "warning", "info", "good"];
        return order.find((state) => this.state.cards.some((card) => card.state === state));
    }

    open(action) {
        return this.action.doAction(action, { onClose: () => this.load() });
    }
}

registry.category("actions").add("koban_compliance.dashboard", ComplianceDashboard);
