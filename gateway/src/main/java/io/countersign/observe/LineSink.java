package io.countersign.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where lines go. Used by the log's thread only. */
sealed interface LineSink {
  /** Writes whole lines. */
  void write(LineBuffer lines) throws IOException;

  void close() throws IOException;

  /** A stream that somebody else owns, such as standard output. */
  record Stream(OutputStream out) implements LineSink {
    @Override
    public void write(LineBuffer lines) throws IOException {
      lines.writeTo(out);
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.flush();
    }
  }

  /**
   * A file that is appended to, and opened anew when another has taken its place or it is gone:
   * that is how log rotation works without a signal. Readable by owner and group where the file
   * system knows them, for it says who did what.
   */
  final class AppendedFile implements LineSink {
    private static final Set<StandardOpenOption> APPEND =
        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    private final Path path;
    private @Nullable FileChannel channel;
    private @Nullable Object identity;

    /**
     * @throws IOException if the file cannot be opened for appending
     */
    AppendedFile(Path path) throws IOException {
      this.path = path;
      open();
    }

    @Override
    public void write(LineBuffer lines) throws IOException {
      ByteBuffer bytes = lines.asByteBuffer();
      FileChannel current = current();
      while (bytes.hasRemaining()) {
        current.write(bytes);
      }
    }

    @Override
    public void close() throws IOException {
      FileChannel open = channel;
      channel = null;
      if (open != null) {
        open.close();
      }
    }

    private FileChannel current() throws IOException {
      FileChannel open = channel;
      if (open != null && Objects.equals(identity, identityOnDisk())) {
        return open;
      }
      close();
      return open();
    }

    private FileChannel open() throws IOException {
      FileChannel opened = FileChannel.open(path, APPEND, permissions());
      channel = opened;
      identity = identityOnDisk();
      return opened;
    }

    /** Device and inode; null when the file is gone. */
    private @Nullable Object identityOnDisk() throws IOException {
      try {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      } catch (NoSuchFileException gone) {
        return null;
      }
    }

    private FileAttribute<?>[] permissions() {
      return path.getFileSystem().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
          }
          : new FileAttribute<?>[0];
    }
  }
}
