package io.countersign.signer.differential;

import io.countersign.signer.AwsCredentials;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.PathRule;
import io.countersign.signer.SigningParameters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes cases. Each of path, query and headers is mostly plain, and odd in one way or in several
 * otherwise, so that a difference can be laid at the door of what causes it.
 */
final class Generator {

  private static final String[] SERVICES = {
    "sqs", "dynamodb", "execute-api", "s3", "s3", "s3control", "s3-object-lambda", "s3express"
  };
  private static final String[] REGIONS = {"us-east-1", "eu-west-1", "cn-northwest-1"};
  private static final String[] METHODS = {"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"};
  private static final Instant[] TIMES = {
    Instant.parse("2026-12-31T23:59:59.999Z"),
    Instant.parse("2027-01-01T00:00:00Z"),
    Instant.parse("2027-02-28T23:59:59Z"),
    Instant.parse("2028-02-29T00:00:00.001Z"),
    Instant.parse("2028-02-28T23:59:59.999Z"),
    Instant.parse("2015-08-30T12:36:00Z")
  };
  private static final String[] SECRETS = {
    "secret",
    "another",
    "s".repeat(60),
    "s".repeat(61),
    "k".repeat(64),
    "k".repeat(65),
    "z".repeat(200)
  };
  private static final int[] BODY_SIZES = {0, 1, 55, 56, 63, 64, 65, 300};

  private static final String[] ODD_SEGMENTS = {
    ".",
    "..",
    "%2e",
    "%2E%2e",
    "",
    "",
    "%",
    "%2",
    "%zz",
    "%252F",
    "%2F",
    "%2f",
    "...",
    ".a",
    "a..",
    "%20",
    "a b",
    "+",
    "a+b",
    "a:b",
    "b:",
    "b:",
    "b:",
    "a=b",
    "a@b",
    "*",
    "~",
    "%7e",
    "%7E",
    "%41",
    "%c3%bc",
    "%C3%BC",
    "%C3%28",
    "%FF",
    "%00",
    "$",
    ";",
    ",",
    "!",
    "'",
    "(x)",
    "a://b",
    "\u00c3\u00bc",
    "%25",
    "[x]",
    "{x}",
    "\"",
    "|",
    "\\",
    "^",
    "`",
    "<x>",
    "a#b"
  };
  private static final String[] KEYS = {
    "a", "a-b", "a0", "A", "a.b", "a_", "a~", "aa", "k", "list-type", "x-id", "prefix"
  };
  private static final String[] VALUES = {
    "", "1", "2", "b", "B", "v%20w", "%2F", "%3D", "%26", "%2B", "%C3%BC", "%7E", "10", "-", "~",
    "."
  };
  private static final String[] ODD_PARAMETERS = {
    "=v",
    "=",
    "a==",
    "a=b=c",
    "a=b+c",
    "a+b=c",
    "+",
    "",
    "&",
    "%zz=1",
    "a=%",
    "a=%2",
    "a=%C3%28",
    "%C3=1",
    "a=%FF%FE",
    "a=%00",
    "%00",
    "a=%2f",
    "a=%7e",
    "a=/",
    "a=?",
    "a=:@!$'()*,;",
    "a=b;c=d",
    "a=\"",
    "a=b c",
    "a=[1]",
    "a={1}",
    "a=x://y",
    "a=\u00c3\u00bc",
    "X-Amz-Date=1",
    "x-amz-signature=1",
    "X-Amz-Security-Token=t",
    "X-Amz-Checksum-Mode=ENABLED",
    "%61=1",
    "a=|",
    "a=#1"
  };
  static final List<String> ODD_HEADERS =
      List.of(
          "Authorization",
          "Connection",
          "Keep-Alive",
          "TE",
          "Trailer",
          "Transfer-Encoding",
          "Upgrade",
          "Proxy-Authorization",
          "Proxy-Connection",
          "Expect",
          "User-Agent",
          "X-Amzn-Trace-Id",
          "Sec-Fetch-Mode",
          "Sec-WebSocket-Key",
          "Forwarded",
          "X-Forwarded-For",
          "Via",
          "Accept-Encoding",
          "amz-sdk-request",
          "amz-sdk-invocation-id",
          "Content-Length",
          "X-Amz-Date",
          "X-Amz-Security-Token",
          "x-amz-s3session-token",
          "X-Amz-Content-Sha256",
          "x-amz-region-set");
  private static final String[] HOSTS = {
    "example.amazonaws.com",
    "example.amazonaws.com",
    "EXAMPLE.Amazonaws.com",
    "example.amazonaws.com:443",
    "localhost:4566",
    "[::1]",
    "[2001:DB8::1]:8443",
    "b\u00fccher.example"
  };
  private static final String[] ODD_VALUES = {
    "",
    " ",
    "\t",
    " \t ",
    "a  b",
    "a\tb",
    "\t\ta \t b",
    "\"a  b\"",
    "a\u00a0\u00a0b",
    "\u00c2\u00a0a\u00c2\u00a0",
    "caf\u00e9",
    "caf\u00c3\u00a9",
    "\u00ff",
    "a,b",
    ",",
    "a;b",
    "a:b",
    "x\u000bx",
    "\fx",
    "a\u0085b",
    "a\nb",
    "a\rb",
    "a\0b",
    "\u007f",
    "\u0001"
  };

  private final Random random;

  Generator(long seed) {
    random = new Random(seed);
  }

