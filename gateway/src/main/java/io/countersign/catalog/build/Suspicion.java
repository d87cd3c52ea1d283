package io.countersign.catalog.build;

import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an operation is suspected of by the names in its model, where no person has reviewed it. A
 * suspicion costs an operator one word of configuration; a credential that nobody suspected costs
 * more.
 */
final class Suspicion {
  /** Words that a member has in its name when its value opens something. */
  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "password|passphrase|secretaccesskey|secretkey|secretstring|secretbinary|secretvalue"
              + "|secretcode|clientsecret|sharedsecret|sessiontoken|securitytoken|accesstoken"
              + "|authtoken|authorizationtoken|bearertoken|refreshtoken|idtoken|hectoken"
              + "|connectiontoken|participanttoken|privatekey|plaintext|presigned|signedurl"
              + "|presharedkey|authcode|authorizationcode|activationcode|streamkey|apikey"
              + "|^secret$|^token$|^tokenvalue$|^jwt$|^mackey$|^hmackey$|^credential$"
              + "|^samlassertion$|downloadurl|uploadurl|authorizedurl|^authurl$|preauthurl");

  /** Names that speak of such a value and do not carry it. */
  private static final Pattern ABOUT =
      Pattern.compile(
          "(arn|arns|id|ids|identifier|status|state|type|types|algorithm|description|name|names"
              + "|hash|digest|expiry|expiration|expires|expirationdate|expiresat|expiresin|policy"
              + "|time|date|at|version|enabled|required|length|count|source|sources|format|kind"
              + "|validity|config|configuration|configurations|option|options|mode|location|rotation"
              + "|encryption|prefix|supported|methods?|scopes?|limit|attempts|rule|parameterkey)$");

  /** An ARN of a role, or an instance profile, which stands for one. */
  private static final Pattern ROLE = Pattern.compile("(rolearns?|iamroles?|instanceprofile)$");

  private static final Pattern TAKES_AWAY =
      Pattern.compile(
          "^(Delete|Remove|Detach|Disassociate|Deregister|Revoke|Stop|Cancel|Disable).*");

  private Suspicion() {}

  /** Whether its answer may carry a credential or a URL that works as one. */
  static boolean answersCredential(OperationModel operation) {
    return ShapeWalk.any(
        operation.output(), (name, ref) -> isText(ref) && isCredential(plain(name)));
  }

  private static boolean isCredential(String name) {
    return CREDENTIAL.matcher(name).find() && !ABOUT.matcher(name).find();
  }

  /** Whether it may give a role to something; reads are asked about elsewhere. */
  static boolean passesRole(OperationModel operation) {
    return !TAKES_AWAY.matcher(operation.name()).matches()
        && ShapeWalk.any(
            operation.input(),
            (name, ref) ->
                ROLE.matcher(plain(name)).find()
                    || (isText(ref) && ROLE.matcher(plain(ref.target().name())).find()));
  }

  private static boolean isText(ShapeRef ref) {
    Shape.Kind kind = ref.target().kind();
    return kind == Shape.Kind.STRING || kind == Shape.Kind.BLOB;
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
