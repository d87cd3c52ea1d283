package io.countersign.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Loads the configuration again when it changed, or when somebody asks (SIGHUP).
 *
 * <p>It compares contents, of the file and of all files that it refers to, at an interval. That
 * sees what a notification of the file system would miss: a swapped symbolic link (a ConfigMap or
 * Secret of Kubernetes), a bind mount, a network file system. A change is taken up once two looks
 * in a row found the same contents, so that a file is not read while it is being written.
 *
 * <p>All work is done by one daemon thread of its own; the listener is called there.
 */
public final class ConfigWatcher implements AutoCloseable {
  /** How often the files are looked at. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final int MAX_FILE = 8 << 20;

  private final Path file;
  private final Environment environment;
  private final Listener listener;
  private final BlockingQueue<Wake> wakes = new LinkedBlockingQueue<>();
  private final Thread thread;

  // Of the watching thread only.
  private Set<Path> files;
  private Map<Path, String> loaded;
  private Map<Path, String> seen;

  private enum Wake {
    RELOAD,
    CLOSE
  }

  /** Learns what became of a change. Called on the watcher's thread; may block. */
  public interface Listener {
    /** A new configuration, to be used from now on. */
    void changed(Loaded loaded);

    /** A configuration that cannot be used: the one before stays. At least one problem. */
    void refused(List<Problem> problems);
  }

  /** Made by {@link #start}; in a test, {@link #look} does what the thread does. */
  ConfigWatcher(Path file, Environment environment, Set<Path> files, Listener listener) {
    this.file = file.toAbsolutePath().normalize();
    this.environment = environment;
    this.listener = listener;
    this.files = withFile(files);
    this.loaded = contents();
    this.seen = loaded;
    this.thread = Thread.ofPlatform().daemon().name("config-watcher").unstarted(this::run);
  }

  /**
   * Begins to watch.
   *
   * @param current what was loaded from the file, and is in use now
   */
  public static ConfigWatcher start(
      Path file, Environment environment, Loaded current, Listener listener) {
    ConfigWatcher watcher = new ConfigWatcher(file, environment, current.files(), listener);
    watcher.thread.start();
    return watcher;
  }

  /**
   * Makes SIGHUP load the configuration again, changed or not. The handler stays for the life of
   * the process.
   *
   * @return false where there is no such signal, or the process was started with it ignored
   */
  public boolean reloadOnHangUp() {
    return HangUp.onSignal(this::reload);
  }

  /** Loads the configuration again, soon and on the watcher's thread, whether it changed or not. */
  public void reload() {
    if (!wakes.contains(Wake.RELOAD)) {
      wakes.add(Wake.RELOAD);
    }
  }

  /** Ends the watching; unless interrupted, waits for a call to the listener that is under way. */
  @Override
  public void close() {
    wakes.add(Wake.CLOSE);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (true) {
      try {
        Wake wake = wakes.poll(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        if (wake == Wake.CLOSE) {
          return;
        } else if (wake == Wake.RELOAD) {
          load(contents());
        } else {
          look();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // A listener that fails once must not end the watching: report it and go on.
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }

  /** Compares the contents, and loads them when they changed and have come to rest. */
  void look() {
    Map<Path, String> now = contents();
    boolean resting = now.equals(seen);
    seen = now;
    if (resting && !now.equals(loaded)) {
      load(now);
    }
  }

  private void load(Map<Path, String> now) {
    loaded = now;
    seen = now;
    try {
      Loaded fresh = ConfigLoader.load(file, environment);
      watch(fresh.files());
      listener.changed(fresh);
    } catch (ConfigException e) {
      watch(e.files());
      listener.refused(e.problems());
    }
  }

  /** Files that were not watched before are taken to be as they were just read. */
  private void watch(Set<Path> read) {
    Set<Path> wanted = withFile(read);
    if (!wanted.equals(files)) {
      files = wanted;
      loaded = contents();
      seen = loaded;
    }
  }

  private Set<Path> withFile(Set<Path> read) {
    Set<Path> all = new TreeSet<>(read);
    all.add(file);
    return all;
  }

  private Map<Path, String> contents() {
    Map<Path, String> contents = new LinkedHashMap<>();
    for (Path path : files) {
      contents.put(path, content(path));
    }
    return contents;
  }

  private static String content(Path path) {
    if (!Files.isRegularFile(path)) {
      return "none";
    }
    try (var stream = Files.newInputStream(path)) {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(stream.readNBytes(MAX_FILE));
      return HexFormat.of().formatHex(hash);
    } catch (IOException e) {
      return "unreadable";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
