/**
 * Takes the pictures of docs/images from the running page: starts Steward on a data folder of its own, asks in
 * Chromium, and writes chat.png, chat-dark.png, side-by-side.png and phone.png. Needs a Chromium (`CHROMIUM`).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const images = join(root, 'docs', 'images');
const QUESTION = 'How many days of parental leave do I get?';
const START_MS = 120_000;

const port = await freePort();
const dataDir = mkdtempSync(join(tmpdir(), 'steward-screenshot-'));
const server = spawn(process.execPath, [join(root, 'dist', 'run', 'server.js')], {
  cwd: root,
  env: {
    ...process.env,
    PORT: String(port),
    HOST: '127.0.0.1',
    STEWARD_DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
const ended = new Promise((resolve) => server.once('exit', resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'].concat(
    ['background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`),
  ),
});
try {
  await ready(`http://127.0.0.1:${port}/readyz`);
  mkdirSync(images, { recursive: true });
  await picture('chat.png', { width: 1280, height: 860 }, 'light', async (page) => {
    await ask(page);
    await page.locator('button.cite').first().click();
    await page.locator('.passage mark').waitFor();
  });
  await picture('chat-dark.png', { width: 1280, height: 860 }, 'dark', async (page) => {
    await ask(page);
    await page.locator('button.cite').first().click();
    await page.locator('.passage mark').waitFor();
  });
  await picture('side-by-side.png', { width: 1360, height: 820 }, 'light', async (page) => {
    await page.locator('#split').click();
    const [left, right] = [page.locator('.pane').first(), page.locator('.pane').last()];
    await right.locator('.message').first().waitFor();
    await ask(left);
    await ask(right, 'What is the limit for a hotel night?');
  });
  await picture('phone.png', { width: 390, height: 844, isMobile: true }, 'dark', (page) => ask(page));
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
}

async function picture(name, { isMobile = false, ...viewport }, colorScheme, prepare) {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    isMobile,
    hasTouch: isMobile,
    deviceScaleFactor: 1.5,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.locator('.message.bot').first().waitFor();
  await prepare(page);
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: join(images, name) });
  console.log(join('docs', 'images', name));
  await context.close();
}

/** Asks in one pane and waits for the whole answer. */
async function ask(place, question = QUESTION) {
  const box = place.locator('.box').first();
  await box.fill(question);
  await box.press('Enter');
  await place.locator('.own').getByText(question).waitFor();
  await place.locator('.message.bot:not(.live) .rating').last().waitFor();
  await place.locator('.live').waitFor({ state: 'detached' });
}

async function ready(url) {
  const until = Date.now() + START_MS;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if (server.exitCode !== null) throw new Error('Steward ended before it was ready.');
    if (Date.now() > until) throw new Error(`Steward was not ready within ${START_MS / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
