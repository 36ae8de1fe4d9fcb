"""Golden values of masks, segmentation and detection: dense/src/test/resources/golden.

    pip install -r golden/requirements.txt
    python golden/dense.py

    run_lengths.json.gz  200 random masks and hand cases: bits (column by column, packed), counts as pycocotools
                         compresses them, area, bounding box; polygons with the mask that frPyObjects and merge give;
                         IoU of lists of masks with and without crowds
    coco.json.gz         20 random sets: objects, detections and COCOeval's twelve numbers for boxes and masks. A mask
                         is drawn from its box by `shape`, which the test has too
    pixels.json          mmsegmentation's IoUMetric (mmseg/evaluation/metrics/iou_metric.py) written in numpy float64
    voc.json             the rules of the VOC development kit, as in detectron2's pascal_voc_evaluation.py, stable sort
    parts.json           the loop over shapes of Point-MAE's segmentation/main.py
    kept.json.gz         non-maximum suppression, class by class, as torchvision's nms_kernel.cpp, float64

Every value comes from a seeded generator; running the script again writes the same bytes.
"""

import base64
import contextlib
import gzip
import io
import json
import math
from pathlib import Path

import numpy as np
from pycocotools import mask as M
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

OUT = Path(__file__).resolve().parent.parent / "dense/src/test/resources/golden"


def write(name, value):
    text = json.dumps(value, separators=(",", ":")).encode()
    OUT.mkdir(parents=True, exist_ok=True)
    if name.endswith(".gz"):
        text = gzip.compress(text, mtime=0)
    (OUT / name).write_bytes(text)


def packed(mask):
    return base64.b64encode(np.packbits(mask.flatten(order="F"), bitorder="little").tobytes()).decode()


def encoded(mask):
    return M.encode(np.asfortranarray(mask.astype(np.uint8)))


# ---- run lengths ----


def mask_case(name, mask):
    rle = encoded(mask)
    return dict(
        name=name, height=mask.shape[0], width=mask.shape[1], bits=packed(mask), text=rle["counts"].decode(),
        area=int(M.area(rle)), bounds=[int(v) for v in M.toBbox(rle)],
    )


def blobs(rng, h, w):
    yy, xx = np.mgrid[0:h, 0:w]
    mask = np.zeros((h, w), bool)
    for _ in range(rng.integers(1, 6)):
        cy, cx, r = rng.uniform(0, h), rng.uniform(0, w), rng.uniform(1, max(2, min(h, w) / 2))
        disc = (yy - cy) ** 2 + (xx - cx) ** 2 <= r * r
        mask = mask & ~disc if rng.random() < .3 else mask | disc
    return mask


def masks(rng):
    cases = []
    for i in range(200):
        h, w = int(rng.integers(1, 40)), int(rng.integers(1, 40))
        mask = rng.random((h, w)) < rng.uniform(0, 1) if i % 2 else blobs(rng, h, w)
        cases.append(mask_case(f"random {i}", mask))
    z = np.zeros
    hand = {"nothing": z((5, 7), bool), "all": ~z((5, 7), bool), "one pixel of one": ~z((1, 1), bool), "none of one": z((1, 1), bool),
            "one row": np.arange(9)[None] % 3 == 0, "one column": np.arange(9)[:, None] % 3 == 0}
    for name, place in {"first": (0, 0), "last": (6, 8), "top right": (0, 8), "bottom left": (6, 0), "middle": (3, 4)}.items():
        mask = z((7, 9), bool)
        mask[place] = True
        hand["pixel " + name] = mask
        hand["all but pixel " + name] = ~mask
    hole = z((12, 12), bool)
    hole[2:10, 2:10] = True
    hole[4:8, 4:8] = False
    hand["hole"] = hole
    border = ~z((8, 11), bool)
    border[1:-1, 1:-1] = False
    hand["border"] = border
    hand["left half"] = np.repeat(np.arange(10)[None] < 5, 6, 0)
    hand["top half"] = np.repeat(np.arange(10)[:, None] < 5, 6, 1)
    hand["chequered"] = np.indices((9, 9)).sum(0) % 2 == 1
    hand["chequered from inside"] = np.indices((9, 9)).sum(0) % 2 == 0
    far = z((300, 400), bool)
    far[150:160, 398:] = True
    hand["counts above 2^15"] = far
    hand["counts above 2^16, inside"] = ~far
    hand["diagonal"] = np.eye(33, dtype=bool)
    hand["wide stripe over columns"] = np.repeat((np.arange(5)[:, None] >= 2), 40, 1)
    return cases + [mask_case(name, mask) for name, mask in hand.items()]


