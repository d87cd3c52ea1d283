package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.OperationModel;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/**
 * Checksums of request bodies, where the model asks for one: {@code x-amz-checksum-…} of the
 * algorithm that the input names (CRC32 where it names none), or {@code Content-MD5} where the
 * operation knows no algorithms.
 */
final class Checksums {
  private static final String PREFIX = "x-amz-checksum-";

  private Checksums() {}

  /** Adds the header that is wanted and that the input does not bring itself. */
  static void add(
      OperationModel operation, ObjectNode input, Map<String, String> headers, byte[] body)
      throws BadInputException {
    String member = operation.checksum().algorithmMember();
    JsonNode named = member == null ? null : input.get(member);
    boolean wanted = operation.checksum().required() || (named != null && !named.isNull());
    if (!wanted
        || headers.containsKey("content-md5")
        || headers.keySet().stream().anyMatch(name -> name.startsWith(PREFIX))) {
      return;
    }
    if (member == null) {
      headers.put("content-md5", base64(digest("MD5", body)));
      return;
    }
    String algorithm = named == null || named.isNull() ? "CRC32" : named.asText();
    byte[] sum = sum(algorithm, body);
    if (sum == null) {
      throw new BadInputException(
          BadInputException.pointerTo(member),
          "is "
              + algorithm
              + ", which the gateway does not compute; name CRC32, CRC32C, SHA1 or SHA256, or give"
              + " the checksum itself");
    }
    headers.put("x-amz-sdk-checksum-algorithm", algorithm);
    headers.put(PREFIX + algorithm.toLowerCase(Locale.ROOT), base64(sum));
  }

  private static byte @Nullable [] sum(String algorithm, byte[] body) {
    return switch (algorithm) {
      case "CRC32" -> crc(new CRC32(), body);
      case "CRC32C" -> crc(new CRC32C(), body);
      case "SHA1" -> digest("SHA-1", body);
      case "SHA256" -> digest("SHA-256", body);
      case "SHA512" -> digest("SHA-512", body);
      case "MD5" -> digest("MD5", body);
      default -> null;
    };
  }

  private static byte[] crc(Checksum checksum, byte[] body) {
    checksum.update(body);
    return ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array();
  }

  private static byte[] digest(String algorithm, byte[] body) {
    try {
      return MessageDigest.getInstance(algorithm).digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no " + algorithm, e);
    }
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
