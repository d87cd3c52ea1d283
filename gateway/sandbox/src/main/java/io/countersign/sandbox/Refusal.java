package io.countersign.sandbox;

/**
 * Why a request's authentication was refused, with the answer that each dialect of AWS gives for
 * it.
 */
enum Refusal {
  MISSING(
      "MissingAuthenticationTokenException",
      403,
      "MissingAuthenticationToken",
      403,
      "AccessDenied"),
  MALFORMED(
      "IncompleteSignatureException",
      400,
      "IncompleteSignature",
      400,
      "AuthorizationHeaderMalformed"),
  TWO_WAYS("InvalidSignatureException", 400, "IncompleteSignature", 400, "InvalidArgument"),
  UNKNOWN_KEY(
      "UnrecognizedClientException", 403, "InvalidClientTokenId", 403, "InvalidAccessKeyId"),
  WRONG_TOKEN("UnrecognizedClientException", 403, "InvalidClientTokenId", 400, "InvalidToken"),
  EXPIRED_TOKEN("ExpiredTokenException", 403, "ExpiredToken", 400, "ExpiredToken"),
  SKEWED("InvalidSignatureException", 403, "SignatureDoesNotMatch", 403, "RequestTimeTooSkewed"),
  PRESIGNED_EXPIRED("InvalidSignatureException", 403, "SignatureDoesNotMatch", 403, "AccessDenied"),
  WRONG_SCOPE(
      "InvalidSignatureException",
      403,
      "SignatureDoesNotMatch",
      400,
      "AuthorizationHeaderMalformed"),
  UNSIGNED_HEADER("InvalidSignatureException", 403, "SignatureDoesNotMatch", 403, "AccessDenied"),
  MISMATCH("InvalidSignatureException", 403, "SignatureDoesNotMatch", 403, "SignatureDoesNotMatch"),
  WRONG_PAYLOAD(
      "InvalidSignatureException", 403, "SignatureDoesNotMatch", 400, "XAmzContentSHA256Mismatch"),
  NO_PAYLOAD_HASH("InvalidSignatureException", 400, "IncompleteSignature", 400, "InvalidRequest");

  private final String json;
  private final int queryStatus;
  private final String query;
  private final int s3Status;
  private final String s3;

  Refusal(String json, int queryStatus, String query, int s3Status, String s3) {
    this.json = json;
    this.queryStatus = queryStatus;
    this.query = query;
    this.s3Status = s3Status;
    this.s3 = s3;
  }

  AwsError in(Dialect dialect, String message) {
    return switch (dialect) {
      case JSON -> new AwsError(400, json, message);
      case QUERY -> new AwsError(queryStatus, query, message);
      case S3 -> new AwsError(s3Status, s3, message);
    };
  }
}
