// What adapters say: bars, masks and boxes over the picture, labelled points, and what the backbone saw.
import {boxes} from './boxes.js';
import {element, percent} from './ask.js';
import {cloud} from './cloud.js';
import {drawMask, runs} from './mask.js';
import {patches} from './patches.js';

const bars = top => element('ol', {class: 'bars'}, ...top.map(one => {
  const filled = element('i');
  filled.style.width = percent(one.probability).replace(' ', '');
  return element('li', {},
    element('div', {class: 'name'}, element('span', {}, one.label), element('span', {}, percent(one.probability))),
    element('div', {class: 'bar'}, filled));
}));

/** Buttons of which none or one is pressed; tells which. */
export const keys = (names, colours, chosen) => {
  const buttons = names.map((name, i) => {
    const swatch = element('i', {class: 'swatch'});
    swatch.style.setProperty('--c', colours[i]);
    return element('button', {type: 'button', 'aria-pressed': 'false', onclick: () => {
      const pressed = buttons[i].getAttribute('aria-pressed') === 'true';
      buttons.forEach((b, k) => b.setAttribute('aria-pressed', String(k === i && !pressed)));
      chosen(pressed ? -1 : i);
    }}, swatch, name);
  });
  return element('ul', {class: 'keys'}, ...buttons.map(b => element('li', {}, b)));
};

const mask = (answer, picture) => {
  const classes = answer.classes;
  const owner = runs(answer);
  const canvas = element('canvas', {class: 'mask', width: answer.width, height: answer.height, role: 'img',
    'aria-label': `The picture with its classes: ${classes.map(c => `${c.label} ${percent(c.share)}`).join(', ')}`});
  const strength = element('input', {type: 'range', min: 0, max: 100, value: 55, 'aria-label': 'How strong the classes cover the picture'});
  const over = element('p', {class: 'over dim', 'aria-hidden': 'true'});
  let alone = -1;
  const draw = () => drawMask(canvas, picture, owner, classes, strength.value / 100, alone);
  strength.addEventListener('input', draw);
  canvas.addEventListener('pointermove', event => {
    const x = Math.floor(event.offsetX / canvas.clientWidth * answer.width);
    const y = Math.floor(event.offsetY / canvas.clientHeight * answer.height);
    over.textContent = classes[owner[y * answer.width + x]]?.label ?? '';
  });
  canvas.addEventListener('pointerleave', () => { over.textContent = ''; });
  draw();
  return element('figure', {}, canvas, over,
    element('p', {class: 'set'}, element('label', {}, 'Cover ', strength)),
    keys(classes.map(c => `${c.label}\u00a0${percent(c.share)}`), classes.map(c => c.colour), one => { alone = one; draw(); }));
};

const seen = async view => view.points ? cloud(view) : view.expert ? patches(view) : null;

/** The element of one adapter's answer about a file. */
export const shown = async (answer, picture) => {
  const parts = element('div', {class: 'two'});
  if (answer.top) parts.append(bars(answer.top));
  if (answer.classes && picture) parts.append(mask(answer, picture));
  if (answer.boxes) parts.append(...boxes(answer, picture));
  if (answer.cloud) parts.append(cloud({points: answer.cloud.points, indices: answer.cloud.indices, classes: answer.classes}));
  const looked = answer.view && await seen(answer.view);
  if (looked) parts.append(looked);
  return element('article', {class: 'answer'}, element('h3', {}, answer.adapter), parts);
};
