package dev.adapterx.serve;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.infer.CloudInput;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.serve.Engine.Asked;
import dev.adapterx.serve.Engine.Reply;
import dev.adapterx.serve.task.TaskAnswer;
import dev.adapterx.serve.task.TaskService;
import dev.adapterx.serve.task.TensorForm;
import dev.adapterx.serve.task.Wishes;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests for predictions: pictures as they are, several adapters at once, and tensors. */
final class Predictions {
  /** Adapters that one request may ask. */
  static final int MOST_ADAPTERS = 16;

  /** Parameters of a request to one adapter. */
  static final List<String> QUERY =
      List.of("top", "mask", "score", "points", "category", "view", "file", "timeout");

  /** Of a request to several. */
  static final List<String> QUERY_OF_MANY =
      Stream.concat(Stream.of("adapters"), QUERY.stream()).toList();

  private final Engine engine;
  private final ServerOptions options;
  private final Executor workers;
  private final BooleanSupplier ready;
  private final InferRequest.Form form;

  Predictions(
      Engine engine,
      ServerOptions options,
      Executor workers,
      BooleanSupplier ready,
      InferRequest.Form form) {
    this.engine = engine;
    this.options = options;
    this.workers = workers;
    this.ready = ready;
    this.form = form;
  }

  private void requireRoom() {
    if (!ready.getAsBoolean()) {
      throw new ServeException(503, "The server is shutting down");
    }
    if (engine.isFull()) {
      throw new ServeException(503, "As many requests wait as may; try again later");
    }
  }

  void predict(Call call, String name) {
    Wishes wishes = wishes(call);
    predict(
        call,
        List.of(name),
        wishes,
        rows ->
            rows.get(0)
                .answer()
                .body(wishes)
                .ifPresentOrElse(
                    file -> call.answer(200, file.type(), file.content()),
                    () -> call.answer(json(rows.get(0), wishes))));
  }

  void predictAll(Call call) {
    Wishes wishes = wishes(call);
    String names = call.query("adapters");
    List<String> all = names == null ? List.of() : List.of(names.split(",", -1));
    if (all.isEmpty()
        || all.size() > MOST_ADAPTERS
        || all.stream().distinct().count() < all.size()) {
      throw ServeException.bad(
          "adapters: expected 1 to %d different names with commas between, as ?adapters=birds,flowers"
              .formatted(MOST_ADAPTERS));
    }
    boolean mask = wishes.mask() == Wishes.Mask.FILE;
    if (mask || wishes.points() == Wishes.Points.FILE) {
      throw ServeException.bad(
          (mask ? "mask" : "points")
              + ": one file is the answer of one adapter; ask /predict/NAME");
    }
    all.forEach(call::requireAllowed);
    predict(
        call,
        all,
        wishes,
        rows ->
            call.answer(Map.of("answers", rows.stream().map(row -> json(row, wishes)).toList())));
  }

  private static Wishes wishes(Call call) {
    try {
      return Wishes.of(call::query);
    } catch (ConfigException e) {
      throw ServeException.bad(String.valueOf(e.getMessage()));
    }
  }

  private static boolean view(Call call) {
    String view = call.query("view");
    if (view != null && !view.matches("true|false")) {
      throw ServeException.bad("view: expected true or false");
    }
    return "true".equals(view);
  }

  private void predict(Call call, List<String> names, Wishes wishes, Consumer<List<Reply>> then) {
    Asked asked = new Asked(names, view(call));
    String file = file(call);
    Duration patience = patience(call, call.query("timeout"), ChronoUnit.MILLIS);
    names.forEach(engine::requireKnown);
    requireRoom();
    call.body(options.sizes().bodyBytes())
        .thenAcceptAsync(
            content ->
                ask(
                    call,
                    asked,
                    List.of(engine.prepared(asked, content, file, wishes)),
                    patience,
                    rows -> then.accept(rows.get(0))),
            workers)
        .exceptionally(failure -> call.failed(failure));
  }

