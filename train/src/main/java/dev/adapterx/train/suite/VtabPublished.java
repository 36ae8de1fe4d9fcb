package dev.adapterx.train.suite;

import java.util.List;
import java.util.stream.Stream;

/** Published results on VTAB-1k with ViT-B/16 pre-trained on ImageNet-21k. */
final class VtabPublished {
  /** Compiled from the papers; NOAH's own table has Full on Flowers as 87.2, a misprint. */
  private static final String BENCH =
      """
      full        |                 | 85.8 | 68.9 87.7 64.3 97.2 86.9 87.4 38.8 79.7 95.7 84.2 73.9 56.3 58.6 41.7 65.5 57.5 46.7 25.7 29.1
      linear-probe|                 | 0    | 63.4 85.0 63.2 97.0 86.3 36.6 51.0 78.5 87.5 68.6 74.0 34.3 30.6 33.2 55.4 12.5 20.0 9.6 19.2
      houlsby:noah| 8 wide          | 0.16 | 69.2 90.1 68.0 98.8 89.9 82.8 54.3 84.0 94.9 81.9 75.5 80.9 65.3 48.6 78.3 74.8 48.5 29.9 41.6
      vpt:shallow |                 | 0.08 | 77.7 86.9 62.6 97.5 87.3 74.5 51.2 78.2 92.0 75.6 72.9 50.5 58.6 40.5 67.1 68.7 36.1 20.2 34.1
      vpt         |                 | 0.56 | 78.8 90.8 65.8 98.0 88.3 78.1 49.6 81.8 96.1 83.4 68.4 68.5 60.0 46.5 72.8 73.6 47.9 32.9 37.8
      bitfit      |                 | 0.10 | 72.8 87.0 59.2 97.5 85.3 59.9 51.4 78.7 91.6 72.9 69.8 61.5 55.6 32.4 55.9 66.6 40.0 15.7 25.1
      lora        | rank 8          | 0.29 | 67.1 91.4 69.4 98.8 90.4 85.3 54.0 84.9 95.3 84.4 73.6 82.9 69.2 49.8 78.5 75.7 47.1 31.0 44.0
      adaptformer | 8 wide          | 0.16 | 70.8 91.2 70.5 99.1 90.9 86.6 54.8 83.0 95.8 84.4 76.3 81.9 64.3 49.3 80.3 76.3 45.7 31.7 41.1
      ssf         |                 | 0.21 | 69.0 92.6 75.1 99.4 91.8 90.2 52.9 87.4 95.9 87.4 75.5 75.9 62.3 53.3 80.6 77.3 54.9 29.5 37.9
      noah        |                 | 0.43 | 69.6 92.7 70.2 99.1 90.4 86.1 53.7 84.4 95.4 83.9 75.8 82.8 68.9 49.9 81.7 81.8 48.3 32.8 44.2
      sct         |                 | 0.11 | 75.3 91.6 72.2 99.2 91.1 91.2 55.0 85.0 96.1 86.3 76.2 81.5 65.1 51.7 80.2 75.4 46.2 33.2 45.7
      fact:tk     |                 | 0.07 | 70.6 90.6 70.8 99.1 90.7 88.6 54.1 84.8 96.2 84.5 75.7 82.6 68.2 49.8 80.7 80.8 47.4 33.2 43.0
      rep-adapter |                 | 0.22 | 72.4 91.6 71.0 99.2 91.4 90.7 55.1 85.3 95.9 84.6 75.9 82.3 68.0 50.4 79.9 80.4 49.2 38.6 41.0
      hydra       |                 | 0.28 | 72.7 91.3 72.0 99.2 91.4 90.7 55.5 85.8 96.0 86.1 75.9 83.2 68.2 50.9 82.3 80.3 50.8 34.5 43.1
      lst         |                 | 2.38 | 59.5 91.5 69.0 99.2 89.9 79.5 54.6 86.9 95.9 85.3 74.1 81.8 61.8 52.2 81.0 71.7 49.5 33.7 45.2
      dtl         |                 | 0.04 | 69.6 94.8 71.3 99.3 91.3 83.3 56.2 87.1 96.2 86.1 75.0 82.8 64.2 48.8 81.9 93.9 53.9 34.2 47.1
      hst         |                 | 0.78 | 76.7 94.1 74.8 99.6 91.1 91.2 52.3 87.1 96.3 88.6 76.5 85.4 63.7 52.9 81.7 87.2 56.8 35.8 52.1
      gps         |                 | 0.22 | 81.1 94.2 75.8 99.4 91.7 91.6 52.4 87.9 96.2 86.5 76.5 79.9 62.6 55.0 82.4 84.0 55.4 29.7 46.1
      last        |                 | 0.66 | 66.7 93.4 76.1 99.6 89.8 86.1 54.3 86.2 96.3 86.8 75.4 81.9 65.9 49.4 82.6 87.9 46.7 32.3 51.5
      snf         |                 | 0.25 | 84.0 94.0 72.7 99.3 91.3 90.3 54.9 87.2 97.3 85.5 74.5 82.3 63.8 49.8 82.5 75.8 49.2 31.4 42.1
      """;

