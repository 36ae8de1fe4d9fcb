// Opens the page in a headless Chromium and uses it: node test.mjs FOLDER IMAGE [EXPECTED.json] [GRAPH]
// FOLDER: what `adapterx export --onnx` wrote, with two adapters or more. EXPECTED: of each adapter what
// `adapterx predict RUN IMAGE --json` gives of the image; absent, only the page itself is tested.
// GRAPH: backbone.int8 instead of backbone; probabilities may then differ by 0.05.
// CHROMIUM: the browser, if it is not on the PATH as chromium, chromium-browser or google-chrome.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {chromium} from 'playwright-core';
import {serve} from './serve.mjs';

const AIM_MS = 50;

function browser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], {stdio: ['ignore', 'pipe', 'ignore']}).toString().trim();
    } catch { /* the next one */ }
  }
  throw new Error('no Chromium on the PATH; say where it is: CHROMIUM=/path/to/chromium');
}

const [folder, image, expected, graph = 'backbone'] = process.argv.slice(2);
if (!folder || !image) {
  console.error('usage: node test.mjs FOLDER IMAGE [EXPECTED.json] [GRAPH]');
  process.exit(2);
}
const names = Object.keys(JSON.parse(readFileSync(join(folder, 'labels.json'))));
const probabilities = expected ? JSON.parse(readFileSync(expected)) : {};
const server = await serve(folder, 0);
const chrome = await chromium.launch({executablePath: browser(), args: ['--no-sandbox']});
const shots = new URL('./shots/', import.meta.url).pathname;
mkdirSync(shots, {recursive: true});
let failed = true;
try {
  const page = await chrome.newPage({viewport: {width: 1000, height: 760}});
  const errors = [];
  page.on('pageerror', e => errors.push(e.message));
  await page.goto(`http://127.0.0.1:${server.address().port}/?graph=${graph}`);
  await page.waitForSelector('body[data-ready]', {timeout: 120_000});
  assert.equal(await page.locator('#error').isVisible(), false, await page.locator('#error').textContent());
  await page.screenshot({path: join(shots, 'empty.png')});
  assert.deepEqual(await page.locator('#adapters button').allTextContents(), names);
  console.log(await page.locator('#about').textContent());

  const done = async (name, times) => page.waitForSelector(`body[data-done="${name} ${times}"]`, {timeout: 120_000});
  const drop = async (file, bytes) => {
    const transfer = await page.evaluateHandle(([name, data]) => {
      const t = new DataTransfer();
      t.items.add(new File([Uint8Array.from(atob(data), c => c.charCodeAt(0))], name));
      return t;
    }, [basename(file), bytes.toString('base64')]);
    await page.dispatchEvent('#drop', 'drop', {dataTransfer: transfer});
  };
  await drop(image, readFileSync(image));
  let times = 1;
  await done(names[0], times);

  for (const name of [...names.slice(1), names[0]]) {
    await page.getByRole('button', {name, exact: true}).click();
    await done(name, ++times);
    const ms = Number(await page.evaluate(() => document.body.dataset.swap));
    const label = await page.locator('#classes b').first().textContent();
    const p = parseFloat(await page.locator('#classes .p').first().textContent()) / 100;
    console.log(`${name}: swapped in ${ms.toFixed(1)} ms, run in ${await page.locator('#time').textContent()}: ${label} ${(100 * p).toFixed(1)} %`);
    if (ms > AIM_MS) console.log(`  more than the ${AIM_MS} ms aimed at; is the machine busy?`);
    if (probabilities[name]) {
      assert.equal(label, probabilities[name].label);
      assert.ok(Math.abs(p - probabilities[name].probability) <= (graph === 'backbone' ? 0.001 : 0.05), `${p} against ${probabilities[name].probability}`);
    }
    await page.screenshot({path: join(shots, `${name}.png`)});
  }

  if (await page.locator('#routing').isVisible()) {
    const before = await page.locator('#legend').textContent();
    await page.locator('#block').fill(await page.locator('#block').getAttribute('max'));
    assert.notEqual(await page.locator('#legend').textContent(), before, 'another block, the same routing');
    await page.locator('#part').selectOption('0');
    await page.screenshot({path: join(shots, 'routing.png')});
  }

  // What is no image, and adapters of another graph or cut short, are refused by name; the adapter before stays.
  await drop('notes.txt', Buffer.from('no picture'));
  await page.waitForSelector('#error:not([hidden])');
  assert.match(await page.locator('#error').textContent(), /'notes.txt' is no image that this browser can read \(10 bytes\)/);
  await page.screenshot({path: join(shots, 'refused.png')});
  const whole = readFileSync(join(folder, `${names[1]}.onnx_adapter`));
  const refused = async (bytes, why) => {
    await page.route(`**/${names[1]}.onnx_adapter`, route => route.fulfill({body: bytes}));
    await page.getByRole('button', {name: names[1], exact: true}).click();
    await page.waitForFunction(text => document.getElementById('error').textContent.includes(text), why);
    assert.equal(await page.locator('button[aria-pressed=true]').textContent(), names[0]);
    await page.unroute(`**/${names[1]}.onnx_adapter`);
  };
  await refused(whole.subarray(0, whole.length / 2), `is no whole adapter file (${Math.floor(whole.length / 2)} bytes): it is cut short`);
  await refused(Buffer.from('{}'), "is no whole adapter file (2 bytes): it does not say 'TORT'");
  const at = whole.indexOf('for '), other = Buffer.from(whole);
  other.write('for another', at);
  await refused(other, `${names[1]}.onnx_adapter is 'for another`);
  assert.deepEqual(errors, []);
  failed = false;
} finally {
  await chrome.close();
  server.close();
}
console.log(failed ? 'failed' : `passed; screenshots: ${shots}`);
