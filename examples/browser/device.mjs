// A folder that `adapterx export --onnx` wrote, in ONNX Runtime for the web: one session, adapters that come and go.
import * as ort from './node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';
import {planes} from './images.mjs';

ort.env.wasm.wasmPaths = new URL('./node_modules/onnxruntime-web/dist/', import.meta.url).href;
// More threads need a page that is isolated from other origins; serve.mjs sends the headers for it.
ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency || 1) : 1;

async function fetched(url, what) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${what} is not there: ${url} (${answer.status})`);
  return answer;
}

/** The tensors of an adapter file, a FlatBuffer of one table per tensor: name, shape, type, bytes. */
export function adapter(buffer, file) {
  const v = new DataView(buffer), broken = why => new Error(`${file} is no whole adapter file (${buffer.byteLength} bytes): ${why}`);
  if (buffer.byteLength < 8 || new TextDecoder().decode(new Uint8Array(buffer, 4, 4)) !== 'TORT') throw broken("it does not say 'TORT'");
  const u = p => v.getUint32(p, true), to = p => p + u(p), feeds = {};
  try {
    const root = to(0), all = to(root + 16);
    for (let i = 0; i < u(all); i++) {
      const table = to(all + 4 + 4 * i), name = to(table + 4), shape = to(table + 8), raw = to(table + 16);
      const dims = Array.from({length: u(shape)}, (_, k) => Number(v.getBigInt64(shape + 4 + 8 * k, true)));
      const text = new TextDecoder().decode(new Uint8Array(buffer, name + 4, u(name)));
      feeds[text] = new ort.Tensor('float32', new Float32Array(buffer, raw + 4, u(raw) / 4), dims);
    }
  } catch (e) {
    throw broken(e instanceof RangeError ? 'it is cut short' : e.message);
  }
  return feeds;
}

const softmax = scores => {
  const largest = Math.max(...scores), powers = scores.map(s => Math.exp(s - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map(p => p / sum);
};

export class Device {
  /** Opens a graph of a folder over its weights: `backbone`, or `backbone.int8` where that was exported too. */
  static async open(folder, stem) {
    const at = name => `${folder}/${name}`;
    const [about, labels, preprocessing] = await Promise.all([`${stem}.json`, 'labels.json', 'preprocessing.json']
        .map(async name => (await fetched(at(name), name)).json()));
    const weights = await (await fetched(at(about.weights), 'The file of weights')).arrayBuffer();
    const graph = await (await fetched(at(about.graph), 'The graph')).arrayBuffer();
    const started = performance.now();
    const session = await ort.InferenceSession.create(new Uint8Array(graph), {
      executionProviders: ['wasm'],
      externalData: [{path: about.weights, data: new Uint8Array(weights)}],
    });
    const device = new Device();
    Object.assign(device, {folder, about, labels, preprocessing, session, started: performance.now() - started});
    return device;
  }

  /** Puts an adapter in the place of the one before; gives what it took, in milliseconds. */
  async use(name) {
    const started = performance.now(), file = `${name}.onnx_adapter`;
    const buffer = await (await fetched(`${this.folder}/${file}`, file)).arrayBuffer();
    this.put(name, adapter(buffer, file), file, this.labels[name]);
    return performance.now() - started;
  }

  /** Refuses an adapter of another graph before anything runs. */
  put(name, feeds, file, classes) {
    const mark = Object.keys(feeds).find(key => key.startsWith('for '));
    if (this.about.takes && mark !== this.about.takes) {
      throw new Error(`${file} is '${mark ?? 'of another program'}'; this graph takes adapters '${this.about.takes}'`);
    }
    const missing = this.session.inputNames.filter(input => input !== this.preprocessing.input && !feeds[input]);
    if (missing.length > 0) throw new Error(`${file} lacks ${missing.length} tensors of this graph, the first is '${missing[0]}'`);
    Object.assign(this, {name, feeds, classes});
  }

  /** An image's classes, most probable first, and where its patches were sent. */
  async run(pixels) {
    const {size, input} = this.preprocessing;
    if (pixels.length !== 3 * size * size) throw new Error(`The graph takes images of ${size} x ${size} pixels, found ${pixels.length / 3} pixels`);
    const started = performance.now();
    const images = new ort.Tensor('float32', planes(pixels, this.preprocessing), [1, 3, size, size]);
    const out = await this.session.run({[input]: images, ...this.feeds});
    const ms = performance.now() - started, p = softmax(Array.from(out.logits.data));
    const classes = p.map((probability, i) => ({label: this.classes?.[i] ?? `class ${i}`, probability}))
        .sort((a, b) => b.probability - a.probability);
    return {classes, routing: out.routing && {experts: out.routing.data, shape: out.routing.dims}, ms};
  }
}
