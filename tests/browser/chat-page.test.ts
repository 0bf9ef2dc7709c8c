import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { findAccessibilityFaults } from '../support/accessibility-check.js';
import { launchChromium } from '../support/chromium.js';
import { PASSAGES, scriptedBot } from '../support/scripted-bot.js';
import { startWebChatHost, type WebChatHost } from '../support/web-chat-host.js';

const QUESTION = 'How many days of parental leave do I get?';
const SOURCE = { name: 'Source 1: Parental leave', exact: true };
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

let browser: Browser;
let host: WebChatHost;
let contexts: BrowserContext[] = [];
let faults: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  host = await startWebChatHost(scriptedBot());
  faults = [];
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  contexts = [];
  await host.close();
  expect(faults).toEqual([]);
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', ...options });
  contexts.push(context);
  const page = await context.newPage();
  // A script that fails or that the page's own policy forbids is a fault of every test.
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text()))
      faults.push(message.text());
  });
  await page.goto(host.url);
  await page.getByText('I am Steward').first().waitFor();
  return page;
}

const box = (page: Page, name = 'Ines Calder') =>
  page.getByRole('textbox', { name: `Message to Steward as ${name}` });

async function ask(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await page.keyboard.press('Enter');
}

async function askAndWait(page: Page): Promise<void> {
  await ask(page, QUESTION);
  await page.getByRole('button', SOURCE).waitFor();
}

