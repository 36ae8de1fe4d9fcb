package dev.adapterx.spark.score;

import dev.adapterx.tensor.Precision;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Everything an executor is told for scoring; made and checked on the driver.
 *
 * @param version of the library on the driver
 * @param adapter sent once to each executor
 * @param batch rows that are computed together
 * @param exifOrientation whether pictures are turned as their EXIF tags say
 * @param minScore boxes below it are left out
 * @param category of clouds, where the model has to be told; empty: none
 * @param hadoop how paths are read
 */
public record ScoringPlan(
    String version,
    BackbonePlace backbone,
    Broadcast<AdapterContent> adapter,
    Precision precision,
    InputColumn input,
    OutputColumns output,
    int batch,
    boolean exifOrientation,
    double minScore,
    String category,
    Broadcast<SerializableConfiguration> hadoop)
    implements Serializable {
  private static final long serialVersionUID = 1;
}
