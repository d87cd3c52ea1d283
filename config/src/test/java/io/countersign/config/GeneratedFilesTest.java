package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is committed says the same as the table of keys that the loader reads by. */
class GeneratedFilesTest {
  private static final String REGENERATE =
      "the file is stale: mvn -pl config -am test -Dtest=GeneratedFilesTest -Dregenerate"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  private static final Path SCHEMA =
      Path.of("src/main/resources/io/countersign/config/countersign.schema.json");
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final Path EXAMPLE = Path.of("../docs/examples/countersign.yaml");

  private static final Map<String, String> VARIABLES =
      Map.of(
          "COUNTERSIGN_ANALYST_TOKEN", "an-analyst's-token-of-a-test",
          "COUNTERSIGN_REPORTER_TOKEN", "a-reporter's-token-of-a-test",
          "COUNTERSIGN_REPORTER_TOKEN_OLD", "a-reporter's-old-token-of-a-test");

  private static final com.networknt.schema.Schema COMMITTED =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(ConfigSchema.text());

  private static void check(Path file, String expected) throws Exception {
    if (System.getProperty("regenerate") != null) {
      Files.writeString(file, expected);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "").as(REGENERATE).isEqualTo(expected);
  }

  @Test
  void theSchemaSaysWhatTheLoaderReads() throws Exception {
    check(SCHEMA, Schema.text(Schema.document(RootKeys.SECTION)));
  }

  @Test
  void theReferenceSaysWhatTheLoaderReads() throws Exception {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(Reference.BEGIN);
    int end = page.indexOf(Reference.END) + Reference.END.length();
    check(PAGE, page.substring(0, begin) + Reference.markdown() + page.substring(end));
  }

  private static List<String> schemaErrors(String yaml) {
    JsonNode json = Schema.json(yaml);
    return COMMITTED.validate(json.toString(), InputFormat.JSON).stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void theExampleIsGoodForTheLoaderAndForTheSchema() throws Exception {
    Loaded loaded = ConfigLoader.load(EXAMPLE, Environment.of(VARIABLES));

    assertThat(loaded.warnings()).isEmpty();
    assertThat(loaded.config().connectors()).containsOnlyKeys("warehouse", "lake", "reports");
    assertThat(schemaErrors(Files.readString(EXAMPLE))).isEmpty();
  }

  @Test
  void theExampleOfEveryKeyIsGoodForItsSchema() {
    for (Section section : Reference.sections().values()) {
      for (Key<?> key : section.keys()) {
        assertThat(key.meaning()).as(key.name()).endsWith(".");
        assertThat(key.name()).matches("[a-z]+(-[a-z]+)*");
        if (!key.example().isEmpty()) {
          var schema = Schema.object();
          schema.putObject("properties").set(key.name(), key.form().schema());
          schema.setAll(Schema.definitions());
          assertThat(
                  SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                      .getSchema(schema.toString())
                      .validate(
                          Schema.object().set(key.name(), Schema.json(key.example())).toString(),
                          InputFormat.JSON))
              .as(key.name() + ": " + key.example())
              .isEmpty();
        }
      }
    }
  }

  @Test
  void theSchemaRefusesWhatTheLoaderRefuses() {
    for (String bad :
        List.of(
            "lisen: 127.0.0.1:7070",
            "connectors: {c: {service: s3}}",
            "connectors: {c: {service: s3, region: eu-west-1, access: readonly}}",
            "connectors: {C: {service: s3, region: eu-west-1}}",
            "connectors: {c: {service: s3, region: eu-west-1, endpoint: 'https://u@h'}}",
            "connectors: {c: {service: s3, region: eu-west-1, credentials: {}}}",
            "connectors: {c: {service: s3, region: eu-west-1, role: []}}",
            "connectors: {c: {service: s3, region: eu-west-1, role: 'arn:aws:sts::1:x'}}",
            "agents: {a: {token: x, allow: [{connector: c, operations: []}]}}",
            "timeouts: {connect: 5}",
            "limits: {body: 5GB}",
            "log: {access: {}}")) {
      assertThat(schemaErrors(bad)).as(bad).isNotEmpty();
      assertThat(Given.refusals(bad)).isNotEmpty();
    }
  }
}
