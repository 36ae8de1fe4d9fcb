// The page: adapters on one side, a file and what they say of it on the other.
import {ask, element, size} from './ask.js';
import {card} from './card.js';
import {shown} from './answers.js';
import {studio} from './studio.js';

const at = id => document.getElementById(id);
const MOST_SHOWN = 200;
const MOST_ASKED = 16;
const MANY = 8;

let about = {};
let adapters = [];
let chosen = [];
let file = null;
let asked = null;
const cards = new Map();

const several = () => at('several').checked;

const list = () => {
  const words = at('filter').value.trim().toLowerCase();
  const found = adapters.filter(one => one.name.toLowerCase().includes(words));
  at('adapters').replaceChildren(...found.slice(0, MOST_SHOWN).map((one, i) => {
    const why = one.unserved ? [element('p', {id: `why-${i}`}, `Not served: ${one.unserved}`)] : [];
    const input = element('input', {type: several() ? 'checkbox' : 'radio', name: 'adapter', value: one.name, disabled: why.length > 0,
      'aria-describedby': why.length ? `why-${i}` : undefined, onchange: () => choose(one.name, input.checked)});
    input.checked = chosen.includes(one.name);
    return element('li', {}, element('label', {}, input, one.name, element('small', {}, one.loaded ? size(one.bytes) : '')), ...why);
  }));
  const unserved = adapters.filter(one => one.unserved).length;
  const hidden = found.length - MOST_SHOWN;
  at('count').textContent = adapters.length === 0
    ? 'There are none yet in the server’s folder.'
    : `${found.length === adapters.length ? adapters.length : `${found.length} of ${adapters.length}`} adapter${adapters.length === 1 ? '' : 's'}${unserved ? `, ${unserved} not served` : ''}${hidden > 0 ? `; the first ${MOST_SHOWN} are shown, filter for others` : ''}`;
};

const refresh = async () => {
  const all = (await ask('adapters')).adapters;
  adapters = [...all.filter(one => !one.unserved), ...all.filter(one => one.unserved)];
  at('filter').hidden = adapters.length <= MANY;
  chosen = chosen.filter(name => adapters.some(one => one.name === name && !one.unserved));
  list();
};

/** What clouds can be told to show: the categories of all chosen adapters that have to be told. */
const categories = async () => {
  for (const name of chosen) if (!cards.has(name)) cards.set(name, await ask(`adapters/${name}`));
  const all = [...new Set(chosen.flatMap(name => cards.get(name)?.categories || []))];
  const select = at('category');
  const before = select.value;
  select.replaceChildren(...all.map(one => element('option', {value: one}, one)));
  if (all.includes(before)) select.value = before;
  at('told').hidden = all.length === 0;
};

