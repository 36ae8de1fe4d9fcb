// The studio: labelled samples from files, folders or the camera; an adapter trained of them; its curves.
import {ask, element} from './ask.js';

const at = id => document.getElementById(id);
const PAUSE = 1000;    // ms between two looks at a training
const BURST = 180;     // ms between two pictures of the camera
const AT_ONCE = 3;     // files on their way together
const SVG = 'http://www.w3.org/2000/svg';

let state = {sets: {}, methods: []};
let set = '';
let stream = null;
let shooting = '';

const told = (part, error = '') => {
  at(`${part}-error`).textContent = error;
  at(`${part}-error`).hidden = !error;
};
const doing = async (part, work) => {
  told(part);
  try {
    await work();
  } catch (failure) {
    told(part, failure.message);
  }
};
const path = (name, query) => `studio/data/${name}?${new URLSearchParams(query)}`;

const keep = async (label, files) => {
  const queue = [...files];
  const all = queue.length;
  const refused = [];
  let kept = 0;
  await Promise.all(Array.from({length: AT_ONCE}, async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      try {
        await ask(path(set, {label: file.label ?? label, file: file.content.name}), {method: 'POST', body: file.content});
        kept++;
      } catch (failure) {
        refused.push(`${file.content.name}: ${failure.message}`);
      }
      at('samples-status').textContent = `${kept} of ${all} taken`;
    }
  }));
  if (refused.length) told('samples', `${refused.length} not taken. ${refused[0]}`);
  await look();
};
const plain = files => [...files].map(content => ({content}));

const labels = () => {
  const own = state.sets[set] || {};
  at('set-work').hidden = !set;
  at('labels').replaceChildren(...Object.entries(own).map(([label, count]) => {
    const files = element('input', {type: 'file', multiple: true, 'aria-label': `Files for ${label}`,
      onchange: event => doing('samples', () => keep(label, plain(event.target.files)))});
    const parts = [element('b', {}, label), element('span', {class: 'dim'}, `${count} sample${count === 1 ? '' : 's'}`),
      element('label', {class: 'file'}, files, 'Add files')];
    if (state.camera) parts.push(element('button', {type: 'button', onclick: () => doing('samples', () => open(label))}, 'Camera'));
    parts.push(element('button', {type: 'button', 'aria-label': `Remove ${label} and its samples`, onclick: () => doing('samples', async () => {
      if (!confirm(`Remove ${label} and its ${count} samples?`)) return;
      await ask(path(set, {label}), {method: 'DELETE'});
      delete own[label];
      await look();
    })}, 'Remove'));
    return element('li', {}, ...parts);
  }));
};

const sets = () => {
  const names = Object.keys(state.sets);
  if (set && !names.includes(set)) names.push(set);
  set = set || names[0] || '';
  at('set').replaceChildren(...names.map(name => element('option', {value: name}, name)));
  at('set').value = set;
  at('set').parentElement.hidden = names.length === 0;
  labels();
};

const look = async () => {
  const empty = Object.entries(state.sets[set] || {}).filter(([, count]) => count === 0); // named here, no samples yet
  const camera = state.camera;
  state = {...await ask('studio'), camera};
  for (const [label] of empty) state.sets[set] = {...state.sets[set], [label]: state.sets[set]?.[label] ?? 0};
  sets();
  show();
};

// The camera.
const open = async label => {
  shooting = label;
  at('shoot').textContent = `Hold to capture ${label}`;
  if (!stream) {
    try {
      stream = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}});
    } catch (failure) {
      throw new Error(`The camera cannot be used: ${failure.message}`);
    }
  }
  at('video').srcObject = stream;
  await at('video').play();
  at('camera').hidden = false;
  at('shoot').focus();
};
const close = () => {
  stream?.getTracks().forEach(track => track.stop());
  stream = null;
  at('camera').hidden = true;
};
const shot = () => new Promise(resolve => {
  const video = at('video');
  const canvas = element('canvas', {width: video.videoWidth, height: video.videoHeight});
  canvas.getContext('2d').drawImage(video, 0, 0);
  canvas.toBlob(blob => resolve(new File([blob], 'capture.jpg')), 'image/jpeg', 0.92);
});
let held = false;
const hold = async () => {
  if (held) return;
  held = true;
  const taken = [];
  while (held) {
    taken.push({content: await shot()});
    at('samples-status').textContent = `${taken.length} captured`;
    await new Promise(resolve => setTimeout(resolve, BURST));
  }
  await doing('samples', () => keep(shooting, taken));
};
const release = () => { held = false; };

// Folders that are dropped.
const files = async (entry, label) => {
  if (entry.isFile) return [{label, content: await new Promise((resolve, refuse) => entry.file(resolve, refuse))}];
  const reader = entry.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, refuse) => reader.readEntries(resolve, refuse));
    if (!some.length) break;
    all.push(...some);
  }
  return (await Promise.all(all.filter(one => !one.name.startsWith('.')).map(one => files(one, entry.name)))).flat();
};

