package io.countersign.signer.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.signer.Authorization;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PathRule;
import io.countersign.signer.RawRequest;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.Verification;
import io.countersign.signer.Verifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What must hold between signatures of requests that have to do with one another. */
class MetamorphicTest {

  private static final int CASES = 3_000;
  private static final long SEED = 20261124;

  private final Random random = new Random(SEED);
  private final Signer signer = new Signer(new SigningKeys(64));
  private final Verifier verifier = new Verifier(new SigningKeys(64));

  private interface Law {
    /** Whether the case had to do with it. */
    boolean holds(Case c, String signature) throws MalformedRequestException;
  }

  private void forAllThatCanBeSigned(Law law) throws MalformedRequestException {
    Generator generator = new Generator(SEED);
    int tried = 0;
    for (int i = 0; i < CASES; i++) {
      Case c = generator.next();
      if (c.presigned() && PathRule.forService(c.service()).equals(PathRule.S3)) {
        c = c.withModes(true, true); // S3 takes the body of a presigned request for unsigned
      }
      String signature = signature(signer, c);
      if (signature != null && law.holds(c, signature)) {
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(CASES / 4);
  }

  /** Null for a case that is refused. */
  private static @Nullable String signature(Signer signer, Case c) {
    try {
      return c.presigned()
          ? signer.presign(c.parameters(), c, c.payload(), Case.EXPIRES).signature()
          : signer.sign(c.parameters(), c, c.payload()).signature();
    } catch (MalformedRequestException e) {
      return null;
    }
  }

  /** Null for a path that can be signed, but not be put on the wire: its escapes are bad. */
  private static @Nullable Case onWire(Case c) {
    try {
      return c.onWire();
    } catch (MalformedRequestException e) {
      return null;
    }
  }

  @Test
  void aRequestSignsAsWhatIsReadOfItsText() throws MalformedRequestException {
    forAllThatCanBeSigned(
        (c, signature) -> {
          Case wire = onWire(c);
          if (wire == null) {
            return false;
          }
          RawRequest read;
          try {
            read = RawRequest.parseAll(Case.octets(wire.raw())).get(0);
          } catch (MalformedRequestException e) {
            return false; // no text can say it, such as a header value with a control character
          }
          if (!wire.body().equals(new String(read.body(), StandardCharsets.ISO_8859_1))) {
            return false; // the body looks like a separator of requests
          }
          String again =
              c.presigned()
                  ? signer.presign(c.parameters(), read, c.payload(), Case.EXPIRES).signature()
                  : signer.sign(c.parameters(), read, c.payload()).signature();
          assertThat(again).as(c::toString).isEqualTo(signature(signer, wire));
          return true;
        });
  }

  @Test
  void theOrderOfHeadersOfDifferentNamesPlaysNoPart() throws MalformedRequestException {
    forAllThatCanBeSigned(
        (c, signature) -> {
          List<Case.Header> shuffled = new ArrayList<>(c.headers());
          Collections.shuffle(shuffled, random);
          // Those of one name go back into their order.
          for (Case.Header header : c.headers()) {
            List<Case.Header> same = new ArrayList<>(c.headers());
            same.removeIf(other -> !other.name().equalsIgnoreCase(header.name()));
            for (int i = 0, next = 0; i < shuffled.size(); i++) {
              if (shuffled.get(i).name().equalsIgnoreCase(header.name())) {
                shuffled.set(i, same.get(next++));
              }
            }
          }
          assertThat(signature(signer, c.withHeaders(shuffled)))
              .as(c::toString)
              .isEqualTo(signature);
          return true;
        });
  }

  @Test
  void theLetterCaseOfNamesPlaysNoPart() throws MalformedRequestException {
    forAllThatCanBeSigned(
        (c, signature) -> {
          List<Case.Header> upper = new ArrayList<>();
          c.headers()
              .forEach(
                  h -> upper.add(new Case.Header(h.name().toUpperCase(Locale.ROOT), h.value())));
          assertThat(signature(signer, c.withHeaders(upper))).as(c::toString).isEqualTo(signature);
          return true;
        });
  }

  @Test
  void signingAgainChangesNothing() throws MalformedRequestException {
    forAllThatCanBeSigned(
        (c, signature) -> {
          if (c.presigned()) {
            return false; // a signed query is refused, which other tests see to
          }
          Case once = Sent.signed(signer, c);
          assertThat(Sent.signed(signer, once)).as(c::toString).isEqualTo(once);
          return true;
        });
  }

  @Test
  void aKeptKeyIsAFreshKey() throws MalformedRequestException {
    forAllThatCanBeSigned(
        (c, signature) -> {
          assertThat(signature(new Signer(new SigningKeys(1)), c))
              .as(c::toString)
              .isEqualTo(signature);
          return true;
        });
  }

  private @Nullable Verification verified(Case sent, Case by) {
    try {
      Authorization claim = Authorization.parse(sent);
      if (!claim.accessKeyId().equals(by.credentials().accessKeyId())) {
        return null;
      }
      return verifier.verify(claim, sent, sent.payload(), by.credentials(), by.time(), by.rule());
    } catch (MalformedRequestException e) {
      return null;
    }
  }

  /** Whether Connection names what AWS needs: a verifier refuses to read that. */
  private static boolean losesHeaders(Case c) {
    return c.headers().stream()
        .anyMatch(
            h ->
                h.name().equalsIgnoreCase("connection")
                    && h.value().toLowerCase(Locale.ROOT).contains("x-amz-"));
  }

  @Test
  void whatIsSignedIsValid() throws MalformedRequestException {
    forAllThatCanBeSigned(
        (c, signature) -> {
          Case wire = onWire(c);
          if (losesHeaders(c) || wire == null) {
            return false;
          }
          Case sent = Sent.signed(signer, c);
          Verification outcome = verified(sent, c);
          if (!(outcome instanceof Verification.Valid valid)) {
            throw new AssertionError(outcome + " for " + sent);
          }
          // What is to be put on the wire says the same once more.
          assertThat(valid.path()).isEqualTo(wire.path());
          assertThat(valid.query()).isEqualTo(wire.query());
          return true;
        });
  }

  @Test
  void aFlippedBitInWhatIsSignedIsAMismatch() throws MalformedRequestException {
    forAllThatCanBeSigned(
        (c, signature) -> {
          if (losesHeaders(c)) {
            return false;
          }
          Case sent = Sent.signed(signer, c);
          Case flipped = flipped(c);
          if (flipped.equals(c) || saysTheSame(c, flipped)) {
            return false; // white space, say, or the hex of an escape
          }
          // The signature goes with the changed request.
          List<Case.Header> headers = new ArrayList<>(flipped.headers());
          headers.removeIf(header -> Signer.replaces(header.name()));
          sent.headers().stream().filter(h -> Signer.replaces(h.name())).forEach(headers::add);
          Case forged = flipped.withHeaders(headers);
          if (c.presigned()) {
            String own = c.query().isEmpty() ? "" : c.query() + "&";
            String changed = flipped.query().isEmpty() ? "" : flipped.query() + "&";
            forged = forged.withQuery(changed + sent.query().substring(own.length()));
          }
          assertThat(verified(forged, c) instanceof Verification.Valid)
              .as(forged::toString)
              .isFalse();
          return true;
        });
  }

  private static boolean saysTheSame(Case a, Case b) {
    try {
      return Reference.sign(a).signature().equals(Reference.sign(b).signature());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Case flipped(Case c) {
    int header = c.headerCount() == 0 ? 0 : random.nextInt(c.headerCount());
    return switch (random.nextInt(5)) {
      case 0 -> c.withMethod(flipped(c.method()));
      case 1 -> c.withPath(flipped(c.path()));
      case 2 -> c.withQuery(flipped(c.query()));
      case 3 -> c.withBody(flipped(c.body()));
      default -> {
        List<Case.Header> headers = new ArrayList<>(c.headers());
        Case.Header old = headers.get(header);
        headers.set(header, new Case.Header(old.name(), flipped(old.value())));
        yield c.withHeaders(headers);
      }
    };
  }

  private String flipped(String octets) {
    if (octets.isEmpty()) {
      return octets;
    }
    int at = random.nextInt(octets.length());
    char changed = (char) (octets.charAt(at) ^ (1 << random.nextInt(8)));
    return octets.substring(0, at) + changed + octets.substring(at + 1);
  }
}
