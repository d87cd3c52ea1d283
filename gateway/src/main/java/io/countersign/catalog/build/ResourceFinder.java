package io.countersign.catalog.build;

import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ResourceTemplate;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the members of an operation's input that name resources, by the resource types that the
 * Service Authorization Reference gives its actions: a member that is called as a variable of the
 * type's ARN, or as the type itself, names it.
 */
final class ResourceFinder {
  /** Deep enough for {@code TransactItems[].Get.TableName}. */
  private static final int DEEPEST = 3;

  private static final int MOST_RESOURCES = 12;
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");
  private static final Set<String> PLACE = Set.of("Partition", "Region", "Account");

  /** What a name says besides what it names. */
  private static final Pattern TAIL =
      Pattern.compile("(namewithpath|names?|ids?|arns?|identifiers?|urls?|withpath)$");

  /** ARNs, and the ids of tagging, which are ARNs too. Roles and keys are passed, not acted on. */
  private static final Pattern ANY_ARN =
      Pattern.compile("(?!.*(role|kms|key)).*arns?(list)?|resource(id|identifier)s?");

  /** Variables whose members have another name, by what stands before the colon. */
  private static final Map<String, String> CALLED = Map.of("s3:objectname", "key");

  private final IamReference iam;

  ResourceFinder(IamReference iam) {
    this.iam = iam;
  }

  /**
   * The resources of an operation.
   *
   * @param actions with their prefix
   */
  List<ResourceTemplate> find(String prefix, OperationModel operation, List<String> actions) {
    if (prefix.equals("apigateway")) {
      return List.of(ofPath(operation));
    }
    Map<String, String> members = members(operation);
    Set<ResourceTemplate> found = new LinkedHashSet<>();
    for (String action : actions) {
      int colon = action.indexOf(':');
      String of = action.substring(0, colon);
      for (String type :
          iam.action(of, action.substring(colon + 1))
              .map(IamReference.Action::resourceTypes)
              .orElse(List.of())) {
        String arn = iam.arn(of, type);
        if (arn != null) {
          found.addAll(templates(type, arn, members, operation.name()));
        }
      }
    }
    if (found.isEmpty()) {
      arnOfAny(members, found);
    }
    return withoutRepeats(found);
  }

  /** Tagging and the like: whatever the ARN names. */
  private static void arnOfAny(Map<String, String> members, Set<ResourceTemplate> found) {
    members.forEach(
        (path, name) -> {
          if (isTop(path) && ANY_ARN.matcher(name).matches()) {
            found.add(new ResourceTemplate("resource", "{" + path + "}"));
          }
        });
  }

  /** A member that is used whole by two types names one of them, and says itself which. */
  private static List<ResourceTemplate> withoutRepeats(Set<ResourceTemplate> found) {
    Map<String, ResourceTemplate> byArn = new LinkedHashMap<>();
    for (ResourceTemplate template : found) {
      byArn.putIfAbsent(template.arn(), template);
    }
    return byArn.values().stream().limit(MOST_RESOURCES).toList();
  }

  /** API Gateway's resources are its paths. */
  private static ResourceTemplate ofPath(OperationModel operation) {
    String path = operation.requestUri();
    int question = path.indexOf('?');
    path = question < 0 ? path : path.substring(0, question);
    ShapeRef input = operation.input();
    if (input != null) {
      for (ShapeRef member : input.target().members()) {
        if (member.location() == ShapeRef.Location.URI) {
          path =
              path.replace("{" + member.wireName() + "}", "{" + member.name() + "}")
                  .replace("{" + member.wireName() + "+}", "{" + member.name() + "}");
        }
      }
    }
    return new ResourceTemplate("path", "arn:{Partition}:apigateway:{Region}::" + path);
  }

  /** By a member that is the whole ARN, and by members that are its variables. */
  private static List<ResourceTemplate> templates(
      String type, String arn, Map<String, String> members, String operation) {
    List<ResourceTemplate> templates = new ArrayList<>();
    List<String> variables = variables(arn);
    if (variables.isEmpty()) {
      return templates;
    }
    String last = variables.getLast();
    String whole = wholeArn(type, last, members, operation);
    if (whole != null) {
      templates.add(new ResourceTemplate(type, "{" + whole + "}"));
    }
    Map<String, String> bound = new LinkedHashMap<>();
    String prefix = arn.split(":", -1)[2];
    for (String variable : variables) {
      // An access point stands in the place of the bucket, and says so by its ARN.
      String called =
          arn.contains(":accesspoint/")
              ? variable
              : CALLED.getOrDefault(prefix + ":" + plain(variable), variable);
      String member = member(called, variable.equals(last) ? type : "", members, operation);
      if (member != null && !member.equals(whole)) {
        bound.put(variable, member);
      }
    }
    if (!bound.containsKey(last) || lists(bound) > 1) {
      return templates;
    }
    // One that is not known from the input may be any.
    String result = arn.replaceAll("\\[[^]]*]", "");
    for (String variable : variables(result)) {
      String member = bound.get(variable);
      result = result.replace("${" + variable + "}", member == null ? "*" : "{" + member + "}");
    }
    for (String place : PLACE) {
      result = result.replace("${" + place + "}", "{" + place + "}");
    }
    templates.add(new ResourceTemplate(type, result));
    return templates;
  }

