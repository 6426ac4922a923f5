/**
 * Benchmarks: Gradflow against libtorch and against bare Spark, in one run and alternating, so that
 * a noisy machine disturbs both alike. Not in the default build; `src-test/bench/README.md` says
 * how to run them and holds what was measured.
 */
package io.gradflow.bench;
