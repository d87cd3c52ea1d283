package io.countersign.signer;

import java.time.Instant;

/**
 * With whose keys, for which scope, at what time and by which rules a request is signed. Immutable.
 *
 * @param region the Region of the scope, such as {@code eu-west-1}
 * @param service the signing name of the service, such as {@code s3}; not always its endpoint
 *     prefix
 * @param time one sample of the clock, from which both the date of the scope and {@code x-amz-date}
 *     come; cut to seconds
 * @param contentHashHeader whether {@code x-amz-content-sha256} is set and signed; a request that
 *     has the header already gets it in any case, with the value of the payload hash
 * @param signSessionToken whether the session token is added before signing (as AWS wants it) or
 *     after (what some older services expect)
 */
public record SigningParameters(
    AwsCredentials credentials,
    String region,
    String service,
    Instant time,
    PathRule pathRule,
    HeaderSelection headers,
    boolean contentHashHeader,
    boolean signSessionToken) {

  /**
   * Checks the scope.
   *
   * @throws IllegalArgumentException if the Region or the service is empty or has a character that
   *     would break the scope
   */
  public SigningParameters {
    check("Region", region);
    check("service", service);
  }

  static void check(String what, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("the " + what + " of the signature is empty");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '/' || c == ',' || c == '%') {
        throw new IllegalArgumentException(
            "the " + what + " of the signature has a character that it must not at offset " + i);
      }
    }
  }

  /**
   * The defaults for a service: its path rule, the minimal headers, and {@code
   * x-amz-content-sha256} where AWS needs it (the S3 family, {@code vpc-lattice-svcs} and {@code
   * aoss}).
   */
  public static SigningParameters of(
      AwsCredentials credentials, String region, String service, Instant time) {
    return new SigningParameters(
        credentials,
        region,
        service,
        time,
        PathRule.forService(service),
        HeaderSelection.MINIMAL,
        PathRule.isS3Family(service)
            || service.equals("vpc-lattice-svcs")
            || service.equals("aoss"),
        true);
  }

  /** The same with another path rule. */
  public SigningParameters withPathRule(PathRule rule) {
    return new SigningParameters(
        credentials, region, service, time, rule, headers, contentHashHeader, signSessionToken);
  }

  /** The same with another selection of headers. */
  public SigningParameters withHeaders(HeaderSelection selection) {
    return new SigningParameters(
        credentials,
        region,
        service,
        time,
        pathRule,
        selection,
        contentHashHeader,
        signSessionToken);
  }

  /** The same with or without {@code x-amz-content-sha256}. */
  public SigningParameters withContentHashHeader(boolean set) {
    return new SigningParameters(
        credentials, region, service, time, pathRule, headers, set, signSessionToken);
  }

  /** The same with the session token signed, or only sent. */
  public SigningParameters withSignSessionToken(boolean sign) {
    return new SigningParameters(
        credentials, region, service, time, pathRule, headers, contentHashHeader, sign);
  }
}
