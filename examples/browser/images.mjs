// How an image becomes a network's input, as preprocessing.json says: bit for bit what Pillow and the library do.

const BITS = 22;

const sinc = x => x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
const FILTERS = {
  box: {support: 0.5, weight: x => x > -0.5 && x <= 0.5 ? 1 : 0},
  bilinear: {support: 1, weight: x => Math.max(0, 1 - Math.abs(x))},
  bicubic: {
    support: 2,
    weight: x => {
      const a = -0.5, d = Math.abs(x);
      if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    },
  },
  lanczos: {support: 3, weight: x => x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0},
};

/** The weights of one axis: of each output, where its inputs begin and what each counts, in fixed point. */
function axis(from, to, filter) {
  const scale = from / to, stretch = Math.max(scale, 1), support = filter.support * stretch;
  return Array.from({length: to}, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(from, Math.trunc(centre + support + 0.5));
    const weights = [];
    for (let k = first; k < last; k++) weights.push(filter.weight((k - centre + 0.5) / stretch));
    const sum = weights.reduce((a, b) => a + b, 0);
    return {first, weights: weights.map(w => {
      const exact = (sum === 0 ? w : w / sum) * 2 ** BITS;
      return Math.trunc(exact < 0 ? exact - 0.5 : exact + 0.5);
    })};
  });
}

const clip = sum => Math.max(0, Math.min(255, sum >> BITS));

/** Red, green and blue bytes of one size to another, first along rows, then along columns. */
export function resized(pixels, width, height, toWidth, toHeight, interpolation) {
  const filter = FILTERS[interpolation];
  if (!filter) throw new Error(`preprocessing.json names the interpolation '${interpolation}'; known: ${Object.keys(FILTERS).join(', ')}`);
  let x = pixels;
  if (toWidth !== width) x = along(x, axis(width, toWidth, filter), toWidth, height, 3 * width, 3, true);
  if (toHeight !== height) x = along(x, axis(height, toHeight, filter), toWidth, toHeight, 3 * toWidth, 3 * toWidth, false);
  return x;
}

function along(pixels, weights, width, height, row, step, rows) {
  const out = new Uint8Array(3 * width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const w = weights[rows ? x : y];
      const start = rows ? y * row + w.first * step : w.first * step + 3 * x;
      for (let c = 0; c < 3; c++, at++) {
        let sum = 1 << (BITS - 1);
        for (let k = 0, from = start + c; k < w.weights.length; k++, from += step) sum += w.weights[k] * pixels[from];
        out[at] = clip(sum);
      }
    }
  }
  return out;
}

const halfToEven = x => Number.isInteger(x) ? x : Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);

/** The middle square; what is missing is black. */
function cropped(pixels, width, height, size) {
  if (width === size && height === size) return pixels;
  const offset = length => length < size ? -Math.trunc((size - length) / 2) : halfToEven((length - size) / 2);
  const left = offset(width), top = offset(height), out = new Uint8Array(3 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const u = x + left, v = y + top;
      if (u < 0 || v < 0 || u >= width || v >= height) continue;
      for (let c = 0; c < 3; c++) out[3 * (y * size + x) + c] = pixels[3 * (v * width + u) + c];
    }
  }
  return out;
}

/** What the network sees of an image: red, green and blue bytes of size × size. */
export function square({pixels, width, height}, p) {
  const long = (a, b) => Math.trunc(p.resize * a / b);
  const squash = p.crop === 'squash';
  const toWidth = squash || width <= height ? p.resize : long(width, height);
  const toHeight = squash || height < width ? p.resize : long(height, width);
  return cropped(resized(pixels, width, height, toWidth, toHeight, p.interpolation), toWidth, toHeight, p.size);
}

/** Bytes to the input: three planes behind one another, (value / 255 - mean) / std. */
export function planes(pixels, p) {
  const n = p.size * p.size, out = new Float32Array(3 * n);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < n; i++) out[c * n + i] = (pixels[3 * i + c] / p['divide-by'] - p.mean[c]) / p.std[c];
  }
  return out;
}

/** The pixels of a file that the browser can decode, turned upright. */
export async function decoded(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, {colorSpaceConversion: 'none'});
  } catch {
    throw new Error(`'${file.name ?? 'this'}' is no image that this browser can read (${file.size} bytes)`);
  }
  const {width, height} = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
  context.drawImage(bitmap, 0, 0);
  const rgba = context.getImageData(0, 0, width, height).data, pixels = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    pixels[3 * i] = rgba[4 * i];
    pixels[3 * i + 1] = rgba[4 * i + 1];
    pixels[3 * i + 2] = rgba[4 * i + 2];
  }
  return {pixels, width, height, bitmap};
}