def polygon_case(name, h, w, polygons):
    merged = M.merge(M.frPyObjects(polygons, h, w))
    return dict(name=name, height=h, width=w, polygons=polygons, text=merged["counts"].decode(), area=int(M.area(merged)))


def polygons(rng):
    cases = []
    for i in range(100):
        h, w = int(rng.integers(3, 60)), int(rng.integers(3, 60))
        several = []
        for _ in range(1 if i % 3 else 3):
            n = int(rng.integers(3, 12))
            points = rng.uniform(-.3, 1.3, (n, 2)) * [w, h] if i % 4 == 0 else rng.uniform(0, 1, (n, 2)) * [w, h]
            points = np.round(points, int(rng.integers(0, 3)))
            if i % 5 == 0:
                points = np.vstack([points, points[:1], points[:1]])  # closed, and a point twice
            several.append([float(v) for v in points.reshape(-1)])
        cases.append(polygon_case(f"random {i}", h, w, several))
    hand = {
        "square on pixels": (10, 10, [[2., 2, 2, 8, 8, 8, 8, 2]]),
        "square the other way round": (10, 10, [[2., 2, 8, 2, 8, 8, 2, 8]]),
        "whole picture": (6, 9, [[0., 0, 0, 6, 9, 6, 9, 0]]),
        "beyond the picture": (6, 9, [[-5., -5, -5, 20, 30, 20, 30, -5]]),
        "outside": (6, 9, [[20., 20, 20, 30, 30, 30]]),
        "above": (6, 9, [[2., -9, 5, -9, 5, -2]]),
        "no area: a line": (8, 8, [[1., 1, 6, 6, 1, 1]]),
        "no area: a point": (8, 8, [[3., 3, 3, 3, 3, 3]]),
        "thinner than a pixel": (8, 20, [[1., 3.1, 18, 3.2, 18, 3.4, 1, 3.3]]),
        "half pixels": (10, 10, [[2.5, 2.5, 2.5, 7.5, 7.5, 7.5, 7.5, 2.5]]),
        "bow tie": (12, 12, [[1., 1, 10, 10, 10, 1, 1, 10]]),
        "two that overlap": (12, 12, [[1., 1, 1, 7, 7, 7, 7, 1], [4., 4, 4, 10, 10, 10, 10, 4]]),
        "two that touch": (12, 12, [[1., 1, 1, 6, 6, 6, 6, 1], [6., 1, 6, 6, 11, 6, 11, 1]]),
        "the same twice": (12, 12, [[1., 1, 1, 6, 6, 6, 6, 1]] * 2),
    }
    return cases + [polygon_case(name, *case) for name, case in hand.items()]


def overlaps(rng):
    cases = []
    for i in range(20):
        h, w = int(rng.integers(5, 40)), int(rng.integers(5, 40))
        found = [blobs(rng, h, w) for _ in range(int(rng.integers(1, 6)))]
        truth = [blobs(rng, h, w) for _ in range(int(rng.integers(1, 6)))] + [found[0], np.zeros((h, w), bool)]
        crowd = [int(v) for v in rng.integers(0, 2, len(truth))]
        iou = M.iou([encoded(m) for m in found], [encoded(m) for m in truth], crowd)
        cases.append(dict(
            height=h, width=w, found=[encoded(m)["counts"].decode() for m in found],
            truth=[encoded(m)["counts"].decode() for m in truth], crowd=crowd, iou=iou.tolist(),
        ))
    return cases


# ---- COCO ----


def shape(x, y, w, h, kind):
    """The polygon within a box: 0 the box, 1 a diamond, 2 a triangle."""
    if kind == 0:
        return [x, y, x + w, y, x + w, y + h, x, y + h]
    if kind == 1:
        return [x + w / 2, y, x + w, y + h / 2, x + w / 2, y + h, x, y + h / 2]
    return [x, y, x + w, y, x + w, y + h]


WIDTH, HEIGHT = 200, 160


