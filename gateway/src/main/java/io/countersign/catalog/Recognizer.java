package io.countersign.catalog;

import io.countersign.catalog.QueryParams.Param;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says which operation an HTTP request is. It throws for no input, and answers null for what it
 * does not know for certain: a request that two servers could read differently (two actions, a
 * target beside an action, an unknown sub-resource) is not recognised, and the policy refuses it.
 */
public final class Recognizer {
  private static final String JSON_TYPE = "application/x-amz-json-1.";
  private static final String FORM_TYPE = "application/x-www-form-urlencoded";

  private Recognizer() {}

  /**
   * Recognises a request to a service.
   *
   * @param method as on the wire
   * @param path raw, without the query; for S3 with the bucket in front, also where it stood in the
   *     host
   * @param query raw, without the question mark; empty for none
   * @param form the body as text when {@link #needsForm} asked for it (empty for no body); null
   *     when it is not known
   * @return null where it is not recognised
   */
  public static @Nullable Operation recognize(
      Service service,
      String method,
      String path,
      String query,
      Headers headers,
      @Nullable String form) {
    QueryParams params = QueryParams.parse(query);
    // Some frameworks let this header replace the method; no AWS client sends it.
    if (params == null || headers.value("x-http-method-override") != null) {
      return null;
    }
    return switch (protocol(service, method, path, headers)) {
      case JSON -> json(service, method, path, params, headers);
      case RPC_V2_CBOR -> rpc(service, method, path, params, headers);
      case QUERY, EC2 -> query(service, method, path, params, headers, form);
      case REST_JSON, REST_XML ->
          headers.value("x-amz-target") != null
              ? null
              : service.routes().match(method, path, params, headers);
    };
  }

  /**
   * Whether the operation's name stands in the body, so that the body must be held (1 MiB is more
   * than these requests have) before the request can be recognised.
   */
  public static boolean needsForm(Service service, String method, String path, Headers headers) {
    return switch (protocol(service, method, path, headers)) {
      case QUERY, EC2 -> true;
      case JSON, RPC_V2_CBOR, REST_JSON, REST_XML -> false;
    };
  }

  /** The protocol that a request speaks; also for a request that is not recognised. */
  public static Protocol protocol(Service service, String method, String path, Headers headers) {
    if (headers.value("x-amz-target") != null && service.protocols().contains(Protocol.JSON)) {
      return Protocol.JSON;
    }
    if (path.startsWith("/service/") && service.protocols().contains(Protocol.RPC_V2_CBOR)) {
      return Protocol.RPC_V2_CBOR;
    }
    for (Protocol candidate : service.protocols()) {
      switch (candidate) {
        case QUERY, EC2, REST_JSON, REST_XML -> {
          return candidate;
        }
        case JSON, RPC_V2_CBOR -> {}
      }
    }
    return service.protocol();
  }

  private static @Nullable Operation json(
      Service service, String method, String path, QueryParams params, Headers headers) {
    String target = headers.value("x-amz-target");
    int dot = service.targetPrefix().length();
    if (!method.equals("POST")
        || !isRoot(path)
        || !params.onlyExtensions()
        || !contentType(headers).startsWith(JSON_TYPE)
        || target == null
        || target.length() <= dot
        || target.charAt(dot) != '.'
        || !target.startsWith(service.targetPrefix())) {
      return null;
    }
    return service.operation(target.substring(dot + 1)).orElse(null);
  }

  private static @Nullable Operation rpc(
      Service service, String method, String path, QueryParams params, Headers headers) {
    String prefix = "/service/" + service.targetPrefix() + "/operation/";
    if (!method.equals("POST")
        || !path.startsWith(prefix)
        || !params.onlyExtensions()
        || !"rpc-v2-cbor".equals(headers.value("smithy-protocol"))) {
      return null;
    }
    return service.operation(path.substring(prefix.length())).orElse(null);
  }

  private static @Nullable Operation query(
      Service service,
      String method,
      String path,
      QueryParams params,
      Headers headers,
      @Nullable String form) {
    boolean post = method.equals("POST");
    // A queue's URL is the path of an SQS request; no other service of this protocol has paths.
    boolean rightPath = isRoot(path) || service.id().equals("sqs");
    if (form == null
        || !rightPath
        || !(post || (method.equals("GET") && form.isEmpty()))
        || !(form.isEmpty() || contentType(headers).startsWith(FORM_TYPE))
        || headers.value("x-amz-target") != null) {
      return null;
    }
    QueryParams body = QueryParams.parse(form);
    if (body == null) {
      return null;
    }
    String action = null;
    String version = null;
    for (QueryParams source : new QueryParams[] {params, body}) {
      for (Param param : source.list()) {
        if (param.name().equalsIgnoreCase("Action")) {
          if (action != null || !param.name().equals("Action")) {
            return null;
          }
          action = param.value();
        } else if (param.name().equals("Version")) {
          if (version != null) {
            return null;
          }
          version = param.value();
        }
      }
    }
    // Two services can share a host and the names of operations, and differ by the version alone.
    if (action == null || (version != null && !version.equals(service.apiVersion()))) {
      return null;
    }
    return service.operation(action).orElse(null);
  }

  private static boolean isRoot(String path) {
    return path.equals("/") || path.isEmpty();
  }

  private static String contentType(Headers headers) {
    String type = headers.value("content-type");
    return type == null ? "" : type.toLowerCase(Locale.ROOT);
  }
}
