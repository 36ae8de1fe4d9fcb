package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.arguments.FirstAdapter;
import dev.adapterx.cli.output.FetchBar;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.cli.terminal.Stop;
import dev.adapterx.infer.Adapters;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.int8.Int8Linears;
import dev.adapterx.serve.AdapterServer;
import dev.adapterx.serve.ServerOptions;
import dev.adapterx.serve.Tokens;
import dev.adapterx.serve.studio.StudioOptions;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Answers over HTTP, with many adapters over one backbone. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Answers over HTTP what images or point clouds show, with many adapters over one backbone that"
          + " is loaded once.",
      "",
      "An adapter has the name of its folder, or of its run's. It is loaded when it is first asked,"
          + " loaded again when its files change, and given up for memory when it is the one not used"
          + " for longest. The address in a browser is a page to ask on. Pictures are posted as they are; programs that speak the Open Inference"
          + " Protocol, version 2 (KServe, Triton), find it under /v2. docs/serving.md shows all."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx serve --backbone embedded --adapters runs",
      "  curl --data-binary @photo.jpg http://127.0.0.1:8080/predict/first",
      "  adapterx serve --backbone vit.safetensors --adapters adapters --pin birds,flowers",
      "  adapterx serve --backbone vit.safetensors --adapters adapters --host 0.0.0.0 --tokens tokens.txt",
      "  adapterx serve --backbone embedded --adapters runs --input-size 128",
      "  adapterx serve --backbone embedded --adapters runs --studio studio",
      "",
      "Ctrl-C or SIGTERM: takes no more requests, answers those it took, and ends."
    })
final class ServeCommand implements Callable<Integer> {
  private static final String ALL = "all";

  /** Adapters that are not served and named one by one at the start. */
  private static final int MOST_TOLD = 10;

  @Spec CommandSpec spec;

  @Option(
      names = "--backbone",
      required = true,
      paramLabel = "WEIGHTS",
      description =
          "The weights that all adapters were trained on: a file or its folder, its name on the"
              + " hub, or embedded.")
  String backbone = "";

