package io.countersign.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineSinkTest {
  @TempDir Path folder;

  @Test
  void appendsToWhatIsThere() throws IOException {
    Path file = folder.resolve("access.log");
    Files.writeString(file, "before\n");
    var sink = new LineSink.AppendedFile(file);
    sink.write(lines("after\n"));
    sink.close();
    assertThat(file).hasContent("before\nafter\n");
  }

  @Test
  void opensAnewWhenTheFileWasRenamedAway() throws IOException {
    Path file = folder.resolve("access.log");
    var sink = new LineSink.AppendedFile(file);
    sink.write(lines("one\n"));
    Files.move(file, folder.resolve("access.log.1"));
    sink.write(lines("two\n"));
    sink.close();
    assertThat(folder.resolve("access.log.1")).hasContent("one\n");
    assertThat(file).hasContent("two\n");
  }

  @Test
  void opensAnewWhenAnotherFileTookItsPlace() throws IOException {
    Path file = folder.resolve("access.log");
    var sink = new LineSink.AppendedFile(file);
    sink.write(lines("one\n"));
    Files.move(file, folder.resolve("access.log.1"));
    Files.createFile(file);
    sink.write(lines("two\n"));
    sink.close();
    assertThat(file).hasContent("two\n");
  }

  @Test
  void opensAnewWhenTheFileWasDeleted() throws IOException {
    Path file = folder.resolve("access.log");
    var sink = new LineSink.AppendedFile(file);
    sink.write(lines("one\n"));
    Files.delete(file);
    sink.write(lines("two\n"));
    sink.close();
    assertThat(file).hasContent("two\n");
  }

  @Test
  void failsWhileTheFolderIsGoneAndGoesOnWhenItIsBack() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path file = inner.resolve("access.log");
    var sink = new LineSink.AppendedFile(file);
    Files.delete(file);
    Files.delete(inner);
    assertThatThrownBy(() -> sink.write(lines("lost\n"))).isInstanceOf(IOException.class);
    Files.createDirectory(inner);
    sink.write(lines("kept\n"));
    sink.close();
    assertThat(file).hasContent("kept\n");
  }

  @Test
  void makesTheFileUnreadableForOthers() throws IOException {
    Path file = folder.resolve("audit.log");
    new LineSink.AppendedFile(file).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .matches("rw-[r-]-----");
  }

  private static LineBuffer lines(String text) {
    LineBuffer buffer = new LineBuffer();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    buffer.write(bytes, 0, bytes.length);
    return buffer;
  }
}
