package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.catalog.Headers;
import io.countersign.catalog.Protocol;
import org.junit.jupiter.api.Test;

class AwsErrorsTest {
  private static AwsError read(int status, String body) {
    return AwsErrors.read(status, Headers.none(), body.getBytes(UTF_8));
  }

  private static Headers header(String name, String value) {
    return asked -> asked.equals(name) ? value : null;
  }

  @Test
  void readsJsonErrorsInAllTheirSpellings() {
    assertThat(read(400, "{\"__type\":\"com.amazonaws.x#ValidationException\",\"message\":\"m\"}"))
        .isEqualTo(new AwsError("ValidationException", "m", null, 400, false, false));
    assertThat(read(400, "{\"__type\":\"AccessDenied\",\"Message\":\"m\"}").message())
        .isEqualTo("m");
    assertThat(read(404, "{\"code\":\"NotFound\",\"errorMessage\":\"m\"}"))
        .isEqualTo(new AwsError("NotFound", "m", null, 404, false, false));
  }

  @Test
  void takesTheErrorTypeHeaderFirst() {
    AwsError error =
        AwsErrors.read(
            403,
            header("x-amzn-errortype", "AccessDeniedException:http://internal.amazon.com/x"),
            "{\"message\":\"no\"}".getBytes(UTF_8));
    assertThat(error.code()).isEqualTo("AccessDeniedException");
    assertThat(error.message()).isEqualTo("no");
  }

  @Test
  void readsXmlErrorsOfS3AndOfTheQueryProtocols() {
    AwsError s3 =
        read(
            404,
            "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>a &lt; b</Message>"
                + "<RequestId>r</RequestId></Error>");
    assertThat(s3).isEqualTo(new AwsError("NoSuchKey", "a < b", "r", 404, false, false));
    AwsError query =
        read(
            403,
            "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>AccessDenied</Code>"
                + "<Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>");
    assertThat(query).isEqualTo(new AwsError("AccessDenied", "m", "r", 403, false, false));
    AwsError ec2 =
        read(
            400,
            "<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error>"
                + "</Errors><RequestID>r</RequestID></Response>");
    assertThat(ec2).isEqualTo(new AwsError("AuthFailure", "m", "r", 400, false, false));
  }

  @Test
  void knowsWhatIsThrottledAndWhatMayBeTriedAgain() {
    assertThat(read(400, "{\"__type\":\"ThrottlingException\"}").throttled()).isTrue();
    assertThat(read(503, "<Error><Code>SlowDown</Code></Error>").throttled()).isTrue();
    assertThat(read(429, "").throttled()).isTrue();
    AwsError fault = read(500, "{\"__type\":\"InternalServerException\"}");
    assertThat(fault.throttled()).isFalse();
    assertThat(fault.retryable()).isTrue();
    assertThat(read(400, "{\"__type\":\"ActiveStatementsExceededException\"}").retryable())
        .isTrue();
    assertThat(read(403, "{\"__type\":\"AccessDeniedException\"}").retryable()).isFalse();
  }

  @Test
  void namesTheStatusWhereTheAnswerSaysNothing() {
    for (String body : new String[] {"", "   ", "<html><body>Bad gateway", "{", "[]", "\u0000"}) {
      AwsError error = read(502, body);
      assertThat(error.code()).as(body).isEqualTo("Http502");
      assertThat(error.retryable()).isTrue();
    }
  }

  @Test
  void readsBackWhatItWrites() {
    for (Protocol protocol : Protocol.values()) {
      String message = "no: <a> & \"b\" é\u0001\ud83d\ude00";
      ErrorAnswer answer = ErrorShapes.write(protocol, 403, "AccessDenied", message, "req-1");
      assertThat(answer.headers()).containsValue("req-1");
      if (protocol != Protocol.RPC_V2_CBOR) {
        AwsError error = AwsErrors.read(403, answer.headers()::get, answer.body());
        assertThat(error.code()).isEqualTo("AccessDenied");
        assertThat(error.requestId()).isEqualTo("req-1");
        assertThat(error.message().replace('\ufffd', '\u0001')).isEqualTo(message);
      }
    }
  }

  @Test
  void escapesWhatWouldEndAnXmlElement() {
    ErrorAnswer answer =
        ErrorShapes.write(Protocol.REST_XML, 403, "A</Code><Code>B", "]]>\ud800", "r");
    assertThat(AwsErrors.read(403, Headers.none(), answer.body()).code())
        .isEqualTo("A</Code><Code>B");
  }

  @Test
  void keepsControlCharactersOutOfTheErrorTypeHeader() {
    ErrorAnswer answer = ErrorShapes.write(Protocol.REST_JSON, 403, "A\r\nx: y", "m", "r");
    assertThat(answer.headers()).containsEntry("x-amzn-errortype", "A__x:_y");
  }

  @Test
  void writesCborTextOfEveryLength() {
    for (int length : new int[] {0, 23, 24, 255, 256, 65_535, 65_536}) {
      byte[] body =
          ErrorShapes.write(Protocol.RPC_V2_CBOR, 403, "C", "m".repeat(length), "r").body();
      int head = length < 24 ? 1 : length < 256 ? 2 : length < 65_536 ? 3 : 5;
      // A map, "__type", "C", "message" and the message.
      assertThat(body).hasSize(1 + 7 + 2 + 8 + head + length);
      assertThat(body[0]).isEqualTo((byte) 0xA2);
    }
  }
}
