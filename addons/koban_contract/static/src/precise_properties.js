import { formatFloat } from "@web/core/utils/numbers";
import { patch } from "@web/core/utils/patch";
import { PropertyValue } from "@web/views/fields/properties/property_value";

/** The price of a page is less than a cent: own fields show all their decimals. */
patch(PropertyValue.prototype, {
    get displayValue() {
        if (this.props.type === "float") {
            return formatFloat(this.propertyValue || 0, { minDigits: 2 });
        }
        return super.displayValue;
    },
});
