package dev.adapterx.serve;

import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.serve.studio.StudioOptions;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import tools.jackson.databind.JsonNode;

/** A tiny backbone, adapters in a folder, a server on a free port, and a client. */
final class Serving implements AutoCloseable {
  static final int SIDE = 40;

  final Path folder;
  final Backbone backbone;
  final List<String> log = new CopyOnWriteArrayList<>();
  final List<String> access = new CopyOnWriteArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private AdapterServer server;

  Serving(Path folder, String preset) {
    this.folder = folder;
    this.backbone = Backbones.initial(preset, Backbones.Options.defaults().with(Precision.FP32), 1);
  }

  static ServerOptions options() {
    return ServerOptions.defaults().at("127.0.0.1", 0).computing(2, 1);
  }

  void start(ServerOptions options) {
    start(options, null);
  }

  void start(ServerOptions options, StudioOptions studio) {
    server = AdapterServer.start(backbone, folder, options, studio, log::add, access::add);
  }

  /** Keeps no line of each request: for very many of them. */
  void startForMany(ServerOptions options) {
    server = AdapterServer.start(backbone, folder, options, null, log::add, line -> {});
  }

  AdapterServer server() {
    return server;
  }

  void write(String name, PeftMethod method, int classes, long seed) {
    List<String> labels = IntStream.range(0, classes).mapToObj(c -> name + " " + c).toList();
    try (AdaptedModel model =
        AdaptedModel.attach(backbone, method, Classification.of(labels), seed)) {
      AdapterFile.write(model, folder.resolve(name));
    }
  }

  static byte[] png(int number) {
    return png(number, SIDE, SIDE);
  }

  static byte[] png(int number, int width, int height) {
    Rng rng = Rng.of(number, "picture");
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, rng.nextInt(1 << 24));
    }
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path))
        .timeout(Duration.ofSeconds(60));
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<byte[]> get(String path) {
    return send(to(path));
  }

  HttpResponse<byte[]> post(String path, byte[] body) {
    return send(to(path).POST(BodyPublishers.ofByteArray(body)));
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    return Settings.json().readTree(response.body());
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    backbone.close();
  }
}
