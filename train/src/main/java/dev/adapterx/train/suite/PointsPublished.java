package dev.adapterx.train.suite;

import java.util.List;
import java.util.stream.Stream;

/** Published results on point clouds, by backbone. All are the best test accuracy of all epochs. */
final class PointsPublished {
  static final List<String> SETTINGS =
      List.of("5way_10shot", "5way_20shot", "10way_10shot", "10way_20shot");

  private static final String POINT_GST =
      "https://github.com/jerryfeng2003/PointGST (figures), and the papers' repositories";

  private static final List<String> VARIANTS = List.of("obj-bg", "obj-only", "pb-t50-rs");

  /** Rows of ACT and ReCon rotate the clouds instead of scaling and shifting them. */
  private static final String SCANS =
      """
      full       | Point-MAE            | 22.1 | 90.02 88.29 85.18
      idpt       | Point-MAE            | 1.7  | 91.22 90.02 84.94
      point-peft | Point-MAE            | 0.7  | 89.67 88.98 84.91
      dapt       | Point-MAE            | 1.1  | 90.88 90.19 85.08
      point-gst  | Point-MAE            | 0.6  | 91.74 90.19 85.29
      full       | ACT, rotation        | 22.1 | 93.29 91.91 88.21
      idpt       | ACT, rotation        | 1.7  | 93.12 92.26 87.65
      point-peft | ACT, rotation        | 0.7  | 90.36 90.02 85.74
      dapt       | ACT, rotation        | 1.1  | 92.60 91.57 87.54
      point-gst  | ACT, rotation        | 0.6  | 93.46 92.60 88.27
      full       | ReCon, rotation      | 22.1 | 94.32 92.77 90.01
      idpt       | ReCon, rotation      | 1.7  | 93.29 91.57 87.27
      dapt       | ReCon, rotation      | 1.1  | 94.32 92.43 89.38
      point-gst  | ReCon, rotation      | 0.6  | 94.49 92.94 89.49
      full       | Point-BERT           | 22.1 | 87.43 88.12 83.07
      dapt       | Point-BERT           | 1.1  | 91.05 89.67 85.43
      """;

  private static final String TURNED =
      """
      idpt       | Point-MAE, rotation  | 1.7  | 93.63 93.12 88.51
      """;

  private static final String ADAPTER_X =
      """
      full       | Point-MAE, by Adapter-X's authors | 22.1 | - - 88.31
      dapt       | Point-MAE, by Adapter-X's authors | 1.1  | - - 87.13
      dapt-x     | Point-MAE                         | -    | - - 88.45
      """;

  private static final String MODELS =
      """
      full       | Point-MAE            | 22.1 | 93.2
      idpt       | Point-MAE            | 1.7  | 93.3
      point-peft | Point-MAE            | 0.7  | 93.3
      dapt       | Point-MAE            | 1.1  | 93.5
      point-gst  | Point-MAE            | 0.6  | 93.5
      """;

  private static final String FOLDS =
      """
      full       | Point-MAE            | 22.1 | 96.3+-2.5 97.8+-1.8 92.6+-4.1 95.0+-3.0
      idpt       | Point-MAE            | 1.7  | 97.3+-2.1 97.9+-1.1 92.8+-4.1 95.4+-2.9
      full       | ReCon                | -    | 97.3 98.9 93.3 95.8
      """;

  private PointsPublished() {}

  static List<Published> scans() {
    return Stream.of(
            PublishedTable.of(POINT_GST, VARIANTS, SCANS),
            PublishedTable.of("https://github.com/zyh16143998882/ICCV23-IDPT", VARIANTS, TURNED),
            PublishedTable.of(
                "https://arxiv.org/abs/2406.03051 (read off the first figure)",
                VARIANTS,
                ADAPTER_X))
        .flatMap(List::stream)
        .toList();
  }

  static List<Published> models() {
    return PublishedTable.of(POINT_GST, List.of("modelnet40"), MODELS);
  }

  static List<Published> folds() {
    return PublishedTable.of(
        "https://github.com/Pang-Yatian/Point-MAE, ICCV23-IDPT and ReCon", SETTINGS, FOLDS);
  }
}
