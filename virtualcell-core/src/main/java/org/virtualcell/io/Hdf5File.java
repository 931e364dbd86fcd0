package org.virtualcell.io;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfFilterException;
import io.jhdf.filter.FilterManager;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.VirtualCellException;

/**
 * An HDF5 file's structure, attributes and strings, in pure Java. Whatever is wrong with the file
 * becomes a {@link DataFormatException} that names it and the place. Calls are serialised.
 */
final class Hdf5File implements AutoCloseable {
  /** What one deflated byte can stand for at most; a file that claims more is damaged. */
  private static final long LARGEST_EXPANSION = 1032;

  private static final int BYTES_PER_STRING = 64;

  static {
    FilterManager.addFilter(new LzfDecoder());
  }

  private final Path path;
  private final long fileBytes;
  private final HdfFile file;
  private final long memoryBudget;
  private final NativeInput numbers;

  private volatile boolean closed;

  private Hdf5File(Path path, long fileBytes, HdfFile file, long memoryBudget) {
    this.path = path;
    this.fileBytes = fileBytes;
    this.file = file;
    this.memoryBudget = memoryBudget;
    this.numbers = new NativeInput(this);
  }

  static Hdf5File open(Path path, long fileBytes, long memoryBudget) {
    HdfFile file = guard(path, "/", () -> new HdfFile(path));
    try {
      requireComplete(path, fileBytes, file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
    return new Hdf5File(path, fileBytes, file, memoryBudget);
  }

  /** A file says in its head how long it is. */
  private static void requireComplete(Path path, long fileBytes, HdfFile file) {
    long stated =
        guard(path, "/", () -> file.getHdfBackingStorage().getSuperblock().getEndOfFileAddress());
    if (stated > fileBytes || stated <= 0) {
      throw new DataFormatException(
          "The file is truncated: it has " + fileBytes + " of " + stated + " bytes",
          path.toString(),
          "Copy or download it again.");
    }
  }

  void requireOpen() {
    if (closed) {
      throw new ClosedException(
          "The file has been closed",
          path.toString(),
          "Read the expression before closing the data.");
    }
  }

  Path path() {
    return path;
  }

  long fileBytes() {
    return fileBytes;
  }

  long memoryBudget() {
    return memoryBudget;
  }

  /** Runs a piece of reading; every failure names the file and the place in it. */
  <T> T guard(String place, Supplier<T> reading) {
    synchronized (this) {
      return guard(path, place, reading);
    }
  }

  private static <T> T guard(Path path, String place, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (VirtualCellException e) {
      throw e;
    } catch (HdfFilterException e) {
      throw Filters.unknown(e, path, place);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | InternalError e) {
      // a damaged size makes the reader allocate or recurse without bound, a file that shrinks
      // under a memory map is an InternalError: all of them say that the file is not sound
      throw new DataFormatException(
          "The HDF5 file is truncated, damaged or uses a feature that is not supported: "
              + reason(e),
          path + ", " + place,
          "Copy or download the file again; if it is sound, save it anew with a current anndata.",
          e);
    }
  }

  private static String reason(Throwable e) {
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return text.length() > 200 ? text.substring(0, 200) : text;
  }

  DataFormatException damaged(String what, String place) {
    return new DataFormatException(
        what,
        path + ", " + place,
        "Copy or download the file again; if it is sound, save it anew with a current anndata.");
  }

  /** The node at a path, empty when it or a part of the path is not there. */
  Optional<Node> find(String place) {
    return guard(
        place,
        () -> {
          Node node = file;
          for (String part : place.split("/", -1)) {
            if (part.isEmpty()) {
              continue;
            }
            if (!(node instanceof Group group)) {
              return Optional.empty();
            }
            node = group.getChildren().get(part);
            if (node instanceof io.jhdf.api.Link link) {
              node = follow(link, place);
            }
            if (node == null) {
              return Optional.empty();
            }
          }
          return Optional.of(node);
        });
  }

  private Node follow(io.jhdf.api.Link link, String place) {
    if (link.isBrokenLink()) {
      return null;
    }
    Node target = link.getTarget();
    if (!path.equals(target.getHdfFile().getFileAsPath())) {
      throw new DataFormatException(
          "A part of the data lies in another file",
          path + ", " + place,
          "Save the data into one file; links to other files are not followed.");
    }
    return target;
  }

  boolean isGroup(String place) {
    return find(place).filter(Group.class::isInstance).isPresent();
  }

  boolean isDataset(String place) {
    return find(place).filter(Dataset.class::isInstance).isPresent();
  }

  boolean exists(String place) {
    return find(place).isPresent();
  }

  /** The names in a group; a blank one can only come from damage and names nothing. */
  List<String> children(String place) {
    return find(place)
        .filter(Group.class::isInstance)
        .map(g -> guard(place, () -> named(((Group) g).getChildren().keySet())))
        .orElse(List.of());
  }

  private static List<String> named(java.util.Set<String> names) {
    return names.stream().filter(name -> !name.isBlank()).toList();
  }

  Dataset dataset(String place) {
    Node node = find(place).orElseThrow(() -> damaged("A part of the file is missing", place));
    if (node instanceof Dataset dataset) {
      return dataset;
    }
    throw damaged("A group stands where data are expected", place);
  }

  /** The dataset an object reference points to. */
  Dataset dereference(long address, String place) {
    Node node = guard(place, () -> file.getNodeByAddress(address));
    if (node instanceof Dataset dataset) {
      return dataset;
    }
    throw damaged("A reference points to no data", place);
  }

  private Optional<Attribute> attribute(String place, String name) {
    return find(place)
        .flatMap(n -> guard(place, () -> Optional.ofNullable(n.getAttributes().get(name))));
  }

  private Optional<Object> attributeData(String place, String name) {
    Optional<Attribute> attribute = attribute(place, name);
    if (attribute.isEmpty()) {
      return Optional.empty();
    }
    String where = place + " attribute " + name;
    return guard(
        where,
        () -> {
          if (attribute.get().isEmpty()) {
            return Optional.empty();
          }
          requirePlausible(attribute.get().getSize(), 1, fileBytes, where);
          return Optional.ofNullable(attribute.get().getData());
        });
  }

  Optional<String> text(String place, String name) {
    return attributeData(place, name)
        .map(v -> v instanceof Object[] many && many.length == 1 ? many[0] : v)
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  /** A list of texts; a list without elements is often stored as an empty list of numbers. */
  Optional<List<String>> texts(String place, String name) {
    return attributeData(place, name)
        .map(v -> v instanceof Object[] many ? toTexts(many) : List.of(String.valueOf(v)))
        .or(() -> attribute(place, name).map(a -> List.of()));
  }

  Optional<long[]> integers(String place, String name) {
    return attributeData(place, name).map(v -> toLongs(v, place + " attribute " + name));
  }

  private long[] toLongs(Object data, String place) {
    int length = data.getClass().isArray() ? Array.getLength(data) : 1;
    long[] all = new long[length];
    for (int i = 0; i < length; i++) {
      Object element = data.getClass().isArray() ? Array.get(data, i) : data;
      if (!(element instanceof Number number)) {
        throw damaged("Whole numbers are expected", place);
      }
      all[i] = number.longValue();
    }
    return all;
  }

  private static List<String> toTexts(Object[] many) {
    List<String> all = new ArrayList<>(many.length);
    for (Object one : many) {
      all.add(one == null ? "" : one.toString());
    }
    return all;
  }

  static boolean isText(Dataset dataset) {
    return dataset.getDataType() instanceof StringData
        || dataset.getDataType() instanceof VariableLength v && v.isVariableLengthString();
  }

  static boolean isTruth(Dataset dataset) {
    return dataset.getDataType() instanceof EnumDataType;
  }

  /** All strings of a one-dimensional dataset. */
  String[] strings(String place) {
    return strings(dataset(place), place);
  }

  String[] strings(Dataset dataset, String place) {
    return guard(
        place,
        () -> {
          if (!isText(dataset)) {
            throw damaged("Text is expected", place);
          }
          Object data = dataset.isEmpty() ? new Object[0] : readWhole(dataset, place);
          Object[] many = data instanceof Object[] array ? array : new Object[] {data};
          String[] all = new String[many.length];
          for (int i = 0; i < all.length; i++) {
            if (many[i] != null && !(many[i] instanceof String)) {
              throw damaged("A list of text is expected", place);
            }
            all[i] = (String) many[i];
          }
          return all;
        });
  }

  /** The whole of a small dataset as the reader gives it, after its size has been checked. */
  Object readWhole(Dataset dataset, String place) {
    return guard(
        place,
        () -> {
          int element = Math.max(1, dataset.getDataType().getSize());
          requirePlausible(dataset, place);
          requireBudget(product(dataset, place), Math.max(element, BYTES_PER_STRING), place);
          return dataset.getData();
        });
  }

  /** The numbers of a dataset, to be read by blocks. */
  Numbers numbers(Dataset dataset, String place) {
    JavaNumbers checked = new JavaNumbers(this, dataset, place);
    if (!guard(place, () -> NativeInput.suits(dataset, checked))) {
      return checked;
    }
    checked.requireChunksInFile();
    return new NativeNumbers(numbers, checked);
  }

  long product(Dataset dataset, String place) {
    long product = 1;
    for (long d : dataset.getDimensionsAsLong()) {
      if (d < 0 || d != 0 && product > Long.MAX_VALUE / d) {
        throw damaged("The stated size of the data is impossible", place);
      }
      product *= d;
    }
    return product;
  }

  /** Refuses a dataset that claims more data than the file could hold. */
  void requirePlausible(Dataset dataset, String place) {
    boolean packed = dataset instanceof io.jhdf.api.dataset.ChunkedDataset;
    long holds = packed ? saturatedProduct(fileBytes, LARGEST_EXPANSION) : fileBytes;
    requirePlausible(
        product(dataset, place), Math.max(1, dataset.getDataType().getSize()), holds, place);
  }

  private void requirePlausible(long elements, long bytesEach, long holds, String place) {
    if (elements < 0 || saturatedProduct(elements, bytesEach) > holds) {
      throw damaged(
          "The data are said to hold "
              + elements
              + " elements, more than a file of "
              + fileBytes
              + " bytes can",
          place);
    }
  }

  /** Refuses to hold more bytes than the budget. */
  void requireBudget(long elements, long bytesEach, String place) {
    long needed = saturatedProduct(elements, bytesEach);
    if (needed > memoryBudget) {
      throw new MemoryBudgetException(
          "Reading needs about " + needed + " bytes, the budget is " + memoryBudget,
          path + ", " + place,
          "Raise the memory budget (ReadOptions.withMemoryBudget) or the Java heap (-Xmx).");
    }
  }

  static long saturatedProduct(long a, long b) {
    return a != 0 && b > Long.MAX_VALUE / a ? Long.MAX_VALUE : a * b;
  }

  @Override
  public void close() {
    closed = true;
    numbers.close();
    guard(
        "/",
        () -> {
          file.close();
          return null;
        });
  }
}
