package dev.adapterx.serve.task;

import dev.adapterx.infer.Banked;
import dev.adapterx.infer.Inference;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Predictor.Guess;
import dev.adapterx.infer.TaskPredictor;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Probabilities;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Classes of pictures or clouds: probabilities and names. */
public final class ServedClassification implements ServedTask {
  private static final String PROBABILITIES = "probabilities";
  private static final String LABEL = "label";

  @Override
  public String name() {
    return "classification";
  }

  @Override
  public TaskService<?> over(Backbone backbone) {
    return new Service<>(Input.of(backbone));
  }

  /** A row for the backbone; the probabilities of its classes. */
  private record Service<S>(Input<S> input) implements TaskService<float[]> {
    @Override
    public float[] prepared(Object sample, String name, Wishes wishes) {
      return input.prepared(input.type().cast(sample), name);
    }

    @Override
    public float[] prepared(float[] values) {
      return values;
    }

    @Override
    public long bytes(float[] sample) {
      return (long) Float.BYTES * sample.length;
    }

    @Override
    public List<List<TaskAnswer>> answers(List<AdaptedModel> models, List<float[]> samples) {
      List<Inference.Model<float[]>> all = models.stream().map(Inference::classes).toList();
      List<List<TaskAnswer>> answers = new ArrayList<>();
      for (List<float[]> row :
          TaskPredictor.of(input, Inference.each(all)).predictPrepared(samples)) {
        List<TaskAnswer> each = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
          each.add(new Answer(all.get(i).labels(), row.get(i)));
        }
        answers.add(each);
      }
      return answers;
    }

    @Override
    public Optional<Object> family(AdaptedModel model) {
      return Banked.family(model);
    }

    @Override
    public List<TaskAnswer> answersOfEach(List<AdaptedModel> models, List<float[]> samples) {
      List<float[]> found = Banked.probabilities(models, samples);
      List<TaskAnswer> answers = new ArrayList<>();
      for (int i = 0; i < found.size(); i++) {
        answers.add(new Answer(models.get(i).task().labels(), found.get(i)));
      }
      return answers;
    }

    @Override
    public boolean seesInput() {
      return true;
    }

    @Override
    public List<TensorForm> outputs(AdaptedModel model) {
      return List.of(
          new TensorForm(PROBABILITIES, "FP32", List.of(-1L, (long) model.task().labels().size())),
          new TensorForm(LABEL, "BYTES", List.of(-1L)));
    }

    @Override
    public TensorForm.Filled output(String name, List<TaskAnswer> answers) {
      List<Answer> own = answers.stream().map(Answer.class::cast).toList();
      long n = own.size();
      if (name.equals(LABEL)) {
        return new TensorForm.Filled(
            name, List.of(n), new TensorForm.Texts(own.stream().map(Answer::label).toList()));
      }
      int classes = own.get(0).labels.size();
      float[] all = new float[own.size() * classes];
      for (int i = 0; i < own.size(); i++) {
        System.arraycopy(own.get(i).probabilities, 0, all, i * classes, classes);
      }
      return new TensorForm.Filled(name, List.of(n, (long) classes), new TensorForm.Floats(all));
    }
  }

  /** The probabilities of the labels, in their order. */
  @SuppressWarnings("ArrayRecordComponent") // on its way to the client; never compared
  private record Answer(List<String> labels, float[] probabilities) implements TaskAnswer {
    private String label() {
      return labels.get(Probabilities.ranked(probabilities, 1).get(0));
    }

    @Override
    public Map<String, Object> json(Wishes wishes) {
      List<Guess> guesses = Guess.best(labels, probabilities, wishes.top(), "what was sent");
      Map<String, Object> json = json(guesses.get(0));
      json.put("top", guesses.stream().map(Answer::json).toList());
      return json;
    }

    private static Map<String, Object> json(Guess guess) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("label", guess.label());
      json.put("index", guess.index());
      json.put("probability", guess.probability());
      return json;
    }
  }
}
