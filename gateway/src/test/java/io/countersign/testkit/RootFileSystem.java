package io.countersign.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The root file system of the production image, assembled by {@code docker/rootfs.sh} from the jars
 * of this build, and the two ways to run it: in a container where an engine answers, else by chroot
 * with the same user, read-only.
 *
 * @param folder its root
 */
public record RootFileSystem(Path folder) {
  private static final String IMAGE = "countersign-it";

  /** Assembles it in {@code target/image}, which also becomes the context of the image. */
  public static RootFileSystem assemble() {
    Path folder = Places.target("image").resolve("rootfs");
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Command.run(
            environment,
            Places.project(),
            Duration.ofMinutes(5),
            List.of(Places.project().resolve("docker/rootfs.sh").toString(), folder.toString()))
        .orFail("docker/rootfs.sh");
    return new RootFileSystem(folder);
  }

  /** Whether a container engine answers. */
  public static boolean engineAnswers() {
    try {
      return docker(Duration.ofSeconds(20), "info").exit() == 0;
    } catch (UncheckedIOException e) {
      System.out.println("No container engine: " + e.getCause());
      return false;
    }
  }

  /** What its files take, in bytes. */
  public long bytes() {
    return files().stream()
        .mapToLong(
            file -> {
              try {
                return Files.size(file);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .sum();
  }

  /** Every regular file. */
  public List<Path> files() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("could not list " + folder, e);
    }
  }

  /** Builds the image and answers its size in bytes. */
  public long buildImage() {
    Path context = Places.target("image");
    try {
      Files.copy(
          Places.project().resolve("docker/Dockerfile"),
          context.resolve("Dockerfile"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the image's context", e);
    }
    docker(Duration.ofMinutes(5), "build", "--tag", IMAGE, context.toString())
        .orFail("docker build");
    return Long.parseLong(
        docker(Duration.ofMinutes(1), "image", "inspect", "--format", "{{.Size}}", IMAGE)
            .orFail("docker image inspect")
            .output()
            .strip());
  }

  /** Starts the image as it is meant to run; {@link #removeContainer} ends it. */
  public ServerProcess runImage(Path configuration, String container, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("docker", "run", "--rm", "--name", container));
    command.addAll(List.of("--network", "host", "--read-only", "--user", "65532"));
    command.addAll(List.of("--cap-drop", "ALL", "--security-opt", "no-new-privileges"));
    command.addAll(List.of("--memory", "320m", "--tmpfs", "/tmp"));
    command.addAll(List.of("--volume", configuration + ":/etc/countersign:ro", IMAGE));
    command.addAll(arguments);
    return ServerProcess.start("image", System.getenv(), folder, command);
  }

  /** Ends a container, if it still runs, and removes the image that was built here. */
  public static void removeContainer(String container) {
    docker(Duration.ofMinutes(1), "rm", "--force", container);
    docker(Duration.ofMinutes(1), "image", "rm", "--force", IMAGE);
  }

  /**
   * Starts the same program from the same files without an engine: by chroot, as user 65532, in a
   * mount of its own that is read-only. Needs root, or a system that lets users make namespaces.
   */
  public ServerProcess runByChroot(Path configuration, List<String> arguments) {
    boolean root = "root".equals(System.getProperty("user.name"));
    String script =
        "mount --bind \"$0\" \"$0\" && mount --rbind /dev \"$0/dev\""
            + " && mount -t proc proc \"$0/proc\""
            + " && mount --bind \"$1\" \"$0/etc/countersign\""
            + " && for file in resolv.conf hosts; do touch \"$0/etc/$file\""
            + " && mount --bind \"/etc/$file\" \"$0/etc/$file\" || exit; done"
            + " && mount -o remount,bind,ro \"$0\" && shift && exec chroot "
            + (root ? "--userspec=65532:65532 " : "")
            + "\"$0\" /opt/java/bin/java @/opt/countersign/java.args io.countersign.cli.Main"
            + " \"$@\"";
    List<String> command = new ArrayList<>(List.of("unshare"));
    if (!root) {
      command.add("--map-root-user");
    }
    command.addAll(List.of("--mount", "--pid", "--fork", "--kill-child"));
    command.addAll(List.of("sh", "-c", script, folder.toString(), configuration.toString()));
    command.addAll(arguments);
    return ServerProcess.start(
        "chroot", Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), folder, command);
  }

  private static Command docker(Duration limit, String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return Command.run(System.getenv(), Places.target("it-home"), limit, command);
  }
}
