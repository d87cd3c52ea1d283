package io.countersign.credentials;

import static io.countersign.credentials.Given.ADAPTER;
import static io.countersign.credentials.Given.IRELAND;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.there;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import io.countersign.credentials.CredentialFailure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sources that read variables and files: environment, web identity, profile, default chain. */
class FileSourcesTest {
  @TempDir Path home;

  private final VirtualTime time = new VirtualTime();
  private final FakeSts sts = new FakeSts(time);
  private final Map<String, String> environment = new HashMap<>();

  private FetchOutcome fetch(CredentialSource source) {
    return fetch(source, sts);
  }

  private FetchOutcome fetch(CredentialSource source, StsCalls calls) {
    CompletableFuture<FetchOutcome> call =
        new Sources(environment, home, calls, Pace.UNBOUNDED, time)
            .fetcher(new CredentialKey.OfSource(source, IRELAND))
            .fetch();
    time.advance(Duration.ofSeconds(5));
    assertThat(call).isDone();
    return call.join();
  }

  private CredentialFailure failure(CredentialSource source) {
    FetchOutcome outcome = fetch(source);
    assertThat(outcome).isInstanceOf(CredentialFailure.class);
    return (CredentialFailure) outcome;
  }

  private Fetched fetched(CredentialSource source) {
    FetchOutcome outcome = fetch(source);
    assertThat(outcome).isInstanceOf(Fetched.class);
    return (Fetched) outcome;
  }

  private Path write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void environmentGivesKeysWithAndWithoutAToken() {
    environment.put("AWS_ACCESS_KEY_ID", "AKIAENV");
    environment.put("AWS_SECRET_ACCESS_KEY", "env-secret");
    assertThat(fetched(new CredentialSource.Environment()).credentials().sessionToken()).isNull();
    environment.put("AWS_SESSION_TOKEN", "env-token");
    Fetched both = fetched(new CredentialSource.Environment());
    assertThat(both.credentials().sessionToken()).isEqualTo("env-token");
    assertThat(both.expiration()).isNull();
  }

  @Test
  void halfAnEnvironmentIsToldByTheNameOfWhatIsMissing() {
    environment.put("AWS_ACCESS_KEY_ID", "AKIAENV");
    CredentialFailure failure = failure(new CredentialSource.Environment());
    assertThat(failure.kind()).isEqualTo(Kind.NOT_CONFIGURED);
    assertThat(failure.message()).contains("AWS_SECRET_ACCESS_KEY is not set");
  }

  private CredentialSource.WebIdentity irsa(Path file) {
    environment.put("AWS_ROLE_ARN", ADAPTER);
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", file.toString());
    return new CredentialSource.WebIdentity(null, null);
  }

  @Test
  void webIdentityReadsItsTokenAnewAtEachFetch() throws IOException {
    Path file = write("token", "first\n");
    CredentialSource source = irsa(file);
    fetched(source);
    Files.writeString(file, "second");
    fetched(source);
    assertThat(sts.calls).extracting(FakeSts.Call::token).containsExactly("first", "second");
    assertThat(sts.calls).extracting(FakeSts.Call::role).containsOnly(ADAPTER);
  }

  @Test
  void webIdentityOfTheConfigurationGoesBeforeTheEnvironment() throws IOException {
    irsa(write("other", "wrong"));
    fetched(new CredentialSource.WebIdentity(Arn.parse(READER), write("token", "right")));
    assertThat(sts.calls.getFirst().token()).isEqualTo("right");
    assertThat(sts.calls.getFirst().role()).isEqualTo(READER);
  }

