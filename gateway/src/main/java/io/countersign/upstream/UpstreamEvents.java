package io.countersign.upstream;

/**
 * What the pools report; called on event loops, so an implementation must neither block nor throw.
 */
public interface UpstreamEvents {
  /** A new connection is ready, {@code nanos} after it was begun, its TLS handshake with it. */
  void opened(Target target, long nanos);

  /** A connection waits for its next request. */
  void pooled();

  /** A connection waits no longer: it serves one more request, or it is closed. */
  void unpooled(boolean reused);

  /** A connection has ended. */
  void closed(Target target, CloseReason reason);

  /** A connection could not be made. */
  void connectFailed(Target target, UpstreamFailure.Kind kind);

  /** Why a connection has ended. */
  enum CloseReason {
    /** The upstream closed it while idle. */
    REMOTE,
    /** It was idle for too long. */
    IDLE,
    /** Enough others were idle. */
    SURPLUS,
    /** The upstream asked for it, or the answer was framed by the end of the connection. */
    NOT_REUSABLE,
    /** The exchange on it failed or was given up. */
    ABORTED,
    /** The gateway stops. */
    SHUTDOWN
  }

  /** Reports nothing. */
  UpstreamEvents NONE =
      new UpstreamEvents() {
        @Override
        public void opened(Target target, long nanos) {}

        @Override
        public void pooled() {}

        @Override
        public void unpooled(boolean reused) {}

        @Override
        public void closed(Target target, CloseReason reason) {}

        @Override
        public void connectFailed(Target target, UpstreamFailure.Kind kind) {}
      };
}
