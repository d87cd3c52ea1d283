package io.countersign.door;

import org.jspecify.annotations.Nullable;

/**
 * A request that gets an error from the gateway instead of what it asked for. The text is fit for
 * the agent: it names what is wrong, where, and how to mend it, and holds no secret.
 *
 * @param kind decides the status and, at the SDK door, AWS's code
 * @param code stable, kebab-case; what a program looks at
 * @param detail one or two sentences
 * @param hint how to mend it, or null
 * @param retryAfterSeconds 0 leaves it out
 */
public record Refusal(
    Kind kind, String code, String detail, @Nullable String hint, int retryAfterSeconds) {

  public Refusal(Kind kind, String code, String detail, @Nullable String hint) {
    this(kind, code, detail, hint, 0);
  }

  /** Whose doing it is. */
  public enum Source {
    AGENT,
    POLICY,
    CREDENTIALS,
    AWS,
    GATEWAY;

    /** As it stands in an answer. */
    public String word() {
      return switch (this) {
        case AGENT -> "agent";
        case POLICY -> "policy";
        case CREDENTIALS -> "credentials";
        case AWS -> "aws";
        case GATEWAY -> "gateway";
      };
    }
  }

  /**
   * What kind of error it is, with the codes that AWS's services use for it, so that an SDK raises
   * what it would raise for AWS itself.
   */
  public enum Kind {
    UNAUTHENTICATED(401, Source.AGENT, false, "MissingAuthenticationToken"),
    DENIED(403, Source.POLICY, false, "AccessDenied", "AccessDeniedException", "AccessDenied"),
    EXPIRED_KEY(403, Source.AGENT, false, "ExpiredToken", "ExpiredTokenException", "ExpiredToken"),
    INVALID_KEY(
        403,
        Source.AGENT,
        false,
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId"),
    BAD_SIGNATURE(
        403,
        Source.AGENT,
        false,
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "SignatureDoesNotMatch"),
    SKEWED(
        403,
        Source.AGENT,
        false,
        "RequestExpired",
        "InvalidSignatureException",
        "RequestTimeTooSkewed"),
    MALFORMED(400, Source.AGENT, false, "InvalidRequest", "ValidationException", "InvalidRequest"),
    WRONG_HASH(
        400,
        Source.AGENT,
        false,
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "XAmzContentSHA256Mismatch"),
    NOT_FOUND(404, Source.AGENT, false, "InvalidAction", "UnknownOperationException", "NotFound"),
    METHOD(405, Source.AGENT, false, "InvalidAction", "ValidationException", "MethodNotAllowed"),
    TIMEOUT_CLIENT(408, Source.AGENT, true, "RequestTimeout"),
    CONFLICT(409, Source.AGENT, false, "InvalidRequest", "ValidationException", "InvalidRequest"),
    TOO_LARGE(
        413,
        Source.AGENT,
        false,
        "RequestEntityTooLarge",
        "RequestEntityTooLargeException",
        "EntityTooLarge"),
    HEAD_TOO_LARGE(431, Source.AGENT, false, "InvalidRequest"),
    BUSY(503, Source.GATEWAY, true, "Throttling", "ThrottlingException", "SlowDown"),
    REPLAYED(503, Source.AGENT, true, "ServiceUnavailable"),
    NO_CREDENTIALS(503, Source.CREDENTIALS, true, "ServiceUnavailable"),
    ROLE_REFUSED(
        403, Source.CREDENTIALS, false, "AccessDenied", "AccessDeniedException", "AccessDenied"),
    QUERY_FAILED(422, Source.AWS, false, "InvalidRequest"),
    UPSTREAM(502, Source.GATEWAY, true, "ServiceUnavailable"),
    UPSTREAM_TIMEOUT(504, Source.GATEWAY, true, "ServiceUnavailable"),
    INTERNAL(500, Source.GATEWAY, true, "InternalFailure");

    private final int status;
    private final Source source;
    private final boolean retryable;
    private final String queryCode;
    private final String jsonCode;
    private final String s3Code;

    Kind(int status, Source source, boolean retryable, String code) {
      this(status, source, retryable, code, code, code);
    }

    Kind(
        int status,
        Source source,
        boolean retryable,
        String queryCode,
        String jsonCode,
        String s3Code) {
      this.status = status;
      this.source = source;
      this.retryable = retryable;
      this.queryCode = queryCode;
      this.jsonCode = jsonCode;
      this.s3Code = s3Code;
    }

    /** The HTTP status, at every door. */
    public int status() {
      return status;
    }

    public Source source() {
      return source;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
      return retryable;
    }

    /** The code of services that speak XML by the query or ec2 protocol. */
    public String queryCode() {
      return queryCode;
    }

    /** The code of services that speak JSON or CBOR. */
    public String jsonCode() {
      return jsonCode;
    }

    /** The code of S3 and the other services that speak rest-xml. */
    public String s3Code() {
      return s3Code;
    }
  }
}
