import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Tells the person who prints many documents how far the print is. */
export const printProgress = {
    dependencies: ["bus_service", "notification"],
    start(env, { bus_service: bus, notification }) {
        let close = () => {};
        bus.subscribe("koban_report.progress", ({ title, done, total }) => {
            close();
            close = () => {};
            if (done < total) {
                const message = _t("%(done)s of %(total)s documents printed", { done, total });
                close = notification.add(message, { title, type: "info", sticky: true });
            }
        });
        bus.start();
    },
};

registry.category("services").add("koban_report.print_progress", printProgress);
