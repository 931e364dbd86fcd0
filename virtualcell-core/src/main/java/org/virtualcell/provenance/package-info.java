/**
 * What a result rests on: digests of files, canonical JSON, facts about the library and the machine
 * that made it.
 *
 * <p>Doors: {@link org.virtualcell.provenance.Json}, {@link org.virtualcell.provenance.FileDigest},
 * {@link org.virtualcell.provenance.Environment}.
 */
package org.virtualcell.provenance;
