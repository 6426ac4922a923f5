package io.gradflow.common.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a layer, loss or activation computes, for the reference pages. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Formula {
  /** In plain text, with the letters of the class's own documentation. */
  String value();

  /** What goes in and comes out of one example, without the batch; empty where any shape does. */
  String shapes() default "";
}
