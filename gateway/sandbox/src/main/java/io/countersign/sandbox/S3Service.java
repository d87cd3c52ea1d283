package io.countersign.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Amazon S3 as far as clients need it to put, get, list, copy and delete objects, in one piece or
 * in parts.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html">AWS:
 *     S3 operations</a>
 */
final class S3Service implements Service {
  private static final Set<String> KEPT =
      Set.of("content-type", "cache-control", "content-disposition", "content-language", "expires");
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  private final S3Store store;
  private final S3Multipart multipart;
  private final Clock clock;

  S3Service(S3Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
    this.multipart = new S3Multipart(store, clock);
  }

  @Override
  public HttpResponse answer(Call call) throws AwsError, IOException {
    S3Address address = S3Address.of(call.request());
    call.need(Dialect.S3, "s3:" + action(call.operation()), address.arn());
    return switch (call.operation()) {
      case "ListBuckets" -> S3Listing.buckets(store);
      case "CreateBucket" -> createBucket(address);
      case "DeleteBucket" -> deleteBucket(address);
      case "HeadBucket" -> headBucket(address, call);
      case "GetBucketLocation" -> {
        store.bucket(address.bucket());
        yield HttpResponse.xml(
            200,
            S3Listing.PROLOG
                + "<LocationConstraint "
                + S3Listing.NAMESPACE
                + ">"
                + call.region()
                + "</LocationConstraint>");
      }
      case "ListObjectsV2" -> S3Listing.objects(store, address.bucket(), call.request(), true);
      case "ListObjects" -> S3Listing.objects(store, address.bucket(), call.request(), false);
      case "DeleteObjects" -> deleteObjects(address, call.request());
      case "PutObject" -> put(address, call.request());
      case "CopyObject" -> copy(address, call.request());
      case "GetObject" -> get(address, call.request());
      case "HeadObject" -> get(address, call.request());
      case "DeleteObject" -> {
        store.bucket(address.bucket()).remove(address.key());
        yield HttpResponse.empty(204);
      }
      case "CreateMultipartUpload" ->
          multipart.create(address, kept(call.request()), call.requestId());
      case "UploadPart" -> multipart.part(address, call.request());
      case "UploadPartCopy" ->
          multipart.partCopy(address, call.request(), copySource(call.request()));
      case "CompleteMultipartUpload" -> multipart.complete(address, call.request());
      case "AbortMultipartUpload" -> multipart.abort(address, call.request());
      case "ListParts" -> multipart.parts(address, call.request());
      case "ListMultipartUploads" -> multipart.uploads(address);
      default ->
          throw new AwsError(
              501,
              "NotImplemented",
              "A header or query you provided implies functionality that is not implemented");
    };
  }

  /** IAM's name for the operation, where it differs. */
  private static String action(String operation) {
    return switch (operation) {
      case "ListBuckets" -> "ListAllMyBuckets";
      case "HeadBucket", "ListObjects", "ListObjectsV2" -> "ListBucket";
      case "HeadObject" -> "GetObject";
      case "CopyObject",
          "CreateMultipartUpload",
          "UploadPart",
          "UploadPartCopy",
          "CompleteMultipartUpload" ->
          "PutObject";
      case "DeleteObjects" -> "DeleteObject";
      case "ListParts" -> "ListMultipartUploadParts";
      case "ListMultipartUploads" -> "ListBucketMultipartUploads";
      default -> operation;
    };
  }

  private HttpResponse createBucket(S3Address address) throws AwsError {
    if (!address.bucket().matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
      throw new AwsError(400, "InvalidBucketName", "The specified bucket is not valid.");
    }
    if (!store.create(address.bucket())) {
      throw new AwsError(
          409,
          "BucketAlreadyOwnedByYou",
          "Your previous request to create the named bucket succeeded and you already own it.");
    }
    return HttpResponse.empty(200).with("Location", "/" + address.bucket());
  }

