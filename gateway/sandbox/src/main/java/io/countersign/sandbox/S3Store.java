package io.countersign.sandbox;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Buckets, objects and unfinished uploads. Thread-safe; keys sort by their UTF-8 bytes, as S3 lists
 * them.
 */
final class S3Store {
  /**
   * An object.
   *
   * @param body its bytes
   * @param etag without quotes
   * @param modified when it was stored
   * @param headers content-type, cache-control, x-amz-meta-*…, names in lower case
   * @param checksums base64 by algorithm
   */
  record Stored(
      Body body,
      String etag,
      Instant modified,
      Map<String, String> headers,
      Map<String, String> checksums) {
    Stored {
      headers = Map.copyOf(headers);
      checksums = Map.copyOf(checksums);
    }
  }

  /** An upload in parts. */
  record Upload(
      String id,
      String bucket,
      String key,
      Map<String, String> headers,
      NavigableMap<Integer, Stored> parts) {
    Upload(String id, String bucket, String key, Map<String, String> headers) {
      this(id, bucket, key, Map.copyOf(headers), new ConcurrentSkipListMap<>());
    }
  }

  private static final java.util.Comparator<String> BY_BYTES =
      (a, b) ->
          java.util.Arrays.compareUnsigned(
              a.getBytes(java.nio.charset.StandardCharsets.UTF_8),
              b.getBytes(java.nio.charset.StandardCharsets.UTF_8));

  private final Map<String, NavigableMap<String, Stored>> buckets = new ConcurrentHashMap<>();
  private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

  S3Store(Collection<String> names) {
    names.forEach(this::create);
  }

  /** False when it exists already. */
  boolean create(String bucket) {
    return buckets.putIfAbsent(bucket, new ConcurrentSkipListMap<>(BY_BYTES)) == null;
  }

  boolean remove(String bucket) {
    return buckets.remove(bucket) != null;
  }

  Map<String, Integer> sizes() {
    Map<String, Integer> sizes = new TreeMap<>();
    buckets.forEach((name, objects) -> sizes.put(name, objects.size()));
    return sizes;
  }

  NavigableMap<String, Stored> bucket(String name) throws AwsError {
    NavigableMap<String, Stored> objects = buckets.get(name);
    if (objects == null) {
      throw new AwsError(404, "NoSuchBucket", "The specified bucket does not exist");
    }
    return objects;
  }

  Stored object(String bucket, String key) throws AwsError {
    Stored stored = bucket(bucket).get(key);
    if (stored == null) {
      throw new AwsError(404, "NoSuchKey", "The specified key does not exist.");
    }
    return stored;
  }

  void start(Upload upload) {
    uploads.put(upload.id(), upload);
  }

  Upload upload(@Nullable String id, String bucket, String key) throws AwsError {
    Upload upload = id == null ? null : uploads.get(id);
    if (upload == null || !upload.bucket().equals(bucket) || !upload.key().equals(key)) {
      throw new AwsError(
          404,
          "NoSuchUpload",
          "The specified upload does not exist. The upload ID may be invalid, or the upload may"
              + " have been aborted or completed.");
    }
    return upload;
  }

  void end(String id) {
    uploads.remove(id);
  }

  Map<String, Upload> uploads(String bucket) {
    Map<String, Upload> found = new LinkedHashMap<>();
    uploads.forEach(
        (id, upload) -> {
          if (upload.bucket().equals(bucket)) {
            found.put(id, upload);
          }
        });
    return found;
  }
}
