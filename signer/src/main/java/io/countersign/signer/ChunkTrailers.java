package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What follows the last chunk of an {@code aws-chunked} body, such as {@code x-amz-checksum-crc32}.
 * Immutable.
 *
 * <p>The layout of the wire is kept, because clients differ in it (CRLF, or LF and CRLF, after a
 * line), and a body that is signed anew must keep its length.
 */
public final class ChunkTrailers {

  /** Name of the line that carries the signature of the others. */
  static final String SIGNATURE = "x-amz-trailer-signature";

  private static final Pattern WHITE_SPACE = Pattern.compile("[ \\t]+");

  /** No trailer. */
  public static final ChunkTrailers NONE = new ChunkTrailers(List.of(), "\r\n", false);

  /**
   * One line of a trailer.
   *
   * @param name in lower case
   * @param value without white space at its ends; octets as chars
   */
  public record Trailer(String name, String value) {}

  private final List<Trailer> lines;

  /**
   * Everything after the line of the last chunk; the signature, if any, is left out between before
   * and after it.
   */
  private final String layout;

  private final boolean signed;

  private ChunkTrailers(List<Trailer> lines, String layout, boolean signed) {
    this.lines = lines;
    this.layout = layout;
    this.signed = signed;
  }

  /**
   * Makes a trailer of the given lines, in this order, CRLF after each.
   *
   * @throws IllegalArgumentException if a name is no lower-case header name, or a value is not
   *     octets without line breaks or white space at its ends
   */
  public static ChunkTrailers of(List<Trailer> lines) {
    StringBuilder layout = new StringBuilder();
    for (Trailer line : lines) {
      if (!HeaderNames.isToken(line.name())
          || !line.name().equals(line.name().toLowerCase(Locale.ROOT))
          || line.name().equals(SIGNATURE)
          || !isClean(line.value())) {
        throw new IllegalArgumentException("not a trailer line: " + line.name());
      }
      layout.append(line.name()).append(':').append(line.value()).append("\r\n");
    }
    return new ChunkTrailers(List.copyOf(lines), layout.append("\r\n").toString(), false);
  }

  private static boolean isClean(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c > 0xff || c == '\r' || c == '\n' || c == 0) {
        return false;
      }
    }
    return value.equals(value.strip());
  }

  /** The lines without the signature, in the order of the wire. */
  public List<Trailer> lines() {
    return lines;
  }

  /**
   * What is signed: each line as {@code name:value}, ended by LF, in the order of the names and
   * with white space as in canonical headers, whatever the order of the wire. So do the SDK and the
   * CRT.
   */
  byte[] signedText() {
    List<Trailer> sorted = new ArrayList<>(lines);
    sorted.sort(Comparator.comparing(Trailer::name));
    Bytes out = new Bytes(64);
    for (Trailer line : sorted) {
      out.text(line.name()).put(':').text(WHITE_SPACE.matcher(line.value()).replaceAll(" "));
      out.put('\n');
    }
    return out.copy();
  }

  /** The bytes after the line of the last chunk, without a signature. */
  byte[] unsignedBytes() {
    if (signed) {
      return of(lines).layout.getBytes(StandardCharsets.ISO_8859_1);
    }
    return layout.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * The bytes after the line of the last chunk, with this signature, in the layout that came in if
   * one did.
   */
  byte[] signedBytes(String signature) {
    int line = layout.indexOf(SIGNATURE + ":");
    String text =
        signed && line >= 0
            ? layout.substring(0, line + SIGNATURE.length() + 1)
                + signature
                + layout.substring(line + SIGNATURE.length() + 1)
            : layout.substring(0, layout.length() - 2) + SIGNATURE + ":" + signature + "\r\n\r\n";
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A parsed trailer section. */
  record Parsed(ChunkTrailers trailers, String signature) {}

  /**
   * Parses everything after the line of the last chunk.
   *
   * @param section ends with an empty line
   * @param key whose signature the last line is; null if there must be none
   */
  static Parsed parse(String section, @Nullable ChunkKey key) throws MalformedRequestException {
    List<Trailer> lines = new ArrayList<>();
    StringBuilder layout = new StringBuilder(section);
    String signature = "";
    int at = 0;
    while (at < section.length()) {
      int end = section.indexOf('\n', at);
      if (end < 0) {
        throw new MalformedRequestException("the trailer has a line without an end", at);
      }
      int stop = end > at && section.charAt(end - 1) == '\r' ? end - 1 : end;
      if (stop > at) {
        int colon = section.indexOf(':', at);
        if (colon < 0 || colon >= stop) {
          throw new MalformedRequestException("the trailer has a line without a colon", at);
        }
        String name = HeaderNames.lower(section.substring(at, colon));
        String value = section.substring(colon + 1, stop);
        if (!isClean(value.strip())) {
          throw new MalformedRequestException(
              "the trailer " + name + " has a control character", at);
        }
        if (!signature.isEmpty()) {
          throw new MalformedRequestException("the trailer goes on after its signature", at);
        }
        if (name.equals(SIGNATURE)) {
          if (key == null || !key.isWellFormed(value) || !section.startsWith(SIGNATURE, at)) {
            throw new MalformedRequestException(
                key != null
                    ? "the trailer signature is not "
                        + key.digits()
                        + " digits, as "
                        + key.algorithm()
                        + " writes it"
                    : "the trailer is signed although the payload is declared unsigned",
                at);
          }
          signature = value;
          layout.delete(colon + 1, stop);
        } else {
          lines.add(new Trailer(name, value.strip()));
        }
      }
      at = end + 1;
    }
    if (key != null && signature.isEmpty()) {
      throw new MalformedRequestException("the trailer lacks " + SIGNATURE);
    }
    return new Parsed(
        new ChunkTrailers(List.copyOf(lines), layout.toString(), key != null), signature);
  }

  @Override
  public String toString() {
    return "ChunkTrailers" + lines;
  }
}
