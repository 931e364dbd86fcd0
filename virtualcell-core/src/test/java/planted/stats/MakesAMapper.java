package planted.stats;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Breaks a rule on purpose. */
public final class MakesAMapper {
  final ObjectMapper mapper = new ObjectMapper();
}
