package io.countersign.http;

import io.countersign.config.Timeouts;
import io.countersign.credentials.CredentialFailure;
import io.countersign.credentials.RefusedKeys;
import io.countersign.credentials.Slot;
import io.countersign.credentials.Snapshot;
import io.countersign.door.Outgoing;
import io.countersign.door.Refusal;
import io.countersign.observe.CallRecord;
import io.countersign.observe.Outcome;
import io.countersign.observe.UpstreamMetrics;
import io.countersign.observe.UpstreamMetrics.RetryReason;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.SignedHeaders;
import io.countersign.signer.SigningParameters;
import io.countersign.upstream.UpstreamCall;
import io.countersign.upstream.UpstreamFailure;
import io.countersign.upstream.UpstreamListener;
import io.countersign.upstream.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The last phases of every request that AWS sees, whichever door it came by: credentials, sign,
 * forward. It is sent once more only where that cannot do harm: when nothing had been sent, when
 * the operation is idempotent and a connection that had been idle turned out to be closed, or when
 * AWS refused the credentials and others have come since.
 *
 * <p>Used on one event loop.
 */
final class SignedCall implements UpstreamListener {
  private static final int MAX_ATTEMPTS = 3;

  /**
   * Who gets the answer. After {@link #failed}, and after the last content, nothing more is called.
   */
  interface Answer {
    /** The request is signed and its head is on its way: the body may follow. */
    void sending(SignedHeaders signed);

    void head(HttpResponse response);

    /** A piece of the answer, to be released; a {@code LastHttpContent} ends it. */
    void content(HttpContent content);

    void failed(Refusal refusal, Outcome outcome);

    /** More of the body can be written. */
    void writable();
  }

  private final Worker worker;
  private final Outgoing outgoing;
  private final @Nullable WholeBody body;
  private final Timeouts timeouts;
  private final InstantSource clock;
  private final CallRecord record;
  private final UpstreamMetrics metrics;
  private final Answer answer;

  private @Nullable UpstreamCall call;
  private @Nullable UpstreamRequest request;
  private int attempts;
  private long sentNanos;
  private boolean answered;
  private boolean over;
  private long spoolOffset;
  private boolean spoolReading;

  /** Of the request that is under way. */
  private @Nullable String accessKeyId;

  private boolean renewed;
  private @Nullable RefusedCredentials refused;

  /**
   * @param body what is sent, when it is held; null when there is none, or when it follows by
   *     {@link #write}
   */
  SignedCall(
      Worker worker,
      Outgoing outgoing,
      @Nullable WholeBody body,
      Timeouts timeouts,
      InstantSource clock,
      CallRecord record,
      UpstreamMetrics metrics,
      Answer answer) {
    this.worker = worker;
    this.outgoing = outgoing;
    this.body = body;
    this.timeouts = timeouts;
    this.clock = clock;
    this.record = record;
    this.metrics = metrics;
    this.answer = answer;
  }

  // ---- credentials ----

  void start() {
    Slot slot = outgoing.slot();
    record.role = slot.role();
    record.sessionName = slot.sessionName();
    // Taken here and not when the request came, because its body may have been long in coming.
    long asked = slot.nanos();
    Snapshot warm = slot.current(asked);
    if (warm != null) {
      outgoing.binding().credentialMetrics().hit();
      record.credentialsNanos = 0;
      sign(warm, asked);
      return;
    }
    outgoing.binding().credentialMetrics().miss();
    slot.await(
        worker.loop(),
        timeouts.credentials(),
        result -> {
          long answered = slot.nanos();
          record.credentialsNanos = answered - asked;
          if (over) {
            return;
          }
          switch (result) {
            case Snapshot snapshot -> sign(snapshot, answered);
            case CredentialFailure failure -> noCredentials(failure);
          }
        });
  }

  private void noCredentials(CredentialFailure failure) {
    fail(
        CallRefusals.noCredentials(outgoing.binding().connector().name(), failure),
        Outcome.CREDENTIALS_UNAVAILABLE);
  }

  // ---- sign ----

