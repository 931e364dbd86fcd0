/**
 * Results kept in folders by the digest of everything they were made from, so that a later run on
 * the same cells, or the same run after an interruption, need not make them again.
 *
 * <p>The door is {@link org.virtualcell.evaluate.cache.ResultCache}. A result that cannot be
 * trusted is made again; keeping results never changes them.
 */
package org.virtualcell.evaluate.cache;
