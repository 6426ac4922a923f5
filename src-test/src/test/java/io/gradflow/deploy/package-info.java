/** Tests of what is not Java: the launcher, the jar it submits, the files beside it. */
package io.gradflow.deploy;
