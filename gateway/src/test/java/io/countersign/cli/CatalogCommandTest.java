package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogCommandTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void showsAnOperationToAPerson() {
    Ran ran = Ran.of("catalog", "show", "redshift-data", "ExecuteStatement");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains("redshift-data:ExecuteStatement")
        .contains("access level   Write")
        .contains("IAM actions    redshift-data:ExecuteStatement")
        .contains("with the same ClientToken")
        .containsPattern("Sql +a string, required")
        .containsPattern("Id +a string")
        .contains("cluster/{ClusterIdentifier}".replace("cluster/", "cluster:"))
        .contains("ActiveSessionsExceededException");
  }

  @Test
  void saysWhatMustBeNamedAndWhatStreams() {
    assertThat(Ran.of("catalog", "show", "lambda", "GetFunction").out())
        .contains("in credential-operations, because its answer carries a credential");
    assertThat(Ran.of("catalog", "show", "s3", "GetObject").out())
        .contains("streams output")
        .contains("a read-only connector allows it");
    assertThat(Ran.of("catalog", "show", "s3", "ListObjectsV2").out())
        .contains("pages          by ContinuationToken");
  }

  @Test
  void saysThatAnUnmappedOperationCountsAsWrite() {
    assertThat(Ran.of("catalog", "show", "athena", "GetSystemTableConfiguration").out())
        .contains("Write, by default: no IAM action is known for it");
  }

  @Test
  void listsServicesAndOperations() {
    assertThat(Ran.of("catalog", "show").out())
        .contains("Apache-2.0")
        .contains("MIT")
        .containsPattern("redshift-data +json");
    assertThat(Ran.of("catalog", "show", "cloudwatch").out())
        .contains("signs as       monitoring")
        .containsPattern("List +ListMetrics");
  }

  @Test
  void suggestsTheNearestName() {
    Ran service = Ran.of("catalog", "show", "redshift-dat");
    assertThat(service.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(service.err()).contains("did you mean redshift-data?");
    Ran operation = Ran.of("catalog", "show", "dynamodb", "Qery");
    assertThat(operation.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(operation.err()).contains("dynamodb has no operation 'Qery'; did you mean Query?");
    assertThat(Ran.of("catalog").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void saysWhatAnOverlayChanges() throws IOException {
    Path version = folder.resolve("fresh/2027-01-01");
    Files.createDirectories(version);
    Files.writeString(
        version.resolve("service-2.json"),
        """
        {"metadata": {"apiVersion": "2027-01-01", "endpointPrefix": "fresh", "protocol": "json",
           "jsonVersion": "1.1", "targetPrefix": "Fresh", "novelty": 1},
         "operations": {"Do": {"name": "Do", "http": {"method": "POST", "requestUri": "/"}}},
         "shapes": {}}
        """);
    Ran ran = Ran.of("catalog", "update", "--models", folder.toString());
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains("new fresh:Do")
        .contains("1 services, 1 new operations, 0 gone")
        .contains("extra-models: " + folder);
    assertThat(ran.err()).contains("fresh metadata.novelty");
    Files.writeString(version.resolve("service-2.json"), "{");
    Ran broken = Ran.of("catalog", "update", "--models", folder.toString());
    assertThat(broken.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(broken.err()).contains("service-2.json is not JSON: line 1");
  }

  @Test
  void buildsAPackedCatalog() throws IOException {
    Path models = folder.resolve("models/fresh/2027-01-01");
    Files.createDirectories(models);
    Files.writeString(
        models.resolve("service-2.json"),
        """
        {"metadata": {"apiVersion": "2027-01-01", "endpointPrefix": "fresh", "protocol": "json",
           "jsonVersion": "1.1", "targetPrefix": "Fresh"},
         "operations": {"Do": {"name": "Do", "http": {"method": "POST", "requestUri": "/"}}},
         "shapes": {}}
        """);
    Files.createDirectories(folder.resolve("iam/data/actions"));
    Files.createDirectories(folder.resolve("iam/data/resourceTypes"));
    Path output = folder.resolve("catalog.bin");
    Path report = folder.resolve("unmapped.md");
    Ran ran =
        Ran.of(
            "catalog",
            "build",
            "--models",
            folder.resolve("models").toString(),
            "--iam",
            folder.resolve("iam").toString(),
            "--output",
            output.toString(),
            "--unmapped",
            report.toString());
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("1 services, 1 operations (0 with a known IAM action)");
    assertThat(Files.readString(report)).contains("| fresh | 1 of 1 | Do |");
    assertThat(Files.readAllBytes(output)).startsWith('C', 'S', 'C', 'A', 'T');
  }

  @Test
  void showPrintsTheEndpointsOfARegion() {
    Ran ran = Ran.of("catalog", "show", "iam", "GetRole", "--region", "eu-west-1");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .startsWith(
            """
              endpoint       https://iam.amazonaws.com, signed as iam in us-east-1
              FIPS           https://iam-fips.amazonaws.com, signed as iam in us-east-1
            """);
    assertThat(Ran.of("catalog", "show", "s3", "--region", "cn-north-1").out())
        .contains("FIPS           none: Partition does not support FIPS");
  }
}
