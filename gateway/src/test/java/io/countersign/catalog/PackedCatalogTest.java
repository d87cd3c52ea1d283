package io.countersign.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.catalog.build.CatalogBuilder;
import io.countersign.catalog.build.UnmappedReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedCatalogTest {
  private static final int EIGHT_MEGABYTES = 8_000_000;

  private static byte[] resource() throws IOException {
    try (InputStream in = Catalog.class.getResourceAsStream("catalog.bin")) {
      return requireNonNull(in).readAllBytes();
    }
  }

  @Test
  void isSmallEnoughForTheJar() throws IOException {
    assertThat(resource().length).isLessThan(EIGHT_MEGABYTES);
  }

  /** Read as a whole and written anew; so what is written is what is read, and no byte is dead. */
  @Test
  void isTheSameWhenItIsPackedAgain() throws IOException {
    byte[] packed = resource();
    assertThat(Catalog.of(packed).pack()).isEqualTo(packed);
  }

  @Test
  void isMadeOfTheReviewedTablesBesideIt() {
    assertThat(Catalog.load().sources().getLast().sha256())
        .as("a table has changed: run ./countersign catalog build, as docs/catalog.md says")
        .isEqualTo(CatalogBuilder.reviewedSha256());
  }

  @Test
  void hasAReportOfWhatIsUnmapped() throws IOException {
    assertThat(Files.readString(Path.of("../docs/catalog-unmapped.md")))
        .isEqualTo(UnmappedReport.of(Catalog.load()));
  }

  @Test
  void refusesAnotherVersionAndWhatIsCutOff() throws IOException {
    byte[] packed = small();
    byte[] other = packed.clone();
    other[7] = '9';
    assertThatThrownBy(() -> Catalog.of(other))
        .isInstanceOf(CatalogFormatException.class)
        .hasMessageContaining("CSCAT001");
    assertThatThrownBy(() -> Catalog.of(new byte[0])).isInstanceOf(CatalogFormatException.class);
    for (int length = 0; length < packed.length; length += 7) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertThatThrownBy(() -> readAll(Catalog.of(cut))).isInstanceOf(CatalogFormatException.class);
    }
  }

  /** Deflated bytes rarely survive a change, so the sections are changed before they are packed. */
  @Test
  void readsAnyBytesOrThrowsOneTypeOfException() throws IOException {
    Random random = new Random(20261124);
    byte[] packed = small();
    Service things = Catalog.of(packed).services().iterator().next();
    byte[] operations = PackedOperations.write(things.operations());
    byte[] model = PackedModel.write(things.model());
    byte[] extras = things.extras().write();
    for (int i = 0; i < 20_000; i++) {
      byte[] file = changed(packed, random);
      byte[] one = changed(operations, random);
      byte[] two = changed(model, random);
      byte[] three = changed(extras, random);
      for (Runnable reader :
          List.<Runnable>of(
              () -> readAll(Catalog.of(file)),
              () -> PackedOperations.read("things", one),
              () -> PackedModel.read(things.metadata(), two).shapes(),
              () -> PackedExtras.read(three))) {
        try {
          reader.run();
        } catch (CatalogFormatException e) {
          assertThat(e).hasMessageContaining("damaged");
        }
      }
    }
  }

  private static byte[] changed(byte[] good, Random random) {
    byte[] bytes = good.clone();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static void readAll(Catalog catalog) {
    for (Service service : catalog.services()) {
      assertThat(service.operations()).isNotNull();
      assertThat(service.model().shapes()).isNotNull();
      assertThat(service.waiters()).isNotNull();
    }
    assertThat(catalog.partitions()).isNotNull();
  }

  /** A catalog of one small service. */
  private static byte[] small() {
    Catalog all = Catalog.load();
    Service one = all.service("redshift-data").orElseThrow();
    return Catalog.of(all.sources(), List.of(one), "{}").pack();
  }
}