  @Option(
      names = "--adapters",
      required = true,
      paramLabel = "FOLDER",
      description = "A folder with a folder for each adapter or run.")
  Path adapters = Path.of(".");

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "Where it listens (default: 8080; 0: any free port).")
  int port;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "On which address (default: 127.0.0.1, this machine alone).")
  String host = "";

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description =
          "Who may ask: a token a line, which is sent as Authorization: Bearer TOKEN; after a space"
              + " the adapters it is for, with commas between, else it is for everything.")
  @Nullable Path tokens;

  @Option(
      names = "--without-tokens",
      description = "Let all who reach an address other than this machine's own ask.")
  boolean withoutTokens;

  @Option(
      names = "--preload",
      split = ",",
      paramLabel = "NAME",
      description = "Adapters to load before the first request, or all.")
  List<String> preload = List.of();

  @Option(
      names = "--pin",
      split = ",",
      paramLabel = "NAME",
      description = "Adapters to load and keep loaded.")
  List<String> pin = List.of();

  @Option(
      names = "--adapter-memory",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Memory of all loaded adapters (default: 512).")
  int memory;

  @Option(
      names = "--threads",
      defaultValue = "0",
      description = "Forward passes side by side (default: 0, one for each processor).")
  int threads;

  @Option(
      names = "--batch",
      defaultValue = "1",
      description =
          "Requests of one adapter that are computed at once (default: 1, with which an answer has"
              + " the bits of predict, whatever other requests there are; 8 is faster for backbones"
              + " narrower than 384 and on GPUs).")
  int batch;

  @Option(
      names = "--queue",
      defaultValue = "256",
      description = "Requests that may wait; others get 503 and may come again (default: 256).")
  int queue;

  @Option(
      names = "--share",
      defaultValue = "64",
      description = "Of these for one adapter (default: 64).")
  int share;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long a request may take (default: 30).")
  int deadline;

  @Option(
      names = "--max-body",
      paramLabel = "MIB",
      defaultValue = "20",
      description = "Of the largest request (default: 20).")
  int body;

  @Option(
      names = "--max-pixels",
      defaultValue = "50000000",
      description = "Of the largest picture, by its header (default: 50000000).")
  long pixels;

  @Option(
      names = "--max-tiles",
      defaultValue = "256",
      description =
          "Windows, tiles or draws through which one large picture or cloud is seen (default: 256).")
  int rows;

  @Option(
      names = "--connections",
      defaultValue = "256",
      description = "At the same time (default: 256).")
  int connections;

  @Option(
      names = "--studio",
      paramLabel = "FOLDER",
      description =
          "Let clients with full access collect samples and train adapters on the page; samples"
              + " and runs are kept in FOLDER, trained adapters go to --adapters.")
  @Nullable Path studio;

  @Option(
      names = "--prefix",
      paramLabel = "NAMES",
      description = "What of a checkpoint is taken, as backbone.prefix of a recipe.")
  @Nullable String prefix;

  @Option(
      names = "--input-size",
      paramLabel = "PIXELS",
      description =
          "A side of the pictures, one for all adapters, as backbone.input-size of a recipe (default:"
              + " that of this backbone's first adapter by name). Adapters trained with another are not served.")
  @Nullable Integer inputSize;

  @Option(
      names = "--precision",
      paramLabel = "fp32|bf16|int8|auto",
      defaultValue = "auto",
      description =
          "Of the frozen weights (default: auto). int8 looks at up to 64 samples of each adapter's"
              + " training split when it is loaded, so --adapters must hold its run.")
  Precision precision = Precision.AUTO;

  @Option(names = "--quiet", description = "Print no line for each request.")
  boolean quiet;

  @Override
  public Integer call() throws InterruptedException {
    Session session = Session.of(spec);
    if (precision == Precision.INT8) {
      Int8Linears.requireFast(Device.CPU);
    }
    ServerOptions options = options();
    try (FetchBar bar = new FetchBar(spec);
        Backbone loaded =
            new FirstAdapter(adapters).load(inputSize, studio != null, with -> loaded(with, bar));
        Int8Runs int8 = precision == Precision.INT8 ? new Int8Runs(loaded) : null;
        AdapterServer server =
            AdapterServer.start(
                int8 == null
                    ? Adapters.over(loaded, adapters, options.work().adapterBytes())
                    : Adapters.over(loaded, adapters, options.work().adapterBytes(), int8),
                adapters,
                options,
                studio == null ? null : studio(studio, loaded),
                line -> tell("warning: " + line),
                this::show)) {
      List<String> names = server.adapters().names();
      Map<String, String> unserved = server.unserved();
      List<String> served = names.stream().filter(name -> !unserved.containsKey(name)).toList();
      requireServed("--pin", pin, unserved);
      boolean all = preload.equals(List.of(ALL));
      requireServed("--preload", all ? List.of() : preload, unserved);
      pin.forEach(server.adapters()::pin);
      (all ? served : preload).forEach(server.adapters()::preload);
      tell(unserved);
      tell(
          "%s over %s at %s"
              .formatted(
                  count(served.size(), names.size()), loaded.info().name(), server.address()));
      serve(server, session.stop());
    }
    return Session.DONE;
  }

  private Backbone loaded(Backbones.Options options, FetchBar bar) {
    return PredictCommand.loaded(
        backbone, options.toBuilder().prefix(prefix).precision(precision).build(), bar);
  }

  private static String count(int served, int all) {
    String noun = all == 1 ? "adapter" : "adapters";
    return served == all ? all + " " + noun : served + " of " + all + " " + noun;
  }

  private static void requireServed(
      String option, List<String> names, Map<String, String> unserved) {
    for (String name : names) {
      String why = unserved.get(name);
      if (why != null) {
        throw new ConfigException(option + ": '" + name + "' cannot be served: " + why);
      }
    }
  }

  private void tell(Map<String, String> unserved) {
    unserved.entrySet().stream()
        .limit(MOST_TOLD)
        .forEach(one -> tell("warning: '" + one.getKey() + "' is not served: " + one.getValue()));
    if (unserved.size() > MOST_TOLD) {
      tell("warning: nor are " + (unserved.size() - MOST_TOLD) + " more");
    }
  }

  private void serve(AdapterServer server, Stop stop) throws InterruptedException {
    while (!stop.isWanted("no more requests are taken; those that were are answered")) {
      Thread.sleep(50);
    }
    if (!server.drain(Duration.ofSeconds(deadline))) {
      tell("warning: not all requests were answered within " + deadline + " s");
    }
  }

  private ServerOptions options() {
    if (memory < 1 || body < 1 || body > 1024) {
      throw new ConfigException(
          "--adapter-memory and --max-body: expected at least 1 MiB, and at most 1024 of a body");
    }
    if (tokens == null && !withoutTokens && !isLoopback()) {
      throw new ConfigException(
          "--host "
              + host
              + " lets all who reach this machine ask; give --tokens FILE, or --without-tokens if that"
              + " is meant");
    }
    ServerOptions defaults = ServerOptions.defaults();
    long bytes = (long) body << 20;
    return new ServerOptions(
        new ServerOptions.Place(
            host, port, tokens == null ? Tokens.NONE : Tokens.read(tokens), connections),
        new ServerOptions.Work((long) memory << 20, threads, batch, rows),
        new ServerOptions.Queue(queue, share, Duration.ofSeconds(deadline)),
        new ServerOptions.Sizes(
            (int) Math.min(bytes, Integer.MAX_VALUE - 8),
            Math.max(bytes, defaults.sizes().heldBytes()),
            pixels));
  }

  /** Trains as this program does, in a process beside it, over the same backbone. */
  private StudioOptions studio(Path folder, Backbone loaded) {
    List<String> keys = new ArrayList<>(List.of("backbone.path=" + backbone));
    if (loaded.preprocessing() instanceof ImagePreprocessing images) {
      keys.add("backbone.input-size=" + images.inputSize());
    }
    if (prefix != null) {
      keys.add("backbone.prefix=" + prefix);
    }
    Precision training = precision == Precision.INT8 ? Precision.AUTO : precision;
    keys.add("backbone.precision=" + training.name().toLowerCase(Locale.ROOT));
    return new StudioOptions(folder, OwnProgram.command("train"), keys);
  }

  private boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ConfigException("--host " + host + ": this machine knows no such address", e);
    }
  }

  private void show(String line) {
    if (!quiet) {
      print(spec.commandLine().getOut(), line);
    }
  }

  private void tell(String line) {
    print(spec.commandLine().getErr(), "adapterx: " + line);
  }

  private static void print(PrintWriter to, String line) {
    synchronized (to) {
      to.println(line);
      to.flush();
    }
  }
}
