package planted.provenance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Breaks no rule. */
public final class Json {
  final ObjectMapper mapper = JsonMapper.builder().build();
}
