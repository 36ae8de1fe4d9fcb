"""HDF5 files as h5py writes them, for damaging them: data/src/test/resources/golden/hdf5/*.h5.

    pip install -r golden/requirements.txt
    python golden/hdf5_files.py

Each file has data (4, 6, 3) of float32 with value 18 i + 3 p + axis, halved, and label (4,) of 0, 1, 2, 0. They differ in
the version of the format (the oldest has no checksums), in how the data lie and in what they are packed with.
"""

from pathlib import Path

import h5py
import numpy as np

OUT = Path(__file__).resolve().parent.parent / "data/src/test/resources/golden/hdf5"
CLOUDS = (np.arange(4 * 6 * 3, dtype=np.float32) / 2).reshape(4, 6, 3)
LABELS = np.array([0, 1, 2, 0])


def write(name, libver, label, **how):
    with h5py.File(OUT / name, "w", libver=libver) as file:
        file.create_dataset("data", data=CLOUDS, track_times=False, **how)
        file.create_dataset("label", data=label, track_times=False)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    write("old_contiguous.h5", "earliest", LABELS.astype(np.int64)[:, None])
    write("old_chunked.h5", "earliest", LABELS.astype(np.uint8), chunks=(2, 4, 3), compression="gzip", shuffle=True)
    write("old_lzf.h5", "earliest", LABELS.astype(np.int32), chunks=(1, 6, 3), compression="lzf")
    write("new_contiguous.h5", ("v110", "v110"), LABELS.astype(np.uint64))
    write("new_chunked.h5", ("v110", "v110"), LABELS.astype(np.int16), chunks=(3, 6, 3), compression="gzip")
    with h5py.File(OUT / "new_growing.h5", "w", libver=("v110", "v110")) as file:
        file.create_dataset("data", data=CLOUDS, track_times=False, chunks=(2, 6, 3), maxshape=(None, 6, 3))
        file.create_dataset("label", data=LABELS, track_times=False, maxshape=(None,))
    of_2_0()


def of_2_0():
    """What HDF5 2.0 writes (h5py 3.16 and later): layout messages of version 5 where chunks are packed, by each index."""
    write("2_single.h5", "latest", LABELS, chunks=(4, 6, 3), compression="gzip")
    write("2_fixed.h5", "latest", LABELS.astype(np.uint8), chunks=(1, 4, 3), compression="gzip", shuffle=True)
    write("2_growing.h5", "latest", LABELS, chunks=(1, 2, 3), maxshape=(None, 6, 3), compression="gzip")
    with h5py.File(OUT / "2_btree.h5", "w", libver="latest", track_order=True) as file:
        data = file.create_dataset("data", data=CLOUDS, track_times=False, track_order=True, chunks=(2, 4, 3),
                                   maxshape=(None, None, 3), compression="lzf")
        for i in range(6):
            data.attrs[f"note{i}"] = "n" * 200  # more than the first part of a header holds
        file.create_dataset("label", data=LABELS, track_times=False)
    with h5py.File(OUT / "2_compact.h5", "w", libver="latest") as file:
        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        how.set_layout(h5py.h5d.COMPACT)
        data = h5py.h5d.create(file.id, b"data", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple(CLOUDS.shape), how)
        data.write(h5py.h5s.ALL, h5py.h5s.ALL, CLOUDS)
        file.create_dataset("label", data=LABELS, track_times=False)


if __name__ == "__main__":
    main()