  @Test
  void tokenReplacedWhileStsLookedIsTriedOnceMore() throws IOException {
    Path file = write("token", "old");
    StsFailure invalid = new StsFailure("InvalidIdentityToken", 400, "no", "r");
    sts.refusal =
        call -> {
          if ("old".equals(call.token())) {
            try {
              Files.writeString(file, "new");
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
            return invalid;
          }
          return null;
        };
    fetched(irsa(file));
    assertThat(sts.count()).isEqualTo(2);

    sts.refusal = call -> invalid;
    CredentialFailure failure = failure(irsa(file));
    assertThat(failure.kind()).isEqualTo(Kind.TOKEN_REJECTED);
    assertThat(sts.count()).as("an unchanged token is not tried again").isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "ExpiredTokenException,TOKEN_REJECTED,false",
    "IDPRejectedClaim,TOKEN_REJECTED,false",
    "IDPCommunicationError,STS_FAILED,true",
    "AccessDenied,ACCESS_DENIED,false",
    "Throttling,THROTTLED,true"
  })
  void webIdentityFailuresAreClassified(String code, Kind kind, boolean retryable)
      throws IOException {
    sts.refusal = call -> new StsFailure(code, 400, "no", "r");
    CredentialFailure failure = failure(irsa(write("token", "canary-token")));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.retryable()).isEqualTo(retryable);
    assertThat(failure.toString()).doesNotContain("canary-token");
  }

  @Test
  void missingOrEmptyTokenFileIsNamed() throws IOException {
    CredentialFailure missing = failure(irsa(home.resolve("nowhere")));
    assertThat(missing.kind()).isEqualTo(Kind.TOKEN_FILE);
    assertThat(missing.message()).contains("nowhere", "does not exist");
    assertThat(failure(irsa(write("empty", " \n"))).message()).contains("is empty");
    assertThat(failure(irsa(write("long", "x".repeat(70_000)))).message()).contains("longer");
    assertThat(failure(irsa(home)).kind()).isEqualTo(Kind.TOKEN_FILE);
    assertThat(sts.count()).isZero();
  }

  @Test
  void webIdentityWithoutARoleIsToldSo() throws IOException {
    irsa(write("token", "t"));
    environment.remove("AWS_ROLE_ARN");
    assertThat(failure(new CredentialSource.WebIdentity(null, null)).message())
        .contains("AWS_ROLE_ARN is not set");
    environment.put("AWS_ROLE_ARN", "adapter");
    assertThat(failure(new CredentialSource.WebIdentity(null, null)).message())
        .contains("'adapter' is not an ARN");
  }

  private static CredentialSource profile(String name) {
    return new CredentialSource.Profile(name);
  }

  @Test
  void profileGivesKeysAndSeesTheFileChange() throws IOException {
    write(".aws/credentials", "[dev]\naws_access_key_id=AKIADEV\naws_secret_access_key=one\n");
    Fetched first = fetched(profile("dev"));
    assertThat(first.credentials().accessKeyId()).isEqualTo("AKIADEV");
    assertThat(first.lookAgain()).isEqualTo(Duration.ofMinutes(1));
    write(".aws/credentials", "[dev]\naws_access_key_id=AKIADEV\naws_secret_access_key=two\n");
    assertThat(fetched(profile("dev")).credentials()).isNotEqualTo(first.credentials());
  }

  @Test
  void profileFilesMayBeNamedByVariables() throws IOException {
    environment.put(
        "AWS_CONFIG_FILE",
        write("c", "[profile x]\naws_access_key_id=AKIAX\naws_secret_access_key=s\n").toString());
    assertThat(fetched(profile("x")).credentials().accessKeyId()).isEqualTo("AKIAX");
  }

  @Test
  void profileAssumesItsRoleWithItsSourceProfile() throws IOException {
    write(
        ".aws/config",
        """
        [profile base]
        aws_access_key_id=AKIABASE
        aws_secret_access_key=s
        [profile role]
        role_arn=%s
        source_profile=base
        external_id=ext
        role_session_name=me
        duration_seconds=900
        region=eu-central-1
        """
            .formatted(READER));
    fetched(profile("role"));
    FakeSts.Call call = sts.calls.getFirst();
    assertThat(call.caller()).isEqualTo("AKIABASE");
    assertThat(call.sts().region()).isEqualTo("eu-central-1");
    RoleHop hop = there(call.hop());
    assertThat(hop.externalId()).isEqualTo("ext");
    assertThat(hop.sessionName()).isEqualTo("me");
    assertThat(call.duration()).isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void profileAssumesItsRoleWithTheEnvironment() throws IOException {
    environment.put("AWS_ACCESS_KEY_ID", "AKIAENV");
    environment.put("AWS_SECRET_ACCESS_KEY", "env-secret");
    write(
        ".aws/config", "[profile role]\nrole_arn=" + READER + "\ncredential_source=Environment\n");
    fetched(profile("role"));
    assertThat(sts.calls.getFirst().caller()).isEqualTo("AKIAENV");
  }

  @Test
  void profileMayBeItsOwnSource() throws IOException {
    write(
        ".aws/config",
        """
        [profile self]
        role_arn=%s
        source_profile=self
        aws_access_key_id=AKIASELF
        aws_secret_access_key=s
        """
            .formatted(READER));
    fetched(profile("self"));
    assertThat(sts.calls.getFirst().caller()).isEqualTo("AKIASELF");
  }

  @Test
  void profileWithAWebIdentity() throws IOException {
    Path token = write("token", "jwt");
    write(
        ".aws/config",
        "[profile web]\nrole_arn=" + READER + "\nweb_identity_token_file=" + token + "\n");
    fetched(profile("web"));
    assertThat(sts.calls.getFirst().token()).isEqualTo("jwt");
  }

  @Test
  void runsTheCredentialProcessOfAProfileThatIsNamed() throws IOException {
    Path program =
        write(
            "program",
            "printf '%s' '{\"Version\":1,\"AccessKeyId\":\"ASIAP\",\"SecretAccessKey\":\"s\","
                + "\"SessionToken\":\"t\"}'");
    write(".aws/config", "[profile p]\ncredential_process = /bin/sh " + program + "\n");
    Fetched keys = fetched(new CredentialSource.Profile("p", Set.of("p")));
    assertThat(keys.credentials().accessKeyId()).isEqualTo("ASIAP");
    assertThat(failure(new CredentialSource.Profile("p", Set.of("q"))).mend())
        .contains("credential-processes");
  }

  @Test
  void runsNoCredentialProcessThatIsNotNamed() throws IOException {
    Path mark = home.resolve("ran");
    write(
        ".aws/config",
        "[profile p]\ncredential_process = touch "
            + mark
            + "\n[profile r]\nrole_arn="
            + READER
            + "\nsource_profile=p\n");
    for (String name : new String[] {"p", "r"}) {
      assertThat(failure(profile(name)).message()).contains("credential_process");
    }
    assertThat(mark).doesNotExist();
  }

  @Test
  void profilesThatCannotBeUsedAreToldWhy() throws IOException {
    write(
        ".aws/config",
        """
        [profile a]
        role_arn=%1$s
        source_profile=b
        [profile b]
        role_arn=%1$s
        source_profile=a
        [profile bare]
        region=eu-west-1
        [profile nosource]
        role_arn=%1$s
        [profile mfa]
        role_arn=%1$s
        source_profile=bare
        mfa_serial=arn:aws:iam::1:mfa/me
        [profile sso]
        sso_session=corp
        [profile strange]
        role_arn=%1$s
        credential_source=Strange
        [profile badarn]
        role_arn=adapter
        source_profile=bare
        [profile half]
        aws_access_key_id=AKIA
        [profile long]
        role_arn=%1$s
        source_profile=bare
        duration_seconds=soon
        """
            .formatted(READER));
    assertThat(failure(profile("a")).message()).contains("a → b → a", "circle");
    assertThat(failure(profile("bare")).message()).contains("has no credentials");
    assertThat(failure(profile("nosource")).message()).contains("neither source_profile");
    assertThat(failure(profile("mfa")).message()).contains("MFA");
    assertThat(failure(profile("sso")).message()).contains("Identity Center");
    assertThat(failure(profile("sso")).mend()).contains("aws sso login --profile sso");
    assertThat(failure(profile("strange")).message()).contains("Strange");
    assertThat(failure(profile("badarn")).message()).contains("'adapter' is not an ARN");
    assertThat(failure(profile("half")).message()).contains("secret access key is empty");
    assertThat(failure(profile("long")).message()).contains("duration_seconds");
    assertThat(failure(profile("nobody")).message()).contains("no profile nobody", "config");
  }

  @Test
  void brokenProfileFileIsNamedAndNotQuoted() throws IOException {
    Path file = write(".aws/credentials", "canary-secret\n");
    CredentialFailure failure = failure(profile("default"));
    assertThat(failure.kind()).isEqualTo(Kind.PROFILE);
    assertThat(failure.toString()).contains(file.toString()).doesNotContain("canary-secret");
  }

  @Test
  void defaultChainTakesTheFirstThatIsConfigured() throws IOException {
    CredentialSource chain = new CredentialSource.DefaultChain();
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    CredentialFailure nothing = failure(chain);
    assertThat(nothing.kind()).isEqualTo(Kind.NOT_CONFIGURED);
    assertThat(nothing.message())
        .contains(
            "environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
            "web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set",
            "shared profile: neither ",
            "container: AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "IMDSv2: AWS_EC2_METADATA_DISABLED is true");

    write(".aws/credentials", "[team]\naws_access_key_id=AKIAFILE\naws_secret_access_key=s\n");
    environment.put("AWS_PROFILE", "team");
    assertThat(fetched(chain).credentials().accessKeyId()).isEqualTo("AKIAFILE");

    irsa(write("token", "jwt"));
    assertThat(fetched(chain).credentials().accessKeyId()).startsWith("ASIA");

    environment.put("AWS_ACCESS_KEY_ID", "AKIAENV");
    environment.put("AWS_SECRET_ACCESS_KEY", "env-secret");
    assertThat(fetched(chain).credentials().accessKeyId()).isEqualTo("AKIAENV");
  }

  @Test
  void defaultChainDoesNotPassOverAConfiguredStepThatFails() throws IOException {
    write(".aws/credentials", "[default]\naws_access_key_id=AKIAFILE\naws_secret_access_key=s\n");
    irsa(write("token", "jwt"));
    sts.refusal = call -> FakeSts.DENIED;
    CredentialFailure failure = failure(new CredentialSource.DefaultChain());
    assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(failure.message())
        .startsWith("default chain, web identity: ")
        .contains(
            "passed over: environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
  }
}
