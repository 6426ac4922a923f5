/** Failures that users see, and how commands end. */
package io.gradflow.common.error;
