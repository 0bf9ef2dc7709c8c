import { describe, expect, it } from '@jest/globals';
import { createAnalysers } from '../index/words.js';
import { sentencesOf } from '../index/sentences.js';
import { isCrumb, leadOf, quoteSpan, shownQuote } from './quote.js';

const { terms } = createAnalysers()('en');

/** What is quoted and shown for the sentence that holds `words`. */
function quoted(text: string, words: string, isAlone = false): { quote: string; shown: string } {
  const sentences = sentencesOf(text).map((sentence) => ({
    ...sentence,
    terms: terms(sentence.text),
    known: new Set<string>(),
    context: new Set<string>(),
    isLead: false,
  }));
  const at = sentences.findIndex((sentence) => sentence.text.includes(words));
  const [start, end] = quoteSpan(text, sentences, at, () => isAlone);
  return { quote: text.slice(start, end), shown: shownQuote(text, start, end) };
}

const NOTICE =
  'Ask in the people portal.\nAsk:\n- two weeks ahead for up to three days,\n- six weeks ahead for more.\nSilence counts as a yes.';
const BUYING =
  'Amount | Approved by | Offers\nup to 5,000 euros | the manager | 1\nup to 25,000 euros | the owner | 3';

describe('A quote', () => {
  it('is a short list whole, under the line that introduces it', () => {
    const { quote, shown } = quoted(NOTICE, 'six weeks');
    expect(NOTICE).toContain(quote);
    expect(shown).toBe('Ask:\n- two weeks ahead for up to three days,\n- six weeks ahead for more.');
  });

  it('is one item under the line that introduces it, when only this item says it', () => {
    const { quote, shown } = quoted(NOTICE, 'six weeks', true);
    expect(quote).toBe('six weeks ahead for more.');
    expect(shown).toBe('Ask:\n- six weeks ahead for more.');
  });

  it('goes on after a line that ends in a colon', () => {
    expect(quoted(NOTICE, 'Ask:').shown).toContain('- six weeks ahead for more.');
  });

  it('is a piece of code whole, as code, under the line that introduces it', () => {
    const code = [
      '#!/bin/bash',
      '# choose the release to go back to',
      'export RELEASE=$(releases list | tail -1)',
      'docker ps',
      'kubectl rollout status deployment/api --timeout=300s',
    ].join('\n');
    const text = `Run on the bastion host:\n${code}\nAfterwards tell the release channel.`;
    for (const words of ['choose the release', 'docker ps', 'kubectl rollout']) {
      expect(quoted(text, words).quote).toBe(`Run on the bastion host:\n${code}`);
      expect(quoted(text, words).shown).toBe(`Run on the bastion host:\n\`\`\`\n${code}\n\`\`\``);
    }
    expect(quoted(text, 'Afterwards').shown).toBe('Afterwards tell the release channel.');
  });

  it('is of a long piece of code what stands around the line', () => {
    const lines = Array.from({ length: 40 }, (_, at) => `  step_${at} = run(${at}, "some words of code");`);
    const { quote, shown } = quoted(lines.join('\n'), 'step_20 ');
    expect(quote.split('\n').length).toBeGreaterThan(3);
    expect(quote.split(/\s+/).length).toBeLessThan(70);
    expect(quote).toContain('step_19 = run(19, "some words of code");');
    expect(shown.match(/```/g)).toHaveLength(2);
  });

  it('is one line of a log', () => {
    const log =
      '2026-03-01T10:00:01Z ERROR pool: no connection\n2026-03-01T10:00:02Z WARN http: 503 for GET /orders';
    expect(quoted(log, '503').shown).toBe('2026-03-01T10:00:02Z WARN http: 503 for GET /orders');
  });

  it('keeps the numbers of steps', () => {
    const steps = 'To connect:\n1. Open the client.\n2. Choose the gateway.\n3. Sign in.';
    expect(quoted(steps, 'Choose').shown).toBe(steps);
  });

  it('names the columns of a row', () => {
    const { quote, shown } = quoted(BUYING, '25,000', true);
    expect(quote).toBe('up to 25,000 euros | the owner | 3');
    expect(shown).toBe('Amount: up to 25,000 euros; Approved by: the owner; Offers: 3');
  });

  it('is a small table whole when no row says it alone', () => {
    expect(quoted(BUYING, '25,000').shown).toBe(
      '- Amount: up to 5,000 euros; Approved by: the manager; Offers: 1\n- Amount: up to 25,000 euros; Approved by: the owner; Offers: 3',
    );
  });

  it('is a sentence with its neighbours of the same paragraph', () => {
    const text = 'You get 80 days. They are paid. Ask early.\nAnother paragraph.';
    expect(quoted(text, 'They are paid').quote).toBe('You get 80 days. They are paid. Ask early.');
  });

  it('is no longer than a reader wants to read', () => {
    const items = Array.from({ length: 12 }, (_, at) => `- item ${at} has eight words in all, see`).join(
      '\n',
    );
    const { quote, shown } = quoted(`Things:\n${items}`, 'item 7');
    expect(quote).toBe('item 7 has eight words in all, see');
    expect(shown).toBe('Things:\n- item 7 has eight words in all, see');
  });

  it('goes as far into a long list as a reader wants to read, after the line that introduces it', () => {
    const items = Array.from({ length: 12 }, (_, at) => `- item ${at} has eight words in all, see`).join(
      '\n',
    );
    const { quote } = quoted(`The following days:\n${items}`, 'following');
    expect(quote).toContain('item 5');
    expect(quote).not.toContain('item 11');
  });

  it('tells the line above it that belongs to it', () => {
    const row = BUYING.indexOf('up to 25,000');
    expect(leadOf(BUYING, row, BUYING.length)).toBe('Amount | Approved by | Offers');
    const item = NOTICE.indexOf('six weeks');
    expect(leadOf(NOTICE, item, item + 10)).toBe('Ask:');
    expect(leadOf(NOTICE, 0, 10)).toBeUndefined();
  });
});

describe('A few words that say nothing by themselves', () => {
  it.each([
    ['- Our values\n- Our process', 'Our values', true],
    ['We value:\n- Courage\n- Candour', 'Courage', false],
    ['- Extension 1150\n- Room 2', 'Extension 1150', false],
    ['Closed on the following days:', 'Closed', true],
    ['Closed on:\n- 1 May\n- 3 October', 'Closed on', false],
    ['You get 80 days of paid leave.', 'You get', false],
  ])('%j is one: %s', (text, words, isOne) => {
    const sentence = sentencesOf(text).find((one) => one.text.includes(words));
    if (!sentence) throw new Error('There is no such sentence.');
    const read = {
      ...sentence,
      terms: [],
      known: new Set<string>(),
      context: new Set<string>(),
      isLead: false,
    };
    expect(isCrumb(text, read)).toBe(isOne);
  });
});
