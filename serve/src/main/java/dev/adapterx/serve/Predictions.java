package dev.adapterx.serve;

import dev.adapterx.infer.ImageInput;
import dev.adapterx.infer.Predictor.Guess;
import dev.adapterx.serve.Engine.Reply;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests for predictions: pictures as they are, several adapters at once, and tensors. */
final class Predictions {
  /** Adapters that one request may ask. */
  static final int MOST_ADAPTERS = 16;

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
    predict(call, List.of(name), rows -> answer(rows.get(0), top(call)));
  }

  void predictAll(Call call) {
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
        .exceptionally(failure -> call.failed(failure));
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
        .exceptionally(failure -> call.failed(failure));
  }

  private static Map<String, Object> answer(Reply reply, int top) {
    List<Guess> guesses = Guess.best(reply.labels(), reply.probabilities(), top, "what was sent");
    Map<String, Object> answer = Call.object("adapter", reply.adapter());
    answer.putAll(json(guesses.get(0)));
    answer.put("top", guesses.stream().map(Predictions::json).toList());
    return answer;
  }

  private static Map<String, Object> json(Guess guess) {
    return Call.object(
        "label", guess.label(), "index", guess.index(), "probability", guess.probability());
  }

  void infer(Call call, String name) {
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
        .exceptionally(failure -> call.failed(failure));
  }

  private static void answer(Call call, InferRequest request, List<List<Reply>> replies) {
    InferAnswer answer = InferAnswer.of(request, replies.stream().map(one -> one.get(0)).toList());
    if (answer.isBinary()) {
      call.put("Inference-Header-Content-Length", String.valueOf(answer.json()));
    }
    call.answer(200, answer.isBinary() ? "application/octet-stream" : Call.JSON, answer.content());
  }
}