def coco_set(rng, number):
    classes = int(rng.integers(3, 9))
    ids = sorted(int(v) for v in rng.choice(np.arange(1, 91), classes, replace=False))
    pictures = sorted(int(v) for v in rng.choice(np.arange(1, 1000), int(rng.integers(5, 9)), replace=False))
    truth, found = [], []
    whole = number % 2 == 0  # whole numbers make ties of IoU

    def box():
        side = rng.choice([8, 32, 60, 96, 150])
        w, h = np.clip(side * rng.uniform(.6, 1.4, 2), 2, [WIDTH - 2, HEIGHT - 2])
        if rng.random() < .1:
            w, h = (32, 32) if rng.random() < .5 else (96, 96)  # areas at the ends of the ranges
        x, y = rng.uniform(0, WIDTH - w), rng.uniform(0, HEIGHT - h)
        return [float(v) for v in np.round([x, y, w, h], 0 if whole else 2)]

    for picture in pictures:
        if rng.random() < .15:
            continue  # no object
        for _ in range(int(rng.integers(1, 8))):
            label = int(rng.integers(0, classes - 1))  # the last class has no object
            truth.append([picture, ids[label], *box(), int(rng.integers(0, 3)), int(rng.random() < .15)])
    for picture in pictures:
        own = [t for t in truth if t[0] == picture]
        if rng.random() < .1:
            continue  # nothing found
        for t in own:
            for _ in range(int(rng.integers(0, 4))):
                jitter = np.array(t[2:6]) + rng.normal(0, 1.5, 4)
                jitter[2:] = np.maximum(jitter[2:], 2)
                label = t[1] if rng.random() < .8 else ids[int(rng.integers(0, classes))]
                place = t[2:6] if rng.random() < .15 else [float(v) for v in np.round(jitter, 0 if whole else 2)]
                found.append([picture, label, *place, t[6], float(np.round(rng.uniform(.3, 1), 1 if whole else 3))])
        for _ in range(int(rng.integers(0, 6))):
            found.append([picture, ids[int(rng.integers(0, classes))], *box(), 0, float(np.round(rng.uniform(0, .7), 1))])
    if number % 5 == 0:  # more than 100 of one class in one picture
        for _ in range(130):
            found.append([pictures[0], ids[0], *box(), int(rng.integers(0, 3)), float(np.round(rng.uniform(0, 1), 2))])
    order = rng.permutation(len(found))
    found = [found[i] for i in order]
    return dict(ids=ids, pictures=pictures, truth=truth, found=found)


def quiet(f):
    with contextlib.redirect_stdout(io.StringIO()):
        return f()


def coco_numbers(data):
    annotations, boxes, segments = [], [], []
    for number, (picture, label, x, y, w, h, kind, crowd) in enumerate(data["truth"]):
        polygon = shape(x, y, w, h, kind)
        rle = M.merge(M.frPyObjects([polygon], HEIGHT, WIDTH))
        if crowd:
            runs, inside, length = [], False, 0  # uncompressed, as COCO has crowds
            for v in M.decode(rle).flatten(order="F"):
                if bool(v) != inside:
                    runs.append(length)
                    inside, length = bool(v), 0
                length += 1
            segmentation = dict(size=[HEIGHT, WIDTH], counts=runs + [length])
        else:
            segmentation = [polygon]
        annotations.append(dict(id=number + 1, image_id=picture, category_id=label, bbox=[x, y, w, h], area=float(M.area(rle)),
                                iscrowd=crowd, segmentation=segmentation))
    for picture, label, x, y, w, h, kind, score in data["found"]:
        rle = M.merge(M.frPyObjects([shape(x, y, w, h, kind)], HEIGHT, WIDTH))
        boxes.append(dict(image_id=picture, category_id=label, bbox=[x, y, w, h], score=score))
        segments.append(dict(image_id=picture, category_id=label, segmentation=rle, score=score))
    coco = COCO()
    coco.dataset = dict(
        info={}, images=[dict(id=p, width=WIDTH, height=HEIGHT) for p in data["pictures"]], annotations=annotations,
        categories=[dict(id=c, name=str(c)) for c in data["ids"]],
    )
    quiet(coco.createIndex)
    result = {}
    for kind, found in (("bbox", boxes), ("segm", segments)):
        evaluation = quiet(lambda: COCOeval(coco, coco.loadRes(found), kind))
        quiet(evaluation.evaluate)
        quiet(evaluation.accumulate)
        quiet(evaluation.summarize)
        result[kind] = [float(v) for v in evaluation.stats]
    return result


def coco(rng):
    sets = []
    for number in range(20):
        data = coco_set(rng, number)
        sets.append(dict(data, **coco_numbers(data)))
    return dict(width=WIDTH, height=HEIGHT, sets=sets)


# ---- pixels ----


