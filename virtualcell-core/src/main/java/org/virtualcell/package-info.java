/** The rooms of the core; see each room's own page. */
package org.virtualcell;
