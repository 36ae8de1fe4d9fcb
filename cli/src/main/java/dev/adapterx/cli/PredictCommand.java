package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.cli.arguments.BareAdapter;
import dev.adapterx.cli.arguments.InputFiles;
import dev.adapterx.cli.arguments.RunArguments;
import dev.adapterx.cli.output.FetchBar;
import dev.adapterx.cli.output.Fetches;
import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.hub.Hub;
import dev.adapterx.infer.Predictor;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.input.PredictionWriter;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.result.Ensemble;
import dev.adapterx.train.result.TrainedRun;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.text.Table;
import dev.adapterx.weights.Models;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Predicts files. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    customSynopsis = {
      "adapterx predict [OPTIONS] RUN [--with RUN]... FILE|FOLDER|- ...",
      "adapterx predict [OPTIONS] --backbone WEIGHTS ADAPTER FILE|FOLDER|- ...",
      "adapterx predict [OPTIONS] --backbone WEIGHTS [--labels FILE] FILE|FOLDER|- ..."
    },
    description = {
      "Names what images or point clouds show, by a trained run, by an adapter alone (the folder"
          + " adapter of a run, with the backbone it was trained on), or by the classifier that a"
          + " backbone's weights have.",
      "",
      "With further runs, each named by --with, it names what the mean of their probabilities says;"
          + " they must have the same backbone, which is loaded once, and the same classes.",
      "",
      "A segmentation writes masks and overlays instead, and says which share each class has; a model"
          + " of parts writes clouds with a label and a colour for each point.",
      "",
      "Folders are searched, however deep, for what the backbone takes: images, or files of points"
          + " and meshes; - reads one path per line from standard input. A file that cannot be read is"
          + " named and counted on standard error, the others go on, and the exit code is 2."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx predict runs/first photo.jpg",
      "  adapterx predict runs/first photos/ --json > predictions.jsonl",
      "  find . -name '*.jpg' | adapterx predict runs/first - --top 1",
      "  adapterx predict runs/seed0 --with runs/seed1 --with runs/seed2 photos/",
      "  adapterx predict runs/roads photos/ --out roads",
      "  adapterx predict runs/cells photos/ --min-score 0.4",
      "  adapterx predict runs/shapes chair.ply scans/",
      "  adapterx predict runs/parts chair/ --category chair --out parts",
      "  adapterx predict --backbone embedded adapter photo.jpg",
      "  adapterx predict --backbone vit_tiny.safetensors --labels imagenet.txt photo.jpg",
      "  adapterx predict --backbone modelnet40.pth --labels shape_names.txt chair.off",
      "",
      "With --json there is one object per line: file, label, index and probability of the most"
          + " probable class, and top, the list of the --top most probable."
    })
