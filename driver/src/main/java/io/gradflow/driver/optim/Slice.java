package io.gradflow.driver.optim;

/**
 * Neighbouring elements of the flat vector that lie within one parameter.
 *
 * @param from index of the first element
 * @param length number of elements, at most {@link Slices#MAX_LENGTH}
 * @param parameter index of the parameter in the layout's slices
 */
public record Slice(int from, int length, int parameter) {}
