package io.countersign.catalog;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The packed catalog's form: a mark of eight bytes, which names the version; the lengths of the
 * index, deflated and not, in four bytes each; the index, and after it the sections that it gives
 * the lengths of, in its order. Index and sections are deflated one by one (RFC 1950), so that a
 * service costs nothing before it is used. See docs/catalog.md.
 */
final class PackedFile {
  private static final byte[] MARK = "CSCAT001".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = MARK.length + 2 * Integer.BYTES;

  private final Bytes bytes;
  private final List<Catalog.Source> sources;
  private final List<Service> services;
  private final Place partitions;

  /** Where the file is. Each section is read when it is needed, and then not again. */
  @FunctionalInterface
  interface Bytes {
    /** The file from its first byte. */
    InputStream open() throws IOException;

    default byte[] read(long offset, int length) {
      try (InputStream in = open()) {
        in.skipNBytes(offset);
        byte[] read = in.readNBytes(length);
        if (read.length != length) {
          throw new CatalogFormatException("it ends after " + (offset + read.length) + " bytes");
        }
        return read;
      } catch (IOException e) {
        throw new UncheckedIOException("the packed catalog cannot be read", e);
      }
    }
  }

  private record Place(long offset, int deflated, int raw) {
    byte[] read(Bytes bytes) {
      return PackedInput.inflate(bytes.read(offset, deflated), raw);
    }
  }

  private PackedFile(
      Bytes bytes, List<Catalog.Source> sources, List<Service> services, Place partitions) {
    this.bytes = bytes;
    this.sources = sources;
    this.services = services;
    this.partitions = partitions;
  }

  List<Catalog.Source> sources() {
    return sources;
  }

  List<Service> services() {
    return services;
  }

  /** The list of partitions as JSON. */
  String partitions() {
    return PackedInput.section(partitions.read(bytes)).document();
  }

  // ---- writing ----------------------------------------------------------------------------------

  /** {@code services} in the order of their ids. */
  static byte[] write(List<Catalog.Source> sources, List<Service> services, String partitions) {
    PackedOutput index = new PackedOutput();
    ByteArrayOutputStream sections = new ByteArrayOutputStream();
    index.list(sources, s -> index.text(s.name()).text(s.licence()).text(s.sha256()));
    index.list(
        services,
        service -> {
          index.text(service.id()).text(service.iamPrefix());
          writeMetadata(index, service.metadata());
          add(index, sections, PackedOperations.write(service.operations()));
          add(index, sections, PackedModel.write(service.model()));
          add(index, sections, service.extras().write());
        });
    add(index, sections, new PackedOutput().document(partitions).section());
    byte[] raw = index.section();
    byte[] deflated = PackedOutput.deflate(raw);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(file)) {
      out.write(MARK);
      out.writeInt(deflated.length);
      out.writeInt(raw.length);
      out.write(deflated);
      sections.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot be written", e);
    }
    return file.toByteArray();
  }

  private static void add(PackedOutput index, ByteArrayOutputStream sections, byte[] raw) {
    byte[] deflated = PackedOutput.deflate(raw);
    index.number(deflated.length).number(raw.length);
    sections.writeBytes(deflated);
  }

  private static void writeMetadata(PackedOutput out, ServiceMetadata m) {
    out.text(m.serviceId()).text(m.endpointPrefix()).text(m.signingName());
    out.list(m.protocols(), out::constant);
    out.text(m.jsonVersion()).text(m.targetPrefix()).text(m.apiVersion());
    out.text(m.signatureVersion()).textList(m.auth()).text(m.globalEndpoint());
    out.text(m.xmlNamespace()).flag(m.queryCompatible()).text(m.http2());
  }

  // ---- reading ----------------------------------------------------------------------------------

  /** Reads the index alone. */
  static PackedFile read(Bytes bytes) {
    byte[] head = bytes.read(0, HEAD);
    if (!Arrays.equals(head, 0, MARK.length, MARK, 0, MARK.length)) {
      throw new CatalogFormatException("it does not begin with " + mark());
    }
    ByteBuffer lengths = ByteBuffer.wrap(head, MARK.length, 2 * Integer.BYTES);
    int deflated = lengths.getInt();
    int raw = lengths.getInt();
    if (deflated < 0 || deflated > PackedInput.MOST_BYTES || raw < 0) {
      throw new CatalogFormatException("the index has an impossible length");
    }
    PackedInput in = PackedInput.section(PackedInput.inflate(bytes.read(HEAD, deflated), raw));
    List<Catalog.Source> sources =
        in.list(() -> new Catalog.Source(in.text(), in.text(), in.text()));
    long[] next = {HEAD + (long) deflated};
    int count = in.count();
    List<Service> services = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      services.add(service(in, bytes, next));
    }
    return new PackedFile(bytes, sources, List.copyOf(services), place(in, next));
  }

  private static String mark() {
    return new String(MARK, StandardCharsets.US_ASCII);
  }

  private static Place place(PackedInput in, long[] next) {
    Place place = new Place(next[0], in.number(), in.number());
    if (place.deflated() > PackedInput.MOST_BYTES) {
      throw new CatalogFormatException("a section of " + place.deflated() + " bytes");
    }
    next[0] += place.deflated();
    return place;
  }

  private static Service service(PackedInput in, Bytes bytes, long[] next) {
    String id = in.text();
    String iamPrefix = in.text();
    ServiceMetadata metadata = metadata(in);
    Place operations = place(in, next);
    Place model = place(in, next);
    Place extras = place(in, next);
    return new Service(
        id,
        iamPrefix,
        metadata,
        new ServiceData() {
          @Override
          public List<Operation> operations() {
            return PackedOperations.read(id, operations.read(bytes));
          }

          @Override
          public ServiceModel model() {
            return PackedModel.read(metadata, model.read(bytes));
          }

          @Override
          public PackedExtras extras() {
            return PackedExtras.read(extras.read(bytes));
          }
        });
  }

  private static ServiceMetadata metadata(PackedInput in) {
    try {
      return new ServiceMetadata(
          in.text(),
          in.text(),
          in.text(),
          in.list(() -> in.constant(Protocol.values())),
          in.text(),
          in.text(),
          in.text(),
          in.text(),
          in.textList(),
          in.text(),
          in.text(),
          in.flag(),
          in.text());
    } catch (IllegalArgumentException e) {
      throw new CatalogFormatException(String.valueOf(e.getMessage()));
    }
  }
}
