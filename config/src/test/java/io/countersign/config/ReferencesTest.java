package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {
  private static final String SECRET = "s3cr3t-that-no-output-may-show";

  @TempDir Path folder;

  private Loaded load(String yaml) throws Exception {
    return ConfigLoader.parse(yaml, folder, Environment.of(Given.VARIABLES));
  }

  private List<String> refusals(String yaml) throws Exception {
    try {
      load(yaml);
    } catch (ConfigException e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
    throw new AssertionError("not refused: " + yaml);
  }

  private void write(String name, String text, String permissions) throws Exception {
    Path file = Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static String agent(String token) {
    return "agents: {a: {token: '" + token + "', allow: []}}";
  }

  private static String token(Loaded loaded) {
    return Given.agent(loaded.config(), "a").tokens().getFirst().reveal();
  }

  @Test
  void takesASecretFromAVariable() throws Exception {
    assertThat(token(load(agent("${env:TOKEN}")))).isEqualTo("t0ken-of-an-agent-in-a-test");
    assertThat(token(load(agent("a-${env:TOKEN}-z")))).isEqualTo("a-t0ken-of-an-agent-in-a-test-z");
  }

  @Test
  void takesASecretFromAFileWithoutItsLineEnd() throws Exception {
    for (String end : List.of("", "\n", "\r\n")) {
      write("token", SECRET + end, "rw-------");
      Loaded loaded = load(agent("${file:token}"));

      assertThat(token(loaded)).isEqualTo(SECRET);
      assertThat(loaded.files()).containsExactly(folder.resolve("token"));
      assertThat(loaded.warnings()).noneMatch(w -> w.message().contains("every user"));
    }
  }

  @Test
  void warnsOfASecretFileThatEveryUserCanRead() throws Exception {
    write("token", SECRET, "rw-r--r--");

    assertThat(load(agent("${file:token}")).warnings())
        .extracting(Problem::toString)
        .contains(
            "agents.a.token: line 1: every user of this machine can read %s; take that right away:"
                    .formatted(folder.resolve("token"))
                + " chmod o-r "
                + folder.resolve("token"));
  }

  @Test
  void warnsOfASecretInPlainTextWithoutShowingIt() throws Exception {
    assertThat(load(agent(SECRET)).warnings())
        .extracting(Problem::toString)
        .contains(
            "agents.a.token: line 1: a secret stands in plain text in the file; put it into a file"
                + " and write ${file:PATH}, or use ${env:NAME}")
        .noneMatch(warning -> warning.contains(SECRET));
  }

  @Test
  void namesTheVariableThatIsNotSet() throws Exception {
    assertThat(refusals(agent("${env:NOPE}")))
        .containsExactly(
            "agents.a.token: line 1: the environment variable NOPE is not set; set it for the"
                + " gateway's process");
    assertThat(refusals(agent("${env:EMPTY}")).getFirst())
        .contains("the environment variable EMPTY is empty");
    assertThat(refusals(agent("${env:A B}")).getFirst()).contains("cannot be the name");
  }

  @Test
  void namesTheFileThatDoesNotExist() throws Exception {
    assertThat(refusals(agent("${file:nope}")))
        .containsExactly(
            "agents.a.token: line 1: the file "
                + folder.resolve("nope")
                + " does not exist; create it, or correct the path");
    assertThat(refusals(agent("${file:.}")).getFirst()).contains("is not a file");
    write("void", "\n", "rw-------");
    assertThat(refusals(agent("${file:void}")).getFirst()).contains("is empty");
  }

  @Test
  void holdsAReferencedFileToItsSize() throws Exception {
    String parameter = Given.connector("parameters: {p: '${file:p}'}");
    write("p", "x".repeat(References.MAX_FILE), "rw-------");
    load(parameter);
    write("p", "x".repeat(References.MAX_FILE + 1), "rw-------");
    assertThat(refusals(parameter).getFirst()).contains("is larger than 65536 bytes");
  }

  @Test
  void refusesAFileThatIsNotText() throws Exception {
    Files.write(folder.resolve("token"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(refusals(agent("${file:token}")).getFirst()).contains("is not UTF-8 text");
  }

  @Test
  void refusesReferencesOfAnotherKindOrWithoutEnd() throws Exception {
    assertThat(refusals(agent("${vault:x}")).getFirst())
        .contains("the reference '${vault:x}' is of an unknown kind; write ${env:NAME}");
    assertThat(refusals(agent("${env:TOKEN")).getFirst()).contains("has no end");
  }

  @Test
  void keepsADoubledDollarAsItIs() throws Exception {
    Loaded loaded = load(Given.connector("parameters: {p: '$${env:X} $5 ${env:TOKEN}'}"));
    assertThat(Given.connector(loaded.config(), "c").parameters())
        .containsEntry("p", "${env:X} $5 t0ken-of-an-agent-in-a-test");
  }

  @Test
  void neverResolvesWhatAReferenceYields() throws Exception {
    write("token", "${env:TOKEN}", "rw-------");
    assertThat(token(load(agent("${file:token}")))).isEqualTo("${env:TOKEN}");
  }

  @Test
  void resolvesReferencesInEveryScalar() throws Exception {
    write("port", "127.0.0.1:9\n", "rw-------");
    write("many", "3", "rw-------");
    GatewayConfig config = load("listen: ${file:port}\nthreads: ${file:many}\n").config();
    assertThat(config.listen()).isEqualTo(new HostPort("127.0.0.1", 9));
    assertThat(config.threads()).isEqualTo(3);
  }

  @Test
  void showsTheReferenceAndNotItsValueInAMessage() throws Exception {
    assertThat(refusals("timeouts: {connect: '${env:TOKEN}'}"))
        .singleElement()
        .asString()
        .contains("'${env:TOKEN}' is not a duration")
        .doesNotContain("t0ken");
    assertThat(refusals(agent("${env:LINES}")).getFirst())
        .contains("the secret is malformed (it is not shown here)");
  }

  @Test
  void refusesOneTokenForTwoAgentsWithoutShowingIt() throws Exception {
    assertThat(
            refusals(
                "agents:\n  a: {token: %s}\n  b: {tokens: [other-%s, %s]}\n"
                    .formatted(SECRET, SECRET, SECRET)))
        .containsExactly(
            "agents.b.tokens[1]: line 3: the agents 'a' and 'b' have the same token; give each"
                + " agent a token of its own");
    assertThat(refusals("agents: {a: {tokens: [x, x]}}").getFirst())
        .contains("the agent has this token twice");
    assertThat(refusals("agents: {a: {tokens: []}}").getFirst()).contains("at least one token");
  }

  @Test
  void holdsTheVirtualCredentialKeyToItsLength() throws Exception {
    String yaml = "virtual-credentials: {key: '%s'}";
    assertThat(load(yaml.formatted("k".repeat(32))).config().virtualCredentials().key())
        .isNotNull();
    assertThat(refusals(yaml.formatted("k".repeat(31))))
        .singleElement()
        .asString()
        .doesNotContain("kkk")
        .contains("use 32 to 4096 characters");
  }

  @Test
  void showsNoSecretInTheTextOfTheConfiguration() throws Exception {
    Loaded loaded =
        load(
            agent(SECRET)
                + "\nvirtual-credentials: {key: "
                + SECRET
                + "-and-longer}\n"
                + Given.connector(
                    "credentials: {static: {access-key-id: AKID, secret-access-key: "
                        + SECRET
                        + ", session-token: "
                        + SECRET
                        + "}}"));
    assertThat(loaded.toString()).contains("AKID").doesNotContain(SECRET);
  }
}
