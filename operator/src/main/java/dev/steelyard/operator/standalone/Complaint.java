package dev.steelyard.operator.standalone;

import dev.steelyard.operator.problem.Problem;

/**
 * One line for the user about something in a file.
 *
 * @param file where, as the user named it
 * @param object {@code Kind/name}; empty if the file as a whole is meant
 * @param field in the object; empty if it is meant as a whole
 * @param message what is wrong and what to do
 * @param severity how bad it is
 */
record Complaint(String file, String object, String field, String message, Severity severity) {

    /** How bad something is. */
    enum Severity {
        /** Something is not served as it says. */
        ERROR,
        /** Everything is served as it says. */
        WARNING
    }

    static Complaint of(String file, Problem problem) {
        return new Complaint(
                file,
                problem.object().toString(),
                problem.field(),
                problem.message(),
                problem.effect() == Problem.Effect.WARNING ? Severity.WARNING : Severity.ERROR);
    }

    static Complaint error(String file, String object, String field, String message) {
        return new Complaint(file, object, field, message, Severity.ERROR);
    }

    static Complaint warning(String file, String object, String field, String message) {
        return new Complaint(file, object, field, message, Severity.WARNING);
    }

    /** {@code FILE: Kind/name: field: message}, without the parts that are empty. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(file);
        if (!object.isEmpty()) {
            line.append(": ").append(object);
        }
        if (!field.isEmpty()) {
            line.append(": ").append(field);
        }
        return line.append(severity == Severity.WARNING ? ": warning: " : ": ")
                .append(message)
                .toString();
    }
}
