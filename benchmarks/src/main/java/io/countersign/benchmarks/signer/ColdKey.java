package io.countersign.benchmarks.signer;

import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;

/**
 * The JSON POST with a new date for each signature, so that a signing key is derived for each: four
 * HMACs, which stand here alone too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ColdKey {
  private static final Instant FIRST_DAY = Instant.parse("1970-01-02T12:00:00Z");

  /** Ends in the year 9942, while four-digit years last; an iteration does not get there. */
  private static final int DAYS = 2_912_000;

  private static final int DATES = 512;

  private final Sdk sdk = new Sdk();
  private final Pool pool = Pool.jsonPosts(Form.repeated);
  private final Sdk.Prepared[] forSdk = Sdk.prepare(pool);
  private final byte[][] dates = new byte[DATES][];
  private Ours ours = new Ours(new SigningKeys());
  private int day;

  /** Makes the dates that the four HMACs take in turn. */
  @Setup
  public void prepare() {
    DateTimeFormatter basic = DateTimeFormatter.BASIC_ISO_DATE.withZone(ZoneOffset.UTC);
    for (int i = 0; i < DATES; i++) {
      String date = basic.format(FIRST_DAY.plusSeconds(86_400L * i)).substring(0, 8);
      dates[i] = date.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** Begins again at the first day with an empty cache. */
  @Setup(Level.Iteration)
  public void begin() {
    ours = new Ours(new SigningKeys());
    day = 0;
  }

  private Instant nextDay() {
    day = day == DAYS ? 0 : day + 1;
    return FIRST_DAY.plusSeconds(86_400L * day);
  }

  /** Countersign. */
  @Benchmark
  public void ours(Blackhole to) throws MalformedRequestException {
    ours.jsonPost(pool.next(), nextDay())
        .forEachHeader(
            (name, value) -> {
              to.consume(name);
              to.consume(value);
            });
  }

  /** AWS SDK for Java v2. */
  @Benchmark
  public SignedRequest sdk() {
    return sdk.jsonPost(forSdk[pool.advance()], nextDay());
  }

  /** The derivation alone by {@code javax.crypto.Mac}, as the documentation of AWS writes it. */
  @Benchmark
  public byte[] fourHmacs() throws GeneralSecurityException {
    day = (day + 1) % DATES;
    byte[] key = hmac(ascii("AWS4" + Credentials.SECRET), dates[day]);
    key = hmac(key, ascii(Credentials.REGION));
    key = hmac(key, ascii("dynamodb"));
    return hmac(key, ascii("aws4_request"));
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
