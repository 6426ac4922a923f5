/**
 * Whether a job's own network learns what it is told: its gradients against finite differences of
 * its loss, and its steps one way against another, bit by bit. Knows steps, no files.
 */
package io.gradflow.driver.check;
