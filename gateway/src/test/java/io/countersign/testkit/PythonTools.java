package io.countersign.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The virtual environments that the integration tests run in. Each is made once, in {@code
 * $COUNTERSIGN_CACHE}, else {@code ~/.cache/countersign}, else {@code target/cache}, under a name
 * that holds a hash of its requirement files, so that the next build finds it ready. A lock file
 * keeps two builds from making the same one at once.
 *
 * <p>Thread-safe. What failed once in a JVM is not tried again: each test that needs it fails with
 * the same message.
 */
public final class PythonTools {
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);

  /** A range of minor versions of Python 3, both ends included. */
  private record Minors(int lowest, int highest) {
    boolean has(int minor) {
      return lowest <= minor && minor <= highest;
    }

    @Override
    public String toString() {
      return "3." + lowest + " to 3." + highest;
    }
  }

  private static final Pattern VERSION = Pattern.compile("3\\.(\\d+)\\.\\S+");

  private record Interpreter(Path path, String version) {}

  private static final PythonTools MOTO = new PythonTools("moto", new Minors(10, 13));
  private static final PythonTools LOCALSTACK = new PythonTools("localstack", new Minors(11, 12));

  private final String name;
  private final Minors minors;
  private @Nullable PythonVenv made;
  private @Nullable IllegalStateException failure;

  private PythonTools(String name, Minors minors) {
    this.name = name;
    this.minors = minors;
  }

  /** moto, boto3 and version 1 of the AWS command line. */
  public static PythonVenv moto() {
    return MOTO.venv();
  }

  /** LocalStack. */
  public static PythonVenv localStack() {
    return LOCALSTACK.venv();
  }

  private synchronized PythonVenv venv() {
    if (failure != null) {
      throw failure;
    }
    if (made == null) {
      try {
        made = make();
      } catch (IllegalStateException e) {
        failure = e;
        throw e;
      } catch (IOException e) {
        failure = new IllegalStateException("could not make the Python venv for " + name, e);
        throw failure;
      }
    }
    return made;
  }

  private PythonVenv make() throws IOException {
    Interpreter python = findInterpreter();
    List<Path> inputs =
        List.of(
            Places.python(name + "-requirements.txt"), Places.python(name + "-constraints.txt"));
    Path cache = cacheFolder();
    Path home = cache.resolve(name + "-" + hash(python, inputs));
    Path ready = home.resolve(".ready");
    try (FileChannel lockFile =
            FileChannel.open(
                cache.resolve(home.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = lockFile.lock()) {
      if (!lock.isValid()) {
        throw new IllegalStateException("could not lock " + home);
      }
      if (!Files.exists(ready)) {
        deleteTree(home);
        install(python, home, inputs);
        Files.createFile(ready);
      }
    }
    return new PythonVenv(home);
  }

  private void install(Interpreter python, Path home, List<Path> inputs) {
    System.out.println("Making the Python venv for " + name + " in " + home + " (once)");
    Map<String, String> environment = new HashMap<>(System.getenv());
    List.of("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV").forEach(environment::remove);
    Path folder = Places.target("it-home");
    Command.run(
            environment,
            folder,
            INSTALL_LIMIT,
            List.of(python.path().toString(), "-m", "venv", home.toString()))
        .orFail("python -m venv (Debian: apt-get install python3-venv)");
    Command pip =
        Command.run(
            environment,
            folder,
            INSTALL_LIMIT,
            List.of(
                home.resolve("bin/python").toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
                "--requirement",
                inputs.get(0).toString(),
                "--constraint",
                inputs.get(1).toString()));
    if (pip.exit() != 0) {
      throw new IllegalStateException(
          "pip could not install "
              + inputs.get(0).getFileName()
              + ": the integration tests need a Python package index that pip can reach (pip.conf,"
              + " PIP_INDEX_URL), or leave them out with -DskipITs. pip wrote:\n"
              + pip.output()
              + pip.errors());
    }
  }

  /**
   * The first Python on the path that has the version, and can make a venv. Each candidate is run,
   * since a shim by that name may stand for nothing.
   */
  private Interpreter findInterpreter() {
    String probe = "import sys, venv, ensurepip; print(sys.version.split()[0])";
    List<String> seen = new ArrayList<>();
    for (Path path : onPath()) {
      Command run =
          Command.run(
              System.getenv(),
              Places.target("it-home"),
              Duration.ofSeconds(30),
              List.of(path.toString(), "-c", probe));
      Matcher answer = VERSION.matcher(run.output());
      if (!answer.find()) {
        seen.add(path + " (" + lastLine(run.errors()) + ")");
      } else if (minors.has(Integer.parseInt(answer.group(1)))) {
        return new Interpreter(path, answer.group());
      } else {
        seen.add(path + " (" + answer.group() + ")");
      }
    }
    throw new IllegalStateException(
        "the integration tests with "
            + name
            + " need Python "
            + minors
            + " with its venv module on the PATH (Debian: apt-get install python3 python3-venv), or"
            + " leave them out with -DskipITs. Found: "
            + (seen.isEmpty() ? "none" : String.join(", ", seen)));
  }

  private List<Path> onPath() {
    List<String> names = new ArrayList<>();
    for (int minor : new int[] {12, 11, 13, 10}) {
      if (minors.has(minor)) {
        names.add("python3." + minor);
      }
    }
    names.add("python3");
    List<Path> found = new ArrayList<>();
    for (String name : names) {
      Pattern.compile(File.pathSeparator, Pattern.LITERAL)
          .splitAsStream(System.getenv().getOrDefault("PATH", ""))
          .map(folder -> Path.of(folder).resolve(name))
          .filter(path -> path.isAbsolute() && Files.isExecutable(path))
          .forEach(found::add);
    }
    return found;
  }

  private static Path cacheFolder() throws IOException {
    String chosen = System.getenv("COUNTERSIGN_CACHE");
    if (chosen != null && !chosen.isBlank()) {
      return Files.createDirectories(Path.of(chosen).toAbsolutePath());
    }
    Path usual = Path.of(System.getProperty("user.home"), ".cache", "countersign");
    try {
      Files.createDirectories(usual);
      if (Files.isWritable(usual)) {
        return usual;
      }
    } catch (IOException e) {
      System.out.println("No cache folder at " + usual + " (" + e + "): it goes to target/cache");
    }
    return Places.target("cache");
  }

  private static String hash(Interpreter python, List<Path> inputs) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((python.path() + " " + python.version()).getBytes(StandardCharsets.UTF_8));
      for (Path input : inputs) {
        digest.update(Files.readAllBytes(input));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static String lastLine(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "it does not run" : lines.getLast();
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
