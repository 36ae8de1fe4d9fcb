package dev.adapterx.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which paths there are, with which methods. */
final class Routes {
  /** What a token must be for. */
  enum Access {
    /** No token is needed. */
    OPEN,
    /** Any token. */
    ANY,
    /** One for the adapter that the path names. */
    ADAPTER,
    /** One for everything. */
    MANAGER
  }

  /** What is done. */
  @FunctionalInterface
  interface Action {
    /** For a call and the name in its path; empty where the pattern has none. */
    void answer(Call call, String name);
  }

  /**
   * A path.
   *
   * @param pattern such as {@code /v2/models/{name}/infer}
   * @param predicts whether it computes
   * @param query the parameters of its query; null: they are not looked at, as of paths that
   *     browsers, probes and clients of the protocol ask in their own way
   */
  record Route(
      String method,
      String pattern,
      Access access,
      boolean predicts,
      Action action,
      @Nullable List<String> query) {}

  /** A route and the name in the path. */
  record Found(Route route, String name) {}

  private static final String NAME = "{name}";

  private final List<Route> routes = new ArrayList<>();

  /** A path without a query; only those of our own are looked at. */
  void add(String method, String pattern, Access access, Action action) {
    boolean own = pattern.matches("/(adapters|studio)(/.*)?");
    routes.add(new Route(method, pattern, access, false, action, own ? List.of() : null));
  }

  /** A path with a query. */
  void add(String method, String pattern, Access access, Action action, List<String> query) {
    routes.add(new Route(method, pattern, access, false, action, query));
  }

  /** One of the protocol. */
  void addPrediction(String pattern, Access access, Action action) {
    routes.add(new Route("POST", pattern, access, true, action, null));
  }

  void addPrediction(String pattern, Access access, Action action, List<String> query) {
    routes.add(new Route("POST", pattern, access, true, action, query));
  }

  /** All there are. */
  List<Route> all() {
    return List.copyOf(routes);
  }

  /**
   * The route of a request.
   *
   * @throws ServeException 404 where there is no such path, 405 where not with this method
   */
  Found find(String method, String path) {
    List<String> allowed = new ArrayList<>();
    for (Route route : routes) {
      Optional<String> name = match(route.pattern, path);
      if (name.isPresent()) {
        if (route.method.equals(method.equals("HEAD") ? "GET" : method)) {
          return new Found(route, name.get());
        }
        allowed.add(route.method);
      }
    }
    if (allowed.isEmpty()) {
      throw new ServeException(404, "There is no such path; GET /openapi.json lists all");
    }
    throw new ServeException(
        405, "This path takes " + String.join(" and ", allowed) + ", not this method");
  }

  private static Optional<String> match(String pattern, String path) {
    String[] wanted = pattern.split("/", -1);
    String[] found = path.split("/", -1);
    if (wanted.length != found.length) {
      return Optional.empty();
    }
    String name = "";
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals(NAME)) {
        name = found[i];
      } else if (!wanted[i].equals(found[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(name);
  }
}
