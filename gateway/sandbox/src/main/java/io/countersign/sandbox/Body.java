package io.countersign.sandbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request, an answer or an object: in memory while small, past {@link
 * #IN_MEMORY_BYTES} in a temporary file that is unlinked as soon as it is open, so that it goes
 * when the last reference does.
 *
 * <p>Immutable once made; every reader has its own position, so one body can be read by many
 * threads.
 */
final class Body {
  static final int IN_MEMORY_BYTES = 1 << 20;
  static final Body EMPTY = new Body(new byte[0], null, 0);

  private final byte[] bytes;
  private final @Nullable FileChannel file;
  private final long length;

  private Body(byte[] bytes, @Nullable FileChannel file, long length) {
    this.bytes = bytes;
    this.file = file;
    this.length = length;
  }

  static Body of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Body(bytes.clone(), null, bytes.length);
  }

  static Body of(String text) {
    return of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  long length() {
    return length;
  }

  /** All of it. For bodies that are known to be small: a request document, never an object. */
  byte[] bytes() throws IOException {
    if (file == null) {
      return bytes.clone();
    }
    try (InputStream in = open()) {
      return in.readAllBytes();
    }
  }

  InputStream open() {
    return open(0, length);
  }

  /** The bytes from {@code start} on, {@code count} of them; the range must lie inside the body. */
  InputStream open(long start, long count) {
    if (start < 0 || count < 0 || start + count > length) {
      throw new IllegalArgumentException(
          "bytes " + start + "+" + count + " of a body of " + length);
    }
    FileChannel channel = file;
    return channel == null
        ? new ByteArrayInputStream(bytes, (int) start, (int) count)
        : new Window(channel, start, start + count);
  }

  /** Lower-case hex of a digest over all of it. */
  String digestHex(String algorithm) throws IOException {
    return HexFormat.of().formatHex(digest(algorithm));
  }

  byte[] digest(String algorithm) throws IOException {
    try (InputStream in = open()) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(algorithm + " is missing from this JDK", e);
    }
  }

  /** Collects a body of unknown length. Not thread-safe. */
  static final class Sink extends OutputStream {
    private byte[] buffer = new byte[4096];
    private int used;
    private @Nullable FileChannel file;
    private long length;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int count) throws IOException {
      length += count;
      if (file == null && used + count > IN_MEMORY_BYTES) {
        FileChannel opened = temporaryFile();
        file = opened;
        writeFully(opened, ByteBuffer.wrap(buffer, 0, used));
        buffer = new byte[0];
        used = 0;
      }
      FileChannel channel = file;
      if (channel != null) {
        writeFully(channel, ByteBuffer.wrap(source, offset, count));
        return;
      }
      if (used + count > buffer.length) {
        buffer =
            Arrays.copyOf(
                buffer, Math.min(IN_MEMORY_BYTES, Math.max(buffer.length * 2, used + count)));
      }
      System.arraycopy(source, offset, buffer, used, count);
      used += count;
    }

    long length() {
      return length;
    }

    Body toBody() {
      FileChannel channel = file;
      if (channel == null) {
        return used == 0 ? EMPTY : new Body(Arrays.copyOf(buffer, used), null, used);
      }
      return new Body(new byte[0], channel, length);
    }

    private static void writeFully(FileChannel channel, ByteBuffer data) throws IOException {
      while (data.hasRemaining()) {
        channel.write(data);
      }
    }

    private static FileChannel temporaryFile() throws IOException {
      Path path = Files.createTempFile("countersign-sandbox", ".body");
      return FileChannel.open(
          path,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    }
  }

  /** A part of the file, read by absolute position so that readers do not disturb each other. */
  private static final class Window extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    Window(FileChannel channel, long start, long end) {
      this.channel = channel;
      this.position = start;
      this.end = end;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) {
      if (count == 0) {
        return 0;
      }
      if (position >= end) {
        return -1;
      }
      try {
        int n =
            channel.read(
                ByteBuffer.wrap(target, offset, (int) Math.min(count, end - position)), position);
        if (n > 0) {
          position += n;
        }
        return n;
      } catch (IOException e) {
        throw new UncheckedIOException("reading a spooled body", e);
      }
    }
  }
}
