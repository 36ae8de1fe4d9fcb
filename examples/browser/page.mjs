import {Device} from './device.mjs';
import {decoded, square} from './images.mjs';

// Okabe and Ito's colours, told apart with any colour vision; more experts repeat them.
const COLOURS = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7', '#999999'];
const TOP = 5;
const $ = id => document.getElementById(id);
let device, pixels, answer;

const percent = p => `${(100 * p).toFixed(1)} %`;
const node = (tag, text, name) => Object.assign(document.createElement(tag), {textContent: text ?? '', className: name ?? ''});

/** Does something for the user; what goes wrong is told on the page. */
async function attempt(what) {
  try {
    $('error').hidden = true;
    await what();
  } catch (e) {
    $('error').textContent = e.message;
    $('error').hidden = false;
  }
}

async function use(name) {
  const ms = await device.use(name);
  for (const button of $('adapters').children) button.setAttribute('aria-pressed', button.textContent === name);
  $('swap').textContent = `fetched and in its place after ${ms.toFixed(1)} ms; ${device.classes.length} classes`;
  document.body.dataset.swap = ms;
  await predict();
}

async function take(file) {
  const image = await decoded(file);
  pixels = square(image, device.preprocessing);
  $('drop').classList.add('full');
  $('size').textContent = `${file.name}, ${image.width} x ${image.height}; shown as the network sees it, ${device.preprocessing.size} x ${device.preprocessing.size}`;
  await predict();
}

async function predict() {
  if (!pixels) return;
  answer = await device.run(pixels);
  $('classes').className = '';
  $('classes').replaceChildren(...answer.classes.slice(0, TOP).flatMap(({label, probability}) => {
    const bar = node('span', '', 'bar'), inner = node('i');
    inner.style.width = `${100 * probability}%`;
    bar.append(inner);
    return [node('b', label), bar, node('span', percent(probability), 'p')];
  }));
  $('time').textContent = `${answer.ms.toFixed(0)} ms`;
  const {routing} = answer;
  $('routing').hidden = !routing;
  if (routing) {
    $('block').max = routing.shape[1] - 1;
    if ($('part').options.length !== routing.shape[3] + 1) {
      $('part').replaceChildren(new Option('all, the expert most of them go to', -1),
          ...Array.from({length: routing.shape[3]}, (_, h) => new Option(`${h + 1} of ${routing.shape[3]}`, h)));
    }
  }
  draw();
  document.body.dataset.done = `${device.name} ${Number(document.body.dataset.done?.split(' ')[1] ?? 0) + 1}`;
}

/** The expert of each patch in the block and part that are chosen, and the shares of all. */
function routed() {
  const {experts, shape: [, , patches, heads]} = answer.routing, n = device.about.experts, part = Number($('part').value);
  const from = Number($('block').value) * patches * heads, shares = new Array(n).fill(0);
  const best = Array.from({length: patches}, (_, p) => {
    const votes = new Array(n).fill(0);
    for (let h = part < 0 ? 0 : part; h < (part < 0 ? heads : part + 1); h++) votes[experts[from + p * heads + h]]++;
    votes.forEach((v, e) => shares[e] += v);
    return votes.indexOf(Math.max(...votes));
  });
  const all = shares.reduce((a, b) => a + b, 0);
  return {best, shares: shares.map(s => s / all)};
}

function draw() {
  const canvas = $('image'), context = canvas.getContext('2d'), size = device.preprocessing.size;
  const seen = new ImageData(size, size);
  for (let i = 0; i < size * size; i++) seen.data.set([pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2], 255], 4 * i);
  const small = new OffscreenCanvas(size, size);
  small.getContext('2d').putImageData(seen, 0, 0);
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  if (!answer.routing) return;
  const {best, shares} = routed(), grid = device.about.grid, side = canvas.width / grid;
  $('shown').textContent = `${Number($('block').value) + 1} of ${answer.routing.shape[1]}`;
  $('legend').replaceChildren(...shares.map((share, e) => {
    const key = node('span', `expert ${e + 1}: ${percent(share)}`), colour = node('i');
    colour.style.background = COLOURS[e % COLOURS.length];
    key.prepend(colour);
    return key;
  }));
  if (!$('overlay').checked) return;
  context.globalAlpha = 0.5;
  best.forEach((expert, p) => {
    context.fillStyle = COLOURS[expert % COLOURS.length];
    context.fillRect((p % grid) * side + 1, Math.floor(p / grid) * side + 1, side - 2, side - 2);
  });
  context.globalAlpha = 1;
}

for (const id of ['block', 'part', 'overlay']) $(id).addEventListener('input', () => answer && draw());
$('file').addEventListener('change', e => e.target.files[0] && attempt(() => take(e.target.files[0])));
for (const [event, over] of [['dragover', true], ['dragleave', false], ['drop', false]]) {
  document.addEventListener(event, e => {
    e.preventDefault();
    $('drop').classList.toggle('over', over);
    if (event === 'drop' && e.dataTransfer.files[0]) attempt(() => take(e.dataTransfer.files[0]));
  });
}

await attempt(async () => {
  device = await Device.open('device', new URLSearchParams(location.search).get('graph') ?? 'backbone');
  const {about, labels} = device;
  $('about').textContent = `${about.backbone}, ${about.numbers}, method ${about.method}: a session in ${device.started.toFixed(0)} ms. Nothing leaves this page.`;
  $('adapters').replaceChildren(...Object.keys(labels).map(name => {
    const button = node('button', name);
    button.setAttribute('aria-pressed', false);
    button.addEventListener('click', () => attempt(() => use(name)));
    return button;
  }));
  await use(Object.keys(labels)[0]);
});
document.body.dataset.ready = 'true';
