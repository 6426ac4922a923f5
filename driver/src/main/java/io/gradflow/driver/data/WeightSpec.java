package io.gradflow.driver.data;

import io.gradflow.common.spec.Doc;

/**
 * Example weights.
 *
 * @param column of finite numbers, not negative
 */
@Doc("Example weights: how much each row counts.")
public record WeightSpec(@Doc("Its column; finite numbers, not negative.") String column) {}
