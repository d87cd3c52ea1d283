package io.countersign.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Headers;
import io.countersign.catalog.Operation;
import io.countersign.catalog.endpoint.Partitions;
import io.countersign.catalog.endpoint.ServiceEndpoints;
import io.countersign.config.Access;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.EndpointOptions;
import io.countersign.config.EndpointOptions.AccountEndpoints;
import io.countersign.signer.PathRule;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a connector's calls go, by operation, input, options, and an endpoint of its own. */
class DestinationsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Catalog CATALOG = Catalog.load();
  private static final Partitions PARTITIONS = Partitions.parse(CATALOG.partitions());
  private static final String ROLE = "arn:aws:iam::210987654321:role/reader";
  private static final String POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/shared";
  private static final String VPCE = "https://vpce-0a1b-2c3d.s3.eu-west-1.vpce.amazonaws.com";

  private static Connector connector(
      String service,
      String region,
      @Nullable String endpoint,
      @Nullable String signHost,
      EndpointOptions options) {
    return new Connector(
        "c",
        service,
        region,
        Access.READ_WRITE,
        new CredentialSource.DefaultChain(),
        List.of(),
        null,
        endpoint == null ? null : URI.create(endpoint),
        signHost,
        Map.of(),
        Set.of(),
        Set.of(),
        false,
        false,
        null,
        options);
  }

  private static Destinations of(Connector connector) {
    return Destinations.of(
        connector,
        ServiceEndpoints.of(CATALOG.service(connector.service()).orElseThrow(), PARTITIONS));
  }

  private static Destinations of(String service, String region) {
    return of(connector(service, region, null, null, EndpointOptions.DEFAULT));
  }

  private static Destinations own(String service, String endpoint) {
    return of(connector(service, "eu-west-1", endpoint, null, EndpointOptions.DEFAULT));
  }

  private static Operation operation(String service, String name) {
    return CATALOG.service(service).orElseThrow().operation(name).orElseThrow();
  }

  private static Destination call(
      Destinations destinations, String service, String operation, String input) throws Exception {
    JsonNode node = JSON.readTree(input);
    return destinations.of(operation(service, operation), node, "", null);
  }

  private static Destination bucket(Destinations destinations, String bucket) throws Exception {
    return call(destinations, "s3", "GetObject", "{\"Bucket\":\"" + bucket + "\",\"Key\":\"a/b\"}");
  }

  /** Host, path, signing name and Region. */
  private static String shown(Destination d) {
    return d.target().host()
        + (d.host().equals(d.target().authority()) ? "" : " Host " + d.host())
        + " "
        + d.wirePath("/{Bucket}/{Key+}", "/x/a/b")
        + " "
        + d.signingName()
        + " "
        + (d.isSigV4a() ? d.regionSet() : d.signingRegion());
  }

  @ParameterizedTest
  @CsvSource({
    "redshift-data, eu-west-1, redshift-data.eu-west-1.amazonaws.com, redshift-data, eu-west-1",
    "athena, cn-north-1, athena.cn-north-1.amazonaws.com.cn, athena, cn-north-1",
    "iam, eu-west-1, iam.amazonaws.com, iam, us-east-1",
    "iam, us-gov-east-1, iam.us-gov.amazonaws.com, iam, us-gov-west-1",
    "route53, eu-west-1, route53.amazonaws.com, route53, us-east-1",
    "cloudfront, ap-south-1, cloudfront.amazonaws.com, cloudfront, us-east-1",
    "bedrock-runtime, us-west-2, bedrock-runtime.us-west-2.amazonaws.com, bedrock, us-west-2",
    "cloudwatch, eu-west-1, monitoring.eu-west-1.amazonaws.com, monitoring, eu-west-1",
    "sts, eu-west-1, sts.eu-west-1.amazonaws.com, sts, eu-west-1",
    "secretsmanager, us-iso-east-1, secretsmanager.us-iso-east-1.c2s.ic.gov, secretsmanager,"
        + " us-iso-east-1",
  })
  void aServiceIsReachedAndSignedForAsAwsSays(
      String service, String region, String host, String name, String signingRegion) {
    Destination usual = Objects.requireNonNull(of(service, region).usual());
    assertThat(usual.target()).hasToString("https://" + host);
    assertThat(usual.host()).isEqualTo(host);
    assertThat(usual.signingName()).isEqualTo(name);
    assertThat(usual.signingRegion()).isEqualTo(signingRegion);
  }

  @Test
  void fipsAndDualStackHaveHostsOfTheirOwn() {
    EndpointOptions plain = EndpointOptions.DEFAULT;
    assertThat(usualHost("kms", plain.withFips(true)))
        .isEqualTo("kms-fips.us-east-1.amazonaws.com");
    assertThat(usualHost("kms", plain.withDualStack(true))).isEqualTo("kms.us-east-1.api.aws");
    assertThat(usualHost("kms", plain.withFips(true).withDualStack(true)))
        .isEqualTo("kms-fips.us-east-1.api.aws");
    assertThat(usualHost("s3", plain.withFips(true).withDualStack(true)))
        .isEqualTo("s3-fips.dualstack.us-east-1.amazonaws.com");
  }

  private static String usualHost(String service, EndpointOptions options) {
    return Objects.requireNonNull(of(connector(service, "us-east-1", null, null, options)).usual())
        .host();
  }

  // ---- S3 ----

  @Test
  void bucketsStandInThePathSoThatTheyShareConnections() throws Exception {
    Destinations s3 = of("s3", "eu-west-1");
    assertThat(shown(bucket(s3, "bucket")))
        .isEqualTo("s3.eu-west-1.amazonaws.com /bucket/a/b s3 eu-west-1");
    assertThat(bucket(s3, "other").target()).isEqualTo(bucket(s3, "bucket").target());
    assertThat(bucket(s3, "bucket")).isSameAs(bucket(s3, "bucket"));
    assertThat(bucket(s3, "bucket").pathRule()).isEqualTo(PathRule.S3);
  }

  @Test
  void withoutPathStyleEachBucketHasItsHost() throws Exception {
    Destinations s3 =
        of(connector("s3", "eu-west-1", null, null, EndpointOptions.DEFAULT.withPathStyle(false)));
    assertThat(shown(bucket(s3, "bucket")))
        .isEqualTo("bucket.s3.eu-west-1.amazonaws.com /a/b s3 eu-west-1");
    // A certificate of *.s3.eu-west-1.amazonaws.com is not for a name with a dot.
    assertThat(shown(bucket(s3, "my.bucket")))
        .isEqualTo("s3.eu-west-1.amazonaws.com /my.bucket/a/b s3 eu-west-1");
    assertThat(bucket(s3, "bucket").wirePath("/{Bucket}", "/bucket")).isEqualTo("/");
  }

  @Test
  void transferAccelerationHasAHostForEachBucketToo() throws Exception {
    Destinations s3 =
        of(connector("s3", "eu-west-1", null, null, EndpointOptions.DEFAULT.withAccelerate(true)));
    assertThat(shown(bucket(s3, "bucket")))
        .isEqualTo("bucket.s3-accelerate.amazonaws.com /a/b s3 eu-west-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arn:aws:s3:eu-west-1:123456789012:accesspoint/shared"
            + " | shared-123456789012.s3-accesspoint.eu-west-1.amazonaws.com /a/b s3 eu-west-1",
        "arn:aws:s3:eu-west-1:123456789012:accesspoint:shared"
            + " | shared-123456789012.s3-accesspoint.eu-west-1.amazonaws.com /a/b s3 eu-west-1",
        "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-01234/accesspoint/shared"
            + " | shared-123456789012.op-01234.s3-outposts.eu-west-1.amazonaws.com /a/b s3-outposts"
            + " eu-west-1",
        "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/shared"
            + " | shared-123456789012.s3-object-lambda.eu-west-1.amazonaws.com /a/b"
            + " s3-object-lambda eu-west-1",
        "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap"
            + " | mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com /a/b s3 [*]",
        "logs--euw1-az1--x-s3"
            + " | logs--euw1-az1--x-s3.s3express-euw1-az1.eu-west-1.amazonaws.com /a/b s3express"
            + " eu-west-1",
      })
  void accessPointsOutpostsAndDirectoryBucketsHaveHostsOfTheirOwn(String bucket, String expected)
      throws Exception {
    assertThat(shown(bucket(of("s3", "eu-west-1"), bucket))).isEqualTo(expected);
  }

  @Test
  void aDirectoryBucketIsMadeAtTheRegionsOwnHost() throws Exception {
    Destination made =
        call(of("s3", "eu-west-1"), "s3", "CreateBucket", "{\"Bucket\":\"logs--euw1-az1--x-s3\"}");
    assertThat(made.host()).isEqualTo("s3express-control.eu-west-1.amazonaws.com");
    assertThat(made.wirePath("/{Bucket}", "/logs--euw1-az1--x-s3"))
        .isEqualTo("/logs--euw1-az1--x-s3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arn:aws:s3:us-east-1:123456789012:accesspoint/x | does not match client region"
            + " `eu-west-1`",
        "arn:aws:s3:eu-west-1:123456789012:bucket/x | Unrecognized format",
        "arn:aws:s3:eu-west-1:1234.5@evil:accesspoint/x | The account id may only contain",
        "arn:aws:sqs:eu-west-1:123456789012:x | Invalid ARN",
        "x--x-s3 | Unrecognized S3Express bucket name format",
      })
  void anArnThatNamesNoEndpointOfTheConnectorIsRefusedWithAwssWords(String bucket, String why) {
    assertThatThrownBy(() -> bucket(of("s3", "eu-west-1"), bucket))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.refusal().code()).isEqualTo("no-endpoint");
              assertThat(refused.refusal().detail()).contains("s3:GetObject", why);
            });
  }

  @Test
  void s3ControlIsReachedByAccount() throws Exception {
    Destinations control = of("s3control", "eu-west-1");
    Operation list = operation("s3control", "ListAccessPoints");
    Destination destination =
        control.of(list, JSON.readTree("{\"AccountId\":\"123456789012\"}"), "123456789012.", null);
    assertThat(destination.host()).isEqualTo("123456789012.s3-control.eu-west-1.amazonaws.com");
    assertThat(destination.signingName()).isEqualTo("s3");
    Destination byHeader =
        control.of(
            list,
            "/v20180820/accesspoint",
            name -> name.equals("x-amz-account-id") ? "123456789012" : null,
            null,
            null);
    assertThat(byHeader).isEqualTo(destination);
  }

  @Test
  void aBucketOfAnOutpostIsNamedToS3ControlInAHeader() throws Exception {
    String arn = "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-01234/bucket/b";
    Destination destination =
        call(
            of("s3control", "eu-west-1"),
            "s3control",
            "GetBucket",
            "{\"AccountId\":\"123456789012\",\"Bucket\":\"" + arn + "\"}");
    assertThat(destination.host()).isEqualTo("s3-outposts.eu-west-1.amazonaws.com");
    assertThat(destination.headers())
        .containsEntry("x-amz-outpost-id", "op-01234")
        .containsEntry("x-amz-account-id", "123456789012");
  }

  // ---- accounts, prefixes, SigV4a ----

  @Test
  void dynamodbIsReachedAtTheAccountOfTheRole() throws Exception {
    Operation list = operation("dynamodb", "ListTables");
    JsonNode none = JSON.readTree("{}");
    assertThat(of("dynamodb", "eu-west-1").of(list, none, "", ROLE).host())
        .isEqualTo("210987654321.ddb.eu-west-1.amazonaws.com");
    assertThat(of("dynamodb", "eu-west-1").of(list, none, "", null).host())
        .isEqualTo("dynamodb.eu-west-1.amazonaws.com");
    Destinations disabled =
        of(
            connector(
                "dynamodb",
                "eu-west-1",
                null,
                null,
                EndpointOptions.DEFAULT.withAccountEndpoints(AccountEndpoints.DISABLED)));
    assertThat(disabled.of(list, none, "", ROLE).host())
        .isEqualTo("dynamodb.eu-west-1.amazonaws.com");
  }

  @Test
  void aTablesArnSaysTheAccountBeforeTheRole() throws Exception {
    Destination destination =
        of("dynamodb", "eu-west-1")
            .of(
                operation("dynamodb", "GetItem"),
                JSON.readTree(
                    "{\"TableName\":\"arn:aws:dynamodb:eu-west-1:123456789012:table/orders\"}"),
                "",
                ROLE);
    assertThat(destination.host()).isEqualTo("123456789012.ddb.eu-west-1.amazonaws.com");
  }

  @Test
  void anArnCannotMakeTheHostAnothers() throws Exception {
    Destinations tables = of("dynamodb", "eu-west-1");
    for (String account :
        List.of("evil.example/", "evil.example#", "evil.example?", "a@evil.example/")) {
      JsonNode input =
          JSON.createObjectNode()
              .put("TableName", "arn:aws:dynamodb:eu-west-1:" + account + ":table/orders");
      try {
        assertThat(tables.of(operation("dynamodb", "GetItem"), input, "", ROLE).target().host())
            .endsWith(".amazonaws.com");
      } catch (Refused refused) {
        assertThat(refused.refusal().code()).isEqualTo("no-endpoint");
      }
    }
  }

  @Test
  void theHostPrefixOfAnOperationStandsBeforeTheHost() throws Exception {
    Destination sync =
        of("stepfunctions", "eu-west-1")
            .of(operation("stepfunctions", "StartSyncExecution"), "/", Headers.none(), null, null);
    assertThat(sync.target()).hasToString("https://sync-states.eu-west-1.amazonaws.com");
    assertThat(sync.host()).isEqualTo("sync-states.eu-west-1.amazonaws.com");
    assertThat(sync.signingName()).isEqualTo("states");
  }

  @Test
  void anEventBusOfSeveralRegionsIsSignedForAllOfThem() throws Exception {
    Destination destination =
        call(
            of("events", "us-east-1"),
            "events",
            "PutEvents",
            "{\"EndpointId\":\"abcde.veo\",\"Entries\":[]}");
    assertThat(destination.host()).isEqualTo("abcde.veo.endpoint.events.amazonaws.com");
    assertThat(destination.isSigV4a()).isTrue();
    assertThat(destination.regionSet()).containsExactly("*");
  }

  // ---- an endpoint of the connector's own ----

  @Test
  void anEndpointOfItsOwnIsTheOneHostButIsSignedForAsAwsSays() throws Exception {
    Destination iam = Objects.requireNonNull(own("iam", "https://iam.internal:8443").usual());
    assertThat(iam.target()).hasToString("https://iam.internal:8443");
    assertThat(iam.host()).isEqualTo("iam.internal:8443");
    assertThat(iam.signingRegion()).isEqualTo("us-east-1");
    Destination sync =
        own("stepfunctions", "http://127.0.0.1:4566")
            .of(
                operation("stepfunctions", "StartSyncExecution"),
                JSON.readTree("{}"),
                "sync-",
                ROLE);
    assertThat(sync.target()).hasToString("http://127.0.0.1:4566");
    Destination table =
        own("dynamodb", "http://127.0.0.1:4566")
            .of(operation("dynamodb", "ListTables"), JSON.readTree("{}"), "", ROLE);
    assertThat(table.host()).isEqualTo("127.0.0.1:4566");
  }

  @Test
  void signHostIsSentInsteadOfTheEndpoints() {
    Destination usual =
        Objects.requireNonNull(
            of(connector(
                    "redshift-data",
                    "eu-west-1",
                    "https://10.0.0.7",
                    "redshift-data.eu-west-1.amazonaws.com",
                    EndpointOptions.DEFAULT))
                .usual());
    assertThat(usual.target()).hasToString("https://10.0.0.7");
    assertThat(usual.host()).isEqualTo("redshift-data.eu-west-1.amazonaws.com");
  }

  @Test
  void aVpcEndpointIsSignedForUnderItsOwnName() {
    String name = "vpce-0a1b.redshift-data.eu-west-1.vpce.amazonaws.com";
    Destination usual = Objects.requireNonNull(own("redshift-data", "https://" + name).usual());
    assertThat(usual.target()).hasToString("https://" + name);
    assertThat(usual.host()).isEqualTo(name);
    assertThat(usual.signingRegion()).isEqualTo("eu-west-1");
  }

  @ParameterizedTest
  @CsvSource({
    "https://vpce-0a1b-2c3d.s3.eu-west-1.vpce.amazonaws.com",
    "https://bucket.vpce-0a1b-2c3d.s3.eu-west-1.vpce.amazonaws.com",
    "https://accesspoint.vpce-0a1b-2c3d.s3.eu-west-1.vpce.amazonaws.com",
  })
  void aVpcEndpointOfS3GetsTheLabelThatTheCallNeeds(String endpoint) throws Exception {
    Destinations s3 = own("s3", endpoint);
    assertThat(shown(bucket(s3, "bucket")))
        .isEqualTo(
            "bucket.vpce-0a1b-2c3d.s3.eu-west-1.vpce.amazonaws.com /bucket/a/b s3 eu-west-1");
    assertThat(shown(bucket(s3, POINT)))
        .isEqualTo(
            "shared-123456789012.accesspoint.vpce-0a1b-2c3d.s3.eu-west-1.vpce.amazonaws.com /a/b s3"
                + " eu-west-1");
  }

  @Test
  void aVpcEndpointOfS3IsThatOfS3ControlToo() throws Exception {
    Destination destination =
        own("s3control", VPCE)
            .of(
                operation("s3control", "ListAccessPoints"),
                JSON.readTree("{\"AccountId\":\"123456789012\"}"),
                "123456789012.",
                null);
    assertThat(destination.host())
        .isEqualTo("123456789012.control.vpce-0a1b-2c3d.s3.eu-west-1.vpce.amazonaws.com");
  }

  @Test
  void whatAVpcEndpointDoesNotServeGoesNowhereElse() {
    assertThatThrownBy(() -> bucket(own("s3", VPCE), "arn:aws:s3::123456789012:accesspoint/m.mrap"))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.refusal().detail()).contains("VPC endpoint"));
  }

  @Test
  void anAccessPointAtAStandInIsNamedInTheHostHeaderOnly() throws Exception {
    assertThat(shown(bucket(own("s3", "http://localhost:4566"), POINT)))
        .isEqualTo("localhost Host shared-123456789012.localhost:4566 /a/b s3 eu-west-1");
    assertThat(shown(bucket(own("s3", "http://127.0.0.1:4566"), "bucket")))
        .isEqualTo("127.0.0.1 /bucket/a/b s3 eu-west-1");
  }

  // ---- what a request at the SDK door may be meant for ----

  @Test
  void aConnectorServesTheScopesThatItsServiceSignsFor() {
    Destinations s3 = of("s3", "eu-west-1");
    assertThat(s3.serves("s3", "eu-west-1")).isTrue();
    assertThat(s3.serves("s3express", "eu-west-1")).isTrue();
    assertThat(s3.serves("s3-outposts", "eu-west-1")).isTrue();
    assertThat(s3.serves("s3", "us-east-1")).isFalse();
    assertThat(s3.serves("dynamodb", "eu-west-1")).isFalse();
    assertThat(of("iam", "eu-west-1").serves("iam", "us-east-1")).isTrue();
  }

  @Test
  void whatCallsSayDoesNotFillTheMemory() throws Exception {
    Destinations s3 = of("s3", "eu-west-1");
    String longName = "b".repeat(1_100);
    assertThat(bucket(s3, longName)).isNotSameAs(bucket(s3, longName));
    for (int i = 0; i < 10_000; i++) {
      assertThat(bucket(s3, "bucket-" + i).path()).isEqualTo("/bucket-" + i);
    }
  }
}