// The training.
const curve = training => {
  const epochs = training.curve;
  const figure = at('curve');
  figure.hidden = epochs.length === 0;
  if (figure.hidden) return;
  const [wide, high, left, bottom] = [620, 220, 44, 26];
  const accuracy = epochs.map(one => one['val-accuracy'] ?? one['train-accuracy']);
  const which = epochs[0]['val-accuracy'] === undefined ? 'accuracy in training' : 'accuracy of what was held out';
  const most = Math.max(...epochs.map(one => one.loss), 1e-9);
  const count = Math.max(training.epochs, 2);
  const x = i => left + (wide - 2 * left) * i / (count - 1);
  const y = share => high - bottom - (high - bottom - 12) * share;
  const line = (values, style) => {
    const made = document.createElementNS(SVG, 'polyline');
    made.setAttribute('points', values.map((v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`).join(' '));
    made.setAttribute('class', style);
    return made;
  };
  const text = (words, px, py, anchor = 'start') => {
    const made = document.createElementNS(SVG, 'text');
    made.textContent = words;
    for (const [key, value] of Object.entries({x: px, y: py, 'text-anchor': anchor})) made.setAttribute(key, value);
    return made;
  };
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${wide} ${high}`);
  svg.setAttribute('role', 'img');
  const last = epochs[epochs.length - 1];
  svg.setAttribute('aria-label', `Loss ${last.loss.toFixed(3)}, ${which} ${accuracy[accuracy.length - 1]?.toFixed(1)} % after ${epochs.length} epochs`);
  svg.append(line([0, ...Array(count - 1).fill(0)], 'rule'), text(most.toFixed(2), left - 6, y(1) + 4, 'end'), text('0', left - 6, y(0) + 4, 'end'),
    text('100 %', wide - left + 6, y(1) + 4), text('1', x(0), high - 8, 'middle'), text(`${count}`, x(count - 1), high - 8, 'middle'),
    line(epochs.map(one => one.loss / most), 'loss'), line(accuracy.map(v => (v ?? 0) / 100), 'accuracy'));
  figure.replaceChildren(svg, element('figcaption', {}, `Solid: loss, ${last.loss.toFixed(3)}. Dashed: ${which}, ${accuracy[accuracy.length - 1]?.toFixed(1)} %. By epoch.`));
};

const WORDS = {running: 'is being trained', stopping: 'is being stopped', stopped: 'was stopped', done: 'is trained', failed: 'could not be trained'};
let timer = 0;
const show = () => {
  const training = state.training;
  const busy = training?.state === 'running' || training?.state === 'stopping';
  at('start').disabled = busy;
  at('stop').hidden = training?.state !== 'running';
  at('progress').hidden = !busy;
  at('log').hidden = !training;
  at('done').hidden = training?.state !== 'done';
  if (training) {
    const epochs = training.curve.length;
    at('train-status').textContent = `${training.adapter} ${WORDS[training.state]}${training.epochs ? `: ${epochs} of ${training.epochs} epochs` : ''}`;
    if (training.epochs) {
      at('progress').max = training.epochs;
      at('progress').value = epochs;
    } else {
      at('progress').removeAttribute('value');
    }
    at('lines').textContent = training.lines.join('\n');
    const why = training.lines.filter(one => one.startsWith('adapterx:')).pop() ?? training.lines[training.lines.length - 1] ?? '';
    if (training.state === 'failed') told('train', why.replace(/^adapterx: /, ''));
    curve(training);
  }
  clearTimeout(timer);
  if (busy) timer = setTimeout(() => doing('train', look), PAUSE);
};

const download = async name => {
  const answer = await ask(`studio/adapters/${name}`, {raw: true});
  const link = element('a', {href: URL.createObjectURL(await answer.blob()), download: `${name}.zip`});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), PAUSE);
};

/** Brings the studio to life. */
export const studio = async (input, trained) => {
  state.camera = input === 'images' && !!navigator.mediaDevices?.getUserMedia;
  at('set').addEventListener('change', event => { set = event.target.value; labels(); });
  at('new-set').addEventListener('submit', event => {
    event.preventDefault();
    set = at('set-name').value;
    at('set-name').value = '';
    sets();
    at('label-name').focus();
  });
  at('new-label').addEventListener('submit', event => {
    event.preventDefault();
    const label = at('label-name').value.trim();
    state.sets[set] = {...state.sets[set], [label]: state.sets[set]?.[label] ?? 0};
    at('label-name').value = '';
    labels();
  });
  at('tree').addEventListener('change', event => doing('samples', () => keep('', [...event.target.files]
    .filter(one => !one.name.startsWith('.'))
    .map(content => ({content, label: content.webkitRelativePath.split('/').slice(-2)[0]})))));
  at('studio').addEventListener('drop', event => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry()).filter(Boolean);
    if (set) doing('samples', async () => keep('', (await Promise.all(entries.map(one => files(one, one.name)))).flat()));
  });
  at('camera-off').addEventListener('click', close);
  at('shoot').addEventListener('pointerdown', hold);
  at('shoot').addEventListener('keydown', event => { if (event.key === ' ' || event.key === 'Enter') { event.preventDefault(); hold(); } });
  for (const end of ['pointerup', 'pointerleave', 'pointercancel', 'keyup', 'blur']) at('shoot').addEventListener(end, release);
  at('train').addEventListener('submit', event => {
    event.preventDefault();
    doing('train', async () => {
      const camera = state.camera;
      state = {...await ask('studio/train', {method: 'POST', body: JSON.stringify(
        {set, adapter: at('adapter-name').value, method: at('method').value, quality: at('quality').value})}), camera};
      show();
    });
  });
  at('stop').addEventListener('click', () => doing('train', async () => {
    await ask('studio/stop', {method: 'POST'});
    await look();
  }));
  at('try').addEventListener('click', () => doing('train', () => trained(state.training.adapter)));
  at('download').addEventListener('click', () => doing('train', () => download(state.training.adapter)));
  await look();
  at('method').replaceChildren(...state.methods.map(name => element('option', {value: name}, name)));
};
