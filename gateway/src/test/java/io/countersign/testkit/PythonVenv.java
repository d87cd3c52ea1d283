package io.countersign.testkit;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A virtual environment with pinned packages in it.
 *
 * @param home its folder
 */
public record PythonVenv(Path home) {
  public Path python() {
    return home.resolve("bin/python");
  }

  /** A program that the packages brought along. */
  public Path program(String name) {
    return home.resolve("bin").resolve(name);
  }

  /**
   * The environment of a program of this venv: nothing of the caller's but what a process needs to
   * run. No variable of AWS, no proxy, no configuration file.
   */
  public Map<String, String> bareEnvironment() {
    Map<String, String> bare = new LinkedHashMap<>();
    bare.put("PATH", home.resolve("bin") + ":/usr/bin:/bin");
    bare.put("HOME", Places.target("it-home").toString());
    bare.put("LANG", "C.UTF-8");
    bare.put("PYTHONUNBUFFERED", "1");
    // the source tree stays as it is
    bare.put("PYTHONDONTWRITEBYTECODE", "1");
    return bare;
  }
}