describe('the chat page', () => {
  it('answers a question with a card, and offers what to ask next', async () => {
    const page = await open();
    await askAndWait(page);
    const log = page.getByRole('log');
    await log.getByText('16 weeks', { exact: true }).waitFor();
    expect(await log.locator('.own').allTextContents()).toEqual([expect.stringContaining(QUESTION)]);
    expect(await log.getByRole('group', { name: 'Card from Steward' }).count()).toBe(2);
    expect(await page.locator('.live').count()).toBe(0);
    await page.getByRole('button', { name: 'Who approves my leave?' }).click();
    await log.getByText('Ines Calder said: Who approves my leave?').waitFor();
    expect(host.intake.taken.filter(({ kind }) => kind === 'message').map(({ text }) => text)).toEqual([
      QUESTION,
      'Who approves my leave?',
    ]);
  });

  it('sends files with the words in the box, and says what is wrong with one that is refused', async () => {
    const page = await open();
    await box(page).fill('Please read these');
    const choose = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Send files' }).click();
    await (
      await choose
    ).setFiles([
      { name: 'menü 日本.md', mimeType: 'text/markdown', buffer: Buffer.from('# Menu') },
      { name: 'b.md', mimeType: 'text/markdown', buffer: Buffer.from('# B') },
    ]);
    const own = page.getByRole('log').locator('.own');
    await own.getByText('menü 日本.md').waitFor();
    expect(host.intake.taken.at(-1)).toMatchObject({
      kind: 'message',
      text: 'Please read these',
      locale: 'en-US',
      attachments: [{ name: 'menü 日本.md' }, { name: 'b.md' }],
    });
    expect(await box(page).inputValue()).toBe('');

    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'odd.pdf', mimeType: 'application/pdf', buffer: Buffer.from('no PDF') }]);
    await page.getByText('The file does not hold what the ending .pdf says.').waitFor();
    await page.getByRole('button', { name: 'Send again' }).waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'big.md', mimeType: 'text/markdown', buffer: Buffer.alloc(5_000_000, 'a ') }]);
    await page.getByText('At most 4 MB can be sent at once.').waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });

  it('asks a prompt of the welcome card in the own name', async () => {
    const page = await open();
    await page.getByRole('button', { name: QUESTION }).click();
    await page.getByRole('log').locator('.own').getByText(QUESTION).waitFor();
    expect(host.intake.taken.at(-1)).toMatchObject({ kind: 'message', text: QUESTION });
  });

  it('opens what is cited beside the chat, from the text and from the list of sources', async () => {
    const page = await open();
    await askAndWait(page);
    const source = page.getByRole('button', SOURCE);
    await source.click();
    const panel = page.getByRole('complementary', { name: 'Parental leave' });
    await panel.getByText('Leave is paid at full salary.').waitFor();
    expect(await panel.locator('mark').textContent()).toBe(PASSAGES[0]!.text.split(' The parts')[0]);
    expect(await panel.locator('.path').textContent()).toBe('people/parental-leave.md  ›  How much');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    expect(await source.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    // The second passage is not to be had: its quote is shown all the same.
    await page
      .getByRole('log')
      .getByRole('button', { name: /^Source 2 ?Parental leave/ })
      .click();
    await panel.getByText('The rest of this document cannot be shown').waitFor();
    expect(await panel.locator('blockquote').textContent()).toContain('eight weeks before');
  });

  it('sends a rating, and then the reason', async () => {
    const page = await open();
    await askAndWait(page);
    await page.getByRole('button', { name: 'Bad answer' }).click();
    await page.getByRole('button', { name: 'Out of date' }).click();
    await page.getByRole('textbox', { name: 'What was wrong?' }).press('End');
    await page.keyboard.type(': it is 18 now');
    await page.getByRole('form', { name: 'What was wrong?' }).getByRole('button', { name: 'Send' }).click();
    await page.getByText('Thank you.').waitFor();
    const ratings = host.intake.taken
      .filter(({ kind }) => kind === 'feedback')
      .map(({ feedback }) => feedback);
    expect(ratings).toMatchObject([
      { rating: 'down', answerId: 'answer-1' },
      { rating: 'down', answerId: 'answer-1', reason: 'Out of date: it is 18 now' },
    ]);
    await page.reload();
    const pressed = page.getByRole('button', { name: 'Bad answer', pressed: true });
    await pressed.waitFor();
  });

  it('changes the person, and keeps their conversations apart', async () => {
    const page = await open();
    await ask(page, 'only for Ines');
    await page.getByText('Ines Calder said: only for Ines').waitFor();
    await page.getByRole('button', { name: /Speaking as Ines Calder/ }).click();
    await page.getByRole('option', { name: /Thandi Moreau/ }).click();
    await page.getByText('Hello Thandi, I am Steward').waitFor();
    expect(await page.getByText('only for Ines').count()).toBe(0);
    await box(page, 'Thandi Moreau').fill('hello');
    await page.keyboard.press('Enter');
    await page.getByText('Thandi Moreau said: hello').waitFor();
    await page.getByRole('button', { name: /Speaking as Thandi Moreau/ }).click();
    await page.getByRole('option', { name: /Ines Calder/ }).click();
    await page.getByText('Ines Calder said: only for Ines').waitFor();
  });

  it('shows two people side by side', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.getByText('Hello Omar, I am Steward').waitFor();
    await box(page, 'Omar Lindqvist').fill('from Omar');
    await page.keyboard.press('Enter');
    const right = page.getByRole('region', { name: 'Chat as Omar Lindqvist' });
    await right.getByText('Omar Lindqvist said: from Omar').waitFor();
    const left = page.getByRole('region', { name: 'Chat as Ines Calder' });
    expect(await left.getByText('from Omar').count()).toBe(0);
    const [a, b] = [(await left.boundingBox())!, (await right.boundingBox())!];
    expect(a.x + a.width).toBeLessThanOrEqual(b.x + 1);
    await page.reload();
    await right.getByText('Omar Lindqvist said: from Omar').waitFor();
    await page.getByRole('button', { name: 'Side by side', pressed: true }).click();
    await right.waitFor({ state: 'detached' });
  });

  it('keeps the history when it is loaded again, and forgets it with a new conversation', async () => {
    const page = await open();
    await askAndWait(page);
    await page.reload();
    await page.getByRole('button', SOURCE).waitFor();
    expect(await page.locator('.own').count()).toBe(1);
    expect(host.intake.taken.filter(({ kind }) => kind === 'members-added')).toHaveLength(1);
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.locator('.own').waitFor({ state: 'detached' });
    await page.getByText('Hello Ines, I am Steward').waitFor();
    expect(await page.locator('.message').count()).toBe(1);
  });

  it('says that the server is away, comes back by itself, and sends again what did not arrive', async () => {
    const page = await open();
    const port = Number(new URL(host.url).port);
    await host.close();
    const banner = page.getByText('Steward does not answer');
    await banner.waitFor();
    await ask(page, 'are you there?');
    await page.getByText('Not sent.').waitFor();
    host = await startWebChatHost({ ...scriptedBot(), store: host.store, port });
    await banner.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('Ines Calder said: are you there?').waitFor();
    expect(await page.locator('.own').count()).toBe(1);
  });

  it('offers the reference of an error to be copied', async () => {
    const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await ask(page, 'please break');
    await page.getByRole('button', { name: 'Copy reference' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('01jd8xk2v7');
  });

  it('does everything with the keyboard alone', async () => {
    const page = await open();
    const focused = (): Promise<string> =>
      page.evaluate(
        'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
      );
    expect(await focused()).toBe('Message to Steward as Ines Calder');
    await page.keyboard.type(QUESTION);
    await page.keyboard.press('Enter');
    await page.getByRole('button', SOURCE).waitFor();
    const tabTo = async (wanted: RegExp, key: string): Promise<void> => {
      for (let presses = 0; presses < 40 && !wanted.test(await focused()); presses += 1)
        await page.keyboard.press(key);
      expect(await focused()).toMatch(wanted);
    };
    await tabTo(/^Source 1/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Leave is paid at full salary.').waitFor();
    expect(await focused()).toBe('Close the source');
    await page.keyboard.press('Enter');
    expect(await focused()).toMatch(/^Source 1/);
    await tabTo(/Speaking as Ines/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Hello Omar, I am Steward').waitFor();
    expect(await focused()).toBe('Message to Steward as Omar Lindqvist');
    await page.evaluate('document.activeElement.blur()');
    await tabTo(/^Skip to the message box/, 'Tab');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Message to Steward as Omar Lindqvist');
  });

  it('does not run what an answer or a person writes', async () => {
    const page = await open();
    await ask(
      page,
      '<img src=x onerror=alert(1)> ![x](https://evil.example/x.png) [link](javascript:alert(1)) <b>bold</b>',
    );
    const answer = page.locator('.bot .prose').last();
    await answer.getByText('<b>bold</b>').waitFor();
    expect(await answer.locator('img, b, a[href^="javascript"]').count()).toBe(0);
  });

  it.each([
    ['light', DESKTOP],
    ['dark', DESKTOP],
    ['light', PHONE],
    ['dark', PHONE],
  ] as const)('keeps nobody out in %s colours at %o', async (colorScheme, viewport) => {
    const page = await open({ colorScheme, viewport });
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await askAndWait(page);
    await page.getByRole('button', { name: 'Bad answer' }).click();
    await page.getByRole('form', { name: 'What was wrong?' }).waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', SOURCE).click();
    await page.getByText('Leave is paid at full salary.').waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });

  it('has dark colours where the system has, and light ones on request, also after a reload', async () => {
    const page = await open({ colorScheme: 'dark' });
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(17, 20, 22)');
    await page.getByRole('button', { name: 'Switch to light colours' }).click();
    expect(await ground()).toBe('rgb(245, 244, 240)');
    await page.reload();
    expect(await ground()).toBe('rgb(245, 244, 240)');
  });

  it('fits a phone: nothing sticks out, and the source covers the chat', async () => {
    const page = await open({ viewport: PHONE, hasTouch: true });
    await askAndWait(page);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow)).toBe(0);
    await page.getByRole('button', SOURCE).tap();
    const panel = page.getByRole('complementary');
    await panel.getByText('Leave is paid at full salary.').waitFor();
    expect(await panel.boundingBox()).toMatchObject({ x: 0, width: PHONE.width, height: PHONE.height });
    await page.getByRole('button', { name: 'Close the source' }).tap();
    expect(await box(page).isVisible()).toBe(true);
  });

  it('polls where WebSockets do not pass', async () => {
    const context = await browser.newContext({ viewport: DESKTOP });
    contexts.push(context);
    await context.addInitScript(
      'window.WebSocket = class extends EventTarget { constructor() { super(); setTimeout(() => this.dispatchEvent(new Event("close"))); } close() {} }',
    );
    const page = await context.newPage();
    await page.goto(host.url);
    await page.getByText('Hello Ines, I am Steward').waitFor();
    await askAndWait(page);
  });
});

