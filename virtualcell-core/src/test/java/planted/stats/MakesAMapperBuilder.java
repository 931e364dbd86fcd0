package planted.stats;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Breaks a rule on purpose. */
public final class MakesAMapperBuilder {
  final ObjectMapper mapper = JsonMapper.builder().build();
}
