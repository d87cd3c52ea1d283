package io.countersign.catalog;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A modelled operation of an AWS service: what routing and policy need of it. Its wire form is an
 * {@link OperationModel}.
 *
 * @param service the service's id, as botocore names its directory
 * @param name as in the model, such as {@code ListObjectsV2}
 * @param level the access level; {@link AccessLevel#WRITE} when none is known
 * @param iamActions with their prefix, such as {@code s3:ListBucket}; empty when none is known
 * @param httpMethod upper case
 * @param uri the path template with its query literals, such as {@code /{Bucket}/{Key+}?acl}
 * @param hostPrefix put before the endpoint's host, such as {@code sync-}; empty for most
 * @param bindings what a request of a REST service has besides its path
 * @param members the input's top-level members
 * @param idempotencyToken the input's member that makes a repeated request the same one; null for
 *     none
 * @param waiters the names of the waiters that poll it
 * @param resources the resources that its input names
 */
public record Operation(
    String service,
    String name,
    AccessLevel level,
    List<String> iamActions,
    Set<Trait> traits,
    String httpMethod,
    String uri,
    AuthType auth,
    String hostPrefix,
    List<Binding> bindings,
    List<Member> members,
    @Nullable String idempotencyToken,
    List<String> waiters,
    List<ResourceTemplate> resources) {

  public Operation {
    iamActions = List.copyOf(iamActions);
    traits = Set.copyOf(traits);
    bindings = List.copyOf(bindings);
    members = List.copyOf(members);
    waiters = List.copyOf(waiters);
    resources = List.copyOf(resources);
  }

  /** What is known of an operation with a yes or a no. The packed form has the ordinals. */
  public enum Trait {
    /** Sending it twice has the effect of once. */
    IDEMPOTENT,
    /** Its answer carries a credential, a key or a URL that works as one. */
    ANSWERS_CREDENTIAL,
    /** It gives a role to something that then acts with it (iam:PassRole). */
    PASSES_ROLE,
    /** The model says so; another operation may have the same wire form. */
    DEPRECATED,
    /** The service's paginators have it. */
    PAGINATED,
    /** The request's body is a stream of bytes. */
    STREAMS_INPUT,
    /** The answer's body is a stream of bytes. */
    STREAMS_OUTPUT,
    /** The request's body is a stream of events. */
    INPUT_EVENTS,
    /** The answer's body is a stream of events. */
    OUTPUT_EVENTS,
    /** A person has reviewed its IAM action; otherwise it is the one of the same name. */
    REVIEWED
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

  public boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /** Whether an IAM action is known for it; if not, its level is an assumption. */
  public boolean mapped() {
    return !iamActions.isEmpty();
  }

  /** Whether sending it twice has the effect of once. */
  public boolean idempotent() {
    return has(Trait.IDEMPOTENT);
  }

  /** Whether its answer carries a credential, a key or a URL that works as one. */
  public boolean answersCredential() {
    return has(Trait.ANSWERS_CREDENTIAL);
  }

  /** Whether it gives a role to something that then acts with it (iam:PassRole). */
  public boolean passesRole() {
    return has(Trait.PASSES_ROLE);
  }

  /** Whether the model says so; another operation may have the same wire form. */
  public boolean deprecated() {
    return has(Trait.DEPRECATED);
  }

  /** Whether a connector must name it in {@code credential-operations} before it may be called. */
  public boolean mustBeNamed() {
    return answersCredential() || passesRole();
  }

  /** The member of that name, if there is one. */
  public Optional<Member> member(String memberName) {
    return members.stream().filter(m -> m.name().equals(memberName)).findFirst();
  }
}
