package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;

/**
 * A parameter that a layer asks for.
 *
 * @param name within the layer, e.g. {@code kernel}
 * @param shape row-major
 * @param initializer how it starts
 * @param trainable false for statistics that layers keep: in their slots of the gradient the layer
 *     adds up, over rows, by how much they change, and once a step they change by the mean a row
 */
public record ParamSpec(String name, Shape shape, Initializer initializer, boolean trainable) {}
