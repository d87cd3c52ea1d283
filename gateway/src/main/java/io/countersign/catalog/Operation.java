package io.countersign.catalog;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A modelled operation of an AWS service.
 *
 * @param service the service's id, as botocore names its directory
 * @param name as in the model, such as {@code ListObjectsV2}
 * @param level the access level; {@link AccessLevel#WRITE} when none is known
 * @param mapped whether an IAM action is known for it; if not, its level is an assumption
 * @param idempotent whether sending it twice has the effect of once
 * @param answersCredential whether its answer carries a credential, a key or a URL that works as
 *     one
 * @param passesRole whether it gives a role to something that then acts with it (iam:PassRole)
 * @param deprecated whether the model says so; another operation may have the same wire form
 * @param httpMethod upper case
 * @param uri the path template with its query literals, such as {@code /{Bucket}/{Key+}?acl}
 * @param hostPrefix put before the endpoint's host, such as {@code sync-}; empty for most
 * @param iamActions with their prefix, such as {@code s3:ListBucket}; empty when not {@code mapped}
 * @param bindings what a request of a REST service has besides its path
 * @param members the input's top-level members; null where the catalog does not list them yet
 */
public record Operation(
    String service,
    String name,
    AccessLevel level,
    boolean mapped,
    boolean idempotent,
    boolean answersCredential,
    boolean passesRole,
    boolean deprecated,
    String httpMethod,
    String uri,
    AuthType auth,
    String hostPrefix,
    List<String> iamActions,
    List<Binding> bindings,
    @Nullable List<Member> members) {

  public Operation {
    iamActions = List.copyOf(iamActions);
    bindings = List.copyOf(bindings);
    members = members == null ? null : List.copyOf(members);
  }

  /**
   * A query parameter or header of a REST request that is bound to an input member.
   *
   * @param name the parameter's name, or the header's in lower case
   */
  public record Binding(Place place, String name, boolean required) {
    /** Where the member is put. */
    public enum Place {
      QUERY,
      HEADER
    }
  }

  /** {@code service:Name}, as in policies and logs. */
  public String id() {
    return service + ":" + name;
  }

  /** Whether a connector must name it in {@code credential-operations} before it may be called. */
  public boolean mustBeNamed() {
    return answersCredential || passesRole;
  }

  /** The member of that name, if the catalog lists members and there is one. */
  public Optional<Member> member(String memberName) {
    if (members == null) {
      return Optional.empty();
    }
    return members.stream().filter(m -> m.name().equals(memberName)).findFirst();
  }
}
