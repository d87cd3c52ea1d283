package io.countersign.signer.sdk;

import io.countersign.signer.RequestView;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.http.SdkHttpRequest;

/** A request of the SDK, as it will be on the wire. Immutable. */
final class SdkRequestView implements RequestView {

  private final SdkHttpRequest request;
  private final String query;
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  SdkRequestView(SdkHttpRequest request) {
    this.request = request;
    this.query = request.encodedQueryParameters().orElse("");
    request.forEachHeader(
        (name, all) -> {
          for (String value : all) {
            names.add(name);
            values.add(value == null ? "" : value);
          }
        });
  }

  /**
   * Whether every char of the path and the headers is one octet on the wire. Of others the SDK does
   * not say what its HTTP clients make of them.
   */
  static boolean isAscii(SdkHttpRequest request) {
    boolean[] ascii = {isAscii(request.encodedPath())};
    request.forEachHeader(
        (name, values) -> {
          for (String value : values) {
            ascii[0] &= isAscii(name) && (value == null || isAscii(value));
          }
        });
    return ascii[0];
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public String path() {
    return request.encodedPath();
  }

  @Override
  public String query() {
    return query;
  }

  @Override
  public int headerCount() {
    return names.size();
  }

  @Override
  public String headerName(int i) {
    return names.get(i);
  }

  @Override
  public String headerValue(int i) {
    return values.get(i);
  }
}
