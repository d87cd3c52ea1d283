package io.countersign.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.HttpProxy;
import io.countersign.config.Secret;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An STS, and others that differ from it in one field each. */
final class StsTargets {
  static final StsTarget BASE = new StsTarget("eu-west-1", URI.create("https://sts.example"));

  private static final Map<String, List<Object>> OTHERS =
      Map.of(
          "region", List.of("eu-west-2", "EU-WEST-1"),
          "endpoint",
              List.of(
                  URI.create("https://sts.example:8443"),
                  URI.create("http://sts.example"),
                  URI.create("https://sts.example.org")),
          "fips", List.of(true),
          "dualStack", List.of(true),
          "proxy",
              List.of(
                  new HttpProxy(URI.create("http://proxy:1"), null, null),
                  new HttpProxy(URI.create("http://proxy:1"), "u", new Secret("p")),
                  new HttpProxy(URI.create("http://proxy:1"), "u", new Secret("q")),
                  new HttpProxy(URI.create("http://proxy:1"), "U", new Secret("p"))),
          "caBundle", List.of(Path.of("/a"), Path.of("/A")),
          "certificateHost", List.of("sts.example", "sts.example.org"));

  private StsTargets() {}

  static List<StsTarget> others() throws Exception {
    List<StsTarget> others = new ArrayList<>();
    for (RecordComponent field : StsTarget.class.getRecordComponents()) {
      List<Object> values = OTHERS.get(field.getName());
      assertThat(values).as("no variation of %s", field.getName()).isNotNull();
      for (Object value : List.copyOf(values)) {
        others.add(NoMixUpTest.with(BASE, field.getName(), value));
      }
    }
    return others;
  }
}