def pixels(rng):
    cases = []
    for number in range(30):
        classes = int(rng.integers(2, 9))
        used = classes - (number % 3)  # the last classes are absent
        used = max(used, 1)
        pictures = []
        tp, pred, label = np.zeros(classes), np.zeros(classes), np.zeros(classes)
        for _ in range(int(rng.integers(1, 4))):
            h, w = int(rng.integers(1, 9)), int(rng.integers(1, 9))
            truth = rng.integers(0, used, (h, w))
            guess = np.where(rng.random((h, w)) < .6, truth, rng.integers(0, used if number % 2 else classes, (h, w)))
            truth = np.where(rng.random((h, w)) < .2, -1, truth)
            if number == 5:
                truth[:] = -1
            pictures.append(dict(width=w, height=h, truth=truth.flatten().tolist(), found=guess.flatten().tolist()))
            keep = truth != -1
            t, g = truth[keep], guess[keep]
            tp += np.bincount(t[t == g], minlength=classes)
            pred += np.bincount(g, minlength=classes)
            label += np.bincount(t, minlength=classes)
        with np.errstate(all="ignore"):
            iou, acc, dice = tp / (pred + label - tp), tp / label, 2 * tp / (pred + label)
            precision, recall = tp / pred, tp / label
            f = (1 + 1) * (precision * recall) / ((1 * precision) + recall)
            overall = tp.sum() / label.sum()

        def values(array):
            return [None if math.isnan(v) else float(v) for v in array]

        def mean(array):
            known = array[~np.isnan(array)]
            return float(known.mean()) if len(known) else None

        cases.append(dict(
            classes=classes, pictures=pictures, iou=values(iou), accuracy=values(acc), dice=values(dice), precision=values(precision),
            f_score=values(f), overall=None if math.isnan(overall) else float(overall), mean_iou=mean(iou), mean_accuracy=mean(acc),
            mean_dice=mean(dice), mean_precision=mean(precision), mean_f_score=mean(f),
        ))
    return cases


# ---- VOC ----


def voc_ap(rec, prec, eleven):
    if eleven:
        ap = 0.0
        for t in np.arange(0.0, 1.1, 0.1):
            p = 0 if np.sum(rec >= t) == 0 else np.max(prec[rec >= t])
            ap = ap + p / 11.0
        return float(ap)
    mrec, mpre = np.concatenate(([0.0], rec, [1.0])), np.concatenate(([0.0], prec, [0.0]))
    for i in range(mpre.size - 1, 0, -1):
        mpre[i - 1] = np.maximum(mpre[i - 1], mpre[i])
    i = np.where(mrec[1:] != mrec[:-1])[0]
    return float(np.sum((mrec[i + 1] - mrec[i]) * mpre[i + 1]))


def voc_class(truth, found, label, limit):
    """truth: picture, class, box from 1 with both ends included, difficult."""
    recs, npos = {}, 0
    for picture, own, x1, y1, x2, y2, difficult in truth:
        if own == label:
            rec = recs.setdefault(picture, dict(bbox=[], difficult=[], det=[]))
            rec["bbox"].append([x1, y1, x2, y2])
            rec["difficult"].append(bool(difficult))
            rec["det"].append(False)
            npos += not difficult
    own = [f for f in found if f[1] == label]
    if npos == 0:
        return None, None
    order = np.argsort(-np.array([f[6] for f in own]), kind="stable") if own else []
    tp, fp = np.zeros(len(own)), np.zeros(len(own))
    for d, index in enumerate(order):
        picture, _, bx1, by1, bx2, by2, _ = own[index]
        rec = recs.get(picture)
        ovmax = -np.inf
        if rec:
            gt = np.array(rec["bbox"], float)
            iw = np.maximum(np.minimum(gt[:, 2], bx2) - np.maximum(gt[:, 0], bx1) + 1.0, 0)
            ih = np.maximum(np.minimum(gt[:, 3], by2) - np.maximum(gt[:, 1], by1) + 1.0, 0)
            inters = iw * ih
            uni = (bx2 - bx1 + 1.0) * (by2 - by1 + 1.0) + (gt[:, 2] - gt[:, 0] + 1.0) * (gt[:, 3] - gt[:, 1] + 1.0) - inters
            overlaps_ = inters / uni
            ovmax, jmax = np.max(overlaps_), np.argmax(overlaps_)
        if ovmax > limit:
            if not rec["difficult"][jmax]:
                if not rec["det"][jmax]:
                    tp[d], rec["det"][jmax] = 1.0, True
                else:
                    fp[d] = 1.0
        else:
            fp[d] = 1.0
    tp, fp = np.cumsum(tp), np.cumsum(fp)
    rec, prec = tp / float(npos), tp / np.maximum(tp + fp, np.finfo(np.float64).eps)
    return voc_ap(rec, prec, True), voc_ap(rec, prec, False)


