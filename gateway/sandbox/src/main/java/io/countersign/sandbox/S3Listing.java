package io.countersign.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.NavigableMap;

/** S3's lists: buckets, and objects by prefix, delimiter and page. */
final class S3Listing {
  static final String PROLOG = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  static final String NAMESPACE = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
  private static final int MAX_KEYS = 1000;
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private S3Listing() {}

  static HttpResponse buckets(S3Store store) {
    StringBuilder out =
        new StringBuilder(PROLOG).append("<ListAllMyBucketsResult ").append(NAMESPACE);
    out.append("><Owner>").append(Xml.element("ID", "sandbox")).append("</Owner><Buckets>");
    for (String name : store.sizes().keySet()) {
      out.append("<Bucket>")
          .append(Xml.element("Name", name))
          .append(Xml.element("CreationDate", CREATED.toString()))
          .append("</Bucket>");
    }
    return HttpResponse.xml(200, out.append("</Buckets></ListAllMyBucketsResult>").toString());
  }

  static HttpResponse objects(S3Store store, String bucket, HttpRequest request, boolean two)
      throws AwsError {
    NavigableMap<String, S3Store.Stored> all = store.bucket(bucket);
    String prefix = or(request.parameter("prefix"));
    String delimiter = or(request.parameter("delimiter"));
    boolean url = "url".equals(request.parameter("encoding-type"));
    String after = two ? startV2(request) : or(request.parameter("marker"));
    int max = maxKeys(request);

    StringBuilder rows = new StringBuilder();
    int count = 0;
    String last = "";
    boolean truncated = false;
    String common = "";
    for (Map.Entry<String, S3Store.Stored> entry : all.tailMap(after, false).entrySet()) {
      String key = entry.getKey();
      if (!key.startsWith(prefix) || (!common.isEmpty() && key.startsWith(common))) {
        continue;
      }
      int cut = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      String group = cut < 0 ? "" : key.substring(0, cut + delimiter.length());
      if (!group.isEmpty() && after.startsWith(group)) {
        continue;
      }
      if (count == max) {
        truncated = true;
        break;
      }
      count++;
      if (group.isEmpty()) {
        rows.append(row(key, entry.getValue(), url));
        last = key;
      } else {
        rows.append("<CommonPrefixes>")
            .append(Xml.element("Prefix", name(group, url)))
            .append("</CommonPrefixes>");
        common = group;
        last = group;
      }
    }
    StringBuilder out =
        new StringBuilder(PROLOG).append("<ListBucketResult ").append(NAMESPACE).append('>');
    out.append(Xml.element("Name", bucket)).append(Xml.element("Prefix", name(prefix, url)));
    out.append(Xml.element("MaxKeys", "" + max)).append(Xml.element("IsTruncated", "" + truncated));
    if (!delimiter.isEmpty()) {
      out.append(Xml.element("Delimiter", name(delimiter, url)));
    }
    if (url) {
      out.append(Xml.element("EncodingType", "url"));
    }
    if (two) {
      out.append(Xml.element("KeyCount", "" + count));
      if (truncated) {
        out.append(Xml.element("NextContinuationToken", token(last)));
      }
    } else if (truncated) {
      out.append(Xml.element("NextMarker", name(last, url)));
    }
    return HttpResponse.xml(200, out.append(rows).append("</ListBucketResult>").toString());
  }

  private static String row(String key, S3Store.Stored stored, boolean url) {
    return "<Contents>"
        + Xml.element("Key", name(key, url))
        + Xml.element("LastModified", stored.modified().toString())
        + Xml.element("ETag", S3Service.quoted(stored.etag()))
        + Xml.element("Size", "" + stored.body().length())
        + Xml.element("StorageClass", "STANDARD")
        + "</Contents>";
  }

  private static String startV2(HttpRequest request) throws AwsError {
    String token = request.parameter("continuation-token");
    if (token == null) {
      return or(request.parameter("start-after"));
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new AwsError(400, "InvalidArgument", "The continuation token provided is incorrect");
    }
  }

  private static String token(String last) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(last.getBytes(StandardCharsets.UTF_8));
  }

  private static int maxKeys(HttpRequest request) throws AwsError {
    String text = request.parameter("max-keys");
    if (text == null) {
      return MAX_KEYS;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw new AwsError(
          400, "InvalidArgument", "Provided max-keys not an integer or within integer range");
    }
    return Math.min(MAX_KEYS, Integer.parseInt(text));
  }

  private static String name(String key, boolean url) {
    return url ? HttpRequest.encode(key, true) : key;
  }

  private static String or(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "" : text;
  }
}
