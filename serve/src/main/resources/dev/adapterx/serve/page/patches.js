// The picture as the backbone sees it, each patch in the colour of the expert that saw most of it.
import {element} from './ask.js';
import {keys} from './answers.js';

const COLOURS = 16;
const GOLDEN_ANGLE = 137.508;

/** Colours of experts, as CSS writes them. */
export const experts = count => Array.from({length: count}, (_, i) =>
  i < COLOURS ? `var(--e${i})` : `hsl(${(i * GOLDEN_ANGLE % 360).toFixed(0)} var(--hue))`);

/** What a colour of CSS is in this theme: red, green, blue. */
export const resolved = colour => {
  const probe = element('i', {hidden: true});
  probe.style.color = colour;
  document.body.append(probe);
  const found = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  probe.remove();
  return found;
};

/** A slider over the blocks that route; tells which. */
export const blocks = (places, chosen) => {
  const names = places.map(place => place.replace(/^blocks\./, 'block '));
  const output = element('output', {}, names[names.length - 1]);
  const slider = element('input', {type: 'range', min: 0, max: names.length - 1, value: names.length - 1, 'aria-label': 'Block',
    oninput: () => {
      output.textContent = names[slider.value];
      slider.setAttribute('aria-valuetext', names[slider.value]);
      chosen(Number(slider.value));
    }});
  slider.setAttribute('aria-valuetext', names[names.length - 1]);
  return element('label', {}, 'The expert of each part in ', output, ' ', slider);
};

/** Draws again when light becomes dark. */
export const whenThemed = draw => matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

export const patches = async view => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${view.png}`;
  await picture.decode();
  const canvas = element('canvas', {class: 'patches', width: picture.width * 2, height: picture.height * 2, role: 'img',
    'aria-label': 'The picture as the backbone sees it, each patch in the colour of its expert'});
  const pen = canvas.getContext('2d');
  const colours = experts(view.experts);
  let block = view.expert.length - 1, alone = -1;
  const cover = element('input', {type: 'range', min: 0, max: 100, value: 55, 'aria-label': 'How strong the experts cover the picture'});
  const draw = () => {
    const found = colours.map(resolved);
    const paper = resolved('var(--card)');
    const x = column => Math.round(column * canvas.width / view.columns);
    const y = row => Math.round(row * canvas.height / view.rows);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    view.expert[block].forEach((expert, i) => {
      const [r, g, b] = alone < 0 ? found[expert] : paper;
      const strength = alone < 0 ? cover.value / 100 : expert === alone ? 0 : 0.85;
      pen.fillStyle = `rgb(${r} ${g} ${b} / ${strength})`;
      const column = i % view.columns, row = Math.floor(i / view.columns);
      pen.fillRect(x(column), y(row), x(column + 1) - x(column), y(row + 1) - y(row));
    });
  };
  cover.addEventListener('input', draw);
  whenThemed(draw);
  draw();
  return element('figure', {}, canvas,
    element('p', {class: 'set'}, blocks(view.blocks, b => { block = b; draw(); }), element('label', {}, 'Cover ', cover)),
    keys(colours.map((_, i) => `expert\u00a0${i}`), colours, one => { alone = one; draw(); }),
    element('figcaption', {}, 'Which expert saw which patch. Press an expert to see its patches alone.'));
};
