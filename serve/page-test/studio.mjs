// Tries the studio of a running server (--studio) in Chromium with a false camera:
//
//   npm run studio -- http://127.0.0.1:8080 FOLDER-OF-LABELLED-FOLDERS [folder for screenshots]
//
// It takes the folder's pictures, captures some more, trains a linear probe, asks it and downloads it.
import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

const [url, data, folder = 'screenshots'] = process.argv.slice(2);
assert(url && data, 'usage: npm run studio -- URL FOLDER [SCREENSHOTS]');
mkdirSync(folder, {recursive: true});
const labels = readdirSync(data).filter(name => statSync(join(data, name)).isDirectory());
const picture = join(data, labels[0], readdirSync(join(data, labels[0]))[0]);
const name = `probe-${Date.now()}`;

const browser = await chromium.launch({
  ...(process.env.CHROMIUM ? {executablePath: process.env.CHROMIUM} : {}),
  args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
});
const context = await browser.newContext({viewport: {width: 1000, height: 900}, permissions: ['camera'], acceptDownloads: true});
const page = await context.newPage();
const problems = [];
page.on('pageerror', error => problems.push(`error in the page: ${error}`));
page.on('dialog', dialog => dialog.accept());
await page.goto(url);
await page.getByRole('button', {name: 'Studio'}).click();

await page.getByLabel('New set').fill(name);
await page.getByRole('button', {name: 'Make it'}).press('Enter');
await page.setInputFiles('#tree', data);
for (const label of labels) await page.locator('#labels li', {hasText: label}).waitFor();
console.log(`ok  folders become labels: ${await page.locator('#labels').innerText().then(text => text.replace(/\n/g, ' '))}`);

await page.getByLabel('New label').fill('capture');
await page.getByRole('button', {name: 'Add it'}).click();
const row = page.locator('#labels li', {hasText: 'capture'});
await row.getByRole('button', {name: 'Camera'}).click();
await page.locator('#shoot').waitFor();
await page.locator('#shoot').dispatchEvent('pointerdown');
await page.waitForTimeout(1500);
await page.screenshot({path: `${folder}/studio-camera.png`, fullPage: true});
await page.locator('#shoot').dispatchEvent('pointerup');
await row.locator('span', {hasText: /^([2-9]|\d{2,}) samples/}).waitFor();
await page.getByRole('button', {name: 'Close the camera'}).click();
console.log(`ok  the camera is captured: ${await row.locator('span').innerText()}`);

await page.getByLabel('Name of the adapter').fill(name);
await page.getByLabel('Method').selectOption('linear-probe');
await page.getByRole('button', {name: 'Train', exact: true}).click();
await page.locator('#stop').waitFor();
await page.locator('#train-status', {hasText: /is trained|could not/}).waitFor({timeout: 300000});
await page.screenshot({path: `${folder}/studio.png`, fullPage: true});
assert.match(await page.locator('#train-status').innerText(), /is trained/, await page.locator('#lines').textContent());
assert(await page.locator('#curve svg').isVisible());
console.log(`ok  ${await page.locator('#train-status').innerText()}`);

const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Download it'}).click()]);
assert.equal(download.suggestedFilename(), `${name}.zip`);
await page.getByRole('button', {name: 'Try it'}).click();
await page.locator('#card-title', {hasText: name}).waitFor();
await page.setInputFiles('#file', picture);
await page.locator('.bars li').first().waitFor();
console.log(`ok  downloaded, and asked: ${await page.locator('.bars li').first().innerText().then(text => text.replace(/\n/g, ' '))}`);

await page.getByRole('button', {name: 'Studio'}).click();
await page.setViewportSize({width: 360, height: 740});
const wide = await page.evaluate(() => document.documentElement.scrollWidth);
await page.screenshot({path: `${folder}/studio-phone.png`, fullPage: true});
assert(wide <= 360, `${wide} pixels wide on a screen of 360`);
await page.getByRole('button', {name: 'Remove capture and its samples'}).click();
await row.waitFor({state: 'detached'});
console.log('ok  a phone shows all, and a label is removed');
await browser.close();
assert.deepEqual(problems, []);
