/**
 * Draws every sample of cards/samples with Microsoft's renderer in Chromium, as docs/cards/NAME.png, and writes the page
 * that shows them. Run it after a change of a template: `npm run cards:pictures [NAME…]`. Needs a Chromium; CHROMIUM
 * names it when it is not /usr/bin/chromium.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (...segments) => readFileSync(join(root, ...segments), 'utf8');
const { createCardRenderer } = await import(join(root, 'dist', 'cards', 'render.js'));

const wanted = process.argv.slice(2);
const samples = readdirSync(join(root, 'cards', 'samples'))
  .map((file) => file.replace(/\.json$/, ''))
  .filter((name) => wanted.length === 0 || wanted.some((one) => name === one || name.startsWith(`${one}.`)))
  .filter((name) => !name.endsWith('.long'))
  .sort();

const style = `
  * { box-sizing: border-box; }
  body { margin: 0; padding: 20px; background: #f0f0f3; width: 600px; font-family: 'Liberation Sans', sans-serif; }
  #card { background: #fff; border: 1px solid #e1e1e1; border-radius: 8px; box-shadow: 0 1px 3px #0002; overflow: hidden; }
  .ac-adaptiveCard { outline: none; }
  .ac-textBlock p, .ac-adaptiveCard p { margin: 0; }
  .ac-textBlock p + p { margin-top: 10px; }
  .ac-textBlock ul, .ac-textBlock ol { margin: 6px 0; padding-left: 22px; }
  .ac-adaptiveCard a { color: #4f52b2; }
  .ac-container[role=button], .ac-columnSet[role=button], .ac-selectable { border-radius: 6px; cursor: pointer; }
  .ac-pushButton { font: 600 14px 'Liberation Sans', sans-serif; color: #242424; background: #fff; border: 1px solid #d1d1d1;
    border-radius: 4px; padding: 6px 14px; min-height: 32px; }
  .ac-pushButton.style-positive { background: #5b5fc7; border-color: #5b5fc7; color: #fff; }
  .ac-pushButton.style-destructive { color: #b3261e; border-color: #d9a5a1; }
  .ac-input.ac-textInput, .ac-input.ac-numberInput, .ac-input.ac-dateInput, .ac-input.ac-timeInput, .ac-multichoiceInput, select {
    font: 14px 'Liberation Sans', sans-serif; color: #242424; background: #fff; border: 1px solid #d1d1d1; border-bottom-color: #8a8a8a; border-radius: 4px;
    padding: 6px 10px; min-height: 32px; width: 100%; }
  textarea.ac-input { min-height: 64px; resize: none; }
  .ac-choiceSetInput-expanded label, .ac-toggleInput + div { font-size: 14px; }
  table { border-radius: 4px; }
`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  const page = await browser.newPage({ viewport: { width: 600, height: 400 }, deviceScaleFactor: 1.5 });
  await page.setContent(
    `<!doctype html><html lang="en"><style>${style}</style><body><div id="card"></div></body></html>`,
  );
  await page.addScriptTag({ content: read('node_modules', 'adaptivecards', 'dist', 'adaptivecards.min.js') });
  await page.addScriptTag({
    content: read('node_modules', 'markdown-it', 'dist', 'browser', 'markdown-it.umd.min.js'),
  });
  const render = createCardRenderer();
  const hostConfig = JSON.parse(read('cards', 'host-config.json'));
  mkdirSync(join(root, 'docs', 'cards'), { recursive: true });
  for (const name of samples) {
    const data = JSON.parse(read('cards', 'samples', `${name}.json`));
    const card = render({ template: name.split('.')[0], data });
    await page.evaluate(draw, { card, hostConfig });
    await page.locator('body').screenshot({ path: join(root, 'docs', 'cards', `${name}.png`) });
    process.stdout.write(`${name}\n`);
  }
  if (wanted.length === 0) writeFileSync(join(root, 'docs', 'cards', 'samples.md'), listOf(samples));
} finally {
  await browser.close();
}

/** Runs in the page. */
function draw({ card, hostConfig }) {
  const { AdaptiveCard, HostConfig } = window.AdaptiveCards;
  const markdown = window.markdownit({ html: false, linkify: false });
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
  const shown = new AdaptiveCard();
  shown.hostConfig = new HostConfig(hostConfig);
  shown.parse(card);
  const place = document.getElementById('card');
  place.replaceChildren(shown.render());
}

function listOf(names) {
  const entries = names.map(
    (name) =>
      `## ${name}\n\n[Template](../../cards/templates/${name.split('.')[0]}.json), [data](../../cards/samples/${name}.json)\n\n![${name}](${name}.png)\n`,
  );
  return `# All cards\n\nMade by \`npm run cards:pictures\` from cards/samples; do not edit. Elements that only Teams knows (badges, charts, progress bars) show their fallback here.\n\n${entries.join('\n')}`;
}
