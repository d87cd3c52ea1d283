package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs seeded random requests with the signer of the AWS SDK for Java v2 as well. What the SDK is
 * known to do in another way stands in {@link Oddity}, one line each, with the reason; each odd
 * case is tried alone, and a difference that is not in the table fails, as does one in the table
 * that is none any more.
 */
class DifferentialTest {

  private static final int CASES = 2_000;

  /** Features of a request on which the two signers may differ. */
  private enum Oddity {
    /** Nothing odd: the signatures must be equal. */
    NONE(true),
    /** The same in both. */
    TAB_IN_HEADER(true),
    /** The same in both. */
    NO_BREAK_SPACE_IN_HEADER(true),
    /** The same in both. */
    EMPTY_HEADER_VALUE(true),
    /** The same in both. */
    DUPLICATE_HEADER(true),
    /** Signed by neither. */
    USER_AGENT(true),
    /** Signed by neither. */
    EXPECT(true),
    /** Signed by neither. */
    CONNECTION(true),
    /** Signed by neither. */
    TRANSFER_ENCODING(true),
    /** The same in both. */
    CONTENT_LENGTH(true),
    /** The SDK signs it; a proxy may change it. */
    ACCEPT_ENCODING(false),
    /** The SDK signs it; a proxy may change it. */
    VIA(false),
    /** Signed by neither. */
    X_FORWARDED_FOR(true),
    /** The SDK signs it; it changes with every attempt. */
    AMZ_SDK_REQUEST(false),
    /** The SDK signs it; it is hop-by-hop. */
    TE(false),
    /** The SDK keeps a dot segment above the root; AWS and the other signers drop it. */
    ABOVE_ROOT(false),
    /** The same in both. */
    DOT_SEGMENTS(true),
    /** The same in both. */
    EMPTY_SEGMENTS(true),
    /**
     * The SDK signs the path of S3 as it stands; for S3 both spellings name one key, so ours is a
     * slash.
     */
    ENCODED_SLASH_IN_S3_PATH(false),
    /**
     * The SDK signs the path of S3 as it stands; a raw character that S3 encodes would be refused.
     */
    RAW_CHARACTER_IN_S3_PATH(false),
    /** The SDK drops a parameter with an empty key; the C library and botocore sign it. */
    EMPTY_KEY(false);

    final boolean same;

    Oddity(boolean same) {
      this.same = same;
    }
  }

  private final Random random = new Random(20261124);
  private final Signer signer = new Signer(new SigningKeys(64));
  private final AwsV4HttpSigner sdk = AwsV4HttpSigner.create();

  @Test
  void signsAsTheSdkSignsButForTheKnownDifferences() throws Exception {
    Map<Oddity, List<String>> unexpected = new EnumMap<>(Oddity.class);
    Map<Oddity, Integer> tried = new EnumMap<>(Oddity.class);
    Oddity[] oddities = Oddity.values();
    for (int i = 0; i < CASES; i++) {
      Oddity oddity = i % 4 == 0 ? oddities[(i / 4) % oddities.length] : Oddity.NONE;
      Case c = new Case(random, oddity);
      String ours = c.ours(signer);
      String theirs = c.theirs(sdk);
      tried.merge(oddity, 1, Integer::sum);
      if (ours.equals(theirs) != oddity.same) {
        unexpected
            .computeIfAbsent(oddity, o -> new ArrayList<>())
            .add("case " + i + ": " + c + "\n ours   " + ours + "\n theirs " + theirs);
      }
    }
    assertThat(tried).containsOnlyKeys(oddities);
    assertThat(unexpected.entrySet())
        .as("differences that are not in the table, or no longer")
        .isEmpty();
  }

  /** One request in two forms: octets for us, text for the SDK. */
  private static final class Case {

    private static final String[] SERVICES = {"sqs", "dynamodb", "s3", "execute-api", "s3control"};
    private static final Instant[] TIMES = {
      Instant.parse("2026-12-31T23:59:59.999Z"),
      Instant.parse("2027-01-01T00:00:00Z"),
      Instant.parse("2028-02-29T12:34:56Z")
    };
    private static final int[] BODY_SIZES = {0, 1, 55, 56, 63, 64, 65, 1000};
    private static final String[] PIECES = {
      "a",
      "A",
      "0",
      "-",
      "_",
      ".",
      "~",
      " ",
      "/",
      "%",
      "+",
      "=",
      "&",
      "?",
      ":",
      "@",
      "*",
      "'",
      "(",
      ")",
      "!",
      "$",
      ",",
      ";",
      "\u00e9",
      "\u20ac",
      "\ud83d\ude00",
      "%2F",
      "%252F",
      "\u0001"
    };

