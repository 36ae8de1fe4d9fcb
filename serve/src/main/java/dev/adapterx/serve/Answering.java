package dev.adapterx.serve;

import dev.adapterx.infer.Lease;
import dev.adapterx.serve.Engine.Asked;
import dev.adapterx.serve.Engine.Reply;
import dev.adapterx.serve.task.TaskAnswer;
import dev.adapterx.serve.task.TaskService;
import dev.adapterx.tensor.Native;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What adapters say of samples that were gathered.
 *
 * @param lease gives an adapter for use, by its name
 * @param rows most of one sample that are computed
 */
record Answering(Services services, Function<String, Lease> lease, int rows) {
  /** Requests of one adapter, or of several that one forward pass serves. */
  List<List<Reply>> of(List<Asked> asked, List<Prepared> samples) {
    if (asked.stream().allMatch(asked.get(0)::equals)) {
      return answers(asked.get(0), samples);
    }
    Native.threadsHere(1); // groups are computed side by side
    Map<String, Lease> leases = new LinkedHashMap<>();
    try {
      asked.forEach(one -> leases.computeIfAbsent(one.adapters().get(0), lease));
      List<Lease> own = asked.stream().map(one -> leases.get(one.adapters().get(0))).toList();
      TaskService<?> service = services.of(own.get(0).name(), own.get(0).model());
      Optional<Object> family = service.family(own.get(0).model());
      boolean together =
          family.isPresent()
              && own.stream()
                  .allMatch(
                      one ->
                          services.of(one.name(), one.model()) == service
                              && service.family(one.model()).equals(family));
      if (together) {
        return ofEach(service, own, samples);
      }
    } finally {
      leases.values().forEach(Lease::close);
    }
    List<List<Reply>> all = new ArrayList<>(); // one was replaced by another method
    for (int i = 0; i < samples.size(); i++) {
      all.addAll(answers(asked.get(i), List.of(samples.get(i))));
    }
    return all;
  }

  private static <Q> List<List<Reply>> ofEach(
      TaskService<Q> service, List<Lease> leases, List<Prepared> samples) {
    List<TaskAnswer> answers =
        service.answersOfEach(
            leases.stream().map(Lease::model).toList(),
            samples.stream().map(sample -> sample.of(service)).toList());
    List<List<Reply>> all = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      Lease lease = leases.get(i);
      all.add(
          List.of(new Reply(lease.name(), lease.model().task().labels(), answers.get(i), null)));
    }
    return all;
  }

  private List<List<Reply>> answers(Asked asked, List<Prepared> samples) {
    Native.threadsHere(1); // groups are computed side by side
    List<Lease> leases = new ArrayList<>();
    try {
      asked.adapters().forEach(name -> leases.add(lease.apply(name)));
      Map<TaskService<?>, List<Lease>> byTask = new LinkedHashMap<>();
      for (Lease lease : leases) {
        byTask
            .computeIfAbsent(services.of(lease.name(), lease.model()), service -> new ArrayList<>())
            .add(lease);
      }
      List<Map<Lease, TaskAnswer>> found = new ArrayList<>();
      samples.forEach(sample -> found.add(new HashMap<>()));
      byTask.forEach((service, own) -> fill(found, service, own, samples));
      List<List<Reply>> all = new ArrayList<>();
      for (int i = 0; i < samples.size(); i++) {
        View view = samples.get(i).view();
        List<Reply> replies = new ArrayList<>();
        for (Lease lease : leases) {
          replies.add(
              new Reply(
                  lease.name(),
                  lease.model().task().labels(),
                  Objects.requireNonNull(found.get(i).get(lease)),
                  view != null && services.of(lease.name(), lease.model()).seesInput()
                      ? view.by(lease.model())
                      : null));
        }
        all.add(Collections.unmodifiableList(replies));
      }
      return all;
    } finally {
      leases.forEach(Lease::close);
    }
  }

  /** What the models of one task say of each sample. */
  private <Q> void fill(
      List<Map<Lease, TaskAnswer>> found,
      TaskService<Q> service,
      List<Lease> leases,
      List<Prepared> samples) {
    for (Lease lease : leases) { // one may have been replaced since
      samples.forEach(sample -> sample.requireUsable(service, lease.model(), rows));
    }
    List<List<TaskAnswer>> answers =
        service.answers(
            leases.stream().map(Lease::model).toList(),
            samples.stream().map(sample -> sample.of(service)).toList());
    for (int i = 0; i < samples.size(); i++) {
      for (int k = 0; k < leases.size(); k++) {
        found.get(i).put(leases.get(k), answers.get(i).get(k));
      }
    }
  }
}
