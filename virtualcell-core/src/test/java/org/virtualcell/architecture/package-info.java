/**
 * The arrows of the house, as tests: which room may use which ({@link
 * org.virtualcell.architecture.ArchitectureRules}), which module may depend on which, and that
 * every rule bites. The classes under {@code planted} break one rule each, on purpose.
 */
package org.virtualcell.architecture;
