/**
 * How messages are encoded: one Kryo serializer each, arrays in bulk, and the registrator that
 * Spark is given. The order of registration is the wire format within one run: driver and executors
 * run the same build, and nothing encoded here is kept.
 */
package io.gradflow.common.serial;