  /**
   * Signs and sends.
   *
   * @param begun a reading of the slot's clock
   */
  private void sign(Snapshot credentials, long begun) {
    SigningParameters parameters =
        outgoing.destination().signing(credentials.credentials(), clock.instant());
    if (outgoing.destination().isSigV4a()) {
      MultiRegionSigning.sign(
          worker, outgoing, parameters, s -> signed(credentials, begun, s), this::unsignable);
      return;
    }
    SignedHeaders signed;
    try {
      signed = worker.signer().sign(parameters, outgoing.head(), outgoing.payload());
    } catch (MalformedRequestException e) {
      unsignable(e);
      return;
    }
    signed(credentials, begun, signed);
  }

  private void unsignable(MalformedRequestException e) {
    String why = "it cannot be signed: " + e.getMessage();
    fail(new Refusal(Refusal.Kind.MALFORMED, "unsignable-request", why, null), Outcome.REFUSED);
  }

  private void signed(Snapshot credentials, long begun, SignedHeaders signed) {
    if (over) {
      return;
    }
    accessKeyId = credentials.credentials().accessKeyId();
    record.roleAccessKeyId = accessKeyId;
    record.signNanos = outgoing.slot().nanos() - begun;
    UpstreamRequest wire = WireHead.of(worker.headBytes(), outgoing, signed);
    request = wire;
    forward(wire);
    if (!renewed) {
      answer.sending(signed);
    }
  }

  // ---- forward ----

  private void forward(UpstreamRequest wire) {
    attempts++;
    sentNanos = System.nanoTime();
    record.upstreamHost = outgoing.destination().target().host();
    call = worker.upstream().send(outgoing.destination().target(), wire, this);
    WholeBody held = body;
    if (held == null) {
      if (outgoing.contentLength() == Outgoing.NO_BODY || outgoing.contentLength() == 0) {
        call.end();
      } else {
        call.flush();
      }
      return;
    }
    ByteBuf memory = held.inMemory();
    if (memory != null) {
      if (memory.isReadable()) {
        call.write(memory.retainedDuplicate());
      }
      call.end();
    } else {
      call.flush();
      spoolOffset = 0;
      sendSpooled();
    }
  }

  private void sendSpooled() {
    WholeBody held = body;
    UpstreamCall current = call;
    if (held == null || current == null || over || spoolReading || !current.writable()) {
      return;
    }
    Spool spool = held.spool();
    if (spool == null) {
      return;
    }
    if (spoolOffset == held.length()) {
      current.end();
      return;
    }
    spoolReading = true;
    spool.read(
        spoolOffset,
        block -> {
          spoolReading = false;
          if (over) {
            block.release();
            return;
          }
          if (call == current) {
            spoolOffset += block.readableBytes();
            current.write(block);
            current.flush();
          } else {
            // A second attempt began while the disk was read; it starts from the beginning.
            block.release();
          }
          sendSpooled();
        },
        failure -> {
          spoolReading = false;
          current.abort();
          fail(
              new Refusal(
                  Refusal.Kind.INTERNAL,
                  "spool-failed",
                  "the held body could not be read back: " + failure.getMessage(),
                  "check the disk under limits.spool-directory"),
              Outcome.GATEWAY_ERROR);
        });
  }

  /** Writes a piece of a body that is not held, and takes ownership of it. */
  void write(ByteBuf piece) {
    if (over || call == null) {
      piece.release();
    } else {
      call.write(piece);
    }
  }

  void flush() {
    if (call != null) {
      call.flush();
    }
  }

  /** Ends a body that is not held. */
  void end() {
    if (!over && call != null) {
      call.end();
    }
  }

  /** Whether a piece of a body that is not held should be written now. */
  boolean isWritable() {
    return !over && call != null && call.writable();
  }

  /** Stops or goes on with reading the answer. */
  void read(boolean on) {
    if (call != null) {
      call.read(on);
    }
  }

  /** Gives the call up: nobody hears of it any more. */
  void abort() {
    over = true;
    dropRefused();
    if (call != null) {
      call.abort();
    }
  }

  // ---- answer ----

  @Override
  public void head(HttpResponse response) {
    answered = true;
    record.upstreamFirstByteNanos = System.nanoTime() - sentNanos;
    if (response.status().code() >= 400 && !renewed && RefusedCredentials.possible(response)) {
      refused = new RefusedCredentials(response);
      return;
    }
    answer.head(response);
  }

  @Override
  public void content(HttpContent content) {
    if (over) {
      content.release();
    } else if (refused != null) {
      held(refused, content);
    } else {
      answer.content(content);
    }
  }

