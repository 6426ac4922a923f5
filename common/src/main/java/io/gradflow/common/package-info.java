/** Shared by driver and executors. */
package io.gradflow.common;
