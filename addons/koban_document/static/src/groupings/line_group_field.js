import { Component } from "@odoo/owl";
import { CheckboxItem } from "@web/core/dropdown/checkbox_item";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Beside the title of a group, the button that says where new lines go. On a line, the icon that
 * assigns it to a group.
 */
export class LineGroupField extends Component {
    static template = "koban_document.LineGroupField";
    static components = { CheckboxItem, Dropdown };
    static props = { ...standardFieldProps };

    get groupings() {
        return this.env.groupings;
    }

    get isGroup() {
        return this.groupings.isGroup(this.props.record);
    }

    get isCurrent() {
        return this.props.record.data[this.props.name];
    }

    get currentLabel() {
        return _t("New lines go to “%s”", this.getTitle(this.props.record));
    }

    get groups() {
        return this.groupings.getGroups();
    }

    get groupId() {
        return this.groupings.getGroupId(this.props.record.id);
    }

    get kitTitle() {
        const { kit_quantity, kit_uom_id } = this.props.record.data;
        return _t("Shown as one article: %(quantity)s %(unit)s", {
            quantity: kit_quantity,
            unit: kit_uom_id?.display_name || "",
        });
    }

    get hotkey() {
        // One per page: on the line being typed.
        return this.props.record.isInEdition ? "shift+g" : undefined;
    }

    getTitle(group) {
        return (group.data.name || _t("Untitled group")).split("\n")[0];
    }
}

export const lineGroupField = {
    component: LineGroupField,
    supportedTypes: ["boolean"],
    listViewWidth: 44,
};

registry.category("fields").add("line_group", lineGroupField);
