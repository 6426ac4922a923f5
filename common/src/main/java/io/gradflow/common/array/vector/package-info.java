/**
 * The Vector API twins of the kernels one package up: everything that touches {@code
 * jdk.incubator.vector} is here and depends on nothing but the JDK, because the compiler warns of
 * incubating modules wherever they appear. Loaded only where {@code VectorSupport} found the
 * module.
 *
 * <p>Bits: the operations of the scalar code in its order; no lane-wise transcendental of the
 * Vector API and no sum over lanes, which have no defined results. Speed: one species, stores
 * through {@link io.gradflow.common.array.vector.Lanes}, no method called on a vector that a loop
 * carries.
 */
package io.gradflow.common.array.vector;
