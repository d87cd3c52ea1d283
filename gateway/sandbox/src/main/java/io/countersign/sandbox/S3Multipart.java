package io.countersign.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Uploads in parts. */
final class S3Multipart {
  private static final long MIN_PART_BYTES = 5 << 20;
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{1,18})");

  private final S3Store store;
  private final Clock clock;

  S3Multipart(S3Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  HttpResponse create(S3Address address, Map<String, String> headers, String id) throws AwsError {
    store.bucket(address.bucket());
    store.start(new S3Store.Upload(id, address.bucket(), address.key(), headers));
    return HttpResponse.xml(
        200,
        S3Listing.PROLOG
            + "<InitiateMultipartUploadResult "
            + S3Listing.NAMESPACE
            + ">"
            + Xml.element("Bucket", address.bucket())
            + Xml.element("Key", address.key())
            + Xml.element("UploadId", id)
            + "</InitiateMultipartUploadResult>");
  }

  HttpResponse part(S3Address address, HttpRequest request) throws AwsError, IOException {
    S3Store.Upload upload = upload(address, request);
    S3Store.Stored part = S3Service.store(request, Map.of(), clock.instant());
    upload.parts().put(number(request), part);
    return S3Service.withChecksums(
        HttpResponse.empty(200).with("ETag", S3Service.quoted(part.etag())), part);
  }

  HttpResponse partCopy(S3Address address, HttpRequest request, S3Address from)
      throws AwsError, IOException {
    S3Store.Upload upload = upload(address, request);
    Body source = store.object(from.bucket(), from.key()).body();
    Matcher range = RANGE.matcher(request.headers().first("x-amz-copy-source-range", ""));
    long start = range.matches() ? Long.parseLong(range.group(1)) : 0;
    long end = range.matches() ? Long.parseLong(range.group(2)) : source.length() - 1;
    if (start > end || end >= source.length()) {
      throw new AwsError(416, "InvalidRange", "The requested range is not satisfiable");
    }
    Body.Sink sink = new Body.Sink();
    try (InputStream in = source.open(start, end - start + 1)) {
      in.transferTo(sink);
    }
    S3Store.Stored part =
        S3Service.store(request.withBody(sink.toBody()), Map.of(), clock.instant());
    upload.parts().put(number(request), part);
    return HttpResponse.xml(
        200,
        S3Listing.PROLOG
            + "<CopyPartResult "
            + S3Listing.NAMESPACE
            + ">"
            + Xml.element("LastModified", part.modified().toString())
            + Xml.element("ETag", S3Service.quoted(part.etag()))
            + "</CopyPartResult>");
  }

  HttpResponse complete(S3Address address, HttpRequest request) throws AwsError, IOException {
    S3Store.Upload upload = upload(address, request);
    List<String> numbers = XmlReading.texts(request.body(), "PartNumber");
    List<String> etags = XmlReading.texts(request.body(), "ETag");
    if (numbers.isEmpty() || numbers.size() != etags.size()) {
      throw new AwsError(
          400,
          "MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published"
              + " schema");
    }
    Body.Sink whole = new Body.Sink();
    ByteArrayOutputStream md5s = new ByteArrayOutputStream();
    int before = 0;
    for (int i = 0; i < numbers.size(); i++) {
      int number = Integer.parseInt(numbers.get(i));
      if (number <= before) {
        throw new AwsError(
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.");
      }
      before = number;
      S3Store.Stored part = upload.parts().get(number);
      if (part == null || !part.etag().equals(etags.get(i).replace("\"", ""))) {
        throw new AwsError(
            400,
            "InvalidPart",
            "One or more of the specified parts could not be found. The part may not have been"
                + " uploaded, or the specified entity tag may not match the part's entity tag.");
      }
      if (i < numbers.size() - 1 && part.body().length() < MIN_PART_BYTES) {
        throw new AwsError(
            400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
      }
      S3Service.append(part.body(), whole);
      md5s.writeBytes(HexFormat.of().parseHex(part.etag()));
    }
    String etag = Body.of(md5s.toByteArray()).digestHex("MD5") + "-" + numbers.size();
    store
        .bucket(address.bucket())
        .put(
            address.key(),
            new S3Store.Stored(
                whole.toBody(),
                etag,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                upload.headers(),
                Map.of()));
    store.end(upload.id());
    return HttpResponse.xml(
        200,
        S3Listing.PROLOG
            + "<CompleteMultipartUploadResult "
            + S3Listing.NAMESPACE
            + ">"
            + Xml.element("Location", "/" + address.bucket() + "/" + address.key())
            + Xml.element("Bucket", address.bucket())
            + Xml.element("Key", address.key())
            + Xml.element("ETag", S3Service.quoted(etag))
            + "</CompleteMultipartUploadResult>");
  }

  HttpResponse abort(S3Address address, HttpRequest request) throws AwsError {
    store.end(upload(address, request).id());
    return HttpResponse.empty(204);
  }

  HttpResponse parts(S3Address address, HttpRequest request) throws AwsError {
    S3Store.Upload upload = upload(address, request);
    StringBuilder out =
        new StringBuilder(S3Listing.PROLOG)
            .append("<ListPartsResult ")
            .append(S3Listing.NAMESPACE)
            .append('>');
    out.append(Xml.element("Bucket", address.bucket())).append(Xml.element("Key", address.key()));
    out.append(Xml.element("UploadId", upload.id())).append("<IsTruncated>false</IsTruncated>");
    upload
        .parts()
        .forEach(
            (number, part) ->
                out.append("<Part>")
                    .append(Xml.element("PartNumber", "" + number))
                    .append(Xml.element("LastModified", part.modified().toString()))
                    .append(Xml.element("ETag", S3Service.quoted(part.etag())))
                    .append(Xml.element("Size", "" + part.body().length()))
                    .append("</Part>"));
    return HttpResponse.xml(200, out.append("</ListPartsResult>").toString());
  }

  HttpResponse uploads(S3Address address) throws AwsError {
    store.bucket(address.bucket());
    StringBuilder out =
        new StringBuilder(S3Listing.PROLOG)
            .append("<ListMultipartUploadsResult ")
            .append(S3Listing.NAMESPACE)
            .append('>');
    out.append(Xml.element("Bucket", address.bucket())).append("<IsTruncated>false</IsTruncated>");
    store
        .uploads(address.bucket())
        .forEach(
            (id, upload) ->
                out.append("<Upload>")
                    .append(Xml.element("Key", upload.key()))
                    .append(Xml.element("UploadId", id))
                    .append("</Upload>"));
    return HttpResponse.xml(200, out.append("</ListMultipartUploadsResult>").toString());
  }

  private S3Store.Upload upload(S3Address address, HttpRequest request) throws AwsError {
    return store.upload(request.parameter("uploadId"), address.bucket(), address.key());
  }

  private static int number(HttpRequest request) throws AwsError {
    String text = request.parameter("partNumber");
    if (text == null
        || !text.matches("[0-9]{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > 10_000) {
      throw new AwsError(
          400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
    }
    return Integer.parseInt(text);
  }
}
