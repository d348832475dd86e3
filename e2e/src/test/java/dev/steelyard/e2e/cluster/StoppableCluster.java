package dev.steelyard.e2e.cluster;

/** A cluster whose API server a test may take away. It comes back at the same address, with the same data. */
public sealed interface StoppableCluster extends Cluster, AutoCloseable permits ProgramCluster, K3sCluster {

    /** Ends the API server as a crash would: connections break, and new ones are refused. */
    void stopApiServer();

    /** Starts the API server again and waits until it is ready. */
    void startApiServer();

    /** Makes the API server hang: connections stay open and new ones are accepted, but nothing is answered. */
    void freezeApiServer();

    /** Lets a frozen API server go on. */
    void thawApiServer();

    /** Starts or thaws the API server, if a test that failed has left it stopped or frozen. */
    void revive();

    /** Throws the cluster away. */
    @Override
    void close();
}
