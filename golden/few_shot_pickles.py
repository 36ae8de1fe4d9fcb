"""Few-shot folds as pickles of numpy arrays: data/src/test/resources/golden/few_shot/*.pkl.

    pip install -r golden/requirements.txt
    python golden/few_shot_pickles.py

Each file is a dict of train (4 clouds) and test (2) with triples (points, label, 10 + label), two classes. A
cloud has four points c +- r e_a, c +- r e_b with random c and r, a = label and b = label + 1: centred and scaled
into the unit sphere it is +- e_a, +- e_b. The files differ in the pickle protocol and in how arrays and labels
are stored.
"""

import pickle
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parent.parent / "data/src/test/resources/golden/few_shot"
SEED = 700


def cloud(rng, label, columns):
    points = rng.normal(size=(4, columns))
    points[:, :3] = rng.normal(size=3)
    radius = rng.uniform(0.5, 2)
    for row, (axis, sign) in enumerate([(label, 1), (label, -1), (label + 1, 1), (label + 1, -1)]):
        points[row, axis] += sign * radius
    return points


def fold(array, label, columns=6):
    rng = np.random.default_rng(SEED)
    triples = [(array(cloud(rng, i % 2, columns)), label(i % 2), 10 + i % 2) for i in range(6)]
    return {"train": triples[:4], "test": triples[4:]}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    folds = {
        0: (2, fold(lambda p: p.astype(np.float32), int)),
        1: (3, fold(lambda p: p, np.int64, columns=3)),
        2: (4, fold(lambda p: np.asfortranarray(p.astype(np.float32)), lambda l: np.array([l], np.int32))),
        3: (5, fold(lambda p: p.astype(np.float32), np.uint8)),
        4: (5, fold(lambda p: np.asfortranarray(p), lambda l: np.array(l))),
        5: (4, fold(lambda p: p.astype(">f4"), lambda l: np.array([l], ">i2"))),
    }
    for number, (protocol, content) in folds.items():
        data = pickle.dumps(content, protocol=protocol)
        if protocol == 3:  # the names of numpy 1, as files in circulation have them
            data = data.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
        (OUT / f"{number}.pkl").write_bytes(data)


if __name__ == "__main__":
    main()
