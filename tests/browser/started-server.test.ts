import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { findAccessibilityFaults } from '../support/accessibility-check.js';
import { launchChromium } from '../support/chromium.js';
import { startServer, type StartedServer } from '../support/started-server.js';

const QUESTION = 'How many days of parental leave do I get?';

describe('a newcomer who starts Steward and opens the page', () => {
  let browser: Browser;
  let server: StartedServer;
  let page: Page;

  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startServer()]);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    await page.goto(server.url);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    expect(await server?.stop()).toBe(0);
  }, 30_000);

  const lastAnswer = () => page.locator('.message.bot').last();
  const ask = async (question: string): Promise<void> => {
    const asked = await page.locator('.own').count();
    await page.locator('.box').first().fill(question);
    await page.keyboard.press('Enter');
    await page.locator('.own').nth(asked).waitFor();
    await page.locator('.own ~ .message.bot').nth(asked).waitFor();
    await page.locator('.live').waitFor({ state: 'detached' });
  };

  it('is greeted with things to try', async () => {
    await page.locator('.message.bot .card').first().waitFor();
    expect(await lastAnswer().getByRole('button').count()).toBeGreaterThan(0);
  });

  it('gets an answer whose source can be opened and holds the quoted words', async () => {
    await ask(QUESTION);
    await lastAnswer().locator('button.cite').first().click();
    const panel = page.getByRole('complementary');
    await panel.locator('mark').waitFor();
    expect(await panel.locator('.path').textContent()).toContain('parental-leave.md');
    expect(((await panel.locator('mark').allTextContents()).join(' ') ?? '').length).toBeGreaterThan(20);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close the source' }).click();
  });

  it('can say that the answer is good', async () => {
    await page.getByRole('button', { name: 'Good answer' }).last().click();
    await page.getByRole('textbox', { name: 'What was good?' }).fill('To the point');
    await page.getByRole('button', { name: 'Send', exact: true }).first().click();
    await page.getByText('Thank you.').waitFor();
  });

  it('is told honestly what the documents do not say', async () => {
    await ask('What is the capital of Australia?');
    expect(await lastAnswer().locator('button.cite').count()).toBe(0);
    expect(await lastAnswer().textContent()).toMatch(/don.t know|do not (say|know)|not say/i);
  });

  it('finds the conversation again after a reload', async () => {
    const before = await page.locator('.message').count();
    await page.reload();
    await page
      .locator('.message')
      .nth(before - 1)
      .waitFor();
    expect(await page.locator('.own').first().textContent()).toContain(QUESTION);
  });

  it('can be somebody else, beside', async () => {
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.locator('.pane').nth(1).locator('.message.bot').first().waitFor();
    expect(await page.locator('.pane').count()).toBe(2);
  });

  it('marks a milestone of a plan as done with the button of its card', async () => {
    await ask('plan: Order the boxes by 5 December 2099; move the desks by 12 December 2099');
    await page.getByText('0 of 2 done').first().waitFor();
    await page.getByRole('button', { name: 'Mark as done' }).last().click();
    await page.getByText('1 of 2 done').first().waitFor();
  });
});
