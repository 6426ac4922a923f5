package io.gradflow.common.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a polymorphic component of a record: its kind is a key beside the other components' keys, as
 * in {@code {dense: {units: 10}, name: hidden}}; the kind alone stands for the record when the
 * others are left out.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Embedded {}
