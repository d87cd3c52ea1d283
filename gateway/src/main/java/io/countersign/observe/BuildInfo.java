package io.countersign.observe;

/**
 * What is running.
 *
 * @param version of Countersign
 * @param revision the commit it was built from; "unknown" when the build did not say
 */
public record BuildInfo(String version, String revision) {
  /** From the jar's manifest; "unknown" where it runs from class folders. */
  public static BuildInfo ofManifest() {
    Package own = BuildInfo.class.getPackage();
    String version = own.getImplementationVersion();
    String revision = own.getSpecificationVersion();
    return new BuildInfo(
        version == null ? "unknown" : version, revision == null ? "unknown" : revision);
  }
}
