package dev.adapterx.serve;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.serve.Routes.Access;
import dev.adapterx.serve.studio.ConflictException;
import dev.adapterx.serve.studio.Studio;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The studio's paths, which need full access. */
final class StudioApi {
  private static final int SMALL = 1 << 16;

  private final @Nullable Studio studio;
  private final Engine engine;
  private final ServerOptions options;
  private final Executor workers;

  /**
   * @param studio null: there is none, and all paths say so
   */
  StudioApi(@Nullable Studio studio, Engine engine, ServerOptions options, Executor workers) {
    this.studio = studio;
    this.engine = engine;
    this.options = options;
    this.workers = workers;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/studio", Access.MANAGER, (call, name) -> answer(call, Studio::json));
    routes.add("POST", "/studio/data/{name}", Access.MANAGER, this::add, List.of("label", "file"));
    routes.add("DELETE", "/studio/data/{name}", Access.MANAGER, this::remove, List.of("label"));
    routes.add("POST", "/studio/train", Access.MANAGER, (call, name) -> train(call));
    routes.add("POST", "/studio/stop", Access.MANAGER, (call, name) -> stop(call));
    routes.add("GET", "/studio/adapters/{name}", Access.MANAGER, this::download);
  }

  private Studio studio() {
    if (studio == null) {
      throw new ServeException(404, "There is no studio here; start the server with --studio");
    }
    return studio;
  }

  /** A user's mistake is the client's here; what is in the way may be gone later. */
  private static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (ConflictException e) {
      throw new ServeException(409, String.valueOf(e.getMessage()), e);
    } catch (ConfigException e) {
      throw ServeException.bad(String.valueOf(e.getMessage()));
    }
  }

  private void answer(Call call, Function<Studio, Object> work) {
    Studio own = studio();
    CompletableFuture.runAsync(() -> call.answer(told(() -> work.apply(own))), workers)
        .exceptionally(failure -> call.failed(failure));
  }

  private static String required(Call call, String name) {
    String value = call.query(name);
    if (value == null) {
      throw ServeException.bad(name + ": expected it in the query");
    }
    return value;
  }

  private void add(Call call, String set) {
    Studio own = studio();
    String label = required(call, "label");
    String file = required(call, "file");
    call.body(options.sizes().bodyBytes())
        .thenAcceptAsync(
            content -> {
              engine.requireReadable(content, file);
              call.answer(
                  told(
                      () -> {
                        own.add(set, label, file, content);
                        return Map.of("set", set, "label", label);
                      }));
            },
            workers)
        .exceptionally(failure -> call.failed(failure));
  }

  private void remove(Call call, String set) {
    String label = call.query("label");
    answer(call, own -> Map.of("removed", own.remove(set, label == null ? "" : label)));
  }

  private void train(Call call) {
    Studio own = studio();
    call.body(SMALL)
        .thenAcceptAsync(
            body ->
                call.answer(
                    told(
                        () -> {
                          own.start(order(body));
                          return own.json();
                        })),
            workers)
        .exceptionally(failure -> call.failed(failure));
  }

  private static Studio.Order order(byte[] body) {
    try {
      JsonNode order = Settings.json().readTree(body);
      return new Studio.Order(
          order.path("set").asString(""),
          order.path("adapter").asString(""),
          order.path("method").asString(Studio.METHODS.get(0)),
          order.path("quality").asString("fast"));
    } catch (JacksonException e) {
      throw ServeException.bad("The request is no JSON: " + e.getOriginalMessage());
    }
  }

  private void stop(Call call) {
    answer(
        call,
        own -> {
          own.stop();
          return own.json();
        });
  }

  private void download(Call call, String name) {
    Studio own = studio();
    engine.requireKnown(name);
    CompletableFuture.runAsync(
            () -> {
              byte[] zip = told(() -> own.zip(name));
              call.put("Content-Disposition", "attachment; filename=\"" + name + ".zip\"");
              call.answer(200, "application/zip", zip);
            },
            workers)
        .exceptionally(failure -> call.failed(failure));
  }
}
