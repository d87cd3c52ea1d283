package io.countersign.signer.sdk;

import io.countersign.signer.PayloadHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * An asynchronous body that was read to its end to hash it, and is published from memory. Any
 * number of subscribers get it, each from its begin.
 */
final class HeldBody implements Publisher<ByteBuffer> {

  private static final int PIECE_BYTES = 16 * 1024;

  private final byte[] body;
  private final PayloadHash hash;

  private HeldBody(byte[] body) {
    this.body = body;
    this.hash = PayloadHash.ofBody(body);
  }

  PayloadHash hash() {
    return hash;
  }

  /**
   * The hash of what the stream holds. It stays open: providers of the SDK rewind and hand out one
   * stream again.
   */
  static PayloadHash hash(InputStream stream) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] piece = new byte[PIECE_BYTES];
      for (int n = stream.read(piece); n >= 0; n = stream.read(piece)) {
        sha256.update(piece, 0, n);
      }
      return PayloadHash.ofDigest(sha256.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the body to hash it", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime must have SHA-256", e);
    }
  }

  /** Reads a body. The future fails as the body does. */
  static CompletableFuture<HeldBody> of(Publisher<ByteBuffer> body) {
    Reader reader = new Reader();
    body.subscribe(reader);
    return reader.done;
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new Once(subscriber));
  }

  private static final class Reader implements Subscriber<ByteBuffer> {

    final CompletableFuture<HeldBody> done = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      byte[] copy = new byte[piece.remaining()];
      piece.get(copy);
      bytes.writeBytes(copy);
    }

    @Override
    public void onError(Throwable failure) {
      done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      done.complete(new HeldBody(bytes.toByteArray()));
    }
  }

  /** Hands the body over in one piece, at the first request, or nothing of it after a cancel. */
  private final class Once implements Subscription {

    private final Subscriber<? super ByteBuffer> subscriber;
    private final AtomicBoolean over = new AtomicBoolean();

    Once(Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
      if (!over.compareAndSet(false, true)) {
        return;
      }
      if (count <= 0) { // Reactive Streams 1.0.4, rule 3.9
        subscriber.onError(new IllegalArgumentException("a request for " + count + " pieces"));
        return;
      }
      if (body.length > 0) {
        subscriber.onNext(ByteBuffer.wrap(body).asReadOnlyBuffer());
      }
      subscriber.onComplete();
    }

    @Override
    public void cancel() {
      over.set(true);
    }
  }
}
