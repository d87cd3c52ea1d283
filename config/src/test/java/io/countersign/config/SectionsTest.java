package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The other sections, their bounds among them. */
class SectionsTest {
  @ParameterizedTest
  @CsvSource({
    "threads, 0, 256, 257",
    "limits.connections, 1, 1000000, 1000001",
    "limits.headers, 1KiB, 1MiB, 1048577",
    "limits.body, 1KiB, 1024GiB, 1025GiB",
    "limits.tool-body, 1024, 64MiB, 65MiB",
    "limits.json-depth, 1, 1000, 1001",
    "limits.spool, 1MiB, 64GiB, 9999999999999999",
    "limits.hold-total, 1MiB, 64GiB, 65GiB",
    "timeouts.connect, 1ms, 5m, 301s",
    "timeouts.first-byte, 1ms, 1h, 61m",
    "timeouts.idle, 1ms, 3600s, 3600001ms",
    "timeouts.request, 1ms, 1d, 86401s",
    "timeouts.credentials, 1ms, 5m, 6m",
    "timeouts.drain, 1ms, 1h, 2h",
    "virtual-credentials.ttl, 15m, 1h, 61m",
    "virtual-credentials.max-ttl, 1h, 7d, 8d",
  })
  void holdsANumberToItsBounds(String path, String least, String most, String beyond)
      throws Exception {
    Given.config(at(path, least));
    Given.config(at(path, most));
    assertThat(Given.refusals(at(path, beyond)))
        .singleElement()
        .asString()
        .startsWith(path + ": line 1: '" + beyond + "' is not within");
  }

  @ParameterizedTest
  @CsvSource({
    "threads, -1",
    "limits.connections, 0",
    "limits.headers, 1023",
    "limits.json-depth, 0",
    "timeouts.connect, 0ms",
    "virtual-credentials.ttl, 899s",
    "virtual-credentials.ttl, 14m",
  })
  void refusesLessThanTheLeast(String path, String value) {
    assertThat(Given.refusals(at(path, value))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"64KB", "1.5MiB", "64 KiB", "-1", "1e3", "KiB", "99999999999999999KiB"})
  void refusesWhatIsNotASize(String size) {
    assertThat(Given.refusals("limits: {body: '" + size + "'}").getFirst())
        .contains("is not a size; write bytes, or a whole number and a unit: 64KiB, 8MiB or 1GiB");
  }

  private static String at(String path, String value) {
    int dot = path.indexOf('.');
    return dot < 0
        ? path + ": " + value
        : path.substring(0, dot) + ": {" + path.substring(dot + 1) + ": " + value + "}";
  }

  @Test
  void refusesLimitsThatContradictEachOther() {
    assertThat(Given.refusals("limits: {hold: 2MiB, hold-total: 1MiB}").getFirst())
        .contains("limits.hold-total: line 1: hold-total is less than hold");
    assertThat(Given.refusals("limits: {spool: 1KiB}").getFirst())
        .contains("spool is less than hold");
    assertThat(Given.refusals("virtual-credentials: {max-ttl: 30m}").getFirst())
        .contains("max-ttl is less than ttl");
    assertThat(Given.refusals("limits: {spool-directory: /no/such/folder}").getFirst())
        .contains("is not a folder that can be written to");
  }

  @Test
  void takesTheDestinationsOfLines() throws Exception {
    Logging log =
        Given.config("log: {format: text, level: debug, access: off, audit: {file: audit.log}}")
            .logging();
    assertThat(log.format()).isEqualTo(Logging.Format.TEXT);
    assertThat(log.level()).isEqualTo(Logging.Level.DEBUG);
    assertThat(log.access().kind()).isEqualTo(Logging.Sink.Kind.OFF);
    assertThat(log.audit().file()).isEqualTo(Path.of("").toAbsolutePath().resolve("audit.log"));
    assertThat(Given.refusals("log: {audit: {file: /no/such/folder/x}}")).hasSize(1);
    assertThat(Given.refusals("log: {audit: syslog}").getFirst())
        .contains("'syslog' is not one of stdout, off");
    assertThat(Given.refusals("log: {audit: {}}").getFirst()).contains("'file' is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Warehouse", "-a", "a_b", "a.b", "a/b", "é", "''"})
  void refusesANameThatIsNotOne(String name) {
    assertThat(
            Given.refusals("connectors: {" + name + ": {service: s3, region: eu-west-1}}")
                .getFirst())
        .contains("cannot be the name of a connector");
    assertThat(Given.refusals("agents: {" + name + ": {token: '${env:TOKEN}'}}").getFirst())
        .contains("cannot be the name of an agent");
  }

  @Test
  void holdsANameToItsLength() throws Exception {
    String yaml = "connectors: {%s: {service: s3, region: eu-west-1}}";
    Given.config(yaml.formatted("a".repeat(63)));
    assertThat(Given.refusals(yaml.formatted("a".repeat(64)))).hasSize(1);
  }

