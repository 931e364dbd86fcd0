package planted.stats;

import com.fasterxml.jackson.dataformat.csv.CsvMapper;

/** Breaks no rule. */
public final class Door {
  planted.compute.Door compute;
  final CsvMapper mapper = new CsvMapper();
}
