/**
 * Our side of a race against programs of other languages: a JVM that {@code race/common.py} starts,
 * which loads the inputs the script wrote, then runs and times one operation at every line "run". A
 * family of operations has one {@link org.virtualcell.bench.race.Racer} here and one Python file of
 * the same name in {@code race/}. The door is {@link org.virtualcell.bench.race.RaceServer}.
 */
package org.virtualcell.bench.race;
