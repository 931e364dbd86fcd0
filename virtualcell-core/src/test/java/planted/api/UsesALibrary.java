package planted.api;

/** Breaks a rule on purpose. */
public final class UsesALibrary {
  com.fasterxml.jackson.databind.JsonNode f0;
}