  Case next() {
    String service = pick(SERVICES);
    PathRule rule = PathRule.forService(service);
    if (one(12)) {
      rule = new PathRule(random.nextBoolean(), random.nextBoolean());
    }
    boolean presigned = one(3);
    AwsCredentials credentials = credentials(service);
    String method = pick(METHODS);
    byte[] body = new byte[BODY_SIZES[random.nextInt(BODY_SIZES.length)]];
    random.nextBytes(body);
    return new Case(
        new SigningParameters(
            credentials,
            pick(REGIONS),
            service,
            pick(TIMES),
            rule,
            HeaderSelection.ALL,
            random.nextBoolean(),
            true),
        presigned,
        one(4),
        method,
        path(),
        query(),
        headers(),
        new String(body, StandardCharsets.ISO_8859_1));
  }

  private AwsCredentials credentials(String service) {
    String token = null;
    if (service.equals("s3express") || random.nextBoolean()) {
      token =
          switch (random.nextInt(16)) {
            case 0 -> "t".repeat(8192);
            case 1 -> "a+b/c==%&?";
            case 2 -> "\"quoted\" {token}";
            default -> "FwoGZXIvYXdzE" + Long.toHexString(random.nextLong()) + "/+==";
          };
    }
    return AwsCredentials.of(one(4) ? "ASIA2" : "AKID", pick(SECRETS), token);
  }

  private String path() {
    if (one(40)) {
      return pick(new String[] {"", "", "", "*", "a", "a/b", "//", "/", "/..", "/../..", "/./"});
    }
    boolean odd = one(2);
    StringBuilder out = new StringBuilder();
    int segments = random.nextInt(5);
    for (int i = 0; i < segments; i++) {
      out.append('/');
      if (odd && one(2)) {
        out.append(oddSegment());
      } else if (one(4)) {
        out.append(encodedOctets(3));
      } else {
        out.append(pick(new String[] {"a", "b-c", "key_1", "x.y~z", "2015"}));
      }
    }
    return out.length() == 0 || one(4) ? out.append('/').toString() : out.toString();
  }

  private String oddSegment() {
    return switch (random.nextInt(10)) {
      case 0 -> Character.toString((char) random.nextInt(256)).replace("?", "a");
      case 1 -> String.format(random.nextBoolean() ? "%%%02X" : "%%%02x", random.nextInt(256));
      default -> pick(ODD_SEGMENTS);
    };
  }

  /** Upper-case escapes of anything but unreserved characters and the slash. */
  private String encodedOctets(int count) {
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(count); i >= 0; i--) {
      out.append(
          pick(new String[] {"%20", "%3A", "%40", "%2B", "%C3%BC", "%E2%82%AC", "%25", "%00"}));
    }
    return out.toString();
  }

  private String query() {
    if (one(4)) {
      return "";
    }
    int count = one(40) ? random.nextInt(201) : 1 + random.nextInt(5);
    boolean odd = one(2);
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (odd && random.nextInt(count + 1) < 2) {
        parameters.add(oddParameter());
      } else {
        String key = one(3) ? pick(KEYS) + random.nextInt(20) : pick(KEYS);
        parameters.add(one(6) ? key : key + "=" + pick(VALUES));
      }
    }
    return String.join("&", parameters);
  }

  private String oddParameter() {
    return switch (random.nextInt(8)) {
      case 0 -> "a=" + (char) random.nextInt(256);
      case 1 ->
          "b=" + String.format(random.nextBoolean() ? "%%%02X" : "%%%02x", random.nextInt(256));
      default -> pick(ODD_PARAMETERS);
    };
  }

  private List<Case.Header> headers() {
    List<Case.Header> headers = new ArrayList<>();
    if (!one(150)) {
      headers.add(new Case.Header(one(3) ? "host" : "Host", pick(HOSTS)));
    }
    if (one(150)) {
      headers.add(new Case.Header("HOST", "other"));
    }
    int count = one(40) ? 100 + random.nextInt(30) : random.nextInt(6);
    boolean odd = one(2);
    for (int i = 0; i < count; i++) {
      String name =
          switch (random.nextInt(8)) {
            case 0 -> "Content-Type";
            case 1 -> "x-amz-meta-" + random.nextInt(4);
            case 2 -> "X-Amz-Meta-" + random.nextInt(4);
            case 3 -> "X-AMZ-TARGET";
            default -> (one(2) ? "x-h" : "X-H") + random.nextInt(Math.max(5, count));
          };
      headers.add(
          new Case.Header(name, odd && one(3) ? pick(ODD_VALUES) : "v " + random.nextInt(10)));
    }
    if (odd && one(2)) {
      String name = ODD_HEADERS.get(random.nextInt(ODD_HEADERS.size()));
      headers.add(random.nextInt(headers.size() + 1), new Case.Header(name, oddValue(name)));
    }
    if (odd && one(40)) {
      headers.add(new Case.Header(pick(new String[] {"a b", "", "a\u00e9", "a:"}), "1"));
    }
    return headers;
  }

  private String oddValue(String name) {
    if (name.equals("Connection")) {
      return pick(
          new String[] {"close", "keep-alive", "x-amz-target", "close, X-H1 ,,", "host", "a b"});
    }
    return one(4) ? pick(ODD_VALUES) : "1";
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private String pick(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private Instant pick(Instant[] of) {
    return of[random.nextInt(of.length)];
  }
}
