package dev.adapterx.serve;

import dev.adapterx.infer.ImageInput;
import dev.adapterx.serve.Routes.Access;
import dev.adapterx.serve.studio.Studio;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The protocol: paths, what they take and what they answer. */
final class Api extends Handler.Abstract {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String VERSIONED = "/versions/" + InferAnswer.VERSION;
  private static final String MODELS = "/v2/models/";

  private final Engine engine;
  private final boolean hasStudio;
  private final ServerOptions options;
  private final Metrics metrics;
  private final BooleanSupplier ready;
  private final AtomicLong held = new AtomicLong();
  private final Routes routes = new Routes();
  private final Page page = new Page();
  private final SameOrigin sameOrigin;

  /**
   * @param workers decode and manage, so that no thread of the connections does
   * @param ready whether requests are taken
   * @param studio null: there is none
   */
  Api(
      Engine engine,
      ServerOptions options,
      Metrics metrics,
      Executor workers,
      BooleanSupplier ready,
      @Nullable Studio studio) {
    this.hasStudio = studio != null;
    this.engine = engine;
    this.options = options;
    this.metrics = metrics;
    this.ready = ready;
    this.sameOrigin = new SameOrigin(options.place().host());
    boolean images = engine.input() instanceof ImageInput;
    InferRequest.Form form =
        new InferRequest.Form(
            images ? "image" : "cloud",
            images ? "pixels" : "groups",
            engine.adapters().backbone().preprocessing().inputShape(),
            engine.mostSamples());
    Predictions predictions = new Predictions(engine, options, workers, ready, form);
    Management management = new Management(engine, workers, form);
    routes.add("GET", "/", Access.OPEN, (call, name) -> front(call));
    routes.add("GET", "/page/{name}", Access.OPEN, page::answer);
    routes.add("GET", "/openapi.json", Access.OPEN, (call, name) -> openApi(call));
    routes.add("GET", "/metrics", Access.MANAGER, (call, name) -> metrics(call));
    routes.add("GET", "/v2", Access.OPEN, (call, name) -> call.answer(about()));
    routes.add(
        "GET", "/v2/health/live", Access.OPEN, (call, n) -> call.answer(Map.of("live", true)));
    routes.add("GET", "/v2/health/ready", Access.OPEN, (call, name) -> ready(call));
    routes.add("GET", "/v2/models/{name}", Access.ADAPTER, management::metadata);
    routes.add("GET", "/v2/models/{name}/ready", Access.ADAPTER, this::modelReady);
    routes.addPrediction("/v2/models/{name}/infer", Access.ADAPTER, predictions::infer);
    routes.add("POST", "/v2/repository/index", Access.ANY, (call, name) -> management.index(call));
    routes.add("POST", "/v2/repository/models/{name}/load", Access.MANAGER, management::load);
    routes.add("POST", "/v2/repository/models/{name}/unload", Access.MANAGER, management::unload);
    routes.addPrediction(
        "/predict/{name}", Access.ADAPTER, predictions::predict, Predictions.QUERY);
    routes.addPrediction(
        "/predict",
        Access.ANY,
        (call, name) -> predictions.predictAll(call),
        Predictions.QUERY_OF_MANY);
    routes.add("GET", "/adapters", Access.ANY, (call, name) -> management.list(call));
    routes.add("GET", "/adapters/{name}", Access.ADAPTER, management::card);
    routes.add("POST", "/adapters/{name}/load", Access.MANAGER, management::load);
    routes.add("POST", "/adapters/{name}/unload", Access.MANAGER, management::unload);
    routes.add("POST", "/adapters/{name}/pin", Access.MANAGER, management::pin);
    routes.add("POST", "/adapters/{name}/unpin", Access.MANAGER, management::unpin);
    new StudioApi(studio, engine, options, workers).addTo(routes);
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
      if (options.place().tokens().isEmpty()) {
        sameOrigin.require(call.header("Origin"), call.header("Host"));
      }
      authorise(call, found);
      if (found.route().query() != null) {
        call.requireKnown(found.route().query());
      }
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

  /** For people the page, for programs what the server is. */
  private void front(Call call) {
    call.put("Vary", "Accept");
    if (Page.isWanted(call.header("Accept"))) {
      page.answer(call, "index.html");
    } else {
      call.answer(about());
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
        "input",
        engine.input().noun(),
        "studio",
        hasStudio,
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

  private void modelReady(Call call, String name) {
    engine.requireKnown(name);
    engine.requireFit(name);
    ready(call);
  }
}
