package planted.stats;

import java.net.http.HttpClient;

/** Breaks a rule on purpose. */
public final class Downloads {
  HttpClient client;
}
