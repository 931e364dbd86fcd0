package org.virtualcell.stats;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.virtualcell.api.CellState;
import org.virtualcell.api.MatchedCells;

/**
 * Effects and control moments that were computed once and are kept as long as their cells are and
 * memory allows. Folds of one data set share most of their cells; measuring them anew for each fold
 * and model costs far more than everything else. What is kept is what would be computed again, to
 * the last bit. Thread-safe.
 *
 * <p>Cells are recognised by identity, not by value: lists and states must be the same objects to
 * be found again, as those of {@code PerturbationData} are.
 */
public final class KeptEffects {
  private final Kept<CellState, Pseudobulk> moments = new Kept<>();
  private final Kept<List<MatchedCells>, Effect> effects = new Kept<>();

  /** Nothing is kept yet. */
  public KeptEffects() {}

  /**
   * The moments of a population of controls, which many effects are measured against.
   *
   * @param controls one or more cells
   * @return their pseudobulk in log1p units, see {@link Pseudobulk#logNormalized}
   */
  public Pseudobulk moments(CellState controls) {
    return moments.get(controls, Pseudobulk::logNormalized);
  }

  /**
   * The effect in matched cells. The moments of controls are kept, those of perturbed cells not.
   *
   * @param groups one or more groups of one condition
   * @return the effect, see {@link Effect#of(List)}
   * @throws org.virtualcell.api.InvalidDataException if there is no group, or genes differ
   */
  public Effect of(List<MatchedCells> groups) {
    return effects.get(groups, this::measure);
  }

  private Effect measure(List<MatchedCells> groups) {
    IdentityHashMap<CellState, Boolean> controls = new IdentityHashMap<>();
    groups.forEach(group -> controls.put(group.controls(), true));
    return Effect.of(
        groups,
        state -> controls.containsKey(state) ? moments(state) : Pseudobulk.logNormalized(state));
  }

  /** Values by the identity of keys that are not held. */
  private static final class Kept<K, V> {
    private final Map<Key<K>, SoftReference<V>> known = new ConcurrentHashMap<>();
    private final ReferenceQueue<K> gone = new ReferenceQueue<>();

    V get(K key, Function<K, V> compute) {
      for (Reference<? extends K> old = gone.poll(); old != null; old = gone.poll()) {
        known.remove(old);
      }
      Key<K> own = new Key<>(key, gone);
      SoftReference<V> kept = known.get(own);
      V value = kept == null ? null : kept.get();
      if (value == null) {
        value = compute.apply(key);
        known.put(own, new SoftReference<>(value));
      }
      return value;
    }
  }

  private static final class Key<K> extends WeakReference<K> {
    private final int hash;

    Key(K key, ReferenceQueue<K> gone) {
      super(key, gone);
      this.hash = System.identityHashCode(key);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // identity is the point
    public boolean equals(Object other) {
      if (this == other) {
        return true;
      }
      K mine = get();
      return other instanceof Key<?> key && mine != null && mine == key.get();
    }
  }
}
