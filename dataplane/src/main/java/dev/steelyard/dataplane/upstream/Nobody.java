package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** In the place of a listener that wants to hear no more. */
final class Nobody implements UpstreamListener {

    static final Nobody INSTANCE = new Nobody();

    private Nobody() {}

    @Override
    public void connected(UpstreamStream stream) {}

    @Override
    public void interim(ResponseHead head) {}

    @Override
    public void head(ResponseHead head) {}

    @Override
    public void upgraded(ResponseHead head) {}

    @Override
    public void data(ByteBuf piece) {
        piece.release();
    }

    @Override
    public void complete(@Nullable Trailers trailers) {}

    @Override
    public void inputEnded() {}

    @Override
    public void failed(UpstreamFailure failure) {}

    @Override
    public void readComplete() {}

    @Override
    public void writabilityChanged() {}
}
