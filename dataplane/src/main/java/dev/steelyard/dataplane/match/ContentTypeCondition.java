package dev.steelyard.dataplane.match;

/** A body of some media types. A request with several {@code Content-Type} fields has none that everyone reads alike. */
record ContentTypeCondition(MediaTypes types) implements Condition {

    @Override
    public boolean holds(MatchedRequest request) {
        int field = request.field("content-type", 0);
        if (field < 0 || request.field("content-type", field + 1) >= 0) {
            return false;
        }
        String value = request.fieldValue(field);
        int end = value.indexOf(';');
        return types.hold(value, 0, end < 0 ? value.length() : end);
    }

    @Override
    public String toString() {
        return "content type " + types;
    }
}
