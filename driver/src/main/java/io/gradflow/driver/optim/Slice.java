package io.gradflow.driver.optim;

/**
 * Neighbouring elements of the flat vector that lie within one parameter.
 *
 * @param from index of the first element
 * @param to index after the last element, at most {@link Slices#MAX_LENGTH} further
 * @param parameter index of the parameter in the layout's slices
 */
public record Slice(int from, int to, int parameter) {}
