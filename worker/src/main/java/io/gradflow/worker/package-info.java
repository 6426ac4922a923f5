/** Runs on executors. */
package io.gradflow.worker;
