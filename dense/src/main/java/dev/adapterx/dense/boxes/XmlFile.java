package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** XML that is read element by element; entities and document types are not followed. */
final class XmlFile {
  private static final int SHOWN = 120;

  private XmlFile() {}

  /** Takes the elements of a file. */
  interface Handler {
    /** An element begins; its attributes are the reader's. */
    void begin(String name, XMLStreamReader reader);

    /**
     * It ends.
     *
     * @param text what stood in it, without that of elements within
     */
    default void end(String name, String text) {}
  }

  /**
   * Reads a file.
   *
   * @throws DataException with file and line where it is not valid XML
   */
  static void read(Path file, Handler handler) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try (InputStream in = Files.newInputStream(file)) {
      XMLStreamReader reader = factory.createXMLStreamReader(in);
      StringBuilder text = new StringBuilder();
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          text.setLength(0);
          handler.begin(reader.getLocalName(), reader);
        } else if (event == XMLStreamConstants.CHARACTERS) {
          text.append(reader.getText());
        } else if (event == XMLStreamConstants.END_ELEMENT) {
          handler.end(reader.getLocalName(), text.toString().strip());
          text.setLength(0);
        }
      }
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
      throw new DataException(
          "%s:%d: not valid XML: %s".formatted(file, line, reason(String.valueOf(e.getMessage()))),
          e);
    } catch (IOException e) {
      throw new DataException("Could not read " + file + ": " + Reason.of(e), e);
    }
  }

  /** The last line of the JDK's message says what is wrong. */
  private static String reason(String message) {
    String[] lines = message.split("\\R", -1);
    String last = lines[lines.length - 1].replaceFirst("^Message: ", "");
    return last.substring(0, Math.min(SHOWN, last.length()));
  }

  private static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;

    Found(String name) {
      super(null, null, false, false);
      this.name = name;
    }
  }

  /** The name of the outermost element; empty where the file is no XML. */
  static String outermost(Path file) {
    try {
      read(
          file,
          (name, reader) -> {
            throw new Found(name);
          });
      return "";
    } catch (Found e) {
      return e.name;
    } catch (DataException e) {
      return "";
    }
  }
}
