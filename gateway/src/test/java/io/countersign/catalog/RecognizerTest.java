package io.countersign.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecognizerTest {
  private static final Catalog CATALOG = Catalog.load();
  private static final Service S3 = CATALOG.service("s3").orElseThrow();
  private static final Service SQS = CATALOG.service("sqs").orElseThrow();
  private static final Service LAMBDA = CATALOG.service("lambda").orElseThrow();

  private static @Nullable String s3(String method, String path, String query) {
    return name(Recognizer.recognize(S3, method, path, query, Headers.none(), null));
  }

  private static @Nullable String lambda(String method, String path) {
    return name(Recognizer.recognize(LAMBDA, method, path, "", Headers.none(), null));
  }

  private static @Nullable String name(@Nullable Operation operation) {
    return operation == null ? null : operation.name();
  }

  private static SampleRequest sample(String service, String operation, Protocol protocol) {
    Service found = CATALOG.service(service).orElseThrow();
    return SampleRequest.of(found, found.operation(operation).orElseThrow(), protocol);
  }

  /** What AWS's own models cannot tell apart stands in a file, each with its reason. */
  @Test
  void recognisesEveryOperationInEveryProtocolAsItself() throws IOException {
    int recognised = 0;
    Set<String> others = new TreeSet<>();
    for (Service service : CATALOG.services()) {
      for (Operation operation : service.operations()) {
        for (Protocol protocol : service.protocols()) {
          Operation found = SampleRequest.of(service, operation, protocol).recognize(service);
          if (!operation.equals(found)) {
            others.add(operation.id() + "\t" + (found == null ? "none" : found.name()));
          }
          recognised++;
        }
      }
    }
    assertThat(recognised).isGreaterThan(19_796);
    Set<String> known = new TreeSet<>();
    for (String line : resource("ambiguous.tsv").lines().toList()) {
      if (!line.startsWith("#")) {
        String[] columns = line.split("\t", -1);
        assertThat(columns).as(line).hasSize(3);
        known.add(columns[0] + "\t" + columns[1]);
      }
    }
    assertThat(others).isEqualTo(known);
  }

  @Test
  void recognisesWhatRealClientsSend() throws IOException {
    Map<String, String> services =
        Map.of(
            "GetCallerIdentity", "sts",
            "GetObject", "s3",
            "ListMetrics", "cloudwatch",
            "ListTables", "dynamodb",
            "PutObject", "s3",
            "SendMessage", "sqs");
    int seen = 0;
    for (String capture : resource("captures.txt").split("(?m)^### ", -1)) {
      if (!capture.startsWith("#")) {
        String[] lines = capture.split("\n", -1);
        String expected = lines[0].split(" ", -1)[1];
        Service service = CATALOG.service(requireNonNull(services.get(expected))).orElseThrow();
        Map<String, String> headers = new HashMap<>();
        int at = 2;
        for (; at < lines.length && !lines[at].isEmpty(); at++) {
          String[] header = lines[at].split(": ", 2);
          headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
        }
        String body = at + 1 < lines.length ? lines[at + 1] : "";
        String[] request = lines[1].split(" ", -1);
        String[] target = request[1].split("\\?", 2);
        Headers lookup = name -> headers.get(name.toLowerCase(Locale.ROOT));
        Operation found =
            Recognizer.recognize(
                service, request[0], target[0], target.length == 2 ? target[1] : "", lookup, body);
        assertThat(name(found)).as(lines[0]).isEqualTo(expected);
        seen++;
      }
    }
    assertThat(seen).isEqualTo(21);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, '', ListBuckets",
    "GET, /b, '', ListObjects",
    "GET, /b/, list-type=2&prefix=a%2Fb, ListObjectsV2",
    "GET, /b/k, '', GetObject",
    "GET, /b//k, '', GetObject",
    "GET, /b/../k, '', GetObject",
    "GET, /b/k, versionId=1&response-content-type=a%2Fb, GetObject",
    "GET, /b/k, partNumber=2, GetObject",
    "GET, /b/k, uploadId=u&max-parts=2, ListParts",
    "GET, /b/k, acl, GetObjectAcl",
    "GET, /b/k, acl=, GetObjectAcl",
    "GET, /b/k, x-id=GetObject&x-custom=1, GetObject",
    "GET, /b, uploads, ListMultipartUploads",
    "GET, /b, analytics, ListBucketAnalyticsConfigurations",
    "GET, /b, analytics&id=1, GetBucketAnalyticsConfiguration",
    "GET, /b, location, GetBucketLocation",
    "HEAD, /b, '', HeadBucket",
    "HEAD, /b/k, '', HeadObject",
    "PUT, /b, '', CreateBucket",
    "PUT, /b/k, '', PutObject",
    "PUT, /b/k, partNumber=1&uploadId=u, UploadPart",
    "PUT, /b/k, tagging, PutObjectTagging",
    "POST, /b/k, uploads, CreateMultipartUpload",
    "POST, /b/k, uploadId=u, CompleteMultipartUpload",
    "POST, /b, delete, DeleteObjects",
    "POST, /b/k, select&select-type=2, SelectObjectContent",
    "DELETE, /b/k, uploadId=u, AbortMultipartUpload",
    "DELETE, /b/k, versionId=v, DeleteObject",
    "DELETE, /b, '', DeleteBucket",
    "GET, /b, session, CreateSession"
  })
  void readsS3SubResources(String method, String path, String query, String expected) {
    assertThat(s3(method, path, query)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /b/k, acl&tagging", // two sub-resources
    "GET, /b/k, futureThing", // one that is newer than our data
    "GET, /b, session&list-type=2", // a plain list that would answer credentials
    "GET, /b, list%2Dtype=1",
    "PUT, /b/k, uploadId=u", // a part without a number
    "PUT, /b/k, ACL",
    "POST, /b/k, ''",
    "POST, /b, ''", // a browser's form upload
    "PATCH, /b/k, ''",
    "get, /b/k, ''",
    "GET, //k, ''",
    "GET, /b%2Fk, ''",
    "GET, /../k, ''",
    "GET, b/k, ''",
    "GET, '', ''",
    "GET, /b/k, a%zz"
  })
  void doesNotRecogniseS3RequestsThatCouldMeanMore(String method, String path, String query) {
    assertThat(s3(method, path, query)).isNull();
  }

  @Test
  void tellsACopyFromAPutByItsHeaderAlsoInAPresignedUrl() {
    Headers copy = name -> name.equals("x-amz-copy-source") ? "/other/key" : null;
    assertThat(name(Recognizer.recognize(S3, "PUT", "/b/k", "", copy, null)))
        .isEqualTo("CopyObject");
    assertThat(name(Recognizer.recognize(S3, "PUT", "/b/k", "partNumber=1&uploadId=u", copy, null)))
        .isEqualTo("UploadPartCopy");
    assertThat(s3("PUT", "/b/k", "X-Amz-Copy-Source=%2Fother%2Fkey")).isEqualTo("CopyObject");
  }

  /** ELB and its second version share a host, a signing name and names of operations. */
  @Test
  void takesNoOtherServicesVersionOfTheQueryProtocol() {
    Service elb = CATALOG.service("elb").orElseThrow();
    SampleRequest describe = sample("elb", "DescribeLoadBalancers", Protocol.QUERY);
    String action = "Action=DescribeLoadBalancers";
    assertThat(name(describe.recognize(elb))).isEqualTo("DescribeLoadBalancers");
    assertThat(name(describe.withForm(action).recognize(elb))).isEqualTo("DescribeLoadBalancers");
    assertThat(describe.withForm(action + "&Version=2015-12-01").recognize(elb)).isNull();
    assertThat(describe.withForm(action + "&Version=2012-06-01&Version=2012-06-01").recognize(elb))
        .isNull();
  }

  @Test
  void prefersWhatGoesOnAfterAGreedyLabel() {
    Service s3control = CATALOG.service("s3control").orElseThrow();
    String path = "/v20180820/mrap/instances/name";
    assertThat(name(Recognizer.recognize(s3control, "GET", path, "", Headers.none(), null)))
        .isEqualTo("GetMultiRegionAccessPoint");
    String policy = path + "/policy";
    assertThat(name(Recognizer.recognize(s3control, "GET", policy, "", Headers.none(), null)))
        .isEqualTo("GetMultiRegionAccessPointPolicy");
  }

  @Test
  void prefersALiteralSegmentToALabel() {
    assertThat(lambda("GET", "/2015-03-31/functions/")).isEqualTo("ListFunctions");
    assertThat(lambda("GET", "/2015-03-31/functions")).isEqualTo("ListFunctions");
    assertThat(lambda("GET", "/2015-03-31/functions/name")).isEqualTo("GetFunction");
    assertThat(lambda("GET", "/2015-03-31/functions/name/")).isEqualTo("GetFunction");
    assertThat(lambda("POST", "/2015-03-31/functions/a%2Fb/invocations")).isEqualTo("Invoke");
  }

  @ParameterizedTest
  @CsvSource({
    "/2015-03-31/functions/../functions/name",
    "/2015-03-31/functions/%2e%2E",
    "/2015-03-31//functions/name",
    "/2015-03-31/functions/%zz",
    "/2015-03-31/functions/name/unknown",
    "2015-03-31/functions/name",
    "*"
  })
  void doesNotRecogniseRestPathsThatAServerMayRewrite(String path) {
    assertThat(lambda("GET", path)).isNull();
  }

  @Test
  void takesTheTargetForWhatItIs() {
    SampleRequest list = sample("dynamodb", "ListTables", Protocol.JSON);
    Service dynamo = CATALOG.service("dynamodb").orElseThrow();
    assertThat(name(list.recognize(dynamo))).isEqualTo("ListTables");
    for (String target :
        new String[] {
          "DynamoDB_20120810",
          "DynamoDB_20120810.",
          "DynamoDB_20120810.listtables",
          "DynamoDB_20120810.ListTables.DeleteTable",
          "dynamodb_20120810.ListTables",
          "DynamoDBStreams_20120810.ListStreams",
          "DynamoDB_20120810.ListTables,DynamoDB_20120810.DeleteTable",
          "ListTables",
          ""
        }) {
      assertThat(list.withHeader("x-amz-target", target).recognize(dynamo)).as(target).isNull();
    }
    assertThat(list.withPath("/other").recognize(dynamo)).isNull();
    assertThat(list.withMethod("GET").recognize(dynamo)).isNull();
    assertThat(list.withQuery("Action=DeleteTable").recognize(dynamo)).isNull();
    assertThat(list.withQuery("X-Amz-Date=1").recognize(dynamo)).isNotNull();
  }

  @Test
  void refusesTwoWaysOfNamingAnOperationInOneRequest() {
    SampleRequest json = sample("sqs", "GetQueueUrl", Protocol.JSON);
    SampleRequest form = sample("sqs", "GetQueueUrl", Protocol.QUERY);
    assertThat(json.recognize(SQS)).isNotNull();
    assertThat(form.recognize(SQS)).isNotNull();
    assertThat(json.withHeader("content-type", "application/x-www-form-urlencoded").recognize(SQS))
        .isNull();
    assertThat(json.withQuery("Action=DeleteQueue").recognize(SQS)).isNull();
    assertThat(form.withQuery("Action=DeleteQueue").recognize(SQS)).isNull();
    assertThat(form.withForm(form.form() + "&Action=DeleteQueue").recognize(SQS)).isNull();
    assertThat(form.withForm(form.form() + "&action=DeleteQueue").recognize(SQS)).isNull();
    assertThat(form.withForm(form.form() + "&%41ction=DeleteQueue").recognize(SQS)).isNull();
    assertThat(form.withHeader("x-http-method-override", "DELETE").recognize(SQS)).isNull();
  }

  @Test
  void doesNotBelieveAnActionWhoseBodyItHasNotSeen() {
    Service sts = CATALOG.service("sts").orElseThrow();
    Headers form = name -> name.equals("content-type") ? "application/x-www-form-urlencoded" : null;
    assertThat(Recognizer.needsForm(sts, "POST", "/", form)).isTrue();
    assertThat(Recognizer.recognize(sts, "POST", "/", "Action=GetCallerIdentity", form, null))
        .isNull();
    assertThat(name(Recognizer.recognize(sts, "POST", "/", "Action=GetCallerIdentity", form, "")))
        .isEqualTo("GetCallerIdentity");
    assertThat(
            name(
                Recognizer.recognize(
                    sts, "GET", "/", "Action=GetCallerIdentity", Headers.none(), "")))
        .isEqualTo("GetCallerIdentity");
    Headers multipart = name -> name.equals("content-type") ? "multipart/form-data" : null;
    assertThat(Recognizer.recognize(sts, "POST", "/", "Action=GetCallerIdentity", multipart, "x=1"))
        .isNull();
  }

  @Test
  void takesAQueueUrlAsThePathOfSqsAlone() {
    assertThat(
            sample("sqs", "SendMessage", Protocol.QUERY)
                .withPath("/123456789012/queue")
                .recognize(SQS))
        .isNotNull();
    assertThat(
            sample("sts", "GetCallerIdentity", Protocol.QUERY)
                .withPath("/other")
                .recognize(CATALOG.service("sts").orElseThrow()))
        .isNull();
  }

  @Test
  void readsTheCborPath() {
    Service cloudwatch = CATALOG.service("cloudwatch").orElseThrow();
    SampleRequest list = sample("cloudwatch", "ListMetrics", Protocol.RPC_V2_CBOR);
    assertThat(list.recognize(cloudwatch)).isNotNull();
    assertThat(list.withPath(list.path() + "/").recognize(cloudwatch)).isNull();
    assertThat(list.withPath("/service/Other/operation/ListMetrics").recognize(cloudwatch))
        .isNull();
    assertThat(list.withHeader("smithy-protocol", "other").recognize(cloudwatch)).isNull();
    assertThat(
            list.withHeader("x-amz-target", "GraniteServiceVersion20100801.PutMetricData")
                .recognize(cloudwatch))
        .isNull();
  }

  @Test
  void saysWhichProtocolIsSpoken() {
    Service cloudwatch = CATALOG.service("cloudwatch").orElseThrow();
    for (Protocol protocol : cloudwatch.protocols()) {
      SampleRequest request = sample("cloudwatch", "ListMetrics", protocol);
      assertThat(
              Recognizer.protocol(
                  cloudwatch, request.method(), request.path(), request.asHeaders()))
          .isEqualTo(protocol);
    }
    assertThat(Recognizer.protocol(S3, "GET", "/b/k", Headers.none())).isEqualTo(Protocol.REST_XML);
  }

  @Test
  void throwsForNoInput() {
    Random random = new Random(20261124);
    String[] methods = {"GET", "PUT", "POST", "DELETE", "HEAD", "", "\u0000", "get"};
    String alphabet = "/%?&=+.:{}#aA2\u0000\u00e9\ud83d\\ \n";
    String[] words = {
      "Action=",
      "acl",
      "/service/",
      "%2F",
      "%",
      "x-id",
      "list-type=2",
      "/2015-03-31/functions",
      "uploadId",
      "..",
      "operation/",
      "AmazonSQS.",
      "{Key+}"
    };
    for (int i = 0; i < 10_000; i++) {
      String[] text = new String[5];
      for (int t = 0; t < text.length; t++) {
        StringBuilder made = new StringBuilder(t == 0 && random.nextBoolean() ? "/" : "");
        for (int n = random.nextInt(8); n > 0; n--) {
          made.append(
              random.nextInt(3) == 0
                  ? words[random.nextInt(words.length)]
                  : String.valueOf(alphabet.charAt(random.nextInt(alphabet.length()))));
        }
        text[t] = made.toString();
      }
      Headers headers = name -> random.nextInt(3) == 0 ? text[2] : null;
      String method = methods[random.nextInt(methods.length)];
      for (Service service : CATALOG.services()) {
        Operation found =
            Recognizer.recognize(
                service, method, text[0], text[1], headers, random.nextBoolean() ? text[3] : null);
        assertThat(found == null || service.operation(found.name()).isPresent()).isTrue();
      }
    }
  }

  @Test
  void boundsTheWorkForAHugeRequest() {
    String deep = "/a".repeat(100_000);
    assertThat(lambda("GET", deep)).isNull();
    assertThat(s3("GET", "/b" + deep, "")).isEqualTo("GetObject");
    assertThat(s3("GET", "/b/k", "x-a&".repeat(20_001))).isNull();
    assertThat(s3("GET", "/b/k", "x-a&".repeat(20_000))).isEqualTo("GetObject");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = RecognizerTest.class.getResourceAsStream(name)) {
      return new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