  /** What messages call the content, and by whose ending clouds are told apart. */
  private String file(Call call) {
    String file = call.query("file");
    if (file == null) {
      if (engine.input() instanceof ImageInput) {
        return "in the request";
      }
      throw ServeException.bad(
          "file: clouds are told apart by their files' endings; name it as ?file=chair.ply");
    }
    return named(file, "file");
  }

  private static String named(String file, String place) {
    if (!file.matches("[A-Za-z0-9_-][A-Za-z0-9._ -]{0,127}")) {
      throw ServeException.bad(place + ": expected the name of a file, without its folder");
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

  private void ask(
      Call call,
      Asked asked,
      List<Prepared> samples,
      Duration patience,
      Consumer<List<List<Reply>>> then) {
    List<CompletableFuture<List<Reply>>> all = engine.ask(asked, samples, patience);
    call.whenLost(() -> all.forEach(one -> one.cancel(false)));
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenAcceptAsync(
            done -> then.accept(all.stream().map(CompletableFuture::join).toList()), workers)
        .exceptionally(failure -> call.failed(failure));
  }

  private static Map<String, Object> json(Reply reply, Wishes wishes) {
    Map<String, Object> json = Call.object("adapter", reply.adapter());
    json.putAll(reply.answer().json(wishes));
    if (reply.seen() != null) {
      json.put("view", reply.seen());
    }
    return json;
  }

  void infer(Call call, String name) {
    engine.requireKnown(name);
    requireRoom();
    String header = call.header("Inference-Header-Content-Length");
    call.body(options.sizes().bodyBytes())
        .thenAcceptAsync(
            body -> {
              Asked asked = new Asked(List.of(name), false);
              TaskService<?> service = engine.service(name);
              InferRequest request = InferRequest.read(body, header, form);
              List<OutputWish> outputs = outputs(request, service, name);
              Wishes wishes = told(request);
              String micros = request.micros() == 0 ? null : String.valueOf(request.micros());
              List<Prepared> samples = new ArrayList<>();
              request.rows().forEach(row -> samples.add(engine.prepared(service, row)));
              for (int i = 0; i < request.contents().size(); i++) {
                byte[] content = request.contents().get(i);
                samples.add(engine.prepared(asked, content, file(request, content, i), wishes));
              }
              ask(
                  call,
                  asked,
                  samples,
                  patience(call, micros, ChronoUnit.MICROS),
                  replies -> answer(call, request.id(), name, outputs, service, replies));
            },
            workers)
        .exceptionally(failure -> call.failed(failure));
  }

  private String file(InferRequest request, byte[] content, int sample) {
    if (request.file() != null) {
      return named(request.file(), "parameters.file");
    }
    String name = "sample " + sample;
    if (engine.input() instanceof CloudInput && CloudFile.format(content, name).isEmpty()) {
      throw ServeException.bad(
          "parameters.file: clouds of this format are told apart by their files' endings; name one as \"file\": \"chair.xyz\"");
    }
    return name;
  }

  private static Wishes told(InferRequest request) {
    try {
      return Wishes.defaults().of(request.category());
    } catch (ConfigException e) {
      throw ServeException.bad("parameters." + e.getMessage());
    }
  }

  /** Those that were named, or all there are. */
  private List<OutputWish> outputs(InferRequest request, TaskService<?> service, String name) {
    List<String> known = engine.outputs(name, service).stream().map(TensorForm::name).toList();
    return OutputWish.of(request.outputs(), known, request.binary());
  }

  private static void answer(
      Call call,
      @Nullable String id,
      String name,
      List<OutputWish> outputs,
      TaskService<?> service,
      List<List<Reply>> replies) {
    List<String> labels = replies.get(0).get(0).labels();
    if (replies.stream().anyMatch(one -> !one.get(0).labels().equals(labels))) {
      throw new ServeException(503, "The adapter '" + name + "' was replaced; ask again");
    }
    List<TaskAnswer> rows = replies.stream().map(one -> one.get(0).answer()).toList();
    InferAnswer answer = InferAnswer.of(id, name, outputs, service, rows);
    if (answer.isBinary()) {
      call.put("Inference-Header-Content-Length", String.valueOf(answer.json()));
    }
    call.answer(200, answer.isBinary() ? "application/octet-stream" : Call.JSON, answer.content());
  }
}