  private static long lists(Map<String, String> bound) {
    return bound.values().stream().filter(m -> m.contains("[]") || m.contains("{}")).count();
  }

  private static List<String> variables(String arn) {
    List<String> variables = new ArrayList<>();
    Matcher matcher = VARIABLE.matcher(arn);
    while (matcher.find()) {
      if (!PLACE.contains(matcher.group(1))) {
        variables.add(matcher.group(1));
      }
    }
    return variables;
  }

  /** The member that is the resource's whole ARN; null for none. */
  private static @Nullable String wholeArn(
      String type, String variable, Map<String, String> members, String operation) {
    for (Map.Entry<String, String> member : members.entrySet()) {
      String name = member.getValue();
      String about = plain(name.replaceFirst("arns?(list)?$", ""));
      boolean isArn = name.matches(".*arns?(list)?");
      if (isArn
          && (about.equals(plain(type))
              || about.equals(root(variable))
              || (about.isEmpty() && isTop(member.getKey()) && speaksOf(operation, type)))) {
        return member.getKey();
      }
    }
    return null;
  }

  private static @Nullable String member(
      String variable, String type, Map<String, String> members, String operation) {
    String found = null;
    for (Map.Entry<String, String> member : members.entrySet()) {
      String name = member.getValue();
      String root = root(name);
      boolean fits =
          name.equals(plain(variable))
              || (!root.isEmpty()
                  && (root.equals(root(variable))
                      || root.equals(plain(type))
                      || root.equals(plain(type) + "s")
                      || root.equals(root(variable) + "s")))
              || (root.isEmpty()
                  && !type.isEmpty()
                  && isTop(member.getKey())
                  && speaksOf(operation, type));
      if (fits && (found == null || depth(member.getKey()) < depth(found))) {
        found = member.getKey();
      }
    }
    return found;
  }

  private static boolean isTop(String path) {
    return path.indexOf('.') < 0;
  }

  private static int depth(String path) {
    return path.split("\\.", -1).length;
  }

  /** Whether the operation's noun is the type: {@code PutRule} and {@code rule}. */
  private static boolean speaksOf(String operation, String type) {
    String noun = plain(operation.replaceFirst("^(Batch)?[A-Z][a-z]+", ""));
    String wanted = plain(type);
    return noun.equals(wanted) || noun.equals(wanted + "s");
  }

  private static String root(String name) {
    return TAIL.matcher(plain(name)).replaceFirst("");
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** The texts in the input by their paths, each with its plain name. */
  private static Map<String, String> members(OperationModel operation) {
    Map<String, String> members = new LinkedHashMap<>();
    ShapeRef input = operation.input();
    if (input != null) {
      collect("", input, 0, members, new LinkedHashSet<>());
    }
    return members;
  }

  private static void collect(
      String path, ShapeRef of, int depth, Map<String, String> members, Set<Integer> above) {
    if (depth >= DEEPEST || !above.add(of.targetIndex())) {
      return;
    }
    for (ShapeRef member : of.target().members()) {
      String at = path.isEmpty() ? member.name() : path + "." + member.name();
      Shape shape = member.target();
      switch (shape.kind()) {
        case STRING -> members.put(at, plain(member.name()));
        case LIST -> {
          Shape element = shape.element().target();
          if (element.kind() == Shape.Kind.STRING) {
            members.put(at + "[]", plain(member.name()));
          } else if (element.kind() == Shape.Kind.STRUCTURE) {
            collect(at + "[]", shape.element(), depth + 1, members, above);
          }
        }
        case STRUCTURE -> collect(at, member, depth + 1, members, above);
        case MAP,
            BLOB,
            TIMESTAMP,
            BOOLEAN,
            BYTE,
            SHORT,
            INTEGER,
            LONG,
            BIG_INTEGER,
            FLOAT,
            DOUBLE,
            BIG_DECIMAL,
            DOCUMENT -> {}
      }
    }
    above.remove(of.targetIndex());
  }
}
