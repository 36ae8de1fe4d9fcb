// Tries the page of a running server in Chromium, by keyboard and pointer, wide and narrow, light and dark:
//
//   npm install && npx playwright-core install chromium
//   npm test -- http://127.0.0.1:8080 photo.jpg [folder for screenshots]
//
// CHROMIUM names an installed browser instead. What adapters say is compared with what POST /predict says.
// The server's adapters decide what is tried: bars, masks and boxes over the picture, experts of patches, clouds to
// turn with their points' classes.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename} from 'node:path';
import {chromium} from 'playwright-core';

const [url, file, folder = 'screenshots'] = process.argv.slice(2);
assert(url && file, 'usage: npm test -- URL FILE [FOLDER]');
mkdirSync(folder, {recursive: true});
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const browser = await chromium.launch(process.env.CHROMIUM ? {executablePath: process.env.CHROMIUM} : {});
const problems = [];
let tried = 0;
const tries = async (what, work) => {
  await work();
  tried++;
  console.log(`ok  ${what}`);
};

const open = async options => {
  const context = await browser.newContext({bypassCSP: false, ...options});
  await context.route('**', route => {
    if (route.request().url().startsWith(url) || /^(data|blob):/.test(route.request().url())) return route.continue();
    problems.push(`asked elsewhere: ${route.request().url()}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('pageerror', error => problems.push(`error in the page: ${error}`));
  page.on('console', message => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  await page.goto(url);
  await page.locator('#adapters li, #count').first().waitFor();
  return page;
};

const pixels = canvas => canvas.evaluate(c => {
  const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum = (sum * 31 + data[i]) % 1000000007;
  return sum;
});
const changed = async (canvas, act) => {
  const before = await pixels(canvas);
  await act();
  for (let i = 0; i < 40 && await pixels(canvas) === before; i++) await canvas.page().waitForTimeout(50);
  assert.notEqual(await pixels(canvas), before, 'the picture did not change');
};
const answered = page => page.locator('#status', {hasText: 'answered in'}).waitFor();
const contrast = async page => {
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => window.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']}));
  assert.deepEqual(violations.map(v => `${v.id}: ${v.nodes[0].html}`), []);
};

/** What POST /predict says of the file. */
const said = async (name, query = '') => {
  const {categories} = await (await page.request.get(`${url}/adapters/${name}`)).json();
  const told = categories ? `&category=${encodeURIComponent(await page.locator('#category').inputValue())}` : '';
  const answer = await page.request.post(`${url}/predict/${name}?file=${encodeURIComponent(basename(file))}&top=5${told}${query}`, {data: readFileSync(file)});
  return answer.json();
};

const page = await open({viewport: {width: 1200, height: 900}});
const listed = await page.locator('#adapters input').evaluateAll(inputs => inputs.map(i => ({name: i.value, disabled: i.disabled})));
const names = listed.filter(one => !one.disabled).map(one => one.name);
assert(names.length, 'the server has no adapters to try');

await tries('adapters that are not served say why and cannot be chosen', async () => {
  const {adapters} = await (await page.request.get(`${url}/adapters`)).json();
  const unserved = adapters.filter(one => one.unserved);
  assert.deepEqual(listed.filter(one => one.disabled).map(one => one.name), unserved.map(one => one.name));
  for (const one of unserved) {
    const input = page.locator(`#adapters input[value="${one.name}"]`);
    const why = page.locator(`#${await input.getAttribute('aria-describedby')}`);
    assert.equal(await why.textContent(), `Not served: ${one.unserved}`);
    await input.click({force: true});
    assert(!await input.isChecked());
  }
  await page.locator(`#adapters input[value="${names[0]}"]:checked`).waitFor(); // the first that is served
});

await tries('a file is answered as POST /predict answers it', async () => {
  await page.setInputFiles('#file', file);
  await answered(page);
  const expected = await said(names[0]);
  const shown = await page.locator('.bars .name span:first-child').allTextContents();
  if (expected.top) assert.deepEqual(shown, expected.top.map(one => one.label));
  else assert.equal(await page.locator(expected.points ? 'canvas.cloud' : 'canvas.mask').count(), 1);
  await page.screenshot({path: `${folder}/wide.png`, fullPage: true});
});

/** The list is what the server says from the slider's score on; a key shows a class alone, a row its box. */
const boxes = async (name, slider) => {
  const canvas = page.locator('canvas.mask');
  const listed = async () => (await page.locator('.found li').allTextContents()).length;
  assert.equal(await listed(), (await said(name)).boxes.length, 'as many boxes as POST /predict names');
  for (let i = 0; i < 25; i++) await slider.press('ArrowLeft');
  const all = (await said(name, '&score=0.05')).boxes;
  assert.equal(await listed(), all.length);
  await page.screenshot({path: `${folder}/boxes-all-${name}.png`, fullPage: true});
  for (let i = 0; i < 25; i++) await slider.press('ArrowRight');
  if (await listed()) {
    await changed(canvas, () => page.locator('.found button').first().focus());
    await page.screenshot({path: `${folder}/boxes-one-${name}.png`, fullPage: true});
    const key = page.locator('.keys button').first();
    if (await key.count()) {
      await key.press('Enter');
      const label = await key.textContent();
      assert((await page.locator('.found span').allTextContents()).every(one => one === label));
      await key.press('Enter');
    }
  }
  await page.screenshot({path: `${folder}/boxes-${name}.png`, fullPage: true});
};

await tries('arrow keys choose another adapter, which is asked at once', async () => {
  for (const name of names) {
    if (name !== names[0]) {
      await page.locator('#adapters input:checked').focus();
      await page.keyboard.press('ArrowDown');
    }
    await page.locator('.answer h3', {hasText: new RegExp(`^${name}$`)}).waitFor();
    await page.locator('#card-title', {hasText: new RegExp(`^${name}$`)}).waitFor();
    await answered(page);
    await page.screenshot({path: `${folder}/adapter-${name}.png`, fullPage: true});
    const patches = page.locator('canvas.patches');
    if (await patches.count()) {
      const slider = page.getByLabel('Block', {exact: true});
      if (await slider.getAttribute('max') !== '0') await changed(patches, () => slider.press('ArrowLeft'));
      await changed(patches, () => page.getByRole('button', {name: 'expert 1', exact: true}).click());
      await page.screenshot({path: `${folder}/experts-${name}.png`, fullPage: true});
    }
    const slider = page.getByLabel('Least score of a box');
    if (await slider.count()) await boxes(name, slider);
    const mask = page.locator('canvas.mask');
    if (await mask.count() && await slider.count() === 0) {
      await changed(mask, () => page.locator('.keys button').first().press('Enter'));
      assert.equal(await page.locator('.keys button').first().getAttribute('aria-pressed'), 'true');
      await changed(mask, () => page.locator('.keys button').first().press('Enter'));
      await page.screenshot({path: `${folder}/mask-${name}.png`, fullPage: true});
    }
    const cloud = page.locator('canvas.cloud');
    if (await cloud.count()) {
      await changed(cloud, () => cloud.press('ArrowRight'));
      const box = await cloud.boundingBox();
      await changed(cloud, async () => {
        await page.mouse.move(box.x + 50, box.y + 50);
        await page.mouse.down();
        await page.mouse.move(box.x + 150, box.y + 80);
        await page.mouse.up();
      });
      await changed(cloud, () => page.getByLabel('z points up').press('Space'));
      await changed(cloud, () => page.getByLabel('z points up').press('Space'));
      const answer = await said(name, '&points=cloud');
      if (answer.classes) {
        const key = page.locator('.keys button').first();
        assert((await key.textContent()).startsWith(answer.classes[0].label));
        if (answer.classes.length > 1) await changed(cloud, () => key.press('Enter'));
        await page.screenshot({path: `${folder}/points-${name}.png`, fullPage: true});
        if (answer.classes.length > 1) await changed(cloud, () => key.press('Enter'));
      }
    }
  }
});

if (names.length > 1) {
  await tries('several adapters answer for one file', async () => {
    await page.getByLabel('ask several at once').check();
    for (const name of names.slice(-3)) await page.locator(`#adapters input[value="${name}"]`).check();
    await page.locator('.answer h3').nth(Math.min(3, names.length) - 1).waitFor();
    await answered(page);
    assert.equal(await page.locator('.answer h3').count(), Math.min(3, names.length));
    await page.screenshot({path: `${folder}/several.png`, fullPage: true});
    await page.getByLabel('ask several at once').uncheck();
    await answered(page);
  });
}

await tries('a card is read', async () => {
  const more = page.locator('#more');
  if (await more.isVisible()) {
    await more.locator('summary').press('Enter');
    assert((await page.locator('#card-text').textContent()).length > 20);
    await page.screenshot({path: `${folder}/card.png`, fullPage: true});
    await more.locator('summary').press('Enter');
  }
});

await tries('a dropped file is taken, and one that is no picture is told in words', async () => {
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['nothing that can be read'], 'broken.ply'));
    document.querySelector('#drop').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
  });
  await page.locator('#error').waitFor();
  const told = await page.locator('#error').textContent();
  assert.match(told, /picture|broken\.ply/);
  assert.doesNotMatch(told, /Exception|undefined|\[object/);
  assert.equal(await page.locator('.answer').count(), 0);
});

await tries('names, roles and contrast, light', () => contrast(page));

const dark = await open({viewport: {width: 1200, height: 900}, colorScheme: 'dark'});
await tries('names, roles and contrast, dark', async () => {
  await dark.setInputFiles('#file', file);
  await answered(dark);
  await contrast(dark);
  await dark.screenshot({path: `${folder}/dark.png`, fullPage: true});
});

const phone = await open({viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true, deviceScaleFactor: 2});
await tries('a phone shows all without scrolling sideways', async () => {
  await phone.setInputFiles('#file', file);
  await answered(phone);
  for (const name of names) {
    await phone.locator(`#adapters input[value="${name}"]`).check();
    await phone.locator('.answer h3', {hasText: new RegExp(`^${name}$`)}).waitFor();
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
    assert(wide <= 360, `${name}: ${wide} pixels wide on a screen of 360`);
  }
  await phone.screenshot({path: `${folder}/phone.png`, fullPage: true});
});

await browser.close();
assert.deepEqual(problems, []);
console.log(`${tried} passed; screenshots in ${folder}`);