  private static final String CONVPASS =
      """
      convpass:attention | | 0.16 | 71.84 90.62 71.97 99.06 90.98 89.93 54.25 85.17 95.57 83.43 74.76 79.86 66.97 50.31 79.89 84.27 53.2 34.81 42.95
      convpass           | | 0.33 | 72.29 91.16 72.18 99.15 90.90 91.26 54.87 84.19 96.13 85.32 75.60 82.26 67.86 51.31 80.03 85.94 53.13 36.43 44.44
      """;

  private static final String BI_ADAPTER =
      """
      bi-adapter      | 32 wide, 1 bit | - | mean 77.0
      bi-adapter:lora | rank 32, 1 bit | - | mean 76.7
      """;

  private static final String ADAPTER_PLUS =
      """
      adapter-plus | 1 wide  | 0.037 | mean 76.3
      adapter-plus | 2 wide  | 0.055 | mean 76.9
      adapter-plus | 4 wide  | 0.092 | mean 77.4
      adapter-plus | 8 wide  | 0.166 | mean 77.6
      adapter-plus | 16 wide | 0.314 | mean 77.6
      full         | by Adapter+'s authors, pixels in [-1, 1] | 85.8 | mean 74.2
      lora         | by Adapter+'s authors, pixels in [-1, 1] | -    | mean 75.6
      vpt          | by Adapter+'s authors, pixels in [-1, 1] | -    | mean 76.4
      ssf          | by Adapter+'s authors, pixels in [-1, 1] | -    | mean 74.6
      """;

  /** Parameters there are percentages of different counts, so they are left out here. */
  private static final String ADAPTER_X =
      """
      adapter-x:sequential | Adapter-X              | - | mean 74.3
      adapter-x            | Adapter-X              | - | mean 76.2
      adapter              | by Adapter-X's authors | - | mean 74.2
      adaptformer          | by Adapter-X's authors | - | mean 76.1
      """;

  private VtabPublished() {}

  static List<Published> rows(List<String> tasks) {
    return Stream.of(
            PublishedTable.of(
                "https://github.com/synbol/Parameter-Efficient-Transfer-Learning-Benchmark",
                tasks,
                BENCH),
            PublishedTable.of("https://github.com/JieShibo/PETL-ViT (convpass)", tasks, CONVPASS),
            PublishedTable.of(
                "https://github.com/JieShibo/PETL-ViT (binary_adapter)", tasks, BI_ADAPTER),
            PublishedTable.of(
                "https://github.com/visinf/adapter_plus (figure)", tasks, ADAPTER_PLUS),
            PublishedTable.of(
                "https://arxiv.org/abs/2406.03051 (read off the first figure)", tasks, ADAPTER_X))
        .flatMap(List::stream)
        .toList();
  }
}
