package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawRequestTest {

  private static List<RawRequest> parse(String text) throws MalformedRequestException {
    return RawRequest.parseAll(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String body(RawRequest request) {
    return new String(request.body(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void readsRequestLineHeadersAndBody() throws Exception {
    for (String end : List.of("\n", "\r\n")) {
      RawRequest read =
          parse(String.join(end, "POST /a b?c=d e HTTP/1.1", "Host:h", "A: b ", "", "x\ny")).get(0);
      assertThat(read.method()).isEqualTo("POST");
      assertThat(read.path()).isEqualTo("/a b");
      assertThat(read.query()).isEqualTo("c=d e");
      assertThat(read.headerCount()).isEqualTo(2);
      assertThat(read.headerName(1)).isEqualTo("A");
      assertThat(read.headerValue(1)).isEqualTo(" b ");
      assertThat(body(read)).isEqualTo("x\ny");
    }
  }

  @Test
  void unfoldsContinuedHeaders() throws Exception {
    RawRequest read = parse("GET / HTTP/1.1\nA:b\n  c\n\td\nE:f\n").get(0);
    assertThat(read.headerValue(0)).isEqualTo("b   c \td");
    assertThat(read.headerValue(1)).isEqualTo("f");
  }

  @Test
  void readsRawUtf8AsOctets() throws Exception {
    assertThat(parse("GET /\u1234 HTTP/1.1\nHost:h\n").get(0).path())
        .isEqualTo("/\u00e1\u0088\u00b4");
  }

  @Test
  void readsSeveralRequests() throws Exception {
    List<RawRequest> read =
        parse(
            """

            GET /1 HTTP/1.1
            Host:h
            ---
            PUT /2 HTTP/1.1
            Host:h

            body

            ---

            GET /3 HTTP/1.1\r
            Host:h\r
            \r
            ---\r
            PUT /4 HTTP/1.1

            ----
            --- x
            ---
            """);
    assertThat(read).extracting(RawRequest::path).containsExactly("/1", "/2", "/3", "/4");
    assertThat(read)
        .extracting(RawRequestTest::body)
        .containsExactly("", "body\n", "", "----\n--- x");
  }

  @Test
  void trimsTheLineBreakThatAnEditorPutBehindTheBody() throws Exception {
    assertThat(body(parse("PUT / HTTP/1.1\nContent-Length: 2\n\nab\r\n").get(0))).isEqualTo("ab");
    assertThat(body(parse("PUT / HTTP/1.1\n\nab\n").get(0))).isEqualTo("ab\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                    | line 0: there is no request",
        "\\n---\\n                             | line 2: there is no request",
        "GET                                   | line 1: a request line",
        "GET /                                 | line 1: a request line",
        "GET  HTTP/1.1                         | line 1: the target",
        "G(T / HTTP/1.1                        | line 1: the method",
        "GET a HTTP/1.1                        | line 1: the target",
        "GET http://h/ HTTP/1.1                | line 1: the target",
        "GET /\\t HTTP/1.1                     | line 1: the target has a control character",
        "GET / HTTP/x                          | line 1: the request line does not end",
        "GET / HTTP/1.1\\nHost                 | line 2: a header line has no colon",
        "GET / HTTP/1.1\\n:x                   | line 2: a header line begins with its colon",
        "GET / HTTP/1.1\\nHost : h             | line 2: a header name has white space",
        "GET / HTTP/1.1\\nA:b\\nHo st: h       | line 3: a header name has white space",
        "GET / HTTP/1.1\\n a:b                 | line 2: the first header line begins with",
        "GET / HTTP/1.1\\nA:b\\rc              | line 2: a header value has a control character",
        "GET / HTTP/1.1\\n"
            + "Content-Length:3\\n"
            + "\\n"
            + "ab   | line 3: Content-Length says 3, the body has 2",
        "GET / HTTP/1.1\\n"
            + "Content-Length:1\\n"
            + "\\n"
            + "ab   | line 3: Content-Length says 1, the body has 2",
        "GET / HTTP/1.1\\nContent-Length:1     | line 2: Content-Length says 1, the body has 0",
        "GET / HTTP/1.1\\nContent-Length:x\\n\\nab   | line 3: there are two Content-Length",
        "GET / HTTP/1.1\\nContent-Length:2\\nContent-Length:2\\n\\nab | line 4: there are two",
        "GET / HTTP/1.1\\nA:b\\n---\\nGET x HTTP/1.1 | line 4: the target",
      })
  void refusesAMalformedRequestWithLineAndReason(String text, String reason) {
    String unescaped = text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> parse(unescaped))
        .withMessageStartingWith(reason);
  }
}
