package io.countersign.signer;

import java.time.Instant;
import java.util.List;

/**
 * With whose keys, for which Regions, at what time and by which rules a request is signed with
 * SigV4a. Immutable.
 *
 * @param regionSet the Regions in which the signature is good, such as {@code eu-west-1}; {@code *}
 *     stands for any letters, alone for every Region
 * @param service the signing name of the service, such as {@code s3}
 * @param time one sample of the clock, from which both the date of the scope and {@code x-amz-date}
 *     come; cut to seconds
 * @param contentHashHeader whether {@code x-amz-content-sha256} is set and signed; a request that
 *     has the header already gets it in any case, with the value of the payload hash
 * @param signSessionToken whether the session token is added before signing (as AWS wants it) or
 *     after
 */
public record SigV4aParameters(
    AwsCredentials credentials,
    List<String> regionSet,
    String service,
    Instant time,
    PathRule pathRule,
    HeaderSelection headers,
    boolean contentHashHeader,
    boolean signSessionToken) {

  /**
   * Checks scope and region set.
   *
   * @throws IllegalArgumentException if the service is empty or has a character that would break
   *     the scope, or if the region set is not 1 to {@value RegionSet#MAX} entries of 1 to 64
   *     characters a-z, 0-9, hyphen and asterisk
   */
  public SigV4aParameters {
    regionSet = List.copyOf(regionSet);
    SigningParameters.check("service", service);
    String wrong = RegionSet.problem(regionSet);
    if (wrong != null) {
      throw new IllegalArgumentException(wrong);
    }
  }

  /**
   * The defaults for a service: its path rule, the minimal headers, and {@code
   * x-amz-content-sha256} where AWS needs it.
   */
  public static SigV4aParameters of(
      AwsCredentials credentials, List<String> regionSet, String service, Instant time) {
    return of(regionSet, SigningParameters.of(credentials, "aws-global", service, time));
  }

  /** The credentials, service, time and rules of SigV4 parameters, for a set of Regions. */
  public static SigV4aParameters of(List<String> regionSet, SigningParameters rules) {
    return new SigV4aParameters(
        rules.credentials(),
        regionSet,
        rules.service(),
        rules.time(),
        rules.pathRule(),
        rules.headers(),
        rules.contentHashHeader(),
        rules.signSessionToken());
  }

  /** The value of {@code x-amz-region-set}. */
  String regionSetValue() {
    return String.join(",", regionSet);
  }
}
