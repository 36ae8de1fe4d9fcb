package dev.adapterx.serve;

import dev.adapterx.base.Settings;
import dev.adapterx.infer.Adapters;
import dev.adapterx.infer.Lease;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.serve.task.TaskService;
import dev.adapterx.serve.task.TensorForm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Adapters listed, described, loaded, unloaded and pinned. */
final class Management {
  private static final int SMALL = 1 << 16;

  private final Engine engine;
  private final Executor workers;
  private final InferRequest.Form form;

  Management(Engine engine, Executor workers, InferRequest.Form form) {
    this.engine = engine;
    this.workers = workers;
    this.form = form;
  }

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
    CompletableFuture.runAsync(work, workers).exceptionally(failure -> call.failed(failure));
  }

  void metadata(Call call, String name) {
    withLease(
        call,
        name,
        model -> {
          TaskService<?> service = engine.service(name);
          List<Object> inputs = new ArrayList<>();
          inputs.add(tensor(new TensorForm(form.file(), "BYTES", List.of(-1L))));
          if (service.takesPrepared()) {
            List<Long> values = new ArrayList<>(List.of(-1L));
            Arrays.stream(form.shape()).forEach(values::add);
            inputs.add(tensor(new TensorForm(form.values(), "FP32", values)));
          }
          return Call.object(
              "name",
              name,
              "versions",
              List.of(InferAnswer.VERSION),
              "platform",
              "adapterx",
              "inputs",
              inputs,
              "outputs",
              service.outputs(model).stream().map(Management::tensor).toList());
        });
  }

  private static Map<String, Object> tensor(TensorForm form) {
    return Call.object("name", form.name(), "datatype", form.datatype(), "shape", form.shape());
  }

  void card(Call call, String name) {
    withLease(
        call,
        name,
        model -> {
          Map<String, Object> card =
              Call.object(
                  "name", name,
                  "method", model.method().title(),
                  "task", model.task().name(),
                  "labels", model.task().labels(),
                  "parameters", model.trainable().elements(),
                  "bytes", model.bytes(),
                  "backbone", model.backbone().info().name());
          List<String> told = engine.service(name).categories(model);
          if (!told.isEmpty()) {
            card.put("categories", told);
          }
          engine.adapters().card(name).ifPresent(text -> card.put("card", text));
          return card;
        });
  }

  void list(Call call) {
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
              } else {
                Unserved.told(engine.adapters(), name).ifPresent(why -> json.put("unserved", why));
              }
              return json;
            })
        .toList();
  }

  void index(Call call) {
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
                            loaded
                                ? ""
                                : String.valueOf(
                                    one.getOrDefault("unserved", "loaded when it is first asked")));
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
        .exceptionally(failure -> call.failed(failure));
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

  void load(Call call, String name) {
    managed(call, name, () -> engine.lease(name).close());
  }

  void unload(Call call, String name) {
    managed(call, name, () -> engine.adapters().unload(name));
  }

  void pin(Call call, String name) {
    managed(call, name, () -> engine.pin(name));
  }

  void unpin(Call call, String name) {
    managed(call, name, () -> engine.adapters().unpin(name));
  }
}
