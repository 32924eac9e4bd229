import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Tells the person who waits for the print of many documents how far it is. */
export const printProgress = {
    dependencies: ["bus_service", "ui"],
    start(env, { bus_service: bus, ui }) {
        bus.subscribe("koban_report.progress", (progress) => {
            // The screen is blocked until the download begins: its message is what is seen.
            if (ui.isBlocked) {
                const message = _t("%(title)s: %(done)s of %(total)s documents printed", progress);
                ui.bus.trigger("BLOCK", { message });
            }
        });
        bus.start();
    },
};

registry.category("services").add("koban_report.print_progress", printProgress);
