package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.ConfigException;
import io.countersign.config.ConfigLoader;
import io.countersign.config.GatewayConfig;
import io.countersign.testkit.Places;
import io.countersign.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What holds for the compose file and the Kubernetes manifests, read as data. */
class DeploymentFilesTest {
  private static final Path DOCKER = Places.project().resolve("docker");
  private static final String TOKEN_VOLUME = "eks-pod-identity-token";

  @ParameterizedTest
  @ValueSource(strings = {"sidecar.yaml", "deployment.yaml"})
  void mountsTheRolesTokenIntoTheGatewaysContainerOnly(String file) throws IOException {
    Map<String, Object> pod = pod(file);
    for (Map<String, Object> container : containers(pod)) {
      boolean mounts =
          maps(container.get("volumeMounts")).stream()
              .anyMatch(mount -> TOKEN_VOLUME.equals(mount.get("name")));
      assertThat(mounts)
          .as("%s: the token in container %s", file, container.get("name"))
          .isEqualTo("gateway".equals(container.get("name")));
    }
    assertThat(volume(pod, TOKEN_VOLUME).toString()).contains("audience=pods.eks.amazonaws.com");
    assertThat(pod).containsEntry("automountServiceAccountToken", false);
  }

  @Test
  void tellsTheIdentityWebhookToLeaveEveryContainerButTheGateways() throws IOException {
    Map<String, Object> manifest = document("sidecar.yaml", "Pod");
    String skipped =
        (String)
            map(map(manifest.get("metadata")).get("annotations"))
                .get("eks.amazonaws.com/skip-containers");
    List<String> others =
        containers(map(manifest.get("spec"))).stream()
            .map(container -> (String) container.get("name"))
            .filter(name -> !"gateway".equals(name))
            .toList();
    assertThat(skipped).isEqualTo(String.join(",", others));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar.yaml", "deployment.yaml"})
  void hardensEveryContainer(String file) throws IOException {
    Map<String, Object> pod = pod(file);
    Map<String, Object> podContext = map(pod.get("securityContext"));
    assertThat(podContext).containsEntry("runAsNonRoot", true);
    assertThat(map(podContext.get("seccompProfile"))).containsEntry("type", "RuntimeDefault");
    for (Map<String, Object> container : containers(pod)) {
      Map<String, Object> context = map(container.get("securityContext"));
      assertThat(context)
          .as("%s: container %s", file, container.get("name"))
          .containsEntry("allowPrivilegeEscalation", false)
          .containsEntry("readOnlyRootFilesystem", true)
          .containsEntry("capabilities", Map.of("drop", List.of("ALL")))
          .doesNotContainKey("privileged");
      assertThat(map(container.get("resources"))).containsKeys("requests", "limits");
    }
    assertThat(pod).doesNotContainKeys("hostNetwork", "hostPID", "hostIPC");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar.yaml", "deployment.yaml"})
  void probesTheAdminPortAndWaitsLongerThanTheGatewayDrains(String file, @TempDir Path secrets)
      throws IOException, ConfigException {
    Map<String, Object> pod = pod(file);
    Map<String, Object> gateway =
        containers(pod).stream()
            .filter(container -> "gateway".equals(container.get("name")))
            .findFirst()
            .orElseThrow();
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      String path = "livenessProbe".equals(probe) ? "/livez" : "/readyz";
      assertThat(map(map(gateway.get(probe)).get("httpGet")))
          .isEqualTo(Map.of("path", path, "port", "admin"));
    }
    long drain = configuration(file, secrets).timeouts().drain().toSeconds();
    assertThat((Integer) pod.get("terminationGracePeriodSeconds")).isGreaterThan((int) drain + 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar.yaml", "deployment.yaml"})
  void holdsAConfigurationThatTheGatewayTakes(String file, @TempDir Path secrets)
      throws IOException, ConfigException {
    GatewayConfig config = configuration(file, secrets);
    assertThat(config.connectors()).containsOnlyKeys("lake");
    assertThat(config.admin().port()).isEqualTo(7071);
    boolean loopback = "127.0.0.1".equals(config.listen().host());
    assertThat(config.tls() == null).as("%s: no TLS on loopback only", file).isEqualTo(loopback);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar.yaml", "deployment.yaml"})
  void keepsAgentsFromTheInstancesMetadata(String file) throws IOException {
    List<Map<String, Object>> policies =
        documents(DOCKER.resolve("kubernetes").resolve(file)).stream()
            .filter(document -> "NetworkPolicy".equals(document.get("kind")))
            .toList();
    assertThat(policies).isNotEmpty();
    for (Map<String, Object> policy : policies) {
      for (Map<String, Object> rule : maps(map(policy.get("spec")).get("egress"))) {
        for (Map<String, Object> peer : maps(rule.get("to"))) {
          if (peer.containsKey("ipBlock")) {
            Map<String, Object> block = map(peer.get("ipBlock"));
            assertThat(
                    "169.254.170.23/32".equals(block.get("cidr"))
                        || List.of("169.254.0.0/16").equals(block.get("except")))
                .as("%s: %s", file, block)
                .isTrue();
          }
        }
      }
    }
    Map<String, Object> last = policies.getLast();
    if ("deployment.yaml".equals(file)) {
      assertThat(last.toString()).contains("namespace=agents").doesNotContain("ipBlock");
    }
  }

  @Test
  void runsEveryComposedContainerWithoutPrivilegesAndOnLoopback() throws IOException {
    Map<String, Object> compose = documents(DOCKER.resolve("compose.yaml")).getFirst();
    Map<String, Object> services = map(compose.get("services"));
    assertThat(services).containsOnlyKeys("gateway", "sandbox", "prometheus");
    for (Map.Entry<String, Object> service : services.entrySet()) {
      Map<String, Object> settings = map(service.getValue());
      assertThat(settings)
          .as(service.getKey())
          .containsEntry("read_only", true)
          .containsEntry("cap_drop", List.of("ALL"))
          .containsEntry("security_opt", List.of("no-new-privileges:true"));
      assertThat(strings(settings.get("ports"))).allMatch(port -> port.startsWith("127.0.0.1:"));
      for (String volume : strings(settings.get("volumes"))) {
        if (volume.startsWith("./")) {
          assertThat(DOCKER.resolve(volume.substring(2, volume.indexOf(':')))).exists();
        }
      }
    }
  }

  @Test
  void composesAConfigurationThatTheGatewayTakes() throws IOException, ConfigException {
    Map<String, Object> gateway =
        map(
            map(documents(DOCKER.resolve("compose.yaml")).getFirst().get("services"))
                .get("gateway"));
    Map<String, Object> variables = map(gateway.get("environment"));
    GatewayConfig config =
        ConfigLoader.load(
                DOCKER.resolve("compose/countersign.yaml"), name -> (String) variables.get(name))
            .config();
    assertThat(config.connectors()).containsOnlyKeys("warehouse", "lake", "files");
  }

  /** The configuration of a ConfigMap, with its secrets and certificates put in place. */
  private static GatewayConfig configuration(String file, Path secrets)
      throws IOException, ConfigException {
    String yaml =
        String.valueOf(map(document(file, "ConfigMap").get("data")).get("countersign.yaml"));
    for (String name : List.of("token", "analyst", "virtual-key")) {
      Files.writeString(secrets.resolve(name), "0123456789abcdef0123456789abcdef" + name);
    }
    TestCertificate.make().write(secrets.resolve("tls.crt"), secrets.resolve("tls.key"));
    String here =
        yaml.replace("/var/run/secrets/countersign-tls", secrets.toString())
            .replace("/var/run/secrets/countersign", secrets.toString());
    return ConfigLoader.parse(here, secrets, name -> null).config();
  }

  private static Map<String, Object> pod(String file) throws IOException {
    if ("sidecar.yaml".equals(file)) {
      return map(document(file, "Pod").get("spec"));
    }
    return map(map(map(document(file, "Deployment").get("spec")).get("template")).get("spec"));
  }

  private static Map<String, Object> volume(Map<String, Object> pod, String name) {
    return maps(pod.get("volumes")).stream()
        .filter(volume -> name.equals(volume.get("name")))
        .findFirst()
        .orElseThrow();
  }

  private static List<Map<String, Object>> containers(Map<String, Object> pod) {
    return Stream.of("initContainers", "containers")
        .flatMap(key -> maps(pod.get(key)).stream())
        .toList();
  }

  private static Map<String, Object> document(String file, String kind) throws IOException {
    return documents(DOCKER.resolve("kubernetes").resolve(file)).stream()
        .filter(document -> kind.equals(document.get("kind")))
        .findFirst()
        .orElseThrow();
  }

  private static List<Map<String, Object>> documents(Path file) throws IOException {
    List<Map<String, Object>> documents = new ArrayList<>();
    Load yaml = new Load(LoadSettings.builder().setLabel(file.toString()).build());
    yaml.loadAllFromString(Files.readString(file))
        .forEach(document -> documents.add(map(document)));
    return documents;
  }

  @SuppressWarnings("unchecked") // YAML as it was read; a wrong shape fails the test
  private static Map<String, Object> map(@Nullable Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value);
  }

  @SuppressWarnings("unchecked") // as above
  private static List<Map<String, Object>> maps(@Nullable Object value) {
    return value == null ? List.of() : (List<Map<String, Object>>) value;
  }

  @SuppressWarnings("unchecked") // as above
  private static List<String> strings(@Nullable Object value) {
    return value == null ? List.of() : (List<String>) value;
  }
}
