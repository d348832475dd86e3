package dev.steelyard.dataplane.exchange;

/**
 * What is noted of an exchange while it lasts: its time, what is counted of it, whom it was sent to, what was answered. Large enough to be used again for another
 * one, once nobody holds the exchange any more.
 */
final class Books {

    private final Patience patience;
    private final Account account;
    private final Attempts attempts;
    private final Answer answer;

    Books(EngineLoop loop) {
        this.patience = new Patience(loop.deadlines());
        this.account = new Account(loop);
        this.attempts = new Attempts(loop);
        this.answer = new Answer(account);
    }

    Patience patience() {
        return patience;
    }

    Account account() {
        return account;
    }

    Attempts attempts() {
        return attempts;
    }

    Answer answer() {
        return answer;
    }

    /** Forgets whatever belongs to others: spare books must not keep a connection or a plan alive. */
    void close() {
        account.close();
        attempts.close();
        answer.close();
    }
}