def voc(rng):
    cases = []
    for number in range(12):
        classes, truth, found = int(rng.integers(2, 5)), [], []
        for picture in range(int(rng.integers(3, 8))):
            for _ in range(int(rng.integers(0, 6))):
                x, y = (int(v) for v in rng.integers(1, 60, 2))
                w, h = (int(v) for v in rng.integers(0, 40, 2))
                label = int(rng.integers(0, classes - (number % 2)))
                box = [x, y, x + w, y + h]
                truth.append([picture, label, *box, int(rng.random() < .25)])
                for _ in range(int(rng.integers(0, 3))):
                    b = np.array(box) + np.round(rng.normal(0, 2, 4), 0 if number % 3 else 1)
                    b[2:] = np.maximum(b[2:], b[:2])
                    found.append([picture, label, *(float(v) for v in b), float(np.round(rng.random(), 1))])
            for _ in range(int(rng.integers(0, 3))):
                x, y = (float(v) for v in rng.integers(1, 60, 2))
                found.append([picture, int(rng.integers(0, classes)), x, y, x + 20, y + 15, float(np.round(rng.random(), 1))])
        result = [voc_class(truth, found, c, .5) for c in range(classes)]
        cases.append(dict(classes=classes, truth=truth, found=found, eleven=[r[0] for r in result], area=[r[1] for r in result]))
    return cases


# ---- parts ----


def parts(rng):
    table = [[0, 1, 2, 3], [4, 5], [6, 7, 8], [9, 10, 11, 12, 13, 14], [15, 16]]
    shapes, ious = [], {c: [] for c in range(len(table))}
    for number in range(50):
        category = int(rng.integers(0, 4))  # the last has no shape
        own = table[category]
        present = own if number % 3 else own[: max(1, len(own) - 2)]
        truth = rng.choice(present, 64)
        found = np.where(rng.random(64) < .7, truth, rng.choice(own if number % 2 else present, 64))
        part_ious = []
        for part in own:
            if np.sum(truth == part) == 0 and np.sum(found == part) == 0:
                part_ious.append(1.0)
            else:
                part_ious.append(np.sum((truth == part) & (found == part)) / float(np.sum((truth == part) | (found == part))))
        ious[category].append(np.mean(part_ious))
        shapes.append(dict(category=category, truth=truth.tolist(), found=found.tolist(), iou=float(np.mean(part_ious))))
    every = [v for values in ious.values() for v in values]
    of_category = [float(np.mean(v)) if v else None for v in ious.values()]
    return dict(parts=table, shapes=shapes, instance=float(np.mean(every)), categories=of_category,
                classes=float(np.mean([v for v in of_category if v is not None])))


# ---- suppression ----


def suppressed(boxes, scores, limit):
    order = np.argsort(-scores, kind="stable")
    dead, keep = np.zeros(len(boxes), bool), []
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    for k, i in enumerate(order):
        if dead[i]:
            continue
        keep.append(int(i))
        for j in order[k + 1:]:
            w = max(0.0, min(boxes[i, 2], boxes[j, 2]) - max(boxes[i, 0], boxes[j, 0]))
            h = max(0.0, min(boxes[i, 3], boxes[j, 3]) - max(boxes[i, 1], boxes[j, 1]))
            inter = w * h
            union = areas[i] + areas[j] - inter
            if union > 0 and inter / union > limit:
                dead[j] = True
    return keep


def kept(rng):
    cases = []
    for number in range(1000):
        n = int(rng.integers(0, 16))
        corner = rng.integers(0, 12, (n, 2))
        boxes = np.hstack([corner, corner + rng.integers(0, 12, (n, 2))]).astype(float)
        scores = np.round(rng.random(n), 1)
        labels = rng.integers(0, 3, n)
        limit = [.3, .5, .6, 0., 1.][number % 5]
        alive = []
        for label in range(3):
            own = np.flatnonzero(labels == label)
            alive += [int(own[i]) for i in suppressed(boxes[own], scores[own], limit)]
        alive = [int(i) for i in np.argsort(-scores, kind="stable") if int(i) in set(alive)]
        cases.append([limit, boxes.astype(int).flatten().tolist(), scores.tolist(), labels.tolist(), alive])
    return cases


if __name__ == "__main__":
    write("run_lengths.json.gz", dict(
        masks=masks(np.random.default_rng(1)), polygons=polygons(np.random.default_rng(2)), overlaps=overlaps(np.random.default_rng(3))))
    write("coco.json.gz", coco(np.random.default_rng(4)))
    write("pixels.json", pixels(np.random.default_rng(5)))
    write("voc.json", voc(np.random.default_rng(6)))
    write("parts.json", parts(np.random.default_rng(7)))
    write("kept.json.gz", kept(np.random.default_rng(8)))
