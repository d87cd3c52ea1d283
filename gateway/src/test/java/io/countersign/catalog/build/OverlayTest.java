package io.countersign.catalog.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayTest {
  private static final Catalog CATALOG = Catalog.load();

  /** A newer form of redshift-data with three of its operations, of which one is new. */
  private static final String NEWER =
      """
      {"metadata": {"apiVersion": "2019-12-20", "endpointPrefix": "redshift-data",
         "protocol": "json", "jsonVersion": "1.1", "targetPrefix": "RedshiftData",
         "serviceId": "Redshift Data", "signatureVersion": "v4", "auth": ["aws.auth#sigv4"]},
       "operations": {
         "ListTables": {"name": "ListTables", "http": {"method": "POST", "requestUri": "/"}},
         "DescribeTable": {"name": "DescribeTable", "http": {"method": "POST", "requestUri": "/"},
           "output": {"shape": "Out"}},
         "GetNewThing": {"name": "GetNewThing", "http": {"method": "POST", "requestUri": "/"}}},
       "shapes": {
         "Out": {"type": "structure", "members": {"SessionToken": {"shape": "Text"}}},
         "Text": {"type": "string"}}}
      """;

  @TempDir private Path folder = Path.of("");

  private void put(String service, String model) throws IOException {
    Path version = folder.resolve(service).resolve("2027-01-01");
    Files.createDirectories(version);
    Files.writeString(version.resolve("service-2.json"), model);
  }

  private Operation operation(String name) throws SourceException {
    return Overlay.over(CATALOG, folder)
        .service("redshift-data")
        .orElseThrow()
        .operation(name)
        .orElseThrow();
  }

  @Test
  void laysNewerModelsOverTheCatalog() throws Exception {
    put("redshift-data", NEWER);
    put("brand-new", NEWER.replace("redshift-data", "brand-new"));
    Overlay.Laid laid = Overlay.lay(CATALOG, folder);
    assertThat(laid.services()).containsExactly("brand-new", "redshift-data");
    assertThat(laid.added())
        .containsExactly(
            "brand-new:DescribeTable",
            "brand-new:GetNewThing",
            "brand-new:ListTables",
            "redshift-data:GetNewThing");
    assertThat(laid.removed()).contains("redshift-data:ExecuteStatement");
    assertThat(laid.catalog().services()).hasSize(CATALOG.services().size() + 1);
    Service fresh = laid.catalog().bySigningName("brand-new").getFirst();
    assertThat(fresh.model().operation("GetNewThing")).isPresent();
    assertThat(CATALOG.service("brand-new")).isEmpty();
  }

  @Test
  void keepsWhatIsKnownAndCountsNewOperationsAsWrite() throws Exception {
    put("redshift-data", NEWER);
    assertThat(operation("ListTables").level()).isEqualTo(AccessLevel.LIST);
    assertThat(operation("ListTables").iamActions()).containsExactly("redshift-data:ListTables");
    assertThat(operation("GetNewThing").level()).isEqualTo(AccessLevel.WRITE);
    assertThat(operation("GetNewThing").mapped()).isFalse();
  }

  @Test
  void judgesAnewWhatAnswersMoreThanItDid() throws Exception {
    put("redshift-data", NEWER);
    assertThat(CATALOG.service("redshift-data").orElseThrow().operation("DescribeTable"))
        .get()
        .matches(o -> !o.answersCredential());
    assertThat(operation("DescribeTable").answersCredential()).isTrue();
    assertThat(operation("ListTables").answersCredential()).isFalse();
  }

  @Test
  void isTheCatalogItselfWithoutAFolder() throws Exception {
    assertThat(Overlay.over(CATALOG, null)).isSameAs(CATALOG);
  }

  @Test
  void namesTheFileThatIsWrong() throws Exception {
    put("redshift-data", NEWER.replace("\"type\": \"string\"", "\"type\": \"strung\""));
    assertThatThrownBy(() -> Overlay.over(CATALOG, folder))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("redshift-data/2027-01-01/service-2.json")
        .hasMessageContaining("Text/type is 'strung'");
    assertThatThrownBy(() -> Overlay.over(CATALOG, folder.resolve("none")))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("is no folder");
  }
}
