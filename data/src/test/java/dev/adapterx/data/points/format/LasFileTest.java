package dev.adapterx.data.points.format;

import static dev.adapterx.data.points.format.Clouds.refused;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class LasFileTest {
  @Test
  void laz_is_refused_by_its_name() {
    byte[] content = SampleFiles.las(2);
    content[104] |= (byte) 0x80;
    refused(
        "a.laz",
        content,
        "it is LAZ, compressed LAS, which is not supported; decompress it, for example with 'laszip"
            + " -i FILE.laz -o FILE.las'");
  }

  @Test
  void unknown_versions_are_refused() {
    byte[] content = SampleFiles.las(2);
    content[25] = 5;
    refused("a.las", content, "LAS 1.5, expected 1.0 to 1.4");
  }

  @Test
  void a_header_that_contradicts_itself_is_refused() {
    byte[] content = SampleFiles.las(4);
    little(content).putInt(96, 100);
    refused(
        "a.las",
        content,
        "its header has 375 bytes, its points begin at byte 100 and have 30 bytes each; expected"
            + " at least 375, the header's size and 20. It is damaged; fetch it again");
  }

  @Test
  void counts_are_checked_before_anything_is_allocated() {
    byte[] content = SampleFiles.las(2);
    little(content).putInt(107, 5);
    refused(
        "a.las",
        content,
        "expected 5 points, found 4: it ends at byte 307. It is cut off; fetch or write it again");
    little(content).putInt(107, -1);
    refused(
        "a.las",
        content,
        "the header promises 4294967295 points, expected 0 to 50000000: it is damaged, or the"
            + " file must be thinned out or cut in pieces");
    little(content).putInt(107, 0);
    refused("a.las", content, "it holds no points; expected at least one. Remove the file");
  }

  @Test
  void another_content_is_refused() {
    refused(
        "a.las",
        "1 2 3\n",
        "expected the magic LASF, found '1 2'. Give the file the extension of its format");
  }

  private static ByteBuffer little(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }
}
