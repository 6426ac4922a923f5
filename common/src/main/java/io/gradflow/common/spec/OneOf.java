package io.gradflow.common.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a spec interface: the records that a job file may name, each with its {@link Kind}. A user's
 * own record is named by its class.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OneOf {
  Class<?>[] value();
}
