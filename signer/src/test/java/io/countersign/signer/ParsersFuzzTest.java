package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Each parser on seeded noise: it answers, or throws MalformedRequestException, and nothing else.
 */
class ParsersFuzzTest {

  private static final int ROUNDS = 20_000;
  private static final AwsCredentials KEYS = AwsCredentials.of("AKID", "secret", "canary");
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final Random random = new Random(4711);

  @Test
  void paths() {
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String raw = "/" + Fuzz.mutate(random, "a%20b/../c%2Fd//e./.%2e/%252F") + noise();
      PathRule rule = new PathRule(random.nextBoolean(), random.nextBoolean());
      try {
        String wire = CanonicalPath.wire(raw, rule);
        accepted++;
        assertThat(wire).as(raw).matches("/[A-Za-z0-9._~%/-]*");
        assertThat(CanonicalPath.wire(wire, rule)).as("fixed: " + raw).isEqualTo(wire);
        if (rule.normalize()) {
          assertThat(wire.equals("/") ? "" : wire.replaceFirst("/$", "") + "/")
              .as(raw)
              .doesNotContain("//", "/./", "/../", "%2E", "%2e");
        }
      } catch (MalformedRequestException expected) {
        assertThat(expected.offset()).isBetween(0, raw.length());
      }
    }
    assertThat(accepted).isGreaterThan(ROUNDS / 20);
  }

  @Test
  void queries() {
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String raw = Fuzz.mutate(random, "a=1&b&&=v&a-b=%20&a=%C3%28&a0=x+y&A=b=c") + noise();
      try {
        String wire = CanonicalQuery.wire(raw);
        accepted++;
        assertThat(wire).as(raw).matches("[A-Za-z0-9._~%&=-]*");
        assertThat(CanonicalQuery.wire(wire)).as("fixed: " + raw).isEqualTo(wire);
        assertThat(CanonicalQuery.withoutAuthentication(raw)).isEqualTo(wire);
      } catch (MalformedRequestException expected) {
        assertThat(expected.offset()).isBetween(0, raw.length());
      }
    }
    assertThat(accepted).isGreaterThan(ROUNDS / 20);
  }

  @Test
  void authorizations() throws Exception {
    Signer signer = new Signer(new SigningKeys());
    Verifier verifier = new Verifier(new SigningKeys());
    SigningParameters parameters = SigningParameters.of(KEYS, "eu-west-1", "s3", NOW);
    TestRequest plain = TestRequest.get("/k?a=1");
    TestRequest byHeader = plain.with(signer.sign(parameters, plain, PayloadHash.EMPTY));
    TestRequest byQuery =
        plain.with(signer.presign(parameters, plain, PayloadHash.UNSIGNED, Duration.ofHours(1)));
    String header = byHeader.headerValue(byHeader.headerCount() - 1);
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      boolean changed;
      TestRequest request;
      if (random.nextBoolean()) {
        String mutated = Fuzz.mutate(random, header);
        changed = !mutated.equals(header);
        request = byHeader.withSet("Authorization", mutated);
      } else {
        String mutated = Fuzz.mutate(random, byQuery.query());
        changed = !mutated.equals(byQuery.query());
        request = byQuery.withTarget("/k", mutated);
      }
      try {
        Authorization read = Authorization.parse(request);
        PayloadHash payload = read.declaredPayload();
        if (payload != null && read.accessKeyId().equals("AKID")) {
          Verification outcome = verifier.verify(read, request, payload, KEYS, NOW);
          if (outcome instanceof Verification.Valid) {
            accepted++;
            // Spacing of the header or order of the query may differ, the claim itself may not.
            assertThat(read.signature())
                .isEqualTo(
                    Authorization.parse(changed && read.presigned() ? byQuery : request)
                        .signature());
          }
        }
      } catch (MalformedRequestException expected) {
        assertThat(expected.getMessage()).doesNotContain("canary");
      }
    }
    assertThat(accepted).isPositive();
  }

  @Test
  void headersAndMethods() {
    Signer signer = new Signer(new SigningKeys());
    SigningParameters parameters =
        SigningParameters.of(KEYS, "eu-west-1", "sqs", NOW).withHeaders(HeaderSelection.ALL);
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      TestRequest request =
          TestRequest.of(random.nextInt(9) == 0 ? noise() : "GET", "/" + noise())
              .with(random.nextBoolean() ? "X-Amz-A" : Fuzz.mutate(random, "x-a"), noise())
              .with("Connection", Fuzz.mutate(random, "close, x-a"));
      try {
        String canonical =
            signer.explain(parameters, request, PayloadHash.EMPTY).canonicalRequest();
        accepted++;
        assertThat(canonical.lines().count())
            .as("no header adds a line")
            .isEqualTo(
                canonical
                        .substring(canonical.lastIndexOf('\n', canonical.length() - 66) + 1)
                        .lines()
                        .findFirst()
                        .orElse("")
                        .split(";")
                        .length
                    + 6L);
      } catch (MalformedRequestException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
    assertThat(accepted).isPositive();
  }

  @Test
  void rawRequests() {
    String text =
        """
        POST /a?b=c HTTP/1.1
        Host:h
        A:b
         c
        Content-Length:3

        abc
        ---
        GET / HTTP/1.1\r
        \r
        """;
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] mutated = Fuzz.mutate(random, text).getBytes(StandardCharsets.ISO_8859_1);
      try {
        for (RawRequest request : RawRequest.parseAll(mutated)) {
          accepted++;
          assertThat(request.path()).startsWith("/");
          for (int h = 0; h < request.headerCount(); h++) {
            assertThat(request.headerValue(h)).doesNotContain("\n", "\r");
          }
        }
      } catch (MalformedRequestException expected) {
        assertThat(expected.getMessage()).startsWith("line ");
      }
    }
    assertThat(accepted).isPositive();
  }

  private String noise() {
    return random.nextInt(3) == 0 ? Fuzz.noise(random, 12) : "";
  }
}
