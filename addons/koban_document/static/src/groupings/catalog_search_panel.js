import { AccountProductCatalogSearchPanel } from "@account/components/product_catalog/search/search_panel";
import { patch } from "@web/core/utils/patch";

patch(AccountProductCatalogSearchPanel.prototype, {
    /** Open on the current group of the document. */
    async loadSections() {
        await super.loadSections();
        const current = this.env.model.config.context.current_section_id;
        if (this.state.sections.has(current)) {
            this.setSelectedSection(current);
        }
    },
});
