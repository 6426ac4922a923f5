package io.gradflow.driver.health;

/**
 * What a layer puts out for the sampled rows.
 *
 * @param layer its name
 * @param deviation standard deviation over all rows and units
 * @param deadShare units that are 0 or below for every row, where the function is of relu's kind;
 *     otherwise 0
 * @param saturatedShare values where the slope of sigmoid or tanh is below 1/25 of its largest;
 *     otherwise 0
 */
public record LayerActivity(
    String layer, double deviation, double deadShare, double saturatedShare) {}
