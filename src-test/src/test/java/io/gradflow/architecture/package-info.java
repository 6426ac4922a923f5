/** Holds the code to the arrows of the design. */
package io.gradflow.architecture;
