package io.countersign.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Reads text members of the map that an error of the protocol rpc-v2-cbor is: as much of RFC 8949
 * as that takes. What cannot be read is a member that is not there.
 */
final class CborError {
  private static final int MAX_DEPTH = 16;

  private final byte[] bytes;
  private int at;

  /** The argument of the item that was begun last; -1 for an indefinite length. */
  private long argument;

  private CborError(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether an answer begins as a map. */
  static boolean begins(byte[] body) {
    return body.length > 0 && (body[0] & 0xe0) == 0xa0;
  }

  /** The text under a name, or "" when it is not there, is no text, or stands in garbage. */
  static String text(byte[] body, String name) {
    try {
      return new CborError(body).find(name);
    } catch (IndexOutOfBoundsException cutShort) {
      return ""; // the status says that it is an error all the same
    }
  }

  private String find(String name) {
    if (begin() != 5) {
      return "";
    }
    long members = argument < 0 ? Long.MAX_VALUE : argument;
    for (long i = 0; i < members; i++) {
      if (begin() != 3 || argument < 0) {
        return "";
      }
      String key = string();
      int valueAt = at;
      if (key.equals(name)) {
        return begin() == 3 && argument >= 0 ? string() : "";
      }
      at = valueAt;
      skip(0);
    }
    return "";
  }

  /** Reads the head of an item; its major type, or 8 for the end of an indefinite one. */
  private int begin() {
    int head = bytes[at++] & 0xff;
    int low = head & 0x1f;
    if (head == 0xff) {
      return 8;
    }
    if (low < 24) {
      argument = low;
    } else if (low <= 27) {
      argument = 0;
      for (int i = 0; i < 1 << (low - 24); i++) {
        argument = (argument << 8) | (bytes[at++] & 0xff);
      }
      if (argument < 0) {
        throw new IndexOutOfBoundsException();
      }
    } else if (low == 31) {
      argument = -1;
    } else {
      throw new IndexOutOfBoundsException();
    }
    return head >> 5;
  }

  private String string() {
    int from = advance();
    return new String(bytes, from, at - from, StandardCharsets.UTF_8);
  }

  private int advance() {
    int from = at;
    if (argument > bytes.length - at) {
      throw new IndexOutOfBoundsException();
    }
    at += (int) argument;
    return from;
  }

  /** Skips an item; returns false at the end of an indefinite one. */
  private boolean skip(int depth) {
    if (depth > MAX_DEPTH) {
      throw new IndexOutOfBoundsException();
    }
    int type = begin();
    long length = argument;
    switch (type) {
      case 2, 3 -> {
        if (length >= 0) {
          advance();
        } else {
          skipAll(depth, Long.MAX_VALUE);
        }
      }
      case 4 -> skipAll(depth, length < 0 ? Long.MAX_VALUE : length);
      case 5 -> skipAll(depth, length < 0 || length > bytes.length ? Long.MAX_VALUE : 2 * length);
      case 6 -> skip(depth + 1);
      case 8 -> {
        return false;
      }
      default -> {} // a number or a simple value: its argument is all of it
    }
    return true;
  }

  private void skipAll(int depth, long items) {
    for (long i = 0; i < items; i++) {
      if (!skip(depth + 1)) {
        return;
      }
    }
  }
}
