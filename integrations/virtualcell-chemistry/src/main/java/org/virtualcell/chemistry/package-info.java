/**
 * Compounds as features: Morgan fingerprints for similarity and Murcko scaffolds for splits, from
 * SMILES. Door: {@link org.virtualcell.chemistry.Compounds}. A module of its own, since the
 * Chemistry Development Kit it uses is under the LGPL; nothing else in the house needs it.
 */
package org.virtualcell.chemistry;
