package io.gradflow.common.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CausesTest {
  private final IOException inner = new IOException("disk");
  private final UncheckedIOException middle = new UncheckedIOException(inner);
  private final RuntimeException outer = new IllegalStateException("job", middle);

  @Test
  void of_wrappedTwice_outermostFirst() {
    assertEquals(List.of(outer, middle, inner), Causes.of(outer));
  }

  @Test
  void first_ofAType_theOutermostOrNone() {
    assertEquals(Optional.of(inner), Causes.first(outer, IOException.class));
    assertEquals(Optional.of(outer), Causes.first(outer, RuntimeException.class));
    assertEquals(Optional.empty(), Causes.first(outer, GradflowException.class));
  }

  @Test
  void root_withAndWithoutCauses_theInnermost() {
    assertSame(inner, Causes.root(outer));
    assertSame(inner, Causes.root(inner));
  }

  @Test
  void of_causesInACircle_ends() {
    RuntimeException one = new RuntimeException("one");
    one.initCause(new RuntimeException("two", one));
    assertEquals(2, Causes.of(one).size());
  }
}
