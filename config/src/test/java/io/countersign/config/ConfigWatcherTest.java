package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatcherTest {
  private static final Environment NONE = Environment.of(Map.of());

  @TempDir Path folder;

  private Path file;
  private final List<Loaded> changes = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private final ConfigWatcher.Listener listener =
      new ConfigWatcher.Listener() {
        @Override
        public void changed(Loaded loaded) {
          changes.add(loaded);
        }

        @Override
        public void refused(List<Problem> found) {
          problems.addAll(found);
        }
      };

  @BeforeEach
  void write() throws Exception {
    file = folder.resolve("countersign.yaml");
    write("threads: 1");
  }

  private void write(String text) throws Exception {
    Files.writeString(file, text);
  }

  private ConfigWatcher watcher() throws Exception {
    return new ConfigWatcher(file, NONE, ConfigLoader.load(file, NONE).files(), listener);
  }

  private static void lookTwice(ConfigWatcher watcher) {
    watcher.look();
    watcher.look();
  }

  @Test
  void loadsAChangeOnceItHasComeToRest() throws Exception {
    ConfigWatcher watcher = watcher();
    lookTwice(watcher);
    assertThat(changes).isEmpty();

    write("threads: 2");
    watcher.look();
    assertThat(changes).isEmpty();
    watcher.look();
    assertThat(changes).singleElement().extracting(c -> c.config().threads()).isEqualTo(2);

    lookTwice(watcher);
    assertThat(changes).hasSize(1);
    assertThat(problems).isEmpty();
  }

  @Test
  void doesNotReadAFileThatIsStillBeingWritten() throws Exception {
    ConfigWatcher watcher = watcher();
    for (String part : List.of("thr", "threads: ", "threads: 2\nlim", "threads: 2\n")) {
      write(part);
      watcher.look();
    }
    assertThat(changes).isEmpty();
    watcher.look();
    assertThat(changes).hasSize(1);
    assertThat(problems).isEmpty();
  }

  @Test
  void refusesABadChangeOnceAndTakesTheNextGoodOne() throws Exception {
    ConfigWatcher watcher = watcher();
    write("threads: many");
    lookTwice(watcher);
    lookTwice(watcher);
    assertThat(changes).isEmpty();
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("threads: line 1: 'many' is not a whole number");

    Files.delete(file);
    lookTwice(watcher);
    assertThat(problems).last().asString().contains("does not exist");

    write("threads: 3");
    lookTwice(watcher);
    assertThat(changes).singleElement().extracting(c -> c.config().threads()).isEqualTo(3);
  }

  @Test
  void noticesASecretThatChanged() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first-token-of-this-test");
    write("agents: {a: {token: '${file:token}'}}");
    ConfigWatcher watcher = watcher();

    Files.writeString(token, "second-token-of-this-test");
    lookTwice(watcher);
    assertThat(Given.agent(changes.getFirst().config(), "a").tokens())
        .containsExactly(new Secret("second-token-of-this-test"));
  }

  @Test
  void noticesAMissingSecretThatAppears() throws Exception {
    ConfigWatcher watcher = watcher();
    write("agents: {a: {token: '${file:token}'}}");
    lookTwice(watcher);
    assertThat(problems).hasSize(1);

    Files.writeString(folder.resolve("token"), "a-token-of-this-test");
    lookTwice(watcher);
    assertThat(changes).hasSize(1);
  }

  @Test
  void noticesAConfigMapThatKubernetesSwaps() throws Exception {
    Files.delete(file);
    for (String version : List.of("1", "2")) {
      Files.createDirectory(folder.resolve("..v" + version));
      Files.writeString(
          folder.resolve("..v" + version + "/countersign.yaml"), "threads: " + version);
    }
    Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..v1"));
    Files.createSymbolicLink(file, Path.of("..data/countersign.yaml"));
    ConfigWatcher watcher = watcher();

    Path fresh = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..v2"));
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    lookTwice(watcher);
    assertThat(changes).singleElement().extracting(c -> c.config().threads()).isEqualTo(2);
  }

  @Test
  void ignoresAFileThatIsWrittenAgainWithTheSameContent() throws Exception {
    ConfigWatcher watcher = watcher();
    Files.delete(file);
    write("threads: 1");
    lookTwice(watcher);
    assertThat(changes).isEmpty();
  }

  @Test
  @Timeout(60)
  void loadsOnHangUpAndGoesOnAfterAListenerFailed() throws Exception {
    BlockingQueue<Loaded> heard = new LinkedBlockingQueue<>();
    ConfigWatcher.Listener failing =
        new ConfigWatcher.Listener() {
          private boolean failed;

          @Override
          public void changed(Loaded loaded) {
            heard.add(loaded);
            if (!failed) {
              failed = true;
              throw new IllegalStateException("a listener that fails, as this test wants");
            }
          }

          @Override
          public void refused(List<Problem> found) {
            throw new AssertionError(found);
          }
        };
    try (ConfigWatcher watcher =
        ConfigWatcher.start(file, NONE, ConfigLoader.load(file, NONE), failing)) {
      assumeThat(watcher.reloadOnHangUp())
          .as("this process was started with SIGHUP ignored, as by nohup")
          .isTrue();
      String pid = Long.toString(ProcessHandle.current().pid());
      assertThat(new ProcessBuilder("kill", "-HUP", pid).start().waitFor()).isZero();
      assertThat(heard.take().config().threads()).isEqualTo(1);

      write("threads: 2"); // found by the interval
      assertThat(heard.take().config().threads()).isEqualTo(2);
    }
  }
}
