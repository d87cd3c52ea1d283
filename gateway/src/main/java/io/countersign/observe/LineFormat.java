package io.countersign.observe;

import java.io.IOException;
import java.io.OutputStream;

/** Turns a request into one line. Called by the log's thread only. */
interface LineFormat {
  /** Appends one line with its newline, and no other control character. */
  void write(CallRecord call, OutputStream out) throws IOException;

  /** How many characters of a text are written; what an agent sends may be longer. */
  int MAX_TEXT = 2_048;

  /** The text, or its beginning and a mark that it goes on. */
  static String bounded(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }
}
