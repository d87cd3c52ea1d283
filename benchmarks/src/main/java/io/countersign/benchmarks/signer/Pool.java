package io.countersign.benchmarks.signer;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Requests to sign one after the other, over and over, and the clock to sign them by. Made from
 * nothing but its arguments, so every signer gets the same. Not thread-safe.
 */
public final class Pool {
  /** Requests in a pool, unless said otherwise. */
  static final int SIZE = 256;

  /** The time of the first signature, and of every one of the repeated form. */
  static final Instant TIME = Instant.parse("2026-11-24T00:00:00Z");

  private static final int SECONDS_OF_A_DAY = 86_400;

  private final Call[] calls;
  private final Form form;
  private int next = -1;
  private int second;
  private Instant now = TIME;

  private Pool(Form form, int size, IntFunction<Call> call) {
    this.form = form;
    this.calls = new Call[size];
    for (int i = 0; i < size; i++) {
      calls[i] = call.apply(i);
    }
  }

  /** POST of 250 bytes of JSON, as DynamoDB takes them. */
  static Pool jsonPosts(Form form) {
    return jsonPosts(form, SIZE);
  }

  /** The same, any number of them. */
  static Pool jsonPosts(Form form, int size) {
    return new Pool(form, size, i -> jsonPost(form == Form.distinct ? i : 0, i));
  }

  private static Call jsonPost(int target, int body) {
    String suffix = target == 0 ? "" : String.format(Locale.ROOT, "%04d", target);
    return new Call(
        "POST",
        "/",
        "",
        jsonBody(body),
        "Host",
        "dynamodb.eu-west-1.amazonaws.com",
        "Content-Type",
        "application/x-amz-json-1.0",
        "X-Amz-Target",
        "DynamoDB_20120810.GetItem" + suffix);
  }

  private static byte[] jsonBody(int number) {
    String key = String.format(Locale.ROOT, "%08d", number);
    return ("{\"TableName\":\"orders\",\"Key\":{\"id\":{\"S\":\"" + key + "x".repeat(198) + "\"}}}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** GET of S3 with four query parameters. */
  static Pool s3Gets(Form form) {
    return new Pool(form, SIZE, i -> s3Get(form == Form.distinct ? i : 0));
  }

  private static Call s3Get(int number) {
    String key = String.format(Locale.ROOT, "%04d", number);
    return new Call(
        "GET",
        "/reports/2026/part-" + key + ".parquet",
        "partNumber="
            + (number + 1)
            + "&response-content-type=application%2Foctet-stream"
            + "&versionId=3HL4kqtJlcpXroDTDmjVBH40Nr"
            + key
            + "&x-id=GetObject",
        new byte[0],
        "Host",
        "s3.eu-west-1.amazonaws.com");
  }

  /** The next request. */
  Call next() {
    return calls[advance()];
  }

  /** Goes to the next request; its index, for a signer that keeps the pool in a form of its own. */
  int advance() {
    int at = next + 1;
    if (at == calls.length) {
      at = 0;
      if (form == Form.distinct) {
        second = (second + 1) % SECONDS_OF_A_DAY;
        now = TIME.plusSeconds(second);
      }
    }
    next = at;
    return at;
  }

  /** The clock. */
  Instant now() {
    return now;
  }

  /** Every request, in order. */
  Call[] calls() {
    return calls.clone();
  }
}
