package io.countersign.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * S3's object checksums, as base64 in {@code x-amz-checksum-*}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html">AWS:
 *     object integrity</a>
 */
final class Checksums {
  static final String PREFIX = "x-amz-checksum-";
  static final List<String> ALGORITHMS = List.of("crc32", "crc32c", "crc64nvme", "sha1", "sha256");

  private Checksums() {}

  /** Refuses the body when it does not have the checksum that the header or trailer says. */
  static void check(String header, String value, Body body) throws AwsError, IOException {
    String algorithm = header.substring(Math.min(header.length(), PREFIX.length()));
    if (!header.startsWith(PREFIX) || !ALGORITHMS.contains(algorithm)) {
      throw new AwsError(400, "InvalidRequest", "The checksum header is not known: " + header);
    }
    if (!of(algorithm, body).equals(value)) {
      throw new AwsError(
          400,
          "BadDigest",
          "The "
              + algorithm.toUpperCase(java.util.Locale.ROOT)
              + " you specified did not match the calculated checksum.");
    }
  }

  /** The checksums that a request claims for its body, all of them checked; by algorithm. */
  static Map<String, String> claimed(HttpRequest request) throws AwsError, IOException {
    Map<String, String> found = new TreeMap<>();
    for (String algorithm : ALGORITHMS) {
      Optional<String> value = Optional.ofNullable(request.header(PREFIX + algorithm));
      if (value.isPresent()) {
        check(PREFIX + algorithm, value.get(), request.body());
        found.put(algorithm, value.get());
      }
    }
    String trailer = request.header("x-amz-trailer");
    if (trailer != null && trailer.startsWith(PREFIX)) {
      String algorithm = trailer.substring(PREFIX.length());
      found.put(algorithm, of(algorithm, request.body()));
    }
    return found;
  }

  static String of(String algorithm, Body body) throws IOException {
    byte[] value =
        switch (algorithm) {
          case "crc32" -> run(new CRC32(), 4, body);
          case "crc32c" -> run(new CRC32C(), 4, body);
          case "crc64nvme" -> run(new Crc64Nvme(), 8, body);
          case "sha1" -> body.digest("SHA-1");
          case "sha256" -> body.digest("SHA-256");
          default -> throw new IllegalArgumentException("no such checksum: " + algorithm);
        };
    return Base64.getEncoder().encodeToString(value);
  }

  private static byte[] run(Checksum checksum, int bytes, Body body) throws IOException {
    try (InputStream in = body.open()) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        checksum.update(buffer, 0, n);
      }
    }
    byte[] all = ByteBuffer.allocate(8).putLong(checksum.getValue()).array();
    return java.util.Arrays.copyOfRange(all, 8 - bytes, 8);
  }

  /** CRC-64/NVME: reflected, polynomial 0xad93d23594c93659, all ones in and out. */
  private static final class Crc64Nvme implements Checksum {
    private static final long[] TABLE = new long[256];

    static {
      for (int i = 0; i < 256; i++) {
        long c = i;
        for (int bit = 0; bit < 8; bit++) {
          c = (c & 1) == 0 ? c >>> 1 : c >>> 1 ^ 0x9a6c9329ac4bc9b5L;
        }
        TABLE[i] = c;
      }
    }

    private long state = -1;

    @Override
    public void update(int b) {
      state = TABLE[(int) (state ^ b) & 0xff] ^ state >>> 8;
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        update(bytes[i]);
      }
    }

    @Override
    public long getValue() {
      return ~state;
    }

    @Override
    public void reset() {
      state = -1;
    }
  }
}