    private final Random random;
    private final Oddity oddity;
    private final String service;
    private final Instant time;
    private final AwsCredentials credentials;
    private final boolean presign;
    private final byte[] body;
    private final String path;
    private final List<String[]> parameters = new ArrayList<>();
    private final List<String[]> headers = new ArrayList<>();

    Case(Random random, Oddity oddity) {
      this.random = random;
      this.oddity = oddity;
      service =
          switch (oddity) {
            case ABOVE_ROOT -> "sqs"; // S3 does not normalize
            case ENCODED_SLASH_IN_S3_PATH, RAW_CHARACTER_IN_S3_PATH -> "s3";
            default -> pick(SERVICES);
          };
      time = pick(TIMES);
      String secret = random.nextBoolean() ? "secret" : "s".repeat(1 + random.nextInt(120));
      credentials =
          AwsCredentials.of(
              "AKID", secret, random.nextBoolean() ? "tok/en+=" + random.nextInt(9) : null);
      presign = random.nextInt(3) == 0;
      body = new byte[presign ? 0 : BODY_SIZES[random.nextInt(BODY_SIZES.length)]];
      random.nextBytes(body);
      path = path();
      int count = random.nextInt(10) == 0 ? random.nextInt(200) : random.nextInt(5);
      for (int i = 0; i < count; i++) {
        // The SDK keeps parameters in a map: values of one key come one after the other.
        parameters.add(new String[] {"k" + text(3), text(6)});
      }
      if (oddity == Oddity.EMPTY_KEY) {
        parameters.add(new String[] {"", "v"});
      }
      int headerCount = random.nextInt(10) == 0 ? 100 : random.nextInt(5);
      for (int i = 0; i < headerCount; i++) {
        headers.add(new String[] {"X-" + (random.nextBoolean() ? "Amz-" : "h") + i, headerText()});
      }
      addOddHeader();
    }

    private void addOddHeader() {
      switch (oddity) {
        case TAB_IN_HEADER -> headers.add(new String[] {"x-odd", "a\t\tb \t c"});
        case NO_BREAK_SPACE_IN_HEADER -> headers.add(new String[] {"x-odd", "a\u00a0\u00a0b"});
        case EMPTY_HEADER_VALUE -> headers.add(new String[] {"x-odd", ""});
        case DUPLICATE_HEADER -> {
          headers.add(new String[] {"x-odd", " b  c "});
          headers.add(new String[] {"X-Odd", "a"});
        }
        case USER_AGENT -> headers.add(new String[] {"User-Agent", "a"});
        case EXPECT -> headers.add(new String[] {"Expect", "100-continue"});
        case CONNECTION -> headers.add(new String[] {"Connection", "close"});
        case TRANSFER_ENCODING -> headers.add(new String[] {"Transfer-Encoding", "chunked"});
        case CONTENT_LENGTH ->
            headers.add(new String[] {"Content-Length", Integer.toString(body.length)});
        case ACCEPT_ENCODING -> headers.add(new String[] {"Accept-Encoding", "gzip"});
        case VIA -> headers.add(new String[] {"Via", "1.1 proxy"});
        case X_FORWARDED_FOR -> headers.add(new String[] {"X-Forwarded-For", "10.0.0.1"});
        case AMZ_SDK_REQUEST -> headers.add(new String[] {"amz-sdk-request", "attempt=1"});
        case TE -> headers.add(new String[] {"TE", "trailers"});
        case NONE,
            ABOVE_ROOT,
            DOT_SEGMENTS,
            EMPTY_SEGMENTS,
            ENCODED_SLASH_IN_S3_PATH,
            RAW_CHARACTER_IN_S3_PATH,
            EMPTY_KEY -> {}
      }
    }

    private String path() {
      return switch (oddity) {
        case ABOVE_ROOT -> "/../a";
        case ENCODED_SLASH_IN_S3_PATH -> "/b/k%2Fl";
        case RAW_CHARACTER_IN_S3_PATH -> "/b/k=l";
        case DOT_SEGMENTS -> "/a/./b/../c/.";
        case EMPTY_SEGMENTS -> "/a//b///";
        default -> {
          StringBuilder out = new StringBuilder();
          int segments = random.nextInt(4);
          for (int i = 0; i < segments; i++) {
            String text = text(5);
            out.append("/s")
                .append(encode(PathRule.isS3Family(service) ? text.replace("/", "") : text));
          }
          yield out.append(random.nextBoolean() ? "/" : "/end").toString();
        }
      };
    }

