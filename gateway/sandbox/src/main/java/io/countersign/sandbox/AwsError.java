package io.countersign.sandbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An answer that says no, as AWS would say it: status, code, message. */
final class AwsError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  AwsError(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  /** "User: … is not authorized to perform: …", in the words of IAM. */
  static AwsError denied(Dialect dialect, Caller caller, String action, String resource) {
    String message =
        "User: "
            + caller.arn()
            + " is not authorized to perform: "
            + action
            + " on resource: "
            + resource
            + " because no identity-based policy allows the "
            + action
            + " action";
    return dialect == Dialect.JSON
        ? new AwsError(400, "AccessDeniedException", message)
        : new AwsError(403, "AccessDenied", message);
  }

  /** The refusal of a service that is overloaded: each dialect has its own code and status. */
  static AwsError throttled(Dialect dialect) {
    return switch (dialect) {
      case JSON -> new AwsError(400, "ThrottlingException", "Rate exceeded");
      case QUERY -> new AwsError(400, "Throttling", "Rate exceeded");
      case S3 -> new AwsError(503, "SlowDown", "Please reduce your request rate.");
    };
  }

  /** A fault of the service itself. */
  static AwsError server(Dialect dialect, int status) {
    return switch (dialect) {
      case JSON ->
          new AwsError(
              status,
              status == 503 ? "ServiceUnavailableException" : "InternalServerException",
              "An internal error occurred.");
      case QUERY ->
          new AwsError(
              status,
              status == 503 ? "ServiceUnavailable" : "InternalFailure",
              "The request processing has failed because of an unknown error, exception or"
                  + " failure.");
      case S3 ->
          new AwsError(
              status,
              status == 503 ? "ServiceUnavailable" : "InternalError",
              "We encountered an internal error. Please try again.");
    };
  }

  HttpResponse render(Dialect dialect, String requestId, String resource) {
    return switch (dialect) {
      case JSON -> {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("__type", code);
        body.put(modelled() ? "Message" : "message", getMessage());
        yield HttpResponse.of(status, Body.of(body.toString()))
            .with("Content-Type", "application/x-amz-json-1.1")
            .with("x-amzn-ErrorType", code);
      }
      case QUERY ->
          HttpResponse.of(
                  status,
                  Body.of(
                      "<ErrorResponse"
                          + " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>"
                          + (status < 500 ? "Sender" : "Receiver")
                          + "</Type><Code>"
                          + Xml.escape(code)
                          + "</Code><Message>"
                          + Xml.escape(getMessage())
                          + "</Message></Error><RequestId>"
                          + requestId
                          + "</RequestId></ErrorResponse>"))
              .with("Content-Type", "text/xml");
      case S3 ->
          HttpResponse.xml(
              status,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
                  + Xml.escape(code)
                  + "</Code><Message>"
                  + Xml.escape(getMessage())
                  + "</Message><Resource>"
                  + Xml.escape(resource)
                  + "</Resource><RequestId>"
                  + requestId
                  + "</RequestId></Error>");
    };
  }

  /**
   * Codes that a service models itself carry "Message"; those of the common front carry "message".
   */
  private boolean modelled() {
    return switch (code) {
      case "ValidationException",
          "InvalidRequestException",
          "ResourceNotFoundException",
          "ActiveStatementsExceededException",
          "AccessDeniedException",
          "MetadataException",
          "InternalServerException" ->
          true;
      default -> false;
    };
  }

  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? code : message;
  }
}
