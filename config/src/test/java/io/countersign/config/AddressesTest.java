package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "https://vpce-1.s3.eu-west-1.vpce.amazonaws.com,"
        + " https://vpce-1.s3.eu-west-1.vpce.amazonaws.com",
    "https://Host.Example:8443/, https://host.example:8443",
    "HTTPS://h, https://h",
    "http://localhost:4566, http://localhost:4566",
    "http://127.0.0.1:4566, http://127.0.0.1:4566",
    "http://127.8.9.1:4566, http://127.8.9.1:4566",
    "http://[::1]:4566, http://[::1]:4566",
  })
  void takesAnEndpoint(String given, String taken) throws Exception {
    GatewayConfig config = Given.config(Given.connector("endpoint: '" + given + "'"));
    assertThat(Given.connector(config, "c").endpoint()).isEqualTo(URI.create(taken));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://s3.amazonaws.com",
        "http://10.0.0.1:4566",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0:80",
        "http://[::ffff:10.0.0.1]",
      })
  void refusesPlainHttpToAnotherMachine(String endpoint) throws Exception {
    assertThat(Given.refusals(Given.connector("endpoint: '" + endpoint + "'")))
        .singleElement()
        .asString()
        .contains("is plain http to another machine; use https");
    assertThat(Given.refusals("sts: {endpoint: '" + endpoint + "'}")).hasSize(1);

    Loaded loaded =
        Given.loaded(Given.connector("endpoint: '" + endpoint + "'", "insecure-endpoint: true"));
    assertThat(loaded.warnings()).singleElement().asString().contains("unencrypted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3.amazonaws.com",
        "ftp://h",
        "https://",
        "https:///p",
        "https://u@h",
        "https://u:p@h",
        "https://@h",
        "https://attacker.example.com://s3.amazonaws.com",
        "https://x@attacker.com:443/#",
        "https://h/path",
        "https://h//",
        "https://h?q",
        "https://h/?q",
        "https://h#f",
        "https://h:0",
        "https://h:65536",
        "https://h:",
        "https://h:x",
        "https://h h",
        "https://h\\\\x",
        "https://-h",
        "https://127.1",
        "https://999.0.0.1",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        "https://[v1.x]",
        "https://h\\r\\nx",
        "mailto:x",
      })
  void refusesAnEndpointThatCouldMeanAnotherHost(String endpoint) {
    assertThat(Given.refusals(Given.connector("endpoint: \"" + endpoint + "\"")))
        .singleElement()
        .asString()
        .contains("connectors.c.endpoint: line 5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x@attacker.com:443/#",
        "eu-west-1.evil.example",
        "eu_west_1",
        "EU-WEST-1",
        "eu-west-1/",
        "*",
        "eu-west-1\\n",
        ""
      })
  void refusesARegionThatCouldBecomeAnotherHost(String region) {
    assertThat(Given.refusals("connectors: {c: {service: s3, region: \"" + region + "\"}}"))
        .singleElement()
        .asString()
        .contains("cannot be a Region");
  }

  @Test
  void suggestsTheRegionThatWasMeant() {
    assertThat(Given.refusals("connectors: {c: {service: s3, region: us-esat-1}}"))
        .containsExactly(
            "connectors.c.region: line 1: 'us-esat-1' is not a known Region; did you mean"
                + " 'us-east-1'?");
    assertThat(Given.refusals("sts: {region: atlantis-central-1}"))
        .containsExactly(
            "sts.region: line 1: 'atlantis-central-1' is not a known Region; correct it, or add a"
                + " Region newer than this release to extra-regions");
  }

  @Test
  void takesARegionNewerThanThisReleaseWhenItIsNamed() throws Exception {
    GatewayConfig config =
        Given.config(
            "extra-regions: [cn-south-9]\n"
                + "connectors: {c: {service: s3, region: cn-south-9, role:"
                + " 'arn:aws-cn:iam::123456789012:role/r'}}");
    assertThat(config.regions().partitionOf("cn-south-9")).contains("aws-cn");
    assertThat(config.regions().knows("eu-west-1")).isTrue();
    assertThat(Given.refusals("extra-regions: [moon-1]").getFirst())
        .contains("has the form of no AWS Region");
    assertThat(Given.warnings("extra-regions: [eu-west-1]")).hasSize(1);
  }

  @Test
  void knowsTheRegionsOfEveryPartition() {
    Regions regions = Regions.builtIn();
    assertThat(regions.partitions())
        .containsExactlyInAnyOrder(
            "aws",
            "aws-cn",
            "aws-eusc",
            "aws-iso",
            "aws-iso-b",
            "aws-iso-e",
            "aws-iso-f",
            "aws-us-gov");
    assertThat(regions.names())
        .allSatisfy(
            region -> {
              assertThat(region).matches(Regions.SHAPE);
              assertThat(regions.partitionByForm(region)).isEqualTo(regions.partitionOf(region));
            });
    assertThat(regions.partitionOf("us-gov-west-1")).contains("aws-us-gov");
    assertThat(regions.partitionOf("us-isob-east-1")).contains("aws-iso-b");
    assertThat(regions.knows("aws-global")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0, 127.0.0.1, 0",
    "'[::1]:65535', ::1, 65535",
    "localhost:7070, localhost, 7070",
  })
  void takesAnAddressToListenOn(String given, String host, int port) throws Exception {
    assertThat(Given.config("listen: '" + given + "'").listen())
        .isEqualTo(new HostPort(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7070",
        ":7070",
        "::1:7070",
        "[::1]",
        "[::1]7070",
        "h:65536",
        "h:-1",
        "h:",
        "h:x",
        "h:٣",
        "[1.2.3.4]:1",
        "[]:1",
        "http://h:1",
        "1.2.3:1",
        "a b:1",
        "[fe80::1%eth0]:1"
      })
  void refusesWhatIsNoAddressToListenOn(String given) {
    assertThat(Given.refusals("listen: '" + given + "'"))
        .singleElement()
        .asString()
        .contains("write host:port");
  }

  @Test
  void warnsOfPortsThatOtherMachinesReach() throws Exception {
    assertThat(Given.warnings("listen: 0.0.0.0:7070\nadmin: '[::]:7071'\n"))
        .satisfiesExactly(
            w -> assertThat(w).startsWith("listen: line 1: agents' tokens cross"),
            w -> assertThat(w).startsWith("admin: line 2: the admin port asks nobody"));
    assertThat(Given.warnings("listen: '[::1]:7070'\nadmin: localhost:7071\n")).isEmpty();
  }

  @Test
  void refusesOneAddressForBothPorts() throws Exception {
    assertThat(Given.refusals("admin: 127.0.0.1:7070").getFirst())
        .contains("listen and admin are the same address");
    Given.config("listen: 127.0.0.1:0\nadmin: 127.0.0.1:0");
  }

  @Test
  void takesASignHostOnlyBesideAnEndpoint() throws Exception {
    assertThat(
            Given.connector(
                    Given.config(
                        Given.connector("endpoint: https://h", "sign-host: s3.amazonaws.com:443")),
                    "c")
                .signHost())
        .isEqualTo("s3.amazonaws.com:443");
    assertThat(Given.refusals(Given.connector("sign-host: h")).getFirst())
        .contains("means nothing without endpoint");
    for (String bad : new String[] {"https://h", "u@h", "h/p", "h?q", "h:443:443", "h\\r\\nX: y"}) {
      assertThat(
              Given.refusals(Given.connector("endpoint: https://h", "sign-host: \"" + bad + "\"")))
          .hasSize(1);
    }
  }
}
