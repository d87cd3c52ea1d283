package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.signer.Authorization;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.RequestView;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import io.countersign.signer.Verification;
import io.countersign.signer.Verifier;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What an agent signs with an issued key is verified with what the key resolves to. */
class VirtualSignatureTest {
  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private final VirtualKeys keys =
      VirtualKeys.of(
          Configs.of(
              List.of(Configs.agent("analyst", "analyst-token")),
              List.of(Configs.connector("lake", "s3", Access.READ_ONLY))),
          new TickingClock(NOW),
          new SecureRandom());

  private record Request(List<List<String>> headers) implements RequestView {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String path() {
      return "/bucket/key";
    }

    @Override
    public String query() {
      return "";
    }

    @Override
    public int headerCount() {
      return headers.size();
    }

    @Override
    public String headerName(int i) {
      return headers.get(i).getFirst();
    }

    @Override
    public String headerValue(int i) {
      return headers.get(i).getLast();
    }
  }

  private Verification roundTrip(AwsCredentials client) throws Exception {
    List<List<String>> headers = new ArrayList<>();
    headers.add(List.of("host", "127.0.0.1:7070"));
    new Signer(new SigningKeys())
        .sign(
            SigningParameters.of(client, "eu-west-1", "s3", NOW),
            new Request(headers),
            PayloadHash.UNSIGNED)
        .forEachHeader((name, value) -> headers.add(List.of(name, value)));
    Request signed = new Request(List.copyOf(headers));
    Authorization authorization = Authorization.parse(signed);
    Resolution resolution = keys.resolve(authorization.accessKeyId());
    assertThat(resolution).isInstanceOf(Resolution.Valid.class);
    return new Verifier(new SigningKeys())
        .verify(
            authorization,
            signed,
            PayloadHash.UNSIGNED,
            ((Resolution.Valid) resolution).credentials(),
            NOW);
  }

  @Test
  void verifiesWithOrWithoutASessionTokenAndWhateverItIs() throws Exception {
    IssuedKey issued = keys.issueForContainer("analyst", "lake");
    for (String token : new String[] {issued.sessionToken(), "", "anything"}) {
      AwsCredentials client =
          AwsCredentials.of(issued.accessKeyId(), issued.secretAccessKey(), token);
      assertThat(roundTrip(client)).isInstanceOf(Verification.Valid.class);
    }
  }

  /** An access key ID is no secret: it may be read in a log, and opens nothing. */
  @Test
  void refusesWhoKnowsTheAccessKeyIdAlone() throws Exception {
    IssuedKey issued = keys.issueForContainer("analyst", "lake");
    IssuedKey other = keys.issueForContainer("analyst", null);
    for (String secret : List.of(other.secretAccessKey(), "guess", issued.accessKeyId())) {
      assertThat(roundTrip(AwsCredentials.of(issued.accessKeyId(), secret, null)))
          .isInstanceOf(Verification.Mismatch.class);
    }
  }

  @Test
  void resolvesEachKeyToItsOwnAgentUnderManyThreads() throws Exception {
    VirtualKeys shared =
        VirtualKeys.of(
            Configs.of(
                List.of(Configs.agent("a", "token-a"), Configs.agent("b", "token-b")), List.of()),
            new TickingClock(NOW),
            new SecureRandom());
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int first = t;
        tasks.add(
            () -> {
              for (int i = 0; i < 5_000; i++) {
                String agent = (i + first) % 2 == 0 ? "a" : "b";
                IssuedKey issued = shared.issue(agent, null, Duration.ofSeconds(1 + i % 7_000));
                Resolution.Valid valid = (Resolution.Valid) shared.resolve(issued.accessKeyId());
                assertThat(valid.agent().name()).isEqualTo(agent);
                assertThat(valid.credentials().secretAccessKey())
                    .isEqualTo(issued.secretAccessKey());
              }
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
  }
}
