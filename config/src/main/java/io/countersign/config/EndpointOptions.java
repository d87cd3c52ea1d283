package io.countersign.config;

import org.jspecify.annotations.Nullable;

/**
 * Which of AWS's endpoints of a service a connector uses.
 *
 * @param fips the endpoint with validated cryptography
 * @param dualStack the endpoint that speaks IPv6 as well
 * @param accelerate S3 Transfer Acceleration
 * @param pathStyle whether S3's buckets stand in the path; null leaves it to the gateway
 * @param accountEndpoints of services that have an endpoint for each account
 */
public record EndpointOptions(
    boolean fips,
    boolean dualStack,
    boolean accelerate,
    @Nullable Boolean pathStyle,
    AccountEndpoints accountEndpoints) {

  /** The ordinary endpoint of the Region, and of the account where there is one. */
  public static final EndpointOptions DEFAULT =
      new EndpointOptions(false, false, false, null, AccountEndpoints.PREFERRED);

  /**
   * Whether the account's own endpoint is used, such as {@code
   * 123456789012.ddb.eu-west-1.amazonaws.com}.
   */
  public enum AccountEndpoints {
    /** Where the account is known and has one. */
    PREFERRED("preferred"),
    DISABLED("disabled"),
    /** A call without one is refused. */
    REQUIRED("required");

    private final String word;

    AccountEndpoints(String word) {
      this.word = word;
    }

    /** As AWS's {@code account_id_endpoint_mode} has it. */
    public String word() {
      return word;
    }
  }

  /** The same with or without FIPS. */
  public EndpointOptions withFips(boolean yes) {
    return new EndpointOptions(yes, dualStack, accelerate, pathStyle, accountEndpoints);
  }

  /** The same with or without IPv6. */
  public EndpointOptions withDualStack(boolean yes) {
    return new EndpointOptions(fips, yes, accelerate, pathStyle, accountEndpoints);
  }

  /** The same with or without S3 Transfer Acceleration. */
  public EndpointOptions withAccelerate(boolean yes) {
    return new EndpointOptions(fips, dualStack, yes, pathStyle, accountEndpoints);
  }

  /** The same with buckets elsewhere. */
  public EndpointOptions withPathStyle(@Nullable Boolean yes) {
    return new EndpointOptions(fips, dualStack, accelerate, yes, accountEndpoints);
  }

  /** The same with other endpoints of accounts. */
  public EndpointOptions withAccountEndpoints(AccountEndpoints mode) {
    return new EndpointOptions(fips, dualStack, accelerate, pathStyle, mode);
  }
}
