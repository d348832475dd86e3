package dev.steelyard.operator.checkhealth;

/** What a plugin may say, from the best to the worst. */
enum State {
    OK(0),
    WARNING(1),
    CRITICAL(2),
    UNKNOWN(3);

    final int exitCode;

    State(int exitCode) {
        this.exitCode = exitCode;
    }
}
