package dev.adapterx.data.fetch;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Settings;
import dev.adapterx.base.SmallFile;
import dev.adapterx.base.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * The note in a fetched data set's folder, {@value #FILE}: it marks the set as complete, and
 * records its origin.
 *
 * @param name of the set
 * @param page of its publishers
 * @param terms under which it may be used
 * @param archives it was made of
 * @param differences from the published counts
 */
record SourceNote(
    String name, String page, String terms, List<Origin> archives, List<String> differences) {
  static final String FILE = ".source.json";

  void write(Path folder) {
    WholeFile.write(folder.resolve(FILE), Settings.text(this));
  }

  /**
   * Reads the note.
   *
   * @return empty when there is none
   * @throws DataException when it is invalid
   */
  static Optional<SourceNote> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Settings.json().readValue(SmallFile.text(file), SourceNote.class));
    } catch (IOException | JacksonException e) {
      throw new DataException(
          "%s cannot be read: %s. Move %s away and fetch it again, or leave it and check it with 'data check'"
              .formatted(file, e.getMessage(), folder),
          e);
    }
  }
}
