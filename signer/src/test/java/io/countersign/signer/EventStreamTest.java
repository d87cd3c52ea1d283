package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Streams of signed events, against the signer of the AWS SDK for Java v2. */
class EventStreamTest {

  private static final AwsCredentials KEYS = AwsCredentials.of("AKID", "secret", null);
  private static final String SERVICE = "transcribe";
  private static final int MAX = 4096;

  /** The events, and the end, each at its time; the day changes in the middle of the stream. */
  private static final List<Instant> TIMES =
      List.of(
          Instant.parse("2026-12-31T23:59:58.001Z"),
          Instant.parse("2026-12-31T23:59:59.999Z"),
          Instant.parse("2027-01-01T00:00:00.000Z"),
          Instant.parse("2027-01-01T00:00:00.123456789Z"),
          Instant.parse("2027-01-01T00:00:01Z"));

  private static final List<byte[]> EVENTS =
      List.of(
          new byte[] {0}, bytes("second"), bytes("x".repeat(1000)), bytes("\u00e9\u0000\u00ff"));

  private static final TestRequest POST =
      TestRequest.of("POST", "/stream-transcription")
          .with("Content-Type", "application/vnd.amazon.eventstream")
          .with("x-amz-content-sha256", "");

  private static byte[] bytes(String octets) {
    return octets.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static SigningParameters parameters() {
    return SigningParameters.of(KEYS, "eu-west-1", SERVICE, TIMES.get(0));
  }

  private static TestRequest signed() throws MalformedRequestException {
    return POST.with(
        new Signer(new SigningKeys()).sign(parameters(), POST, PayloadHash.STREAMING_EVENTS));
  }

  private static List<byte[]> messages() throws MalformedRequestException {
    SignedRequest signed =
        new Signer(new SigningKeys()).sign(parameters(), POST, PayloadHash.STREAMING_EVENTS);
    EventStreamWriter writer = EventStreamWriter.of(new SigningKeys(), parameters(), signed);
    List<byte[]> messages = new ArrayList<>();
    ChunkWriter.Output out =
        encoded -> {
          byte[] copy = new byte[encoded.remaining()];
          encoded.get(copy);
          messages.add(copy);
        };
    for (int i = 0; i < EVENTS.size(); i++) {
      writer.event(ByteBuffer.wrap(EVENTS.get(i)), TIMES.get(i), out);
    }
    writer.end(TIMES.get(4), out);
    return messages;
  }

  private static byte[] joined(List<byte[]> messages) {
    Bytes all = new Bytes(2048);
    messages.forEach(all::put);
    return all.copy();
  }

  private static EventStreamReader reader(int maxMessageBytes) throws MalformedRequestException {
    return EventStreamReader.of(
        new SigningKeys(), Authorization.parse(signed()), KEYS, maxMessageBytes);
  }

  private static final class Seen implements EventStreamReader.Sink {
    final List<byte[]> events = new ArrayList<>();
    final List<Instant> times = new ArrayList<>();
    int ends;

    @Override
    public void event(Instant signedAt, ByteBuffer event) {
      byte[] copy = new byte[event.remaining()];
      event.get(copy);
      events.add(copy);
      times.add(signedAt);
    }

    @Override
    public void end() {
      ends++;
    }

    void isWhole() {
      assertThat(ends).isEqualTo(1);
      assertThat(events).usingRecursiveFieldByFieldElementComparator().isEqualTo(EVENTS);
    }
  }

  private static void refuses(byte[] body, String reason) {
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(
            () -> {
              EventStreamReader reader = reader(MAX);
              reader.feed(ByteBuffer.wrap(body), TIMES.get(2), new Seen());
              reader.finish();
            })
        .withMessageContaining(reason);
  }

  // ---- against the SDK ----

  @Test
  void signsRequestAndEventsByteForByteAsTheSdkDoes() throws Exception {
    Instant[] now = {TIMES.get(0)};
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now[0];
          }
        };
    AsyncSignedRequest theirs =
        AwsV4HttpSigner.create()
            .signAsync(
                r ->
                    r.identity(AwsCredentialsIdentity.create("AKID", "secret"))
                        .request(
                            SdkHttpRequest.builder()
                                .method(SdkHttpMethod.POST)
                                .uri(URI.create("https://example.amazonaws.com"))
                                .encodedPath("/stream-transcription")
                                .putHeader("Content-Type", "application/vnd.amazon.eventstream")
                                .putHeader("Host", "example.amazonaws.com")
                                .build())
                        .payload(new Events(now))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock))
            .get();
    assertThat(theirs.request().firstMatchingHeader("Authorization"))
        .hasValueSatisfying(value -> assertThat(value).endsWith(signature()));
    CompletableFuture<List<byte[]>> sent = new CompletableFuture<>();
    theirs.payload().orElseThrow().subscribe(new Collector(sent));
    assertThat(sent.get()).usingRecursiveFieldByFieldElementComparator().isEqualTo(messages());
  }

  private static String signature() {
    try {
      return Authorization.parse(signed()).signature();
    } catch (MalformedRequestException e) {
      throw new AssertionError(e);
    }
  }

  /** Gives out the events, and turns the clock before each. */
  private static final class Events implements Publisher<ByteBuffer> {
    private final Instant[] now;

    Events(Instant[] now) {
      this.now = now;
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> to) {
      to.onSubscribe(
          new Subscription() {
            private int next;
            private boolean busy;

            @Override
            public void request(long n) {
              if (busy) {
                return; // the loop below goes on
              }
              busy = true;
              while (next < EVENTS.size()) {
                now[0] = TIMES.get(next);
                to.onNext(ByteBuffer.wrap(EVENTS.get(next++)));
              }
              now[0] = TIMES.get(next);
              to.onComplete();
            }

            @Override
            public void cancel() {}
          });
    }
  }

  private static final class Collector implements Subscriber<ByteBuffer> {
    private final CompletableFuture<List<byte[]>> sent;
    private final List<byte[]> messages = new ArrayList<>();

    Collector(CompletableFuture<List<byte[]>> sent) {
      this.sent = sent;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer message) {
      byte[] copy = new byte[message.remaining()];
      message.get(copy);
      messages.add(copy);
    }

    @Override
    public void onError(Throwable failure) {
      sent.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      sent.complete(messages);
    }
  }

  // ---- both ways ----

  @Test
  void readsAStreamCutAtEveryOffset() throws Exception {
    byte[] body = joined(messages());
    for (int cut = 0; cut <= body.length; cut++) {
      EventStreamReader reader = reader(MAX);
      Seen seen = new Seen();
      reader.feed(ByteBuffer.wrap(body, 0, cut), TIMES.get(2), seen);
      reader.feed(ByteBuffer.wrap(body, cut, body.length - cut), TIMES.get(2), seen);
      reader.finish();
      seen.isWhole();
    }
  }

  @Test
  void readsAStreamByteByByteAndTellsTheTimesToTheMillisecond() throws Exception {
    EventStreamReader reader = reader(MAX);
    Seen seen = new Seen();
    for (byte octet : joined(messages())) {
      reader.feed(ByteBuffer.wrap(new byte[] {octet}), TIMES.get(2), seen);
    }
    reader.finish();
    seen.isWhole();
    assertThat(seen.times.get(3)).isEqualTo(Instant.parse("2027-01-01T00:00:00.123Z"));
  }

  @Test
  void refusesEventsChangedDroppedRepeatedOrInAnotherOrder() throws Exception {
    List<byte[]> good = messages();
    refuses(joined(List.of(good.get(1), good.get(0), good.get(2))), "does not match");
    refuses(joined(List.of(good.get(0), good.get(0))), "does not match");
    refuses(joined(List.of(good.get(0), good.get(2))), "does not match");
    byte[] changed = EVENTS.get(0).clone();
    changed[0]++;
    EventMessage first = one(good.get(0));
    refuses(EventMessage.of(first.headers(), ByteBuffer.wrap(changed)).encode(), "does not match");
    EventMessage otherTime =
        EventMessage.of(
            List.of(
                EventHeader.timestamp(":date", TIMES.get(0).plusMillis(1)), first.headers().get(1)),
            first.payload());
    refuses(otherTime.encode(), "does not match");
  }

  @Test
  void refusesWhatIsNoSignedMessage() throws Exception {
    EventMessage first = one(messages().get(0));
    refuses(EventMessage.of(List.of(), first.payload()).encode(), "not exactly :date");
    refuses(
        EventMessage.of(List.of(first.headers().get(0)), first.payload()).encode(),
        "not exactly :date");
    List<EventHeader> more = new ArrayList<>(first.headers());
    more.add(EventHeader.string(":event-type", "a"));
    refuses(EventMessage.of(more, first.payload()).encode(), "not exactly :date");
    EventHeader text = EventHeader.string(":date", "now");
    refuses(
        EventMessage.of(List.of(text, first.headers().get(1)), first.payload()).encode(),
        "not exactly :date");
  }

  @Test
  void refusesAStreamThatEndsTooSoonOrTooLate() throws Exception {
    List<byte[]> good = messages();
    refuses(new byte[0], "before its signed end");
    refuses(joined(good.subList(0, 4)), "before its signed end");
    byte[] whole = joined(good);
    refuses(Arrays.copyOf(whole, whole.length - 1), "ends before it is whole");
    List<byte[]> more = new ArrayList<>(good);
    more.add(good.get(4));
    refuses(joined(more), "follows the end");
  }

  @Test
  void refusesEventsOfAnotherTimeThanNow() throws Exception {
    byte[] first = messages().get(0);
    for (long seconds : new long[] {-300, 300}) {
      Seen seen = new Seen();
      reader(MAX).feed(ByteBuffer.wrap(first), TIMES.get(0).plusSeconds(seconds), seen);
      assertThat(seen.events).hasSize(1);
    }
    for (long millis : new long[] {-300_001, 300_001}) {
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(
              () ->
                  reader(MAX)
                      .feed(ByteBuffer.wrap(first), TIMES.get(0).plusMillis(millis), new Seen()))
          .withMessageContaining("another time");
    }
  }

  @Test
  void staysFailed() throws Exception {
    EventStreamReader reader = reader(MAX);
    byte[] bad = messages().get(1);
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(ChunkSignatureException.class)
          .isThrownBy(() -> reader.feed(ByteBuffer.wrap(bad), TIMES.get(1), new Seen()));
    }
    assertThatExceptionOfType(ChunkSignatureException.class).isThrownBy(reader::finish);
  }

  @Test
  void writesNothingThatItCouldNotMean() throws Exception {
    SignedRequest signed =
        new Signer(new SigningKeys()).sign(parameters(), POST, PayloadHash.STREAMING_EVENTS);
    EventStreamWriter writer = EventStreamWriter.of(new SigningKeys(), parameters(), signed);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.event(ByteBuffer.allocate(0), TIMES.get(0), encoded -> {}));
    writer.end(TIMES.get(0), encoded -> {});
    assertThatIllegalStateException().isThrownBy(() -> writer.end(TIMES.get(0), encoded -> {}));
    assertThatIllegalStateException()
        .isThrownBy(() -> writer.event(ByteBuffer.allocate(1), TIMES.get(0), encoded -> {}));
  }

  private static EventMessage one(byte[] encoded) throws MalformedRequestException {
    List<EventMessage> messages = new ArrayList<>();
    EventDecoder decoder = new EventDecoder(MAX);
    decoder.feed(ByteBuffer.wrap(encoded), messages::add);
    decoder.finish();
    assertThat(messages).hasSize(1);
    return messages.get(0);
  }

  @Test
  void fuzzAllowsOnlyMalformedRequestsAndNoChangedEvent() throws Exception {
    Random random = new Random(4715);
    byte[] body = joined(messages());
    for (int i = 0; i < 5_000; i++) {
      byte[] mutated = bytes(Fuzz.mutate(random, new String(body, StandardCharsets.ISO_8859_1)));
      Seen seen = new Seen();
      EventStreamReader reader = reader(MAX);
      try {
        reader.feed(ByteBuffer.wrap(mutated), TIMES.get(2), seen);
        reader.finish();
        seen.isWhole();
      } catch (MalformedRequestException expected) {
        assertThat(EVENTS.subList(0, seen.events.size()))
            .usingRecursiveFieldByFieldElementComparator()
            .isEqualTo(seen.events);
      }
    }
  }
}
