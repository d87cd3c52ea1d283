package io.countersign.observe;

import java.util.regex.Pattern;

/**
 * A second line of defence for the gateway's own log: secrets are types that do not print
 * themselves, but a message of a library can quote a URL, a header or a document that holds one.
 * What follows the telling name is replaced; the name stays, so that the message still makes sense.
 */
final class Redaction {
  private static final String MASK = "$1<redacted>";

  /** The parameters of presigned URLs and the secret headers of SigV4, as query or as header. */
  private static final Pattern SIGV4 =
      Pattern.compile(
          "(?i)(x-amz-(?:signature|security-token|s3session-token)\"?\\s*[=:]\\s*\"?)[^&\\s\"',;\\]})]+");

  /** The signature at the end of an Authorization header. */
  private static final Pattern SIGNATURE = Pattern.compile("(?i)(\\bsignature=)[0-9a-f]{16,}");

  private static final Pattern BEARER =
      Pattern.compile("(?i)(\\b(?:bearer|basic)\\s+)[A-Za-z0-9+/._~=-]{8,}");

  /** Members of the answers of STS and of the container and instance credential services. */
  private static final Pattern MEMBERS =
      Pattern.compile(
          "(?i)((?:secret_?access_?key|session_?token|secretkey)\"?\\s*[=:>]\\s*\"?)"
              + "[^&\\s\"',;<\\]})]+");

  private Redaction() {}

  static String scrub(String text) {
    String scrubbed = SIGV4.matcher(text).replaceAll(MASK);
    scrubbed = SIGNATURE.matcher(scrubbed).replaceAll(MASK);
    scrubbed = BEARER.matcher(scrubbed).replaceAll(MASK);
    return MEMBERS.matcher(scrubbed).replaceAll(MASK);
  }
}
