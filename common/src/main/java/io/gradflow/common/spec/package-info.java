/**
 * Specs as text: immutable records to and from YAML and JSON, with every fault located, and the
 * JSON schema of the same records.
 *
 * <p>A spec is a Java record. Polymorphic specs are interfaces marked {@link
 * io.gradflow.common.spec.OneOf}; each member carries its {@link io.gradflow.common.spec.Kind} and
 * is written {@code kind}, {@code kind: firstComponent} or {@code kind: {component: value}}. Knows
 * nothing of what the specs mean.
 */
package io.gradflow.common.spec;
