/**
 * JMH benchmarks of the compute devices on matrices shaped like single-cell counts, and the side of
 * a race against Python that runs in a JVM. Start with {@code README.md}.
 */
package org.virtualcell.bench;
