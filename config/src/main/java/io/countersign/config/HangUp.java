package io.countersign.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Takes SIGHUP. The JDK offers {@code sun.misc.Signal} for it and nothing else; the compiler warns
 * of every mention of that class and can be told no exception, so it is called by its name.
 */
final class HangUp {
  private HangUp() {}

  /**
   * Runs the action, on a thread of the JVM, at each SIGHUP from now on.
   *
   * @return false where there is no such signal (Windows), the JVM leaves it alone (-Xrs), or the
   *     process was started with it ignored (nohup), which the JVM respects
   */
  @SuppressWarnings("ReferenceEquality") // the proxy is equal to itself only
  static boolean onSignal(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              HangUp.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> arguments != null && self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "HangUp";
                  });
      Object hup = signal.getConstructor(String.class).newInstance("HUP");
      Object before = signal.getMethod("handle", signal, handler).invoke(null, hup, proxy);
      return !handler.getField("SIG_IGN").get(null).equals(before);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return false;
      }
      throw new IllegalStateException("SIGHUP cannot be taken", e);
    } catch (ReflectiveOperationException e) {
      return false; // a runtime without the module jdk.unsupported
    }
  }
}
