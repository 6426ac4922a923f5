package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;

/**
 * A parameter that a layer asks for.
 *
 * @param name within the layer, e.g. {@code kernel}
 * @param shape row-major
 * @param initializer how it starts
 * @param trainable false for statistics that layers keep
 */
public record ParamSpec(String name, Shape shape, Initializer initializer, boolean trainable) {}
