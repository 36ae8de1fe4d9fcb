package dev.adapterx.serve;

import dev.adapterx.base.Settings;
import dev.adapterx.infer.Adapters;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.infer.Lease;
import dev.adapterx.infer.Predictor.Guess;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.serve.Engine.Reply;
import dev.adapterx.serve.Routes.Access;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The protocol: paths, what they take and what they answer. */
final class Api extends Handler.Abstract {
  /** Adapters that one request may ask. */
  static final int MOST_ADAPTERS = 16;

  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String VERSIONED = "/versions/" + InferAnswer.VERSION;
  private static final String MODELS = "/v2/models/";
  private static final int SMALL = 1 << 16;

  private final Engine engine;
  private final ServerOptions options;
  private final Metrics metrics;
  private final Executor workers;
  private final BooleanSupplier ready;
  private final InferRequest.Form form;
  private final AtomicLong held = new AtomicLong();
  private final Routes routes = new Routes();

  /**
   * @param workers decode and manage, so that no thread of the connections does
   * @param ready whether requests are taken
   */
  Api(
      Engine engine,
      ServerOptions options,
      Metrics metrics,
      Executor workers,
      BooleanSupplier ready) {
    this.engine = engine;
    this.options = options;
    this.metrics = metrics;
    this.workers = workers;
    this.ready = ready;
    boolean images = engine.input() instanceof ImageInput;
    this.form =
        new InferRequest.Form(
            images ? "image" : "cloud",
            images ? "pixels" : "groups",
            engine.adapters().backbone().preprocessing().inputShape(),
            engine.mostSamples());
    routes.add("GET", "/", Access.OPEN, (call, name) -> call.answer(about()));
    routes.add("GET", "/openapi.json", Access.OPEN, (call, name) -> openApi(call));
    routes.add("GET", "/metrics", Access.MANAGER, (call, name) -> metrics(call));
    routes.add("GET", "/v2", Access.OPEN, (call, name) -> call.answer(about()));
    routes.add(
        "GET", "/v2/health/live", Access.OPEN, (call, n) -> call.answer(Map.of("live", true)));
    routes.add("GET", "/v2/health/ready", Access.OPEN, (call, name) -> ready(call));
    routes.add("GET", "/v2/models/{name}", Access.ADAPTER, this::metadata);
    routes.add("GET", "/v2/models/{name}/ready", Access.ADAPTER, this::modelReady);
    routes.addPrediction("/v2/models/{name}/infer", Access.ADAPTER, this::infer);
    routes.add("POST", "/v2/repository/index", Access.ANY, (call, name) -> index(call));
    routes.add("POST", "/v2/repository/models/{name}/load", Access.MANAGER, this::load);
    routes.add("POST", "/v2/repository/models/{name}/unload", Access.MANAGER, this::unload);
    routes.addPrediction("/predict/{name}", Access.ADAPTER, (call, name) -> predict(call, name));
    routes.addPrediction("/predict", Access.ANY, (call, name) -> predictAll(call));
    routes.add("GET", "/adapters", Access.ANY, (call, name) -> list(call));
    routes.add("GET", "/adapters/{name}", Access.ADAPTER, this::card);
    routes.add("POST", "/adapters/{name}/load", Access.MANAGER, this::load);
    routes.add("POST", "/adapters/{name}/unload", Access.MANAGER, this::unload);
    routes.add("POST", "/adapters/{name}/pin", Access.MANAGER, this::pin);
    routes.add("POST", "/adapters/{name}/unpin", Access.MANAGER, this::unpin);
  }

  List<Routes.Route> routes() {
    return routes.all();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Call call = new Call(request, response, callback, options, held, metrics, engine);
    try {
      Routes.Found found = routes.find(request.getMethod(), path(request));
      call.on(found.route().pattern(), found.route().predicts());
      authorise(call, found);
      found.route().action().answer(call, found.name());
    } catch (Throwable e) { // becomes an answer, whatever it is
      call.fail(e);
    }
    return true;
  }

