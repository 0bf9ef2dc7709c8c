import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { findAccessibilityFaults } from '../support/accessibility-check.js';
import { launchChromium } from '../support/chromium.js';
import { startServer, type StartedServer } from '../support/started-server.js';

/** Who asks, and who decides. */
const ORGANISATION = `people:
  - { id: priya, name: Priya Nair, email: priya@example.com, manager: max, accounts: { web: priya } }
  - { id: max, name: Max Weber, email: max@example.com, roles: [viewer, manager], accounts: { web: max } }
  - { id: tom, name: Tom Okafor, email: tom@example.com, accounts: { web: tom } }
`;

/** Each person in a browser of their own, on the server that a newcomer starts. */
describe('a request on the chat page', () => {
  let browser: Browser;
  let server: StartedServer;
  let priya: Page;
  let max: Page;
  let tom: Page;
  let folder: string;

  const as = async (name: string): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(server.url);
    await page.locator('.message.bot').first().waitFor();
    const speaking = page.getByRole('button', { name: /Speaking as/ });
    if (!(await speaking.textContent())?.includes(name)) {
      await speaking.click();
      await page.getByRole('option', { name: new RegExp(name) }).click();
      await page.getByRole('textbox', { name: `Message to Steward as ${name}` }).waitFor();
    }
    await page.locator('.message.bot').first().waitFor();
    return page;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'steward-org-'));
    const organisation = join(folder, 'organisation.yaml');
    writeFileSync(organisation, ORGANISATION);
    const settings = { STEWARD_RATE_LIMITS: '0', STEWARD_ORG_FILE: organisation };
    [browser, server] = await Promise.all([launchChromium(), startServer(settings)]);
    max = await as('Max Weber');
    tom = await as('Tom Okafor');
    priya = await as('Priya Nair');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  const say = async (page: Page, text: string): Promise<void> => {
    await page.locator('.box').first().fill(text);
    await page.keyboard.press('Enter');
  };
  /** The newest card that names a cost centre. */
  const card = (page: Page, costCentre: string): Locator =>
    page.locator('.message.bot').filter({ hasText: costCentre }).last();
  /** The newest card of a request with a button on it. */
  const cardWith = (page: Page, costCentre: string, button: string): Locator =>
    page
      .locator('.message.bot')
      .filter({ hasText: costCentre })
      .filter({ has: page.getByRole('button', { name: button, exact: true }) })
      .last();
  const asked = async (costCentre: string): Promise<Locator> => {
    await say(priya, `please raise a laptop request for Lee, 16 inch, cost centre ${costCentre}`);
    const shown = cardWith(max, costCentre, 'Approve');
    await shown.waitFor();
    return shown;
  };
  const isDone = (costCentre: string): Promise<void> =>
    priya
      .locator('.message.bot')
      .filter({ hasText: costCentre })
      .filter({ hasText: /T-\d+/ })
      .first()
      .waitFor();
  const press = (of: Locator, name: string | RegExp): Promise<void> =>
    of
      .getByRole('button', { name, exact: typeof name === 'string' })
      .last()
      .click();

  /** One of the actions behind the dots. */
  const choose = async (page: Page, of: Locator, name: string): Promise<void> => {
    await press(of, 'More options');
    await page.getByRole('menuitem', { name, exact: true }).click();
  };

  it('is rejected with a reason that the requester reads', async () => {
    const shown = await asked('5101');
    await press(shown, /^Reject …/);
    await shown.getByRole('textbox', { name: 'Why not?' }).fill('Take one from the pool.');
    await press(shown, 'Reject');
    await card(priya, '5101').getByText('Take one from the pool.').waitFor();
    await card(priya, '5101').getByText('rejected').first().waitFor();
    expect(await card(max, '5101').getByRole('button', { name: 'Approve' }).count()).toBe(0);
  });

  it('is handed to a colleague, who decides it', async () => {
    const shown = await asked('5103');
    await choose(max, shown, 'Delegate');
    await shown.getByRole('textbox', { name: 'Who should decide instead?' }).fill('Tom Okafor');
    await press(shown, 'Delegate');
    const toms = cardWith(tom, '5103', 'Approve');
    await toms.waitFor();
    await press(toms, 'Approve');
    await isDone('5103');
    await card(max, '5103').getByText(/T-\d+/).first().waitFor();
  });

  it('says why it cannot be handed to somebody, and goes on saying so when the card is rewritten', async () => {
    const shown = await asked('5104');
    await choose(max, shown, 'Delegate');
    await shown.getByRole('textbox', { name: 'Who should decide instead?' }).fill('Nobody Known');
    await press(shown, 'Delegate');
    await shown.getByText('I do not know anybody named Nobody Known').waitFor();
    const before = await shown.elementHandle();
    await shown.getByRole('textbox', { name: 'Who should decide instead?' }).fill('Priya Nair');
    await press(shown, 'Delegate');
    await before?.waitForElementState('hidden'); // the old view gave way to the rewritten card
    await card(max, '5104').getByText('Nobody decides their own request.').waitFor();
    expect(await card(max, '5104').getByText('I do not know anybody').count()).toBe(0);
    await press(cardWith(max, '5104', 'Approve'), 'Approve');
    await isDone('5104');
    expect(await card(max, '5104').getByText('Nobody decides their own request.').count()).toBe(0);
  });

  it('is taken over by somebody who was asked in words, once they accept', async () => {
    await asked('5105');
    await say(max, 'ask Tom Okafor to take over laptop');
    await max.getByText('I have asked Tom Okafor to take it over.').waitFor();
    const toms = cardWith(tom, '5105', 'Take it over');
    await toms.getByText('Max Weber asks you to decide instead.').waitFor();
    await press(toms, 'Take it over');
    await max.getByText('Tom Okafor takes it over').waitFor();
    await press(cardWith(tom, '5105', 'Approve'), 'Approve');
    await isDone('5105');
  });

  it('stays with whoever asked when it is declined', async () => {
    await asked('5106');
    await say(max, 'ask Tom Okafor to take over laptop');
    await press(cardWith(tom, '5106', 'No, thanks'), 'No, thanks');
    await max.getByText('Tom Okafor does not take it over').waitFor();
    await press(cardWith(max, '5106', 'Approve'), 'Approve');
    await isDone('5106');
  });

  it('is edited before it is approved, with buttons that can be read under the mouse', async () => {
    const shown = await asked('5107');
    await shown.getByRole('button', { name: 'Approve', exact: true }).hover();
    expect(await findAccessibilityFaults(max)).toEqual([]);
    await press(shown, /^Edit/);
    const editor = max.locator('.message.bot').filter({ hasText: 'Edit before you approve' }).last();
    await editor.getByRole('textbox', { name: /Cost centre/ }).fill('5108');
    await editor.getByRole('button', { name: 'Save and approve' }).hover();
    expect(await findAccessibilityFaults(max)).toEqual([]);
    await press(editor, 'Save and approve');
    await isDone('5108');
    await card(max, '5108').getByText('What was changed').waitFor();
  });

  it('gets a question, which the requester answers, before it is approved', async () => {
    const shown = await asked('5102');
    await choose(max, shown, 'Ask');
    await shown.getByRole('textbox', { name: 'What do you want to know?' }).fill('Which colour?');
    await press(shown, 'Ask');
    await priya.getByText('Which colour?').first().waitFor();
    await say(priya, 'answer: the grey one');
    await card(max, '5102').getByText('the grey one').first().waitFor();
    await press(cardWith(max, '5102', 'Approve'), 'Approve');
    await isDone('5102');
  });
});
