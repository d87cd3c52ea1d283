package io.countersign.sandbox;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Takes S3's {@code aws-chunked} framing off a body and checks what it is protected with: the chain
 * of chunk signatures, the signed trailer, the trailing checksum, the decoded length.
 *
 * <p>Written straight from AWS's description with {@code javax.crypto}, on purpose without a line
 * of the signer that the gateway uses, nor of the SDK's, whose chunk code can only sign.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">AWS:
 *     signed trailers</a>
 */
final class AwsChunked {
  private static final String EMPTY_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final int MAX_LINE = 8192;

  /** S3's limit for chunks other than the last. */
  static final int MIN_CHUNK_BYTES = 8192;

  private final HttpRequest request;
  private final Credential credential;
  private final byte[] key;
  private String previous;

  AwsChunked(HttpRequest request, Credential credential, String secret) {
    this.request = request;
    this.credential = credential;
    this.previous = credential.signature();
    byte[] date = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), credential.date());
    this.key = hmac(hmac(hmac(date, credential.region()), credential.service()), "aws4_request");
  }

  /** The object's bytes. {@code mode} is the value of {@code x-amz-content-sha256}. */
  Body decode(String mode) throws AwsError, IOException {
    boolean signed =
        switch (mode) {
          case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" ->
              true;
          case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> false;
          default ->
              throw new AwsError(
                  400,
                  "InvalidArgument",
                  "x-amz-content-sha256 names no streaming mode that is known: " + mode);
        };
    boolean trailer = mode.endsWith("-TRAILER");
    String length = request.header("x-amz-decoded-content-length");
    if (length == null || !length.matches("[0-9]{1,15}")) {
      throw new AwsError(
          411,
          "MissingContentLength",
          "You must provide the x-amz-decoded-content-length HTTP header.");
    }
    try (InputStream in = new BufferedInputStream(request.body().open(), 1 << 16)) {
      Body body = readChunks(in, signed);
      readTrailer(in, body, signed, trailer);
      if (body.length() != Long.parseLong(length)) {
        throw new AwsError(
            400,
            "IncompleteBody",
            "The body has "
                + body.length()
                + " bytes, and x-amz-decoded-content-length says "
                + length);
      }
      return body;
    } catch (EOFException e) {
      throw new AwsError(400, "IncompleteBody", "The request body terminated unexpectedly");
    }
  }

  private Body readChunks(InputStream in, boolean signed) throws AwsError, IOException {
    Body.Sink sink = new Body.Sink();
    boolean shortSeen = false;
    while (true) {
      String line = readLine(in);
      String[] parts = line.split(";", -1);
      if (!parts[0].matches("[0-9a-fA-F]{1,8}")) {
        throw bad("a chunk's size is not hexadecimal");
      }
      int size = (int) Math.min(Long.parseLong(parts[0], 16), Integer.MAX_VALUE);
      if (size > 64 << 20) {
        throw bad("a chunk of more than 64 MiB");
      }
      if (size > 0 && shortSeen) {
        throw new AwsError(
            403,
            "InvalidChunkSizeError",
            "Only the last chunk is allowed to have a size less than 8192 bytes");
      }
      shortSeen |= size < MIN_CHUNK_BYTES;
      byte[] data = in.readNBytes(size);
      if (data.length < size) {
        throw new EOFException("chunk");
      }
      if (signed) {
        if (parts.length != 2 || !parts[1].startsWith("chunk-signature=")) {
          throw bad("a chunk without its chunk-signature");
        }
        checkSignature(
            "AWS4-HMAC-SHA256-PAYLOAD", EMPTY_HASH + "\n" + sha256(data), parts[1].substring(16));
      } else if (parts.length != 1) {
        throw bad("a chunk extension in an unsigned stream");
      }
      if (size == 0) {
        return sink.toBody();
      }
      sink.write(data, 0, size);
      if (!readLine(in).isEmpty()) {
        throw bad("a chunk is longer than its size says");
      }
    }
  }

  private void readTrailer(InputStream in, Body body, boolean signed, boolean expected)
      throws AwsError, IOException {
    String announced = request.header("x-amz-trailer");
    @Nullable String name = null;
    @Nullable String value = null;
    @Nullable String signature = null;
    while (true) {
      String line = readLine(in);
      if (line.isEmpty()) {
        break;
      }
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw bad("a trailer line without a colon");
      }
      String field = line.substring(0, colon).toLowerCase(Locale.ROOT);
      if (field.equals("x-amz-trailer-signature")) {
        signature = line.substring(colon + 1).strip();
      } else if (name == null
          && expected
          && field.equals(announced == null ? null : announced.toLowerCase(Locale.ROOT))) {
        name = field;
        value = line.substring(colon + 1).strip();
      } else {
        throw bad("a trailer that x-amz-trailer does not announce: " + field);
      }
    }
    if (in.read() >= 0) {
      throw bad("bytes after the end of the framing");
    }
    if (announced != null && value == null) {
      throw bad("x-amz-trailer announces " + announced + ", which did not come");
    }
    if (signed && expected) {
      if (signature == null) {
        throw bad("the trailer is not signed");
      }
      checkSignature(
          "AWS4-HMAC-SHA256-TRAILER",
          sha256((name + ":" + value + "\n").getBytes(StandardCharsets.UTF_8)),
          signature);
    }
    if (name != null && value != null) {
      Checksums.check(name, value, body);
    }
  }

  private void checkSignature(String algorithm, String tail, String presented) throws AwsError {
    String toSign =
        algorithm
            + "\n"
            + credential.timestamp()
            + "\n"
            + credential.scope()
            + "\n"
            + previous
            + "\n"
            + tail;
    String expected = HexFormat.of().formatHex(hmac(key, toSign));
    if (!MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII),
        presented.getBytes(StandardCharsets.US_ASCII))) {
      throw Refusal.MISMATCH.in(
          Dialect.S3,
          "The chunk or trailer signature we calculated does not match the signature you provided."
              + " Check your key and signing method.");
    }
    previous = expected;
  }

  private static AwsError bad(String what) {
    return new AwsError(400, "InvalidRequest", "The aws-chunked body is malformed: " + what);
  }

  private static String readLine(InputStream in) throws AwsError, IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("line");
      }
      if (b == '\r') {
        if (in.read() != '\n') {
          throw bad("a carriage return without a line feed");
        }
        return line.toString();
      }
      if (b < ' ' || b > '~' || line.length() == MAX_LINE) {
        throw bad("a line that is too long or not text");
      }
      line.append((char) b);
    }
  }

  private static String sha256(byte[] data) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is missing from this JDK", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is missing from this JDK", e);
    }
  }
}
