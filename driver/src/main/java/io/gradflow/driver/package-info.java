/** Runs on the driver. */
package io.gradflow.driver;