  @Test
  void readsEverySourceOfCredentials() throws Exception {
    assertThat(source("default")).isEqualTo(new CredentialSource.DefaultChain());
    assertThat(source("environment")).isEqualTo(new CredentialSource.Environment());
    assertThat(source("container")).isEqualTo(new CredentialSource.Container());
    assertThat(source("imds")).isEqualTo(new CredentialSource.Imds());
    assertThat(source("web-identity")).isEqualTo(new CredentialSource.WebIdentity(null, null));
    assertThat(source("{profile: a b}")).isEqualTo(new CredentialSource.Profile("a b"));
    assertThat(source("{static: {access-key-id: test, secret-access-key: '${env:TOKEN}'}}"))
        .isEqualTo(
            new CredentialSource.Static("test", new Secret("t0ken-of-an-agent-in-a-test"), null));
    assertThat(source("{web-identity: {role-arn: 'arn:aws:iam::123456789012:role/r'}}"))
        .isEqualTo(
            new CredentialSource.WebIdentity(Arn.parse("arn:aws:iam::123456789012:role/r"), null));
  }

  private static CredentialSource source(String yaml) throws ConfigException {
    return Given.connector(Given.config(Given.connector("credentials: " + yaml)), "c")
        .credentials();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evironment                           | did you mean 'environment'?
          static                               | write one of default, environment
          {}                                   | no source of credentials is named
          {profile: a, web-identity: {}}       | more than one source of credentials
          {static: {access-key-id: a}}         | the key 'secret-access-key' is missing
          {web-identity: {token-file: /no/it}} | the token file /no/it does not exist
          {imds: {}}                           | the key 'imds' is unknown
          """)
  void refusesASourceThatIsNotOne(String yaml, String why) {
    assertThat(Given.refusals(Given.connector("credentials: " + yaml)))
        .anySatisfy(refusal -> assertThat(refusal).contains(why));
  }

  @Test
  void refusesAKeyWithoutAValue() {
    assertThat(
            Given.refusals(
                Given.connector()
                    + "agents: {a: {token: '${env:TOKEN}', allow: [{connector: c, operations:"
                    + " }]}}"))
        .containsExactly(
            "agents.a.allow[0].operations: line 5: the key has no value; give it a list of"
                + " operations, with `*` as a wildcard or remove it");
    assertThat(Given.refusals("agents:\n")).hasSize(1);
    assertThat(Given.refusals("listen:\n")).hasSize(1);
  }

  @Test
  void refusesAGrantThatNamesNoConnector() throws Exception {
    String agents = "agents: {a: {token: '${env:TOKEN}', allow: [{connector: '%s'}]}}";
    Given.config(Given.connector() + agents.formatted("*"));
    Given.config(Given.connector() + agents.formatted("c*"));
    assertThat(Given.refusals(Given.connector() + agents.formatted("d*")).getFirst())
        .contains("no connector's name fits 'd*'; the connectors are c");
    assertThat(Given.refusals(agents.formatted("c")).getFirst())
        .contains("there is no connector 'c'; add it to connectors");
  }

  @Test
  void refusesOperationsThatCouldBeMisread() {
    String yaml =
        Given.connector()
            + "agents: {a: {token: '${env:TOKEN}', allow: [{connector: c, operations: %s}]}}";
    for (String bad : List.of("[]", "['']", "[a b]", "['s3:Get*']", "'*'", "{}", "[[a]]")) {
      assertThat(Given.refusals(yaml.formatted(bad))).as(bad).hasSize(1);
    }
    assertThat(Given.refusals(Given.connector("credential-operations: ['*']")).getFirst())
        .contains("is not the name of an operation");
  }

  @Test
  void refusesLockedNamesThatAreNoParameters() {
    assertThat(Given.refusals(Given.connector("parameters: {Database: d}", "locked: [Databse]")))
        .containsExactly(
            "connectors.c.locked[0]: line 6: 'Databse' is not one of the connector's parameters;"
                + " did you mean 'Database'?");
  }

  @Test
  void refusesParametersThatJsonCannotHold() {
    for (String bad : List.of(".nan", ".inf", "0123", "99999999999999999999", "~", "0x10", "")) {
      assertThat(Given.refusals(Given.connector("parameters: {p: " + bad + "}"))).hasSize(1);
    }
  }

  @Test
  void suggestsTheNearestKeyInEverySection() {
    assertThat(Given.refusals(Given.connector("acess: read-only")).getFirst())
        .endsWith("the key 'acess' is unknown; did you mean 'access'?");
    assertThat(Given.refusals("limits: {xyzzy: 1}").getFirst())
        .contains("the keys here are connections, headers, body");
  }
}
