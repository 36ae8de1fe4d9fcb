/**
 * How good dense predictions are, by the rules of the reference programs: mmsegmentation's figures
 * of pixels, COCO's and VOC's average precision, ShapeNetPart's mean IoU of parts.
 */
@NullMarked
package dev.adapterx.dense.score;

import org.jspecify.annotations.NullMarked;