  // ---- credentials that AWS does not take any more ----

  private void held(RefusedCredentials answered, HttpContent content) {
    if (!answered.add(content)) {
      return;
    }
    String key = accessKeyId;
    Slot slot = outgoing.slot();
    String code = answered.code();
    if (key != null
        && outgoing.head().method().equals("HEAD")
        && answered.silent()
        && wholeBodyAtHand()) {
      RefusedKeys.suspected(
          slot,
          key,
          worker.loop(),
          timeouts.credentials(),
          other -> {
            if (other == null) {
              passOn(answered);
            } else {
              again(other);
            }
          });
      return;
    }
    // Whoever cannot send again renews all the same, for those who come after.
    if (key == null
        || !RefusedCredentials.refused(code)
        || !slot.invalidate(key)
        || !wholeBodyAtHand()) {
      giveUp(answered, code);
      return;
    }
    slot.await(
        worker.loop(),
        timeouts.credentials(),
        result -> {
          switch (result) {
            case Snapshot other when other.credentials().accessKeyId().equals(key) ->
                giveUp(answered, code);
            case Snapshot fresh -> again(fresh);
            case CredentialFailure failure -> {
              if (!over) {
                dropRefused();
                noCredentials(failure);
              }
            }
          }
        });
  }

  private void again(Snapshot fresh) {
    if (!over) {
      dropRefused();
      renewed = true;
      answered = false;
      metrics.retried(RetryReason.CREDENTIALS);
      sign(fresh, outgoing.slot().nanos());
    }
  }

  /**
   * Where the gateway knows better than AWS's answer what is wrong, and how to mend it, it says so.
   */
  private void giveUp(RefusedCredentials answered, String code) {
    String key = accessKeyId;
    CredentialFailure failure =
        key == null || !RefusedCredentials.refused(code)
            ? null
            : RefusedKeys.forGood(
                outgoing.slot(), key, code, outgoing.binding().connector().region());
    if (failure == null) {
      passOn(answered);
    } else if (!over) {
      record.awsRequestId = answered.requestId();
      dropRefused();
      noCredentials(failure);
    }
  }

  private void passOn(RefusedCredentials answered) {
    if (over) {
      return;
    }
    refused = null;
    answered.passTo(answer);
  }

  private void dropRefused() {
    if (refused != null) {
      refused.release();
      refused = null;
    }
  }

  @Override
  public void writable() {
    if (body != null) {
      sendSpooled();
    } else if (!over) {
      answer.writable();
    }
  }

  @Override
  public void failed(UpstreamFailure failure) {
    if (over) {
      return;
    }
    dropRefused();
    UpstreamRequest wire = request;
    if (wire != null && !answered && attempts < MAX_ATTEMPTS && canRepeat(failure)) {
      metrics.retried(RetryReason.STALE_CONNECTION);
      call = null;
      if (failure.nothingSent()) {
        long jitter = ThreadLocalRandom.current().nextLong(20, 120);
        var _ =
            worker
                .loop()
                .schedule(
                    () -> {
                      if (!over) {
                        forward(wire);
                      }
                    },
                    jitter,
                    TimeUnit.MILLISECONDS);
      } else {
        forward(wire);
      }
      return;
    }
    Refusal refusal = CallRefusals.noAnswer(failure, outgoing.operation().idempotent());
    fail(
        refusal,
        refusal.kind() == Refusal.Kind.UPSTREAM_TIMEOUT
            ? Outcome.TIMED_OUT
            : Outcome.UPSTREAM_UNREACHABLE);
  }

  private boolean canRepeat(UpstreamFailure failure) {
    if (!wholeBodyAtHand()) {
      return false;
    }
    return switch (failure.kind()) {
      case CONNECT -> failure.nothingSent();
      case RESET -> failure.reused() && outgoing.operation().idempotent();
      // A second try would wait as long again, or fail alike.
      case NAME, CONNECT_TIMEOUT, TLS, FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT, TRUNCATED, GARBAGE ->
          false;
    };
  }

  private boolean wholeBodyAtHand() {
    return body != null
        || outgoing.contentLength() == Outgoing.NO_BODY
        || outgoing.contentLength() == 0;
  }

  private void fail(Refusal refusal, Outcome outcome) {
    if (!over) {
      over = true;
      answer.failed(refusal, outcome);
    }
  }
}
