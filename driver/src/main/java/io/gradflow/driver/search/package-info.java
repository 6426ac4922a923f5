/**
 * What to try next, and what to give up: search spaces, grid, random, Sobol, tree-structured Parzen
 * estimators, populations, stopping at rungs, and the learning rate range test. Every proposal is a
 * pure function of the seed, its number and the results that it is told of. Knows neither Spark nor
 * files nor how a trial is run.
 */
package io.gradflow.driver.search;