  /** Without the only version there is. */
  private static String path(Request request) {
    String path = Request.getPathInContext(request);
    return path.startsWith(MODELS) ? path.replace(VERSIONED, "") : path;
  }

  private static void authorise(Call call, Routes.Found found) {
    if (found.route().access() == Access.OPEN) {
      return;
    }
    call.authorise();
    if (found.route().access() == Access.ADAPTER) {
      call.requireAllowed(found.name());
    }
    if (found.route().access() == Access.MANAGER && !call.grant().isForAll()) {
      throw new ServeException(403, "The token is for some adapters only, not for managing them");
    }
  }

  private Map<String, Object> about() {
    return Call.object(
        "name",
        "adapterx",
        "version",
        Objects.requireNonNullElse(Api.class.getPackage().getImplementationVersion(), "unknown"),
        "extensions",
        List.of("binary_tensor_data", "model_repository"),
        "backbone",
        engine.adapters().backbone().info().name(),
        "documentation",
        "/openapi.json");
  }

  private void ready(Call call) {
    if (!ready.getAsBoolean()) {
      throw new ServeException(503, "The server is shutting down");
    }
    call.answer(Map.of("ready", true));
  }

  private static void openApi(Call call) {
    try (InputStream in = Objects.requireNonNull(Api.class.getResourceAsStream("openapi.json"))) {
      call.answer(200, Call.JSON, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void metrics(Call call) {
    String text = metrics.text(engine.statistics(), engine.adapters(), ready.getAsBoolean());
    call.answer(200, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  // Predictions.

  private void requireRoom() {
    if (!ready.getAsBoolean()) {
      throw new ServeException(503, "The server is shutting down");
    }
    if (engine.isFull()) {
      throw new ServeException(503, "As many requests wait as may; try again later");
    }
  }

  private void predict(Call call, String name) {
    predict(call, List.of(name), rows -> answer(rows.get(0), top(call)));
  }

  private void predictAll(Call call) {
    String names = call.query("adapters");
    List<String> all = names == null ? List.of() : List.of(names.split(",", -1));
    if (all.isEmpty()
        || all.size() > MOST_ADAPTERS
        || all.stream().distinct().count() < all.size()) {
      throw ServeException.bad(
          "adapters: expected 1 to %d different names with commas between, as ?adapters=birds,flowers"
              .formatted(MOST_ADAPTERS));
    }
    all.forEach(call::requireAllowed);
    predict(
        call,
        all,
        rows -> Map.of("answers", rows.stream().map(row -> answer(row, top(call))).toList()));
  }

  private static int top(Call call) {
    String top = call.query("top");
    if (top == null) {
      return 3;
    }
    if (!top.matches("[1-9]\\d{0,5}")) {
      throw ServeException.bad("top: expected a whole number from 1");
    }
    return Integer.parseInt(top);
  }

  private void predict(Call call, List<String> names, Function<List<Reply>, Object> form) {
    top(call);
    String file = file(call);
    Duration patience = patience(call, call.query("timeout"), ChronoUnit.MILLIS);
    names.forEach(engine::requireKnown);
    requireRoom();
    call.body(options.bodyBytes())
        .thenAcceptAsync(
            content ->
                ask(
                    call,
                    names,
                    List.of(engine.prepared(content, file)),
                    patience,
                    rows -> call.answer(form.apply(rows.get(0)))),
            workers)
        .exceptionally(failure -> failed(call, failure));
  }

  /** What messages call the content, and by whose ending clouds are told apart. */
  private String file(Call call) {
    String file = call.query("file");
    if (file == null) {
      if (engine.input() instanceof ImageInput) {
        return "the picture";
      }
      throw ServeException.bad(
          "file: clouds are told apart by their files' endings; name it as ?file=chair.ply");
    }
    if (!file.matches("[A-Za-z0-9_-][A-Za-z0-9._ -]{0,127}")) {
      throw ServeException.bad("file: expected the name of a file, without its folder");
    }
    return file;
  }

  private static Duration patience(Call call, @Nullable String given, ChronoUnit unit) {
    Duration left = call.left();
    if (given == null) {
      return left;
    }
    if (!given.matches("\\d{1,18}")) {
      throw ServeException.bad("timeout: expected a whole number from 0");
    }
    Duration own = Duration.of(Long.parseLong(given), unit);
    return own.compareTo(left) < 0 ? own : left;
  }

  private static @Nullable Void failed(Call call, Throwable failure) {
    call.fail(failure);
    return null;
  }

  private void ask(
      Call call,
      List<String> names,
      List<float[]> rows,
      Duration patience,
      Consumer<List<List<Reply>>> then) {
    List<CompletableFuture<List<Reply>>> all = engine.ask(names, rows, patience);
    call.whenLost(() -> all.forEach(one -> one.cancel(false)));
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenAcceptAsync(
            done -> then.accept(all.stream().map(CompletableFuture::join).toList()), workers)
        .exceptionally(failure -> failed(call, failure));
  }

  private static Map<String, Object> answer(Reply reply, int top) {
    List<Guess> guesses = Guess.best(reply.labels(), reply.probabilities(), top, "what was sent");
    Map<String, Object> answer = Call.object("adapter", reply.adapter());
    answer.putAll(json(guesses.get(0)));
    answer.put("top", guesses.stream().map(Api::json).toList());
    return answer;
  }

  private static Map<String, Object> json(Guess guess) {
    return Call.object(
        "label", guess.label(), "index", guess.index(), "probability", guess.probability());
  }

  private void infer(Call call, String name) {
    engine.requireKnown(name);
    requireRoom();
    String header = call.header("Inference-Header-Content-Length");
    call.body(options.bodyBytes())
        .thenAcceptAsync(
            body -> {
              InferRequest request = InferRequest.read(body, header, form);
              String micros = request.micros() == 0 ? null : String.valueOf(request.micros());
              List<float[]> rows = new ArrayList<>(request.rows());
              for (int i = 0; i < request.contents().size(); i++) {
                rows.add(engine.prepared(request.contents().get(i), "sample " + i));
              }
              ask(
                  call,
                  List.of(name),
                  rows,
                  patience(call, micros, ChronoUnit.MICROS),
                  replies -> answer(call, request, replies));
            },
            workers)
        .exceptionally(failure -> failed(call, failure));
  }

  private static void answer(Call call, InferRequest request, List<List<Reply>> replies) {
    InferAnswer answer = InferAnswer.of(request, replies.stream().map(one -> one.get(0)).toList());
    if (answer.isBinary()) {
      call.put("Inference-Header-Content-Length", String.valueOf(answer.json()));
    }
    call.answer(200, answer.isBinary() ? "application/octet-stream" : Call.JSON, answer.content());
  }

  // Adapters.

  private void withLease(Call call, String name, Function<AdaptedModel, Object> form) {
    engine.requireKnown(name);
    manage(
        call,
        () -> {
          try (Lease lease = engine.lease(name)) {
            call.answer(form.apply(lease.model()));
          }
        });
  }

  private void manage(Call call, Runnable work) {
    CompletableFuture.runAsync(work, workers).exceptionally(failure -> failed(call, failure));
  }

  private void metadata(Call call, String name) {
    withLease(
        call,
        name,
        model -> {
          int classes = model.task().labels().size();
          List<Long> values = new ArrayList<>(List.of(-1L));
          Arrays.stream(form.shape()).forEach(values::add);
          return Call.object(
              "name", name,
              "versions", List.of(InferAnswer.VERSION),
              "platform", "adapterx",
              "inputs",
                  List.of(
                      tensor(form.file(), "BYTES", List.of(-1L)),
                      tensor(form.values(), "FP32", values)),
              "outputs",
                  List.of(
                      tensor(InferRequest.PROBABILITIES, "FP32", List.of(-1L, (long) classes)),
                      tensor(InferRequest.LABEL, "BYTES", List.of(-1L))));
        });
  }

  private static Map<String, Object> tensor(String name, String type, List<Long> shape) {
    return Call.object("name", name, "datatype", type, "shape", shape);
  }

  private void modelReady(Call call, String name) {
    engine.requireKnown(name);
    ready(call);
  }

  private void card(Call call, String name) {
    withLease(
        call,
        name,
        model ->
            Call.object(
                "name", name,
                "method", model.method().title(),
                "task", model.task().name(),
                "labels", model.task().labels(),
                "parameters", model.trainable().elements(),
                "bytes", model.bytes(),
                "backbone", model.backbone().info().name()));
  }

  private void list(Call call) {
    manage(call, () -> call.answer(Map.of("adapters", allowed(call))));
  }

  private List<Map<String, Object>> allowed(Call call) {
    Map<String, Adapters.Loaded> loaded =
        engine.adapters().loaded().stream()
            .collect(Collectors.toMap(Adapters.Loaded::name, one -> one, (a, b) -> b));
    return engine.adapters().names().stream()
        .filter(call.grant()::allows)
        .map(
            name -> {
              Adapters.Loaded one = loaded.get(name);
              Map<String, Object> json = Call.object("name", name, "loaded", one != null);
              if (one != null) {
                json.put("bytes", one.bytes());
                json.put("pinned", one.pinned());
                json.put("leases", one.leases());
              }
              return json;
            })
        .toList();
  }

  private void index(Call call) {
    withParameters(
        call,
        body -> {
          boolean readyOnly = body.path("ready").isBoolean() && body.path("ready").booleanValue();
          call.answer(
              allowed(call).stream()
                  .filter(one -> !readyOnly || Boolean.TRUE.equals(one.get("loaded")))
                  .map(
                      one -> {
                        boolean loaded = Boolean.TRUE.equals(one.get("loaded"));
                        return Call.object(
                            "name",
                            String.valueOf(one.get("name")),
                            "version",
                            InferAnswer.VERSION,
                            "state",
                            loaded ? "READY" : "UNAVAILABLE",
                            "reason",
                            loaded ? "" : "loaded when it is first asked");
                      })
                  .toList());
        });
  }

  /** The small JSON of a management's body, which may be empty. */
  private void withParameters(Call call, Consumer<JsonNode> then) {
    call.body(SMALL)
        .thenAcceptAsync(
            body -> {
              try {
                JsonNode read =
                    Settings.json()
                        .readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
                JsonNode parameters = read.path("parameters");
                for (String key : parameters.propertyNames()) {
                  if (!key.equals("unload_dependents")) {
                    throw ServeException.bad(
                        "parameters: adapters come from the server's own folder; nothing can be given for one");
                  }
                }
                then.accept(read);
              } catch (JacksonException e) {
                throw ServeException.bad("The request is no JSON: " + e.getOriginalMessage());
              }
            },
            workers)
        .exceptionally(failure -> failed(call, failure));
  }

  private void managed(Call call, String name, Runnable work) {
    engine.requireKnown(name);
    withParameters(
        call,
        body -> {
          work.run();
          call.answer(state(name));
        });
  }

  private Map<String, Object> state(String name) {
    return engine.adapters().loaded().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .map(
            one ->
                Call.object(
                    "name", name, "loaded", true, "bytes", one.bytes(), "pinned", one.pinned()))
        .orElseGet(() -> Call.object("name", name, "loaded", false));
  }

  private void load(Call call, String name) {
    managed(call, name, () -> engine.lease(name).close());
  }

  private void unload(Call call, String name) {
    managed(call, name, () -> engine.adapters().unload(name));
  }

  private void pin(Call call, String name) {
    managed(call, name, () -> engine.pin(name));
  }

  private void unpin(Call call, String name) {
    managed(call, name, () -> engine.adapters().unpin(name));
  }
}
