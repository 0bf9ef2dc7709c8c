import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { shippedFile } from '../../../core/kernel/package-root.js';
import type { AdaptiveCard } from '../../../cards/adaptive-card.js';
import { createCardRenderer, type CardRenderer } from '../../../cards/render.js';
import { lintMessage, lintModal } from '../../../cards/slack-limits.js';
import { toBlockKit } from '../../../cards/to-block-kit.js';
import { toMarkdown } from '../../../cards/to-markdown.js';
import { toModal } from '../../../cards/to-modal.js';
import { readSamples } from './samples.js';

/** Set UPDATE_GOLDEN=1 to write the files anew, and read the difference before you commit it. */
const isUpdate = process.env.UPDATE_GOLDEN === '1';
const folder = shippedFile('tests', 'contracts', 'cards', 'golden');

function expectGolden(file: string, content: string): void {
  const path = `${folder}/${file}`;
  if (isUpdate) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  expect(existsSync(path)).toBe(true);
  expect(content).toBe(readFileSync(path, 'utf8'));
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function stringsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? Object.values(value).map(stringsOf).join(' ') : '';
}

/** Words that the card shows (texts, facts, titles of buttons, labels) and the other form does not. */
function missingWords(card: AdaptiveCard, other: string): string[] {
  const shown = new Set<string>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(collect);
    if (value === null || typeof value !== 'object') return;
    const element = value as Record<string, unknown>;
    const isButton = element.type === 'Action.ToggleVisibility';
    for (const [key, member] of Object.entries(element)) {
      if (key === 'fallback' || key === 'card' || key === 'refresh' || key === 'data') continue;
      const isText =
        ['text', 'title', 'value', 'label', 'codeSnippet'].includes(key) && typeof member === 'string';
      if (isText && !isButton && !String(element.type).startsWith('Input.')) {
        for (const word of member.match(/[\p{L}\p{N}]+/gu) ?? []) shown.add(word);
      }
      collect(key === 'choices' ? (member as { title: string }[]).map(({ title }) => ({ title })) : member);
    }
  };
  collect(card.body);
  collect(card.actions);
  const present = new Set(other.match(/[\p{L}\p{N}]+/gu) ?? []);
  return [...shown].filter((word) => !present.has(word));
}

describe.each(readSamples())('the card $sample', ({ sample, template, data }) => {
  let render: CardRenderer;
  beforeAll(() => {
    render = createCardRenderer();
  });

  it('becomes the Block Kit that was agreed on', () => {
    const drawn: string[] = [];
    const picture = ({ svg }: { svg: string }): string => `F0PICTURE${drawn.push(svg)}`;
    const { messages, warnings } = toBlockKit(render({ template, data }), {
      text: sample,
      instance: 'i1',
      picture,
    });
    expectGolden(`${sample}.slack.json`, json({ messages, warnings }));
    drawn.forEach((svg, at) => expectGolden(`${sample}.${at + 1}.svg`, `${svg.replaceAll('><', '>\n<')}\n`));
    expect(messages.flatMap(lintMessage)).toEqual([]);
  });

  it('stays within the limits of Slack, as a message and as a modal', () => {
    const card = render({ template, data });
    const { messages } = toBlockKit(card, { text: sample, instance: 'i1' });
    expect(messages.flatMap(lintMessage)).toEqual([]);
    expect(lintModal(toModal(card, { instance: 'i1' }).view)).toEqual([]);
  });

  it('loses no word on its way to Slack and to markdown', () => {
    const card = render({ template, data });
    const { messages } = toBlockKit(card, { text: sample, instance: 'i1' });
    expect(missingWords(card, stringsOf(messages.map(({ blocks }) => blocks)))).toEqual([]);
    expect(missingWords(card, toMarkdown(card))).toEqual([]);
  });

  it('becomes the markdown that was agreed on', () => {
    expectGolden(`${sample}.md`, `${toMarkdown(render({ template, data }))}\n`);
  });
});

describe('the golden files', () => {
  it('belong to a sample, each of them', () => {
    const names = new Set(readSamples().map(({ sample }) => sample));
    const strangers = readdirSync(folder).filter(
      (file) => !names.has(file.replace(/\.(slack\.json|md|\d+\.svg)$/, '')),
    );
    expect(strangers).toEqual([]);
  });
});