final class PredictCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN FILE|FOLDER|-",
      description =
          "The run's folder (with --backbone an adapter's, or none), and what to look at.")
  List<String> arguments = List.of();

  @Mixin RunArguments runs = new RunArguments();

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "3",
      description = "How many classes to name per file (default: 3).")
  int top;

  @Option(
      names = "--backbone",
      paramLabel = "WEIGHTS",
      description =
          "Instead of a run: a weight file (or its folder, its name on the hub, or embedded) with"
              + " an adapter for it, or with a classifier of its own.")
  @Nullable String backbone;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "With --backbone: names of its classes, one per line; by default those of its"
              + " config.json, if there.")
  @Nullable Path labels;

  @Option(
      names = "--prefix",
      paramLabel = "NAMES",
      description =
          "With --backbone: what of a checkpoint is taken, as backbone.prefix of a recipe:"
              + " state_dict., teacher.backbone.")
  @Nullable String prefix;

  @Option(
      names = "--normalisation",
      paramLabel = "half|imagenet|clip|unit-sphere|none",
      description = "With --backbone: where its file does not say, or says it wrongly.")
  @Nullable Normalisation normalisation;

  @Option(
      names = "--no-exif-orientation",
      description =
          "With --backbone: leave pictures as their pixels lie, as data.exif-orientation=false did"
              + " in the adapter's training.")
  boolean noExifOrientation;

  @Option(
      names = "--precision",
      paramLabel = "fp32|bf16|int8|auto",
      description = "Of the frozen weights; by default the recipe's, else auto.")
  @Nullable Precision precision;

  @Option(names = "--json", description = "Print one JSON object per file and line.")
  boolean json;

  @Option(
      names = "--category",
      paramLabel = "NAME",
      description =
          "Of a model that labels points of several kinds of objects: which kind the files show; by"
              + " default the name of the folder that a file is in.")
  @Nullable String category;

  @Option(
      names = "--boxes",
      paramLabel = "RADIUS",
      description =
          "Of a model that labels points: also boxes around objects, points of one class of which"
              + " each is within this distance of another, in the units of the data.")
  @Nullable Double boxes;

  @Option(
      names = "--min-score",
      paramLabel = "SCORE",
      description =
          "Of a model that finds objects: those with a lower score are neither drawn nor listed"
              + " (default: 0.3; evaluate says where F1 is highest).")
  @Nullable Double minScore;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Of a segmentation and other tasks that write files: where; of a segmentation"
              + " masks/NAME.png (the classes' indices, in a palette) and overlays/NAME.png"
              + " (default: predictions).")
  @Nullable Path out;

  @Override
  public Integer call() {
    InputStream in = Session.of(spec).in();
    if (top < 1) {
      throw new ConfigException("--top: expected at least 1, found " + top);
    }
    if (backbone != null) {
      if (runs.best()) {
        throw new ConfigException("--best is about runs; leave it out with --backbone");
      }
      if (!runs.with().isEmpty()) {
        throw new ConfigException("--with averages runs; leave it out with --backbone");
      }
      if (BareAdapter.is(arguments.get(0))) {
        withAdapter(backbone, in);
      } else {
        withBackbone(backbone, arguments, in);
      }
      return Session.DONE;
    }
    if (labels != null || normalisation != null || prefix != null) {
      throw new ConfigException(
          "--labels, --normalisation and --prefix belong to --backbone; a run knows its own");
    }
    if (noExifOrientation) {
      throw new ConfigException("--no-exif-orientation belongs to --backbone; a run knows its own");
    }
    requireFiles("a run", "runs/first");
    BareAdapter.requireRun(arguments.get(0));
    Path run = Path.of(arguments.get(0));
    Fetches.of(run, spec);
    if (writes(run)) {
      if (!runs.with().isEmpty()) {
        throw new ConfigException(
            "--with takes the mean of what several runs say of whole files; a model that writes"
                + " masks, boxes or labels of points is asked alone");
      }
      written(run, arguments.subList(1, arguments.size()), in);
      return Session.DONE;
    }
    requireNoOut();
    try (Ensemble ensemble = Ensemble.open(runs.following(run), runs.best(), precision)) {
      List<String> files = arguments.subList(1, arguments.size());
      predict(ensemble.predictor(), files, in);
    }
    return Session.DONE;
  }

  /** Whether its task writes files instead of naming classes. */
  private boolean writes(Path run) {
    RunFolder folder = new RunFolder(run);
    Path adapter = runs.best() ? folder.bestAdapter() : folder.adapter();
    return AdapterFile.exists(adapter)
        && TrainableTask.of(AdapterFile.read(adapter).task()).isPresent();
  }

  private void requireNoOut() {
    if (out != null || category != null || boxes != null || minScore != null) {
      throw new ConfigException(
          "--out, --category, --boxes and --min-score are for models that write masks, boxes, labels of points and the"
              + " like; this model names what a whole file shows");
    }
  }

  private void written(Path run, List<String> named, InputStream in) {
    try (TrainedRun trained = TrainedRun.open(run, runs.best(), precision)) {
      TrainableTask task = TrainableTask.of(trained.model().task()).orElseThrow();
      written(task, trained.model(), trained.recipe().data().turnsFiles(), named, in);
    }
  }

  private void written(
      TrainableTask task, AdaptedModel model, boolean turned, List<String> named, InputStream in) {
    List<Path> files = InputFiles.of(named, in, Modality.of(model.backbone()));
    PrintWriter lines = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Map<String, Integer> endings = new TreeMap<>();
    PredictionWriter writer = task.writer(model, turned);
    writer = category == null ? writer : writer.told(category);
    writer = boxes == null ? writer : writer.boxed(boxes);
    writer = minScore == null ? writer : writer.from(minScore);
    List<String> places =
        writer.write(
            files,
            out == null ? Path.of("predictions") : out,
            found -> {
              lines.println(json ? Json.line(found.json()) : found.text());
              lines.flush();
            },
            broken -> {
              endings.merge(InputFiles.ending(files.get(broken.index())), 1, Integer::sum);
              err.println("adapterx: " + broken.reason());
              err.flush();
            });
    if (!json) {
      lines.println();
      places.forEach(lines::println);
    }
    requireRead(files, endings);
  }

  private static void requireRead(List<Path> files, Map<String, Integer> broken) {
    int count = broken.values().stream().mapToInt(Integer::intValue).sum();
    if (count > 0) {
      throw new DataException(
          "%d of %d %s could not be read (%s); they are named above"
              .formatted(
                  count, files.size(), files.size() == 1 ? "file" : "files", counted(broken)));
    }
  }

  private void requireFiles(String what, String example) {
    if (arguments.size() < 2) {
      throw new ConfigException(
          "Expected %s and at least one file, for example: adapterx predict %s photo.jpg"
              .formatted(what, example));
    }
  }

  /** Of a backbone without its run. */
  private Precision ofWeights() {
    if (precision == Precision.INT8) {
      throw new ConfigException(
          "--precision int8 needs samples of the training split, to find the layers that must stay"
              + " as they are; give the folder of a run instead of --backbone, or take bf16");
    }
    return precision == null ? Precision.AUTO : precision;
  }

  private void withAdapter(String weights, InputStream in) {
    if (labels != null || normalisation != null) {
      throw new ConfigException("--labels and --normalisation: an adapter knows its own");
    }
    requireFiles("an adapter", "--backbone WEIGHTS adapter");
    AdapterFile adapter = AdapterFile.read(Path.of(arguments.get(0)));
    Backbones.Options options =
        adapter.options().toBuilder().prefix(prefix).precision(ofWeights()).build();
    try (FetchBar bar = new FetchBar(spec);
        Backbone loaded = loaded(weights, options, bar);
        AdaptedModel model = adapter.attach(loaded)) {
      Optional<TrainableTask> task = TrainableTask.of(model.task());
      if (task.isPresent()) {
        List<String> named = arguments.subList(1, arguments.size());
        written(task.get(), model, !noExifOrientation, named, in);
        return;
      }
      requireNoOut();
      Predictor predictor = Predictor.of(model);
      List<String> files = arguments.subList(1, arguments.size());
      predict(noExifOrientation ? predictor.withoutExifOrientation() : predictor, files, in);
    }
  }

  /** Weights by name: embedded, a file, its folder, a name on the hub. */
  static Backbone loaded(String weights, Backbones.Options options, FetchBar bar) {
    return Backbones.EMBEDDED.contains(weights)
        ? Backbones.embedded(weights, options)
        : Backbones.load(new Models(Hub.environment(bar)).find(weights), options);
  }

  private void withBackbone(String weights, List<String> files, InputStream in) {
    Backbones.Options options =
        Backbones.Options.builder()
            .normalisation(normalisation)
            .prefix(prefix)
            .precision(ofWeights())
            .build();
    List<String> names = labels == null ? null : InputFiles.lines(labels);
    try (FetchBar bar = new FetchBar(spec);
        Backbone loaded = loaded(weights, options, bar)) {
      if (!loaded.info().within().isEmpty()) {
        spec.commandLine()
            .getErr()
            .println("weights: those named " + loaded.info().within() + "; --prefix takes others");
      }
      predict(Predictor.pretrained(loaded, names), files, in);
    }
  }

  private void predict(Predictor predictor, List<String> named, InputStream in) {
    List<Path> files = InputFiles.of(named, in, Modality.of(predictor.backbone()));
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Consumer<Predictor.Prediction> printer =
        json ? p -> out.println(Json.line(json(p))) : lines(out, files, predictor.labels());
    Map<String, Integer> endings = new TreeMap<>();
    predictor.predict(
        files,
        top,
        p -> {
          printer.accept(p);
          out.flush();
          p.note().ifPresent(note -> err.println("warning: " + p.file() + ": " + note));
          err.flush();
        },
        (BrokenSample b) -> {
          endings.merge(InputFiles.ending(files.get(b.index())), 1, Integer::sum);
          err.println("adapterx: " + b.reason());
          err.flush();
        });
    requireRead(files, endings);
  }

  private static String counted(Map<String, Integer> endings) {
    return endings.entrySet().stream()
        .map(ending -> ending.getValue() + " " + ending.getKey())
        .collect(Collectors.joining(", "));
  }

  private static Map<String, Object> json(Predictor.Prediction p) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", p.file().toString());
    json.putAll(json(p.top().get(0)));
    p.note().ifPresent(note -> json.put("note", note));
    json.put("top", p.top().stream().map(PredictCommand::json).toList());
    return json;
  }

  private static Map<String, Object> json(Predictor.Guess guess) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("label", guess.label());
    json.put("index", guess.index());
    json.put("probability", guess.probability());
    return json;
  }

  /** A table whose columns fit all files, although its lines are printed as they are computed. */
  private static Consumer<Predictor.Prediction> lines(
      PrintWriter out, List<Path> files, List<String> labels) {
    int file = Math.max(4, files.stream().mapToInt(f -> f.toString().length()).max().orElse(0));
    int label = Math.max(5, labels.stream().mapToInt(String::length).max().orElse(0));
    String form = "%-" + Math.min(file, 100) + "s  %-" + Math.min(label, 30) + "s  %11s  %s";
    boolean[] headed = {false};
    return p -> {
      if (!headed[0]) {
        headed[0] = true;
        out.println(String.format(Locale.ROOT, form, "file", "label", "probability", "else"));
      }
      String others =
          p.top().stream()
              .skip(1)
              .map(g -> g.label() + " " + Table.percent(g.probability()))
              .collect(Collectors.joining(", "));
      Predictor.Guess first = p.top().get(0);
      String line =
          String.format(
              Locale.ROOT,
              form,
              p.file(),
              first.label(),
              Table.percent(first.probability()),
              others);
      out.println(line.stripTrailing());
    };
  }
}