describe('the accessibility check', () => {
  it('finds what it looks for', async () => {
    const context = await browser.newContext();
    contexts.push(context);
    const page = await context.newPage();
    await page.setContent(`<html><body style="background:#fff">
      <button></button><input id="a"><img src="data:,"><p id="a" style="color:#999">pale</p>
      <div role="button">outer <button>inner</button></div><p style="color:#000">fine</p></body></html>`);
    expect(await findAccessibilityFaults(page)).toEqual([
      'the page does not say its language',
      'the id a stands 2 times',
      expect.stringMatching(/^no name: <button/),
      expect.stringMatching(/^no name: <input/),
      expect.stringMatching(/^no text for the picture/),
      expect.stringMatching(/^a control inside of a control: .*inner/),
      expect.stringMatching(/^contrast 2\.85: .*pale/),
    ]);
  });
});

describe('the chat page in production', () => {
  it('is not there unless it is switched on', async () => {
    await host.close();
    host = await startWebChatHost({ options: { chatPageEnabled: false } });
    for (const path of ['/', '/page/page.js', '/page/settings']) {
      expect((await fetch(`${host.url}${path}`)).status).toBe(404);
    }
  });

  it('lets in whom a portal sends with a token, and nobody else', async () => {
    await host.close();
    const options = { allowAnonymous: false, directLineSecret: 'secret' };
    host = await startWebChatHost({ ...scriptedBot(), options });
    const context = await browser.newContext({ viewport: DESKTOP });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(host.url);
    await page.getByText('Please open this chat from your portal').waitFor();
    const made = await fetch(`${host.domain}/tokens/generate`, {
      method: 'POST',
      headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
      body: JSON.stringify({ user: { id: 'jun' } }),
    });
    const { token } = (await made.json()) as { token: string };
    await page.goto(`${host.url}/#token=${token}`);
    await page.reload();
    await page.getByText('Hello Jun, I am Steward').waitFor();
    expect(page.url()).not.toContain(token);
  });
});
