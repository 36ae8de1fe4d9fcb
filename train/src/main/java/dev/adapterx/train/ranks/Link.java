package dev.adapterx.train.ranks;

import dev.adapterx.base.AdapterXException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection between rank 0 and another rank: texts in order, a sign of life every second, and
 * what goes wrong. The end of a process closes it at once; a machine that is gone without a word is
 * noticed by its silence.
 */
final class Link implements AutoCloseable {
  private static final int LONGEST = 64 << 20;
  private static final int LINGER = 1000;
  private static final int STUCK = 1000;
  private static final byte BEAT = 'b';
  private static final byte TEXT = 't';
  private static final byte FAILED = 'f';
  private static final byte LOST = 'l';
  private static final byte BYE = 'e';

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
  private final ReentrantLock writing = new ReentrantLock();
  private volatile String peer;
  private volatile long waits;
  private @Nullable Thread reader;

  /**
   * @param peer the other end, as messages name it
   * @param silence milliseconds after which a silent peer counts as lost
   */
  Link(Socket socket, String peer, int silence) throws IOException {
    this.socket = socket;
    this.peer = peer;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(silence);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  String peer() {
    return peer;
  }

  void rename(String name) {
    peer = name;
  }

  Socket socket() {
    return socket;
  }

  /** Sets the milliseconds after which a silent peer counts as lost. */
  void silence(int milliseconds) {
    try {
      socket.setSoTimeout(milliseconds);
    } catch (IOException e) {
      // It is closed; its reader says so.
    }
  }

  /** Sends a number, before anything else. */
  void greet(int number) throws IOException {
    writing.lock();
    try {
      out.writeInt(number);
      out.flush();
    } finally {
      writing.unlock();
    }
  }

  /** Reads what {@link #greet} sent. */
  int greeting() throws IOException {
    return in.readInt();
  }

  void send(String text) throws IOException {
    frame(TEXT, text);
  }

  /** Why everybody stops. */
  record End(String reason, boolean isLost) {
    AdapterXException exception() {
      return isLost ? new LostRankException(reason, null) : new AdapterXException(reason);
    }
  }

  /**
   * Tells the reason for which everybody stops. Where another thread cannot send, since the peer
   * takes nothing more, closes the connection instead, which frees that thread.
   */
  void fail(End end) throws IOException {
    try {
      // The plain form first: the other throws at once on a thread that is being interrupted.
      if (!writing.tryLock() && !writing.tryLock(STUCK, TimeUnit.MILLISECONDS)) {
        socket.close();
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      socket.close();
      return;
    }
    try {
      frame(end.isLost() ? LOST : FAILED, end.reason());
    } finally {
      writing.unlock();
    }
  }

  /** Why everybody stops when the peer has closed its connection. */
  End gone() {
    return new End(
        peer + " is gone: it ended without a word, perhaps killed or out of memory", true);
  }

  /**
   * A sign of life, unless something else is being sent, which is one too.
   *
   * @param waits how often this rank has begun and ended to wait for others
   */
  void beat(long waits) throws IOException {
    if (writing.tryLock()) {
      try {
        frame(BEAT, Long.toString(waits));
      } finally {
        writing.unlock();
      }
    }
  }

  /** What the peer's last {@link #beat} said. */
  long waits() {
    return waits;
  }

  /** Announces an end that is no failure. */
  void bye() throws IOException {
    frame(BYE, "");
  }

  private void frame(byte kind, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writing.lock();
    try {
      out.writeByte(kind);
      out.writeInt(bytes.length);
      out.write(bytes);
      out.flush();
    } finally {
      writing.unlock();
    }
  }

  /** The next text, read on this thread; for the greeting, before {@link #read}. */
  String receive() throws IOException {
    while (true) {
      byte kind = in.readByte();
      String text = text();
      if (kind == FAILED || kind == LOST) {
        throw new IOException(text);
      }
      if (kind == TEXT) {
        return text;
      }
    }
  }

  /** Texts that {@link #read} received. */
  BlockingQueue<String> texts() {
    return texts;
  }

  /** Reads until the end, on a thread of its own; {@code failed} receives what went wrong. */
  void read(Consumer<End> failed) {
    Thread thread = new Thread(() -> readAll(failed), "adapterx-rank-link");
    thread.setDaemon(true);
    reader = thread;
    thread.start();
  }

  private void readAll(Consumer<End> failed) {
    try {
      while (true) {
        byte kind = in.readByte();
        String text = text();
        if (kind == TEXT) {
          texts.add(text);
        } else if (kind == BEAT) {
          waits = Long.parseLong(text);
        } else if (kind == FAILED || kind == LOST) {
          failed.accept(new End(text, kind == LOST));
          return;
        } else if (kind == BYE) {
          return;
        }
      }
    } catch (SocketTimeoutException e) {
      failed.accept(
          new End(
              "%s has given no sign of life for %d s: its machine or the network is down, or the process stands still"
                  .formatted(peer, timeout() / 1000),
              true));
    } catch (IOException | NumberFormatException e) {
      failed.accept(gone());
    }
  }

  private int timeout() {
    try {
      return socket.getSoTimeout();
    } catch (IOException e) {
      return 0;
    }
  }

  private String text() throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST) {
      throw new EOFException("a text of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Lets the peer read what was sent: a socket that is closed before it is read out resets. */
  @Override
  public void close() {
    try (socket) {
      socket.shutdownOutput();
      if (reader != null) {
        reader.join(LINGER);
      }
    } catch (IOException e) {
      // Closed either way.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
