package planted.stats;

/** Breaks a rule on purpose. */
public final class TouchesHdf5 {
  org.bytedeco.hdf5.H5File f0;
}
