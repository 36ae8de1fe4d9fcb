package dev.adapterx.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import dev.adapterx.tensor.Tensors;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** ONNX Runtime, as a program would use it. */
record Session(OrtSession session) implements AutoCloseable {
  static Session open(Path graph) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      return new Session(OrtEnvironment.getEnvironment().createSession(graph.toString(), options));
    }
  }

  Set<String> inputs() {
    return session.getInputNames();
  }

  /** Where the images or clouds go. */
  private String given() {
    return inputs().stream().filter(i -> i.matches("pixels|points|groups")).findAny().orElseThrow();
  }

  Set<String> outputs() {
    return session.getOutputNames();
  }

  /** Experts, (batch, blocks, patches, sub-tokens). */
  int[][][][] routing(float[] pixels, long[] shape, Path adapter) throws OrtException {
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (OrtSession.RunOptions options = new OrtSession.RunOptions();
        OnnxTensor input = OnnxTensor.createTensor(env, FloatBuffer.wrap(pixels), shape);
        OrtLoraAdapter own = OrtLoraAdapter.create(adapter.toString())) {
      options.addActiveLoraAdapter(own);
      try (OrtSession.Result result =
          session.run(Map.of("pixels", input), Set.of("routing"), options)) {
        return (int[][][][]) result.get(0).getValue();
      }
    }
  }

  /** Scores, row by row, with an adapter or of a merged model. */
  float[] logits(float[] pixels, long[] shape, Path adapter) throws OrtException {
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (OrtSession.RunOptions options = new OrtSession.RunOptions();
        OnnxTensor input = OnnxTensor.createTensor(env, FloatBuffer.wrap(pixels), shape)) {
      if (adapter == null) {
        return values(options, input);
      }
      try (OrtLoraAdapter own = OrtLoraAdapter.create(adapter.toString())) {
        options.addActiveLoraAdapter(own);
        return values(options, input);
      }
    }
  }

  /** A tensor of fp32 for a session. */
  static OnnxTensor tensor(Tensor x) throws OrtException {
    FloatBuffer values = FloatBuffer.wrap(Tensors.floats(x));
    return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, x.shape());
  }

  /** One output for one input, with an adapter or of a merged model. */
  Tensor asked(Tensor input, Path adapter, String output, long[] shape) throws OrtException {
    try (OnnxTensor given = tensor(input)) {
      return asked(Map.of(given(), given), adapter, output, shape);
    }
  }

  /** One output for those of the inputs that the graph has. */
  Tensor asked(Map<String, OnnxTensor> all, Path adapter, String output, long[] shape)
      throws OrtException {
    Map<String, OnnxTensor> own = new HashMap<>(all);
    own.keySet().retainAll(inputs());
    try (OrtSession.RunOptions options = new OrtSession.RunOptions();
        OrtLoraAdapter loaded =
            adapter == null ? null : OrtLoraAdapter.create(adapter.toString())) {
      if (loaded != null) {
        options.addActiveLoraAdapter(loaded);
      }
      try (OrtSession.Result result = session.run(own, Set.of(output), options)) {
        FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] values = new float[found.remaining()];
        found.get(values);
        return Tensors.of(values, shape);
      }
    }
  }

  private float[] values(OrtSession.RunOptions options, OnnxTensor input) throws OrtException {
    try (OrtSession.Result result =
        session.run(Map.of(given(), input), Set.of("logits"), options)) {
      FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[found.remaining()];
      found.get(values);
      return values;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
