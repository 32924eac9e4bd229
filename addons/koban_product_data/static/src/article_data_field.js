import { registry } from "@web/core/registry";
import { PropertiesField, propertiesField } from "@web/views/fields/properties/properties_field";

/** The own data of an article: their set says which there are, and nobody adds one here. */
export class ArticleDataField extends PropertiesField {
    setup() {
        super.setup();
        // Who edits the host's properties is not told that these are not edited.
        this.notification = { add() {} };
    }

    async checkDefinitionWriteAccess() {
        return false;
    }
}

registry.category("fields").add("koban_article_data", {
    ...propertiesField,
    component: ArticleDataField,
});
