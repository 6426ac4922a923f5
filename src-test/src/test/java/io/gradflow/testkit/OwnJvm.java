package io.gradflow.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;

/**
 * Runs a part of a test in a JVM that has run nothing else: what the compiler makes of a loop
 * depends on what it has been used for before.
 */
public final class OwnJvm {
  private OwnJvm() {}

  /**
   * Runs a static method without parameters.
   *
   * @throws AssertionError if it throws anything, with what the JVM said
   */
  public static void run(Class<?> test, String method) throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules=jdk.incubator.vector", "-Xmx512m"),
            OwnJvm.class.getName(),
            test.getName(),
            method);
    assertEquals(0, child.exitCode(), child.stderr());
  }

  /** Runs the method of a class. */
  public static void main(String[] args) throws ReflectiveOperationException {
    Method method = Class.forName(args[0]).getDeclaredMethod(args[1]);
    method.setAccessible(true);
    method.invoke(null);
  }
}
