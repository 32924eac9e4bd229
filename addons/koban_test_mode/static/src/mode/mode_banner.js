import { Component, reactive, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

/** Whether the user's documents are fictitious; undefined for users who make none. */
const testMode = reactive({
    available: Boolean(session.test_mode),
    active: Boolean(session.test_mode?.active),
});

/** Lists open otherwise in the mode TEST: what the browser keeps of their actions is out of date. */
const forgetActions = () => rpcBus.trigger("CLEAR-CACHES", "/web/action/load");

export const testModeService = {
    dependencies: ["bus_service", "orm"],
    start(env, { bus_service: bus, orm }) {
        if (testMode.available) {
            // Of all screens of this user: the server knows one mode for them.
            bus.subscribe("koban_test_mode.switched", ({ active }) => {
                testMode.active = active;
                forgetActions();
            });
            bus.start();
        }
        return {
            state: testMode,
            async toggle() {
                forgetActions();
                testMode.active = await orm.call("res.users", "action_toggle_test_mode", [
                    !testMode.active,
                ]);
                // A form that is open keeps what it was made with.
                browser.location.reload();
            },
        };
    },
};

export class TestModeSystray extends Component {
    static template = "koban_test_mode.TestModeSystray";
    static props = {};

    setup() {
        this.testMode = useService("koban_test_mode");
        this.state = useState(this.testMode.state);
    }

    get title() {
        return this.state.active ? _t("Leave the mode TEST") : _t("Switch to the mode TEST");
    }
}

export class TestModeBanner extends Component {
    static template = "koban_test_mode.TestModeBanner";
    static props = {};

    setup() {
        this.testMode = useService("koban_test_mode");
        this.state = useState(this.testMode.state);
        this.userName = user.name;
    }
}

patch(WebClient, { components: { ...WebClient.components, TestModeBanner } });

registry.category("services").add("koban_test_mode", testModeService);
if (testMode.available) {
    registry
        .category("systray")
        .add("koban_test_mode.switch", { Component: TestModeSystray }, { sequence: 10 });
}
