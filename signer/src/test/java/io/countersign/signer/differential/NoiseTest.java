package io.countersign.signer.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.signer.Authorization;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PathRule;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import io.countersign.signer.Verification;
import io.countersign.signer.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Signer and verifier on requests without any form: a signature that the reference makes as well, a
 * verdict, or a MalformedRequestException, and nothing else.
 */
class NoiseTest {

  private static final int CASES = 20_000;
  private static final Pattern OFFSET = Pattern.compile("at offset (\\d+)");
  private static final String SPECIAL =
      "\r\n"
          + "\t\0 %/.?&=+;:,-#@\"'*\\{}[]<>|^`~\u007f\u0080\u00a0\u00c3\u00ff0aAzZ9\u0100\u1234\ud83d";
  private static final String[] NAMES = {
    "Host",
    "host",
    "Authorization",
    "Connection",
    "X-Amz-Date",
    "x-amz-content-sha256",
    "X-Amz-Security-Token",
    "x-amz-s3session-token",
    "Content-Type",
    "x-amz-a",
    "Content-Length"
  };
  private static final String[] SEEDS = {
    "/a%20b/../c%2Fd",
    "a=1&b&&=v",
    "X-Amz-Signature=0",
    "close, x-amz-date",
    "20261124T120000Z",
    "AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-1/s3/aws4_request, SignedHeaders=host,"
        + " Signature=",
    "UNSIGNED-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
  };

  private final Random random = new Random(20261124);
  private final Signer signer = new Signer(new SigningKeys(8));
  private final Verifier verifier = new Verifier(new SigningKeys(8));

  @Test
  void signsOrRefuses() {
    int signed = 0;
    int withOffset = 0;
    Generator generator = new Generator(20261124);
    for (int i = 0; i < CASES; i++) {
      Case c = noisy(generator.next());
      try {
        String signature =
            c.presigned()
                ? signer.presign(c.parameters(), c, c.payload(), Case.EXPIRES).signature()
                : signer.sign(c.parameters(), c, c.payload()).signature();
        assertThat(signature).as(c::toString).isEqualTo(Reference.sign(c).signature());
        signed++;
      } catch (MalformedRequestException e) {
        withOffset += checkOffset(c, e);
      }
    }
    assertThat(signed).isGreaterThan(CASES / 50);
    assertThat(withOffset).isGreaterThan(CASES / 50);
  }

  @Test
  void verifiesOrRefuses() {
    int judged = 0;
    Generator generator = new Generator(20261125);
    for (int i = 0; i < CASES; i++) {
      Case c = generator.next();
      Case noisy = c;
      try {
        noisy = random.nextInt(20) == 0 ? Sent.signed(signer, c) : noisy(Sent.signed(signer, c));
        if (!Authorization.isPresent(noisy)) {
          continue;
        }
        Authorization claim = Authorization.parse(noisy);
        PayloadHash declared = claim.declaredPayload();
        PayloadHash payload = declared == null ? c.payload() : declared;
        if (claim.accessKeyId().equals(c.credentials().accessKeyId())) {
          Verification outcome =
              verifier.verify(claim, noisy, payload, c.credentials(), c.time(), c.rule());
          assertThat(outcome).isNotNull();
          judged++;
        }
      } catch (MalformedRequestException e) {
        checkOffset(noisy, e);
      }
    }
    assertThat(judged).isGreaterThan(CASES / 50);
  }

  /** A message that names an offset has it in the exception too, and the other way round. */
  private static int checkOffset(Case c, MalformedRequestException e) {
    Matcher named = OFFSET.matcher(String.valueOf(e.getMessage()));
    if (named.find()) {
      assertThat(e.offset()).as(e.getMessage()).isEqualTo(Integer.parseInt(named.group(1)));
      return 1;
    }
    if (e.offset() >= 0) {
      assertThat(e.offset()).as(c::toString).isLessThanOrEqualTo(c.raw().length());
    }
    return 0;
  }

  private Case noisy(Case c) {
    Case noisy = c;
    if (random.nextInt(10) == 0) {
      noisy = noisy.withMethod(mutated(c.method()));
    }
    if (random.nextInt(3) == 0) {
      noisy = noisy.withPath(random.nextInt(3) == 0 ? noise() : mutated(c.path()));
    }
    if (random.nextInt(3) == 0) {
      noisy = noisy.withQuery(random.nextInt(3) == 0 ? noise() : mutated(c.query()));
    }
    List<Case.Header> headers = new ArrayList<>(noisy.headers());
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(headers.size() + 1);
      String name = random.nextInt(6) == 0 ? noise() : NAMES[random.nextInt(NAMES.length)];
      if (at < headers.size() && random.nextBoolean()) {
        headers.set(at, new Case.Header(headers.get(at).name(), mutated(headers.get(at).value())));
      } else {
        headers.add(at, new Case.Header(name, noise()));
      }
    }
    SigningParameters p = c.parameters();
    return noisy
        .withHeaders(headers)
        .with(
            p.withPathRule(new PathRule(random.nextBoolean(), random.nextBoolean()))
                .withHeaders(random.nextBoolean() ? HeaderSelection.ALL : HeaderSelection.MINIMAL)
                .withSignSessionToken(random.nextBoolean()));
  }

  private String mutated(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = random.nextInt(4); i > 0 && out.length() > 0; i--) {
      int at = random.nextInt(out.length());
      switch (random.nextInt(4)) {
        case 0 -> out.deleteCharAt(at);
        case 1 -> out.insert(at, special());
        case 2 -> out.setCharAt(at, special());
        default -> out.setLength(at);
      }
    }
    return out.toString();
  }

  private String noise() {
    if (random.nextInt(3) == 0) {
      return mutated(SEEDS[random.nextInt(SEEDS.length)]);
    }
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      out.append(special());
    }
    return out.toString();
  }

  private char special() {
    return random.nextInt(4) == 0
        ? (char) random.nextInt(256)
        : SPECIAL.charAt(random.nextInt(SPECIAL.length()));
  }
}