const describe = async name => {
  const found = await ask(`adapters/${name}`);
  cards.set(name, found);
  if (chosen[0] !== name) return;
  const labels = found.labels.slice(0, 12).join(', ') + (found.labels.length > 12 ? `, … ${found.labels.length} in all` : '');
  const facts = {Task: found.task, Method: found.method, Classes: labels,
    Size: `${found.parameters.toLocaleString('en')} parameters, ${size(found.bytes)} in memory`};
  at('card-title').textContent = found.name;
  at('facts').replaceChildren(...Object.entries(facts).flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
  at('more').hidden = !found.card;
  at('card-text').replaceChildren(...card(found.card || ''));
  at('card').hidden = false;
};

const choose = async (name, on) => {
  chosen = several() ? (on ? [...chosen, name] : chosen.filter(one => one !== name)) : [name];
  if (chosen.length > MOST_ASKED) {
    chosen.pop();
    list();
    tell('', `At most ${MOST_ASKED} adapters are asked at once.`);
    return;
  }
  at('card').hidden = chosen.length === 0;
  try {
    if (chosen.length) await describe(chosen[0]);
    await categories();
    await predict();
  } catch (failure) {
    tell('', failure.message);
  }
};

const tell = (status, error = '') => {
  at('status').textContent = status;
  at('error').textContent = error;
  at('error').hidden = !error;
};

const decoded = async () => {
  if (about.input !== 'images') return null;
  try {
    return await createImageBitmap(file);
  } catch {
    return null; // a format that this browser cannot show
  }
};

const predict = async () => {
  asked?.abort();
  if (!file) return;
  if (!chosen.length) {
    tell('Choose an adapter.');
    return;
  }
  const own = asked = new AbortController();
  const began = performance.now();
  tell(`Asking about ${file.name} …`);
  at('answers').setAttribute('aria-busy', 'true');
  try {
    const query = new URLSearchParams({adapters: chosen.join(','), top: 5, mask: 'rle', points: 'cloud', score: 0.05, view: true, file: safe(file.name)});
    if (!at('told').hidden) query.set('category', at('category').value);
    const {answers} = await ask(`predict?${query}`, {method: 'POST', body: file, signal: own.signal});
    const took = performance.now() - began;
    const picture = await decoded();
    const elements = await Promise.all(answers.map(one => shown(one, picture)));
    if (own.signal.aborted) return;
    const preview = picture && !answers.some(one => one.classes || one.boxes) ? [previewed(picture)] : [];
    at('answers').replaceChildren(...preview, ...elements);
    tell(`${file.name}: answered in ${Math.round(took)} ms`);
    await refresh();
  } catch (failure) {
    if (failure.name === 'AbortError') return;
    at('answers').replaceChildren();
    tell('', failure.message);
  } finally {
    if (asked === own) at('answers').removeAttribute('aria-busy');
  }
};

const previewed = picture => {
  const scale = Math.min(1, 360 / Math.max(picture.width, picture.height));
  const canvas = element('canvas', {width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)),
    role: 'img', 'aria-label': `The picture ${file.name}`});
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  return element('figure', {class: 'answer'}, canvas);
};

/** A name the server takes; the ending says how a cloud is read. */
const safe = name => name.replace(/[^A-Za-z0-9._ -]/g, '_').replace(/^[^A-Za-z0-9_-]+/, '').slice(-128) || 'file';

const take = taken => {
  if (!taken) return;
  file = taken;
  predict();
};

at('file').addEventListener('change', event => take(event.target.files[0]));
at('category').addEventListener('change', () => predict());
at('filter').addEventListener('input', list);
at('several').addEventListener('change', () => {
  chosen = chosen.slice(0, 1);
  list();
  categories().then(predict).catch(failure => tell('', failure.message));
});
addEventListener('dragover', event => {
  event.preventDefault();
  at('drop').classList.add('over');
});
addEventListener('dragleave', event => { if (!event.relatedTarget) at('drop').classList.remove('over'); });
addEventListener('drop', event => {
  event.preventDefault();
  at('drop').classList.remove('over');
  if (!at('ask').hidden) take(event.dataTransfer.files[0]);
});
addEventListener('paste', event => take(event.clipboardData.files[0]));

const tab = name => {
  for (const button of document.querySelectorAll('#tabs button')) button.setAttribute('aria-pressed', String(button.dataset.tab === name));
  at('ask').hidden = name !== 'ask';
  at('studio').hidden = name !== 'studio';
};

/** From the studio: an adapter that was just trained. */
const trained = async name => {
  tab('ask');
  await refresh();
  at('several').checked = false;
  await choose(name, true);
  list();
};

const start = async () => {
  about = await ask('v2');
  if (about.studio) {
    at('tabs').hidden = false;
    for (const button of document.querySelectorAll('#tabs button')) button.addEventListener('click', () => tab(button.dataset.tab));
    studio(about.input, trained).catch(failure => tell('', failure.message));
  }
  at('backbone').textContent = about.backbone;
  at('paste').hidden = about.input !== 'images';
  at('kinds').textContent = about.input === 'images' ? 'JPEG, PNG, WebP, TIFF, BMP, GIF' : 'PLY, OFF, OBJ, STL, PCD, XYZ, NPY and others';
  at('ask').hidden = false;
  await refresh();
  if (adapters.length && !adapters[0].unserved) {
    await choose(adapters[0].name, true);
    list();
  }
};

start().catch(failure => {
  at('ask').hidden = false;
  tell('', failure.message);
});
