import {
    getSectionRecords,
    SectionAndNoteListRenderer,
} from "@account/components/section_and_note_fields_backend/section_and_note_fields_backend";
import { onPatched, useSubEnv } from "@odoo/owl";
import { makeContext } from "@web/core/context";
import { x2ManyCommands } from "@web/core/orm_service";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { KitDialog } from "./kit_dialog";
import { MoveLinesDialog } from "./move_lines_dialog";

const GROUP_FIELD = "is_current";
const OPTION_FIELDS = ["hide_subtotal", "kit_quantity", "kit_uom_id"];

/**
 * Line groupings: the current group, the assignment of lines and the options of groups, in every
 * list whose view holds the field `is_current`. Everything is a change of the list, as a drag and
 * drop is: nothing is stored before the document is saved, and discarding undoes it.
 */
patch(SectionAndNoteListRenderer.prototype, {
    setup() {
        super.setup();
        if (!this.hasGroupings) {
            return;
        }
        this.dialogService = useService("dialog");
        this.copyFields.push(...OPTION_FIELDS);
        onPatched(() => this.focusMoved());
        useSubEnv({
            groupings: {
                // Cells see the records through proxies of their own: hence ids.
                assign: (id, groupId) =>
                    this.assignToGroup([this.getRecord(id)], groupId && this.getRecord(groupId)),
                getGroups: () => this.groupRecords,
                getGroupId: (id) => this.getGroupOf(this.getRecord(id))?.id,
                isGroup: (record) => this.isSection(record),
                isReadonly: () => this.props.readonly,
                isSubgroup: (record) => this.isSubSection(record),
                setCurrent: (id) => this.setCurrentGroup(this.getRecord(id)),
            },
        });
    },

    get hasGroupings() {
        return GROUP_FIELD in this.props.list.activeFields;
    },

    get groupRecords() {
        return this.props.list.records.filter((record) => this.isSection(record));
    },

    get currentGroup() {
        return this.hasGroupings && this.groupRecords.find((record) => record.data[GROUP_FIELD]);
    },

    getRecord(id) {
        return this.props.list.records.find((record) => record.id === id);
    },

    getGroupOf(record) {
        const { records } = this.props.list;
        return records.slice(0, records.indexOf(record)).findLast((line) => this.isSection(line));
    },

    // -------------------------------------------------------------------------
    // New lines
    // -------------------------------------------------------------------------
    async add(params) {
        const group = this.currentGroup;
        const context = group && makeContext([params.context]);
        if (!group || ["line_section", "line_subsection"].includes(context.default_display_type)) {
            return super.add(params);
        }
        if (!(await this.props.list.leaveEditMode({ canAbandon: false }))) {
            return;
        }
        if (!context.default_display_type || context.default_display_type === "product") {
            // Whether the line is optional depends on its group, not on the last one.
            delete context.default_product_uom_qty;
            Object.assign(context, this.getInsertLineContext(group, false));
        }
        const last = this.getGroupEnd(this.props.list.records, group) - 1;
        await this.props.list.addNewRecordAtIndex(last, { context });
    },

    /** Index after the last line of a group, its subsections left out. */
    getGroupEnd(records, group) {
        let index = group ? records.indexOf(group) + 1 : 0;
        while (index < records.length && !this.isSection(records[index])) {
            index++;
        }
        return index;
    },

    async setCurrentGroup(record) {
        const chosen = !record.data[GROUP_FIELD];
        const commands = this.groupRecords
            .filter((group) => group === record || group.data[GROUP_FIELD])
            .map((group) =>
                x2ManyCommands.update(group.resId || group._virtualId, {
                    [GROUP_FIELD]: group === record && chosen,
                })
            );
        await this.props.list.applyCommands(commands);
    },

    // -------------------------------------------------------------------------
    // Assignment
    // -------------------------------------------------------------------------
    /**
     * Move lines to the end of a group.
     * @param {object[]} records
     * @param {object} [group] none for the unlabelled group
     */
    async assignToGroup(records, group) {
        const { list } = this.props;
        if (!(await list.leaveEditMode({ canAbandon: false }))) {
            return;
        }
        if (list.count > list.limit) {
            await this.expandPager();
        }
        // A combo goes with its items.
        const moved = list.records.filter((record) =>
            records.some((other) => other === record || this.isTiedTo(record, other))
        );
        const optional = new Map(
            moved
                .filter((record) => !this.isSectionOrNote(record))
                .map((record) => [record.id, this.shouldCollapse(record, "is_optional")])
        );
        const kept = list.records.filter((record) => !moved.includes(record));
        const end = this.getGroupEnd(kept, group);
        this.movedId = moved[0]?.id;
        await this.orderRecords([...kept.slice(0, end), ...moved, ...kept.slice(end)]);
        if (this.groupRecords.some((record) => record.data.is_optional)) {
            const left = [...optional].filter(([id]) => this.getRecord(id));
            await this._handleQuantityAdjustment?.(new Map(left));
        }
    },

    /** A row that moves loses the focus: give it back to the icon of the first moved line. */
    focusMoved() {
        const row = this.movedId && this.tableRef.el.querySelector(`[data-id="${this.movedId}"]`);
        this.movedId = undefined;
        if (row && (document.activeElement === document.body || row.contains(document.activeElement))) {
            this.focus(row.querySelector(".o_assign_group"));
        }
    },

    isTiedTo(record, combo) {
        const { linked_line_id, linked_virtual_id } = record.data;
        return (
            (linked_line_id && linked_line_id.id === combo.resId) ||
            (linked_virtual_id && linked_virtual_id === combo.data.virtual_id)
        );
    },

    async orderRecords(records) {
        const { list } = this.props;
        let sequence = Math.min(...records.map((record) => record.data[list.handleField]));
        const commands = [];
        for (const record of records) {
            if (record.data[list.handleField] !== sequence) {
                const changes = { [list.handleField]: sequence };
                commands.push(x2ManyCommands.update(record.resId || record._virtualId, changes));
            }
            sequence++;
        }
        await list.applyCommands(commands, { sort: true });
    },

    openMoveLines(group) {
        const inside = getSectionRecords(this.props.list, group, true);
        const lines = this.props.list.records.filter(
            (record) => !this.isSection(record) && !inside.includes(record)
        );
        this.dialogService.add(MoveLinesDialog, {
            group,
            lines: lines.filter((record) => !lines.some((other) => this.isTiedTo(record, other))),
            onConfirm: (records) => this.assignToGroup(records, group),
        });
    },

    // -------------------------------------------------------------------------
    // Options of a group
    // -------------------------------------------------------------------------
    async toggleCollapse(record, fieldName) {
        await super.toggleCollapse(record, fieldName);
        if (!this.hasGroupings) {
            return;
        }
        const changes = record.data.collapse_composition
            ? { hide_subtotal: false }
            : { kit_quantity: 0, kit_uom_id: false };
        await record.update(changes);
    },

    async toggleSubtotal(record) {
        await record.update({ hide_subtotal: !record.data.hide_subtotal });
    },

    get disableSubtotalButton() {
        return (
            this.record.data.collapse_composition ||
            this.shouldCollapse(this.record, "collapse_composition") ||
            this.shouldCollapse(this.record, "collapse_prices")
        );
    },

    openKit(record) {
        this.dialogService.add(KitDialog, {
            name: record.data.name,
            quantity: record.data.kit_quantity || 1,
            unit: record.data.kit_uom_id,
            onConfirm: (quantity, unit) =>
                record.update({
                    collapse_composition: true,
                    collapse_prices: false,
                    hide_subtotal: false,
                    kit_quantity: quantity,
                    kit_uom_id: unit,
                }),
        });
    },

    // -------------------------------------------------------------------------
    // Keyboard
    // -------------------------------------------------------------------------
    onCellKeydown(ev, ...args) {
        const isOpen = ev.target.getAttribute("aria-expanded") === "true";
        const isIcon = ev.target.matches(".o_assign_group");
        if (
            (isIcon && (ev.key === "Enter" || (isOpen && ev.key !== "Tab"))) ||
            (ev.key === " " && ev.target.closest(".o_line_group"))
        ) {
            // For the icon, its menu or the button of the group, not for the row.
            return;
        }
        return super.onCellKeydown(ev, ...args);
    },

    // -------------------------------------------------------------------------
    // Columns
    // -------------------------------------------------------------------------
    getSectionColumns(columns, record) {
        const sectionColumns = super.getSectionColumns(columns, record);
        const column = columns.find(({ widget }) => widget === "line_group");
        if (!column) {
            return sectionColumns;
        }
        const title = sectionColumns.findIndex(({ name }) => name === this.titleField);
        const { colspan } = sectionColumns[title];
        sectionColumns[title] = { ...sectionColumns[title], colspan: colspan - 1 };
        sectionColumns.splice(sectionColumns[0].widget === "handle" ? 1 : 0, 0, { ...column });
        return sectionColumns;
    },

    getCellClass(column, record) {
        const classNames = super.getCellClass(column, record);
        const silent =
            this.isSection(record) &&
            record.data.hide_subtotal &&
            this.props.aggregatedFields.includes(column.name);
        return silent ? `${classNames} text-muted text-decoration-line-through` : classNames;
    },
});
