package dev.steelyard.dataplane.match;

/**
 * A header field of some value. Where the request has several of that name, one of them is enough; lists within one field are not taken
 * apart.
 */
record FieldCondition(String name, ValueTest test) implements Condition {

    @Override
    public boolean holds(MatchedRequest request) {
        for (int i = request.field(name, 0); i >= 0; i = request.field(name, i + 1)) {
            if (test.passes(request.fieldValue(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "header " + name + test;
    }
}
