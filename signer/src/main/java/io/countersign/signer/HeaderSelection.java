package io.countersign.signer;

/**
 * Which headers of a request are signed. Neither choice ever signs what a proxy on the way may
 * change: {@code authorization}, {@code connection} and what it names, {@code keep-alive}, {@code
 * te}, {@code trailer}, {@code transfer-encoding}, {@code upgrade}, {@code proxy-*}, {@code
 * expect}, {@code user-agent}, {@code x-amzn-trace-id}, {@code sec-*}, {@code forwarded}, {@code
 * x-forwarded-*}, {@code via}, {@code accept-encoding}, {@code amz-sdk-*}.
 */
public enum HeaderSelection {

  /**
   * {@code host}, {@code x-amz-*}, {@code content-type}, {@code content-md5}: all that AWS asks
   * for.
   */
  MINIMAL,

  /** Every header, {@code content-length} too, as AWS's own test suite expects. */
  ALL;

  /** Whether a header of this lower-case name is signed. */
  boolean signs(String name) {
    return switch (this) {
      case MINIMAL ->
          name.startsWith("x-amz-")
              || name.equals("host")
              || name.equals("content-type")
              || name.equals("content-md5");
      case ALL -> !neverSigned(name);
    };
  }

  private static boolean neverSigned(String name) {
    return switch (name) {
      case "authorization",
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "user-agent",
          "x-amzn-trace-id",
          "forwarded",
          "via",
          "accept-encoding" ->
          true;
      default ->
          name.startsWith("proxy-")
              || name.startsWith("sec-")
              || name.startsWith("x-forwarded-")
              || name.startsWith("amz-sdk-");
    };
  }
}
