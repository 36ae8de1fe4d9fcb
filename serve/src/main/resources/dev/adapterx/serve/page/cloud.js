// A point cloud that turns under the pointer or the arrow keys.
import {element, percent} from './ask.js';
import {keys} from './answers.js';
import {blocks, experts, resolved, whenThemed} from './patches.js';

const LEVELS = 24; // of depth: painted back to front, each with a shade
const EYE = 3.2;   // its distance from the middle, in radii of the cloud
const START = {yaw: -0.6, pitch: 0.32, zoom: 1};
const between = (low, value, high) => Math.max(low, Math.min(high, value));
const mix = (a, b, share) => `rgb(${a.map((v, i) => Math.round(v + (b[i] - v) * share)).join(' ')})`;

/** Points around 0, the farthest at distance 1. */
const centred = points => {
  const count = points.length / 3;
  const middle = [0, 1, 2].map(axis => {
    let low = Infinity, high = -Infinity;
    for (let i = axis; i < points.length; i += 3) { low = Math.min(low, points[i]); high = Math.max(high, points[i]); }
    return (low + high) / 2;
  });
  const moved = Float32Array.from(points, (v, i) => v - middle[i % 3]);
  let reach = 0;
  for (let i = 0; i < count; i++) reach = Math.max(reach, Math.hypot(...moved.subarray(3 * i, 3 * i + 3)));
  return moved.map(v => reach ? v / reach : 0);
};

export const cloud = view => {
  const xyz = centred(view.points);
  const count = xyz.length / 3;
  const canvas = element('canvas', {class: 'cloud', tabindex: 0, role: 'img',
    'aria-label': `A cloud of ${count} points. Arrow keys turn it, plus and minus zoom, Home resets.`});
  const pen = canvas.getContext('2d');
  const place = new Map((view.classes || []).map((one, i) => [one.index, i])); // of a class, largest first
  const colours = view.expert ? experts(view.experts) : (view.classes || []).map(one => one.colour);
  const coloured = colours.length > 0;
  const turned = {...START};
  let block = view.expert ? view.expert.length - 1 : 0, alone = -1, frame = 0, up = false;
  const colourOf = i => view.expert ? view.expert[block][view.group[i]] : coloured ? place.get(view.indices[i]) : 0;

  const draw = () => {
    frame = 0;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (!side) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const paper = resolved('var(--card)');
    const near = coloured ? colours.map(resolved) : [resolved('var(--near)')];
    const far = coloured ? near.map(() => paper) : [resolved('var(--far)')];
    const cy = Math.cos(turned.yaw), sy = Math.sin(turned.yaw), cp = Math.cos(turned.pitch), sp = Math.sin(turned.pitch);
    const scale = 0.455 * side * turned.zoom * EYE;
    const points = [];
    for (let i = 0; i < count; i++) {
      const px = xyz[3 * i], py = up ? xyz[3 * i + 2] : xyz[3 * i + 1], pz = up ? -xyz[3 * i + 1] : xyz[3 * i + 2];
      const depth = pz * cy - px * sy;
      const z = py * sp + depth * cp;
      points.push([side / 2 + scale * (px * cy + pz * sy) / (EYE - z), side / 2 - scale * (py * cp - depth * sp) / (EYE - z), z,
        colourOf(i)]);
    }
    points.sort((a, b) => a[2] - b[2]);
    pen.clearRect(0, 0, side, side);
    const dot = 0.0105 * side * Math.sqrt(turned.zoom * between(0.3, 1024 / count, 3));
    for (const [x, y, z, colour] of points) {
      const level = between(0, Math.floor((z + 1) / 2 * LEVELS), LEVELS - 1) / (LEVELS - 1);
      const faint = alone >= 0 && colour !== alone;
      pen.fillStyle = faint ? mix(paper, near[colour], 0.12)
        : coloured ? mix(far[colour], near[colour], 0.75 + 0.25 * level) : mix(far[colour], near[colour], level);
      pen.beginPath();
      pen.arc(x, y, dot * EYE / (EYE - z), 0, 2 * Math.PI);
      pen.fill();
    }
  };
  const redraw = () => { frame = frame || requestAnimationFrame(draw); };
  const move = (yaw, pitch, zoom = 1) => {
    turned.yaw += yaw;
    turned.pitch = between(-1.57, turned.pitch + pitch, 1.57);
    turned.zoom = between(0.6, turned.zoom * zoom, 6);
    redraw();
  };

  let pointer = null;
  canvas.addEventListener('pointerdown', event => {
    if (pointer || event.button) return;
    pointer = event;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    if (event.pointerId !== pointer?.pointerId) return;
    const speed = 4 / canvas.clientWidth;
    move((event.clientX - pointer.clientX) * speed, (event.clientY - pointer.clientY) * speed);
    pointer = event;
  });
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
    canvas.addEventListener(end, event => { if (event.pointerId === pointer?.pointerId) pointer = null; });
  }
  canvas.addEventListener('wheel', event => {
    if (document.activeElement !== canvas && !event.ctrlKey) return;
    event.preventDefault();
    move(0, 0, Math.exp(-between(-60, event.deltaY, 60) / 300));
  }, {passive: false});
  canvas.addEventListener('dblclick', () => { Object.assign(turned, START); redraw(); });
  canvas.addEventListener('keydown', event => {
    const step = {ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15],
      '+': [0, 0, 1.15], '=': [0, 0, 1.15], '-': [0, 0, 1 / 1.15]}[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!step && event.key !== 'Home')) return;
    event.preventDefault();
    if (step) move(...step);
    else { Object.assign(turned, START); redraw(); }
  });
  whenThemed(redraw);
  new ResizeObserver(redraw).observe(canvas);

  const standing = element('input', {type: 'checkbox', onchange: () => { up = standing.checked; redraw(); }});
  const axis = element('label', {}, standing, ' z points up');
  const figure = element('figure', {}, canvas);
  if (view.classes) {
    figure.append(element('p', {class: 'set'}, axis),
      keys(view.classes.map(one => `${one.label}\u00a0${percent(one.share)}`), colours, one => { alone = one; redraw(); }),
      element('figcaption', {}, 'The class of each point. Drag or use the arrow keys to turn it; press a class to see it alone.'));
  } else if (view.expert) {
    figure.append(element('p', {class: 'set'}, blocks(view.blocks, b => { block = b; redraw(); }), axis),
      keys(colours.map((_, i) => `expert\u00a0${i}`), colours, one => { alone = one; redraw(); }),
      element('figcaption', {}, 'Which expert saw which group of points. Drag or use the arrow keys to turn it.'));
  } else {
    figure.append(element('p', {class: 'set'}, axis), element('figcaption', {}, 'Colours: near ', element('i', {class: 'ramp'}), ' far. Drag or use the arrow keys to turn it.'));
  }
  return figure;
};
