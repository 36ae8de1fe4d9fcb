package dev.adapterx.base;

import java.io.EOFException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Why a file could not be read or written, worded for messages: without names of Java classes. */
public final class Reason {
  private Reason() {}

  /** The reason of a failure; for null, that no reason is given. */
  public static String of(@Nullable Throwable failure) {
    if (failure == null) {
      return "no reason is given";
    }
    if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      return of(unchecked.getCause());
    }
    if (failure instanceof NoSuchFileException) {
      return "it does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NotDirectoryException) {
      return "it is no folder";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "it exists already";
    }
    if (failure instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    }
    if (failure instanceof EOFException) {
      return "it ends too early";
    }
    String message = message(failure);
    return message == null || message.isBlank() ? "no reason is given" : message;
  }

  private static @Nullable String message(Throwable failure) {
    if (failure instanceof JacksonException json) {
      String said = json.getOriginalMessage();
      return said == null
          ? null
          : said.lines()
              .findFirst()
              .orElse("")
              .replaceFirst("\\s*\\(start marker.*", ""); // where its source is left out
    }
    return failure instanceof FileSystemException system
        ? system.getReason()
        : failure.getMessage();
  }
}