  private HttpResponse deleteBucket(S3Address address) throws AwsError {
    if (!store.bucket(address.bucket()).isEmpty()) {
      throw new AwsError(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
    }
    store.remove(address.bucket());
    return HttpResponse.empty(204);
  }

  private HttpResponse headBucket(S3Address address, Call call) throws AwsError {
    store.bucket(address.bucket());
    return HttpResponse.empty(200).with("x-amz-bucket-region", call.region());
  }

  private HttpResponse put(S3Address address, HttpRequest request) throws AwsError, IOException {
    Map<String, S3Store.Stored> objects = store.bucket(address.bucket());
    if (address.key().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 1024) {
      throw new AwsError(400, "KeyTooLongError", "Your key is too long");
    }
    if ("*".equals(request.header("if-none-match")) && objects.containsKey(address.key())) {
      throw new AwsError(
          412,
          "PreconditionFailed",
          "At least one of the pre-conditions you specified did not hold");
    }
    S3Store.Stored stored = store(request, kept(request), clock.instant());
    objects.put(address.key(), stored);
    return withChecksums(HttpResponse.empty(200).with("ETag", quoted(stored.etag())), stored);
  }

  /** The request's body as an object: Content-MD5 and checksums checked. */
  static S3Store.Stored store(HttpRequest request, Map<String, String> headers, Instant now)
      throws AwsError, IOException {
    byte[] md5 = request.body().digest("MD5");
    String claimed = request.header("content-md5");
    if (claimed != null && !claimed.equals(Base64.getEncoder().encodeToString(md5))) {
      throw new AwsError(
          400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
    }
    return new S3Store.Stored(
        request.body(),
        HexFormat.of().formatHex(md5),
        now.truncatedTo(ChronoUnit.MILLIS),
        headers,
        Checksums.claimed(request));
  }

  private HttpResponse copy(S3Address address, HttpRequest request) throws AwsError, IOException {
    S3Address from = copySource(request);
    S3Store.Stored source = store.object(from.bucket(), from.key());
    boolean replace = "REPLACE".equals(request.header("x-amz-metadata-directive"));
    S3Store.Stored copy =
        new S3Store.Stored(
            source.body(),
            source.body().digestHex("MD5"),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            replace ? kept(request) : source.headers(),
            source.checksums());
    store.bucket(address.bucket()).put(address.key(), copy);
    return HttpResponse.xml(
        200,
        S3Listing.PROLOG
            + "<CopyObjectResult "
            + S3Listing.NAMESPACE
            + ">"
            + Xml.element("LastModified", copy.modified().toString())
            + Xml.element("ETag", quoted(copy.etag()))
            + "</CopyObjectResult>");
  }

  private static S3Address copySource(HttpRequest request) throws AwsError {
    String raw = request.headers().first("x-amz-copy-source", "");
    String source = HttpRequest.decode(raw.startsWith("/") ? raw.substring(1) : raw, false);
    int slash = source.indexOf('/');
    if (slash <= 0 || slash == source.length() - 1) {
      throw new AwsError(
          400,
          "InvalidArgument",
          "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }
    return new S3Address(source.substring(0, slash), source.substring(slash + 1));
  }

  private HttpResponse get(S3Address address, HttpRequest request) throws AwsError {
    S3Store.Stored stored = store.object(address.bucket(), address.key());
    String match = request.header("if-match");
    if (match != null && !match.equals(quoted(stored.etag())) && !match.equals("*")) {
      throw new AwsError(
          412,
          "PreconditionFailed",
          "At least one of the pre-conditions you specified did not hold");
    }
    HttpResponse whole = describe(HttpResponse.of(200, stored.body()), stored, request);
    if (quoted(stored.etag()).equals(request.header("if-none-match"))) {
      return describe(HttpResponse.empty(304), stored, request);
    }
    String range = request.header("range");
    Matcher matcher = range == null ? null : RANGE.matcher(range);
    if (matcher == null || !matcher.matches()) {
      return whole;
    }
    return part(stored, matcher, request);
  }

  private static HttpResponse part(S3Store.Stored stored, Matcher range, HttpRequest request)
      throws AwsError {
    long size = stored.body().length();
    String from = range.group(1);
    String to = range.group(2);
    long start;
    long end;
    if (from.isEmpty()) {
      long suffix = to.isEmpty() ? 0 : Long.parseLong(to);
      start = Math.max(0, size - suffix);
      end = suffix == 0 ? -1 : size - 1;
    } else {
      start = Long.parseLong(from);
      end = to.isEmpty() ? size - 1 : Math.min(Long.parseLong(to), size - 1);
    }
    if (start > end || start >= size) {
      throw new AwsError(416, "InvalidRange", "The requested range is not satisfiable");
    }
    return describe(HttpResponse.of(206, stored.body()), stored, request)
        .with("Content-Range", "bytes " + start + "-" + end + "/" + size)
        .range(start, end - start + 1);
  }

  private static HttpResponse describe(
      HttpResponse bare, S3Store.Stored stored, HttpRequest request) {
    HttpResponse response =
        bare.with("ETag", quoted(stored.etag()))
            .with("Last-Modified", HttpDate.format(stored.modified()))
            .with("Accept-Ranges", "bytes");
    for (Map.Entry<String, String> header : stored.headers().entrySet()) {
      String override = request.parameter("response-" + header.getKey());
      response = response.with(header.getKey(), override == null ? header.getValue() : override);
    }
    if (!stored.headers().containsKey("content-type")) {
      response = response.with("content-type", "binary/octet-stream");
    }
    boolean mode =
        "ENABLED".equalsIgnoreCase(request.header("x-amz-checksum-mode"))
            && request.header("range") == null;
    return mode ? withChecksums(response, stored) : response;
  }

  static HttpResponse withChecksums(HttpResponse response, S3Store.Stored stored) {
    HttpResponse result = response;
    for (Map.Entry<String, String> checksum : stored.checksums().entrySet()) {
      result = result.with(Checksums.PREFIX + checksum.getKey(), checksum.getValue());
    }
    return stored.checksums().isEmpty()
        ? result
        : result.with("x-amz-checksum-type", "FULL_OBJECT");
  }

  private HttpResponse deleteObjects(S3Address address, HttpRequest request)
      throws AwsError, IOException {
    Map<String, S3Store.Stored> objects = store.bucket(address.bucket());
    if (request.header("content-md5") == null && Checksums.claimed(request).isEmpty()) {
      throw new AwsError(
          400,
          "InvalidRequest",
          "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
    }
    List<String> keys = XmlReading.texts(request.body(), "Key");
    StringBuilder out =
        new StringBuilder(S3Listing.PROLOG)
            .append("<DeleteResult ")
            .append(S3Listing.NAMESPACE)
            .append('>');
    boolean quiet = XmlReading.texts(request.body(), "Quiet").contains("true");
    for (String key : keys) {
      objects.remove(key);
      if (!quiet) {
        out.append("<Deleted>").append(Xml.element("Key", key)).append("</Deleted>");
      }
    }
    return HttpResponse.xml(200, out.append("</DeleteResult>").toString());
  }

  /** The headers that are stored with an object. */
  private static Map<String, String> kept(HttpRequest request) {
    Map<String, String> kept = new LinkedHashMap<>();
    for (Headers.Field field : request.headers().fields()) {
      String name = field.lowerName();
      if (KEPT.contains(name) || name.startsWith("x-amz-meta-")) {
        kept.merge(name, field.value(), (a, b) -> a + "," + b);
      }
    }
    String encoding = withoutAwsChunked(request.header("content-encoding"));
    if (encoding != null) {
      kept.put("content-encoding", encoding);
    }
    return kept;
  }

  private static @Nullable String withoutAwsChunked(@Nullable String encoding) {
    if (encoding == null) {
      return null;
    }
    StringBuilder left = new StringBuilder();
    for (String part : encoding.split(",", -1)) {
      String coding = part.strip();
      if (!coding.isEmpty() && !coding.toLowerCase(Locale.ROOT).equals("aws-chunked")) {
        left.append(left.isEmpty() ? "" : ",").append(coding);
      }
    }
    return left.isEmpty() ? null : left.toString();
  }

  static String quoted(String etag) {
    return "\"" + etag + "\"";
  }

  /** For parts that are put together: one stream after the other. */
  static void append(Body body, Body.Sink sink) throws IOException {
    try (InputStream in = body.open()) {
      in.transferTo(sink);
    }
  }
}