    /**
     * The parameters of the SDK's map, in its order, each spelled in one of the ways of the wire.
     */
    private String query() {
      StringBuilder out = new StringBuilder();
      for (String[] parameter : parameters) {
        out.append(out.length() == 0 ? "" : "&").append(encode(parameter[0]));
        if (!parameter[1].isEmpty() || random.nextBoolean()) {
          out.append('=').append(encode(parameter[1]));
        }
      }
      return out.toString();
    }

    private static String encode(String text) {
      Bytes out = new Bytes(64);
      Percent.encodeAll(out, octets(text));
      return out.toString();
    }

    private static String octets(String text) {
      return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private String text(int pieces) {
      StringBuilder out = new StringBuilder();
      int count = random.nextInt(pieces + 1);
      for (int i = 0; i < count; i++) {
        out.append(pick(PIECES));
      }
      return out.toString();
    }

    private String headerText() {
      return " " + text(8).replace("\u0001", "  ") + " ";
    }

    private <T> T pick(T[] of) {
      return of[random.nextInt(of.length)];
    }

    private TestRequest request() {
      TestRequest request = TestRequest.get("/").withTarget(path, query()).withMethod("POST");
      for (String[] header : headers) {
        request = request.with(header[0], octets(header[1]));
      }
      return request;
    }

    /** The names of the signed headers, and the signature. */
    String ours(Signer signer) throws MalformedRequestException {
      SigningParameters parameters =
          SigningParameters.of(credentials, "eu-west-1", service, time)
              .withHeaders(HeaderSelection.ALL)
              .withContentHashHeader(true);
      if (presign) {
        String query =
            signer
                .presign(
                    parameters,
                    request(),
                    service.equals("s3") ? PayloadHash.UNSIGNED : PayloadHash.EMPTY,
                    Duration.ofMinutes(5))
                .query();
        return CanonicalQuery.values(query, "X-Amz-SignedHeaders")[0]
            + " "
            + CanonicalQuery.values(query, "X-Amz-Signature")[0];
      }
      String authorization =
          signer.sign(parameters, request(), PayloadHash.ofBody(body)).authorization();
      return claims(authorization);
    }

    String theirs(AwsV4HttpSigner sdk) {
      SdkHttpRequest.Builder builder =
          SdkHttpRequest.builder()
              .method(SdkHttpMethod.POST)
              .protocol("https")
              .host("example.amazonaws.com")
              .encodedPath(path);
      parameters.forEach(p -> builder.appendRawQueryParameter(p[0], p[1]));
      headers.forEach(h -> builder.appendHeader(h[0], h[1]));
      PathRule rule = PathRule.forService(service);
      SdkHttpRequest signed =
          sdk.sign(
                  r -> {
                    r.identity(identity())
                        .request(builder.build())
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                        .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, rule.doubleEncode())
                        .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, rule.normalize())
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(time, ZoneOffset.UTC));
                    if (presign) {
                      r.putProperty(
                              AwsV4FamilyHttpSigner.AUTH_LOCATION,
                              AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                          .putProperty(
                              AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(5));
                      if (service.equals("s3")) {
                        r.putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false);
                      }
                    }
                  })
              .request();
      if (presign) {
        return signed.firstMatchingRawQueryParameter("X-Amz-SignedHeaders").orElse("")
            + " "
            + signed.firstMatchingRawQueryParameter("X-Amz-Signature").orElse("");
      }
      return claims(signed.firstMatchingHeader("Authorization").orElse(""));
    }

    private AwsCredentialsIdentity identity() {
      @Nullable String token = credentials.sessionToken();
      return token == null
          ? AwsCredentialsIdentity.create(credentials.accessKeyId(), credentials.secretAccessKey())
          : AwsSessionCredentialsIdentity.create(
              credentials.accessKeyId(), credentials.secretAccessKey(), token);
    }

    private static String claims(String authorization) {
      int names = authorization.indexOf("SignedHeaders=");
      return authorization.substring(names);
    }

    @Override
    public String toString() {
      return oddity + " " + service + (presign ? " presigned " : " ") + request();
    }
  }
}
