package dev.adapterx.spark;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/** A saved {@link AdapterXTransformer}: Spark's metadata, and the adapter beside it. */
final class TransformerFiles {
  private static final String ADAPTER = "adapter";

  private TransformerFiles() {}

  private static String adapter(String path) {
    return path.replaceFirst("/+$", "") + "/" + ADAPTER;
  }

  /** Writes both. */
  static final class Writer extends MLWriter {
    private final AdapterXTransformer stage;

    Writer(AdapterXTransformer stage) {
      this.stage = stage;
    }

    @Override
    public void saveImpl(String path) {
      Configuration hadoop = sparkSession().sessionState().newHadoopConf();
      var content = stage.content(hadoop); // first: without an adapter nothing is written
      DefaultParamsWriter.saveMetadata(stage, path, sparkSession());
      try {
        content.write(adapter(path), hadoop);
      } catch (IOException e) {
        throw new DataException("Could not write " + adapter(path) + ": " + Reason.of(e), e);
      }
    }
  }

  /** Reads the parameters; the adapter is then the one beside them. */
  static final class Reader extends MLReader<AdapterXTransformer> {
    @Override
    public AdapterXTransformer load(String path) {
      MLReader<AdapterXTransformer> parameters = new DefaultParamsReader<>();
      return parameters.load(path).setAdapter(adapter(path));
    }
  }
}
