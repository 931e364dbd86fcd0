/** The examples of the documentation. They are compiled and run with every build. */
package org.virtualcell.examples;
