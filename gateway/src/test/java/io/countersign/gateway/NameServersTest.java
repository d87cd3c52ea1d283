package io.countersign.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameServersTest {
  @TempDir private Path folder;

  @Test
  void aFileThatNamesAServerIsTakenAsItIs() throws IOException {
    assertThat(NameServers.namesOne(write("search svc\n  nameserver 10.0.0.10\n"))).isTrue();
  }

  @Test
  void aFileWithoutAServerOrNoFileNamesNone() throws IOException {
    assertThat(NameServers.namesOne(write("search svc\n# nameserver 10.0.0.10\n"))).isFalse();
    assertThat(NameServers.namesOne(folder.resolve("missing"))).isFalse();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("resolv.conf"), text);
  }
}
