
// Point clouds that turn under the pointer or the arrow keys, in the colours of the legend.
for (const part of document.querySelectorAll('.clouds')) {
  const LEVELS = 40;  // of depth: painted back to front, each with a size and a shade
  const EYE = 3.2;    // its distance from the middle, in radii of the cloud
  const HAZE = 0.22;  // how much of the background the farthest points take on
  const START = {yaw: -0.6, pitch: 0.32, zoom: 1};
  const AT_ONCE = 2;  // clouds that turn by themselves
  const PAUSE = 30;   // ms from one step of theirs to the next: smooth enough, and half the work
  const root = document.documentElement;
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const chooser = part.querySelector('.block input');
  const keys = [...part.querySelectorAll('.keys button')];
  const turn = part.querySelector('.turn input');
  const changed = new Set();
  let palette = [], alone = -1, frame = 0, last = 0;

  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const between = (low, value, high) => Math.max(low, Math.min(high, value));
  const mix = (a, b, share) => a.map((v, i) => Math.round(v + (b[i] - v) * share));
  const rgb = (element, property) =>
    getComputedStyle(element)[property].match(/[\d.]+/g).slice(0, 3).map(Number);

  const clouds = [...part.querySelectorAll('canvas')].map(canvas => {
    canvas.hidden = false;
    const xyz = new Int8Array(bytes(canvas.dataset.points).buffer);
    const count = xyz.length / 3;
    const packed = bytes(canvas.dataset.groups);
    const group = packed.length > count ? new Uint16Array(packed.buffer) : packed;
    const experts = bytes(canvas.dataset.experts);
    const groups = chooser ? experts.length / (Number(chooser.max) + 1) : 0;
    return {
      canvas, pen: canvas.getContext('2d'), xyz, count, group, experts, groups, ...START,
      x: new Float32Array(count), y: new Float32Array(count), bin: new Uint16Array(count),
      order: new Uint32Array(count), seen: false, whole: false, held: false,
    };
  });

  // One row of shades, far to near, per colour.
  const mixColours = () => {
    const swatches = [...part.querySelectorAll('.swatch')].map(s => rgb(s, 'backgroundColor'));
    const ramp = part.querySelector('.ramp');
    const paper = rgb(part, 'backgroundColor');
    const faint = mix(paper, rgb(part, 'color'), 0.2);
    const pairs = chooser
      ? swatches.map((near, i) => alone < 0 || i === alone ? near : faint)
        .map(near => [mix(near, paper, near === faint ? 0.3 : HAZE), near])
      : [[rgb(ramp, 'backgroundColor'), rgb(ramp, 'color')]];
    palette = pairs.map(([far, near]) =>
      Array.from({length: LEVELS}, (_, l) => `rgb(${mix(far, near, l / (LEVELS - 1))})`));
    palette.paper = `rgb(${paper})`;
  };

  // Seen from the front with y up: turned about y by yaw, then towards the eye by pitch.
  const project = (cloud, side) => {
    const {xyz, count, x, y, bin, group, experts, groups} = cloud;
    const cy = Math.cos(cloud.yaw), sy = Math.sin(cloud.yaw);
    const cp = Math.cos(cloud.pitch), sp = Math.sin(cloud.pitch);
    const scale = 0.455 * side * cloud.zoom * EYE;
    const row = chooser ? Number(chooser.value) * groups : 0;
    for (let i = 0; i < count; i++) {
      const px = xyz[3 * i] / 127, py = xyz[3 * i + 1] / 127, pz = xyz[3 * i + 2] / 127;
      const turned = pz * cy - px * sy;
      const near = py * sp + turned * cp;
      x[i] = side / 2 + scale * (px * cy + pz * sy) / (EYE - near);
      y[i] = side / 2 - scale * (py * cp - turned * sp) / (EYE - near);
      const level = between(0, Math.floor((near + 1) / 2 * LEVELS), LEVELS - 1);
      bin[i] = level * palette.length + (chooser ? experts[row + group[i]] : 0);
    }
  };

  // Counting sort: by depth, then by colour.
  const sort = ({bin, order, count}) => {
    const ends = new Uint32Array(LEVELS * palette.length + 1);
    for (let i = 0; i < count; i++) ends[bin[i] + 1]++;
    for (let b = 1; b < ends.length; b++) ends[b] += ends[b - 1];
    for (let i = 0; i < count; i++) order[ends[bin[i]]++] = i;
  };

  const draw = cloud => {
    const {canvas, pen, x, y, bin, order, count} = cloud;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (!side) return;
    if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
    changed.delete(cloud);
    pen.clearRect(0, 0, side, side);
    project(cloud, side);
    sort(cloud);
    const dot = 0.0115 * side * Math.sqrt(cloud.zoom * between(0.3, 1024 / count, 3));
    pen.strokeStyle = palette.paper;
    for (let i = 0; i < count;) {
      const now = bin[order[i]], level = Math.floor(now / palette.length);
      const radius = dot * EYE / (EYE + 1 - 2 * (level + 0.5) / LEVELS);
      pen.beginPath();
      for (; i < count && bin[order[i]] === now; i++) {
        const px = x[order[i]], py = y[order[i]];
        pen.moveTo(px + radius, py);
        pen.arc(px, py, radius, 0, 2 * Math.PI);
      }
      pen.lineWidth = radius * 0.45;
      pen.stroke();
      pen.fillStyle = palette[now % palette.length][level];
      pen.fill();
    }
  };

  // Draws what is on screen and changed; the rest waits until it is.
  const tick = now => {
    frame = 0;
    const turning = turn.checked ? clouds.filter(c => c.whole && !c.held).slice(0, AT_ONCE) : [];
    if (now - last >= PAUSE) {
      for (const cloud of turning) {
        cloud.yaw += Math.min(now - last, 50) * 3e-4;
        changed.add(cloud);
      }
      last = now;
    }
    for (const cloud of changed) if (cloud.seen) draw(cloud);
    if (turning.length) ask();
  };
  const ask = () => { frame = frame || requestAnimationFrame(tick); };
  const redraw = (...some) => { some.forEach(c => changed.add(c)); ask(); };
  const recolour = () => { mixColours(); redraw(...clouds); };
  const move = (cloud, yaw, pitch, zoom = 1) => {
    cloud.held = true;
    cloud.yaw += yaw;
    cloud.pitch = between(-1.57, cloud.pitch + pitch, 1.57);
    cloud.zoom = between(0.6, cloud.zoom * zoom, 6);
    redraw(cloud);
  };
  const reset = cloud => redraw(Object.assign(cloud, START, {held: false}));

  const watch = new IntersectionObserver(entries => {
    for (const {target, isIntersecting, intersectionRatio} of entries) {
      const cloud = clouds.find(c => c.canvas === target);
      cloud.seen = isIntersecting;
      cloud.whole = intersectionRatio >= 0.7;
    }
    ask();
  }, {rootMargin: '100px 0px', threshold: [0, 0.7]});

  for (const cloud of clouds) {
    const {canvas} = cloud;
    let pointer = null;
    watch.observe(canvas);
    canvas.addEventListener('pointerdown', event => {
      if (pointer || event.button) return;
      pointer = event;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', event => {
      if (event.pointerId !== pointer?.pointerId) return;
      const speed = 4 / canvas.clientWidth;
      move(cloud, (event.clientX - pointer.clientX) * speed, (event.clientY - pointer.clientY) * speed);
      pointer = event;
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
      canvas.addEventListener(end, event => { if (event.pointerId === pointer?.pointerId) pointer = null; });
    }
    canvas.addEventListener('wheel', event => {
      if (document.activeElement !== canvas && !event.ctrlKey) return;
      event.preventDefault();
      move(cloud, 0, 0, Math.exp(-between(-60, event.deltaY * (event.deltaMode ? 20 : 1), 60) / 300));
    }, {passive: false});
    canvas.addEventListener('dblclick', () => reset(cloud));
    canvas.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = {
        ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15],
        '+': [0, 0, 1.15], '=': [0, 0, 1.15], '-': [0, 0, 1 / 1.15],
      }[event.key];
      if (!step && event.key !== 'Home') return;
      event.preventDefault();
      if (step) move(cloud, ...step);
      else reset(cloud);
    });
  }

  chooser?.addEventListener('input', () => {
    part.querySelector('.block output').value = chooser.value;
    redraw(...clouds);
  });
  keys.forEach((key, i) => key.addEventListener('click', () => {
    alone = alone === i ? -1 : i;
    keys.forEach((k, j) => k.setAttribute('aria-pressed', String(j === alone)));
    recolour();
  }));
  turn.addEventListener('change', ask);
  const rest = () => { turn.checked = !still.matches; ask(); };
  still.addEventListener('change', rest);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
  addEventListener('resize', () => redraw(...clouds));
  const paint = printing => {
    root.classList.toggle('printing', printing);
    recolour();
    if (printing) clouds.forEach(draw);
  };
  addEventListener('beforeprint', () => paint(true));
  addEventListener('afterprint', () => paint(false));

  part.querySelector('.controls').hidden = false;
  recolour();
  clouds.forEach(draw);
  rest();
}
