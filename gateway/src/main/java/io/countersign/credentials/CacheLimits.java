package io.countersign.credentials;

/**
 * How large the cache may grow by what requests ask for. Slots that the configuration names are
 * outside of the limits.
 *
 * @param slots that requests made, of all tenants together
 * @param slotsOfTenant that the requests of one tenant made
 */
public record CacheLimits(int slots, int slotsOfTenant) {
  /** About 100 MB at worst; one tenant fills a twentieth. */
  public static final CacheLimits DEFAULT = new CacheLimits(50_000, 2_500);

  public CacheLimits {
    if (slots < 1 || slotsOfTenant < 1) {
      throw new IllegalArgumentException("a cache holds at least one slot");
    }
  }
}
