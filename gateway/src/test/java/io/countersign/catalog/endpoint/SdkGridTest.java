package io.countersign.catalog.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.catalog.Catalog;
import io.countersign.config.EndpointOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.endpoints.AwsEndpointAttribute;
import software.amazon.awssdk.awscore.endpoints.authscheme.EndpointAuthScheme;
import software.amazon.awssdk.awscore.endpoints.authscheme.SigV4AuthScheme;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.athena.endpoints.AthenaEndpointProvider;
import software.amazon.awssdk.services.bedrockruntime.endpoints.BedrockRuntimeEndpointProvider;
import software.amazon.awssdk.services.cloudwatch.endpoints.CloudWatchEndpointProvider;
import software.amazon.awssdk.services.dynamodb.endpoints.DynamoDbEndpointProvider;
import software.amazon.awssdk.services.ec2.endpoints.Ec2EndpointProvider;
import software.amazon.awssdk.services.iam.endpoints.IamEndpointProvider;
import software.amazon.awssdk.services.kms.endpoints.KmsEndpointProvider;
import software.amazon.awssdk.services.lambda.endpoints.LambdaEndpointProvider;
import software.amazon.awssdk.services.redshiftdata.endpoints.RedshiftDataEndpointProvider;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointProvider;
import software.amazon.awssdk.services.secretsmanager.endpoints.SecretsManagerEndpointProvider;
import software.amazon.awssdk.services.sqs.endpoints.SqsEndpointProvider;
import software.amazon.awssdk.services.sts.endpoints.StsEndpointProvider;

/**
 * The endpoints of a grid of services, Regions of every partition, FIPS and dual stack, beside
 * those of the AWS SDK for Java's own endpoint code.
 */
class SdkGridTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final Partitions PARTITIONS = Partitions.parse(CATALOG.partitions());

  private static final List<String> REGIONS =
      List.of(
          "us-east-1",
          "eu-west-1",
          "ap-southeast-2",
          "il-central-1",
          "eu-west-99",
          "cn-north-1",
          "cn-northwest-1",
          "us-gov-east-1",
          "us-gov-west-1",
          "us-iso-east-1",
          "us-iso-west-1",
          "us-isob-east-1",
          "eu-isoe-west-1",
          "us-isof-south-1",
          "us-isof-east-1",
          "eusc-de-east-1");

  /**
   * Where the rules of the SDK's version are older than the catalog's: the same host, signed for
   * another Region, and a host that AWS has renamed. The cases that AWS publishes with the newer
   * rules have ours.
   */
  private static final Set<String> OLDER =
      Set.of(
          "iam cn-north-1 fips=true dual-stack=false",
          "iam cn-north-1 fips=true dual-stack=true",
          "iam cn-northwest-1 fips=true dual-stack=false",
          "iam cn-northwest-1 fips=true dual-stack=true",
          "iam eusc-de-east-1 fips=false dual-stack=true");

  /** The SDK's endpoint code of one service. */
  interface Sdk {
    CompletableFuture<software.amazon.awssdk.endpoints.Endpoint> of(
        Region region, boolean fips, boolean dualStack);
  }

  static Stream<Arguments> services() {
    return Stream.of(
        of(
            "athena",
            (r, f, d) ->
                AthenaEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "bedrock-runtime",
            (r, f, d) ->
                BedrockRuntimeEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "cloudwatch",
            (r, f, d) ->
                CloudWatchEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "dynamodb",
            (r, f, d) ->
                DynamoDbEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "iam",
            (r, f, d) ->
                IamEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "kms",
            (r, f, d) ->
                KmsEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "lambda",
            (r, f, d) ->
                LambdaEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "redshift-data",
            (r, f, d) ->
                RedshiftDataEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "ec2",
            (r, f, d) ->
                Ec2EndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "s3",
            (r, f, d) ->
                S3EndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "secretsmanager",
            (r, f, d) ->
                SecretsManagerEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "sqs",
            (r, f, d) ->
                SqsEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))),
        of(
            "sts",
            (r, f, d) ->
                StsEndpointProvider.defaultProvider()
                    .resolveEndpoint(p -> p.region(r).useFips(f).useDualStack(d))));
  }

  private static Arguments of(String service, Sdk sdk) {
    return Arguments.of(service, sdk);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void isThatOfTheSdkInEveryPartitionAndOfEveryKind(String service, Sdk sdk) {
    ServiceEndpoints ours = ServiceEndpoints.of(CATALOG.service(service).orElseThrow(), PARTITIONS);
    List<String> different = new ArrayList<>();
    for (String region : REGIONS) {
      for (boolean fips : new boolean[] {false, true}) {
        for (boolean dualStack : new boolean[] {false, true}) {
          String our =
              ours(ours, region, EndpointOptions.DEFAULT.withFips(fips).withDualStack(dualStack));
          String theirs = theirs(sdk, region, fips, dualStack);
          String at = service + " " + region + " fips=" + fips + " dual-stack=" + dualStack;
          if (our.equals(theirs) == OLDER.contains(at)) {
            different.add(
                region
                    + " fips="
                    + fips
                    + " dual-stack="
                    + dualStack
                    + ": "
                    + our
                    + " / "
                    + theirs);
          }
        }
      }
    }
    assertThat(different).isEmpty();
  }

  private static String ours(ServiceEndpoints endpoints, String region, EndpointOptions options) {
    try {
      Endpoint endpoint = endpoints.resolve(ServiceEndpoints.Question.of(region, options));
      StringBuilder text = new StringBuilder(endpoint.url().toString());
      for (AuthScheme scheme : endpoint.authSchemes()) {
        text.append(' ')
            .append(scheme.name())
            .append(' ')
            .append(scheme.signingName())
            .append(' ')
            .append(scheme.signingRegion())
            .append(' ')
            .append(scheme.disableDoubleEncoding());
      }
      return text.toString();
    } catch (NoEndpointException e) {
      return "none: " + e.getMessage();
    }
  }

  private static String theirs(Sdk sdk, String region, boolean fips, boolean dualStack) {
    try {
      var endpoint = sdk.of(Region.of(region), fips, dualStack).join();
      StringBuilder text = new StringBuilder(endpoint.endpointUrl().toUri().toString());
      List<EndpointAuthScheme> schemes = endpoint.attribute(AwsEndpointAttribute.AUTH_SCHEMES);
      for (EndpointAuthScheme scheme : schemes == null ? List.<EndpointAuthScheme>of() : schemes) {
        text.append(' ').append(scheme.name().toLowerCase(Locale.ROOT));
        if (scheme instanceof SigV4AuthScheme v4) {
          text.append(' ')
              .append(v4.signingName() == null ? "" : v4.signingName())
              .append(' ')
              .append(v4.signingRegion() == null ? "" : v4.signingRegion())
              .append(' ')
              .append(v4.disableDoubleEncoding());
        }
      }
      return text.toString();
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(SdkClientException.class);
      return "none: " + Objects.requireNonNull(e.getCause()).getMessage();
    }
  }
}
