package dev.steelyard.operator.event;

/**
 * Something to tell about an object.
 *
 * @param type how grave it is
 * @param reason one word, for programs: the reason of the condition that turned
 * @param action what the operator was about: the type of that condition
 * @param note a sentence for people
 */
public record Notice(Type type, String reason, String action, String note) {

    /** As Kubernetes has it. */
    public enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /** As in the Event. */
        public String text() {
            return text;
        }
    }
}
