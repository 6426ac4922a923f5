/**
 * Training by the command line, in processes of its own, with something done to it at seeded
 * moments: processes killed or stopped, files deleted and damaged, disks filled, networks cut. Each
 * run ends with the bits of an undisturbed one or with the error that the documentation names; what
 * was done, when, and what came of it is printed as a table.
 */
package io.gradflow.chaos;
