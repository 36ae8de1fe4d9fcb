package dev.adapterx.train.ranks;

import dev.adapterx.tensor.Native;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * libtorch's collective operations over TCP. Sums are formed in a ring: the same bytes in every
 * rank, and in the same order of ranks every time.
 */
final class Gloo implements AutoCloseable {
  /**
   * More than any step takes in one rank beyond the others; ranks that are lost are noticed by
   * {@link Link}.
   */
  private static final long MILLISECONDS = 60L * 60 * 1000;

  private final TCPStore store;
  private final ProcessGroupGloo group;

  private Gloo(TCPStore store, ProcessGroupGloo group) {
    this.store = store;
    this.group = group;
  }

  /** The store of rank 0, through which the ranks exchange their addresses; on a free port. */
  static TCPStore store(String host, long milliseconds) {
    return store(host, 0, true, milliseconds);
  }

  private static TCPStore store(String host, int port, boolean isServer, long milliseconds) {
    Native.load();
    try (TCPStoreOptions options = new TCPStoreOptions();
        Milliseconds wait = new Milliseconds(milliseconds)) {
      options.port((short) port);
      options.isServer(isServer);
      options.waitWorkers(false);
      options.timeout(wait);
      return new TCPStore(host, options);
    }
  }

  static int port(TCPStore store) {
    return store.getPort() & 0xffff;
  }

  /** Connects to rank 0's store. */
  static TCPStore store(String host, int port, long milliseconds) {
    return store(host, port, false, milliseconds);
  }

  /**
   * Connects all ranks with each other.
   *
   * @param own address of this machine that the others reach
   */
  static Gloo connect(TCPStore store, int rank, int count, String own) {
    try (PointerScope scope = new PointerScope()) {
      ProcessGroupGloo.Options options =
          ProcessGroupGloo.Options.create(new Milliseconds(MILLISECONDS));
      options.devices().put(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(own)));
      options.threads(1);
      ProcessGroupGloo group = new ProcessGroupGloo(store, rank, count, options);
      group.retainReference();
      scope.detach(group);
      return new Gloo(store, group);
    }
  }

  /** Replaces a tensor on the host by the sum over all ranks. */
  void sum(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      group.allreduce(new TensorVector(tensor))._wait();
    }
  }

  /** Replaces a tensor on the host by that of rank 0. */
  void broadcast(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      group.broadcast(new TensorVector(tensor))._wait();
    }
  }

  @Override
  public void close() {
    group.close();
    store.close();
  }
}
