package io.countersign.signer;

/**
 * What the signer reads of a request, without naming any HTTP library.
 *
 * <p>Every string holds the octets of the wire, one {@code char} for each (ISO-8859-1, as Netty and
 * servlets hand them out). A caller with text in UTF-8 percent-encodes it, or maps its bytes one by
 * one to chars. A char above U+00FF is refused with a {@link MalformedRequestException}.
 *
 * <p>The signer reads a view on the calling thread only, and keeps no reference to it.
 */
public interface RequestView {

  /** The method, in the case that is sent: {@code GET}. */
  String method();

  /** The raw path as on the wire, without the query; an empty one counts as {@code /}. */
  String path();

  /** The raw query as on the wire, without {@code ?}; empty if there is none. */
  String query();

  /** The number of header lines, duplicates counted. */
  int headerCount();

  /** The name of header line {@code i} in arrival order, in any case. */
  String headerName(int i);

  /** The value of header line {@code i}, as it came. */
  String headerValue(int i);
}
