package io.gradflow.common.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a {@link OneOf} interface: the kind is the value of a key among the components' keys, as in
 * {@code {columns: title, as: text}}, and not a key of its own. No record may have a component of
 * that name.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Tagged {
  /** The key. */
  String key();

  /** The kind where the key is left out; empty if it may not be. */
  String absent() default "";

  /** One sentence for users on the key. */
  String doc();
}
