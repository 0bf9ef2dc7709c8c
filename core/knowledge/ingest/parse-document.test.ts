import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { makeDocx, makePdf, makePptx, makeXlsx, makeZip } from '../../../tests/support/office-files.js';
import type { ParsedDocument } from '../document.js';
import { DEFAULT_LIMITS } from './limits.js';
import { type DocumentParser, createDocumentParser } from './parse-document.js';
import { inEnglish } from './reason.js';

let parser: DocumentParser;
beforeAll(async () => {
  parser = await createDocumentParser({ ...DEFAULT_LIMITS, maxArchiveBytes: 4 * 1024 * 1024 });
});
afterAll(() => parser.close());

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function parsed(path: string, content: string | Uint8Array): Promise<ParsedDocument> {
  const outcome = await parser.parse({
    path,
    bytes: typeof content === 'string' ? bytesOf(content) : content,
  });
  if (!('parsed' in outcome)) throw new Error(`not taken in: ${JSON.stringify(outcome)}`);
  return outcome.parsed;
}

async function refusal(path: string, content: string | Uint8Array): Promise<string> {
  const outcome = await parser.parse({
    path,
    bytes: typeof content === 'string' ? bytesOf(content) : content,
  });
  if ('ignored' in outcome) return inEnglish(outcome.ignored);
  return 'refused' in outcome ? inEnglish(outcome.refused) : 'it was taken in';
}

const markup = fc
  .array(
    fc.constantFrom(
      '# ',
      '---',
      '\n',
      '\n\n',
      '| a | b |',
      '```',
      '<div>',
      '</div>',
      '> ',
      '- ',
      '1. ',
      '[x](y)',
      '<!--',
      'w ',
    ),
  )
  .map((parts) => parts.join(''));

describe('Markdown', () => {
  it('keeps the path of headings, the numbers of steps and the cells of tables', async () => {
    const document = await parsed(
      'guide.md',
      '# Guide\n\nIntro with a [link](x.md) and `code`.\n\n## Steps\n\n1. First\n2. Second\n   - inner\n\n### Limits\n\n| A | B |\n|---|---|\n| 1 | **2** |\n',
    );
    expect(document.title).toBe('Guide');
    expect(document.blocks).toEqual([
      { kind: 'paragraph', headings: [], text: 'Intro with a link and code.' },
      { kind: 'list', headings: ['Steps'], text: '1. First\n2. Second\n- inner' },
      { kind: 'table', headings: ['Steps', 'Limits'], text: 'A | B\n1 | 2' },
    ]);
  });

  it('reads who may read it, when it was changed and who owns it from the front matter', async () => {
    const document = await parsed(
      'pay.md',
      '---\ntitle: Pay\nupdated: 2026-01-05\nowner: people@x.example\nclassification: confidential\nreaders: [role:manager, group:people-team, a@b.example, "channel:C1"]\n---\n# Salary\n\nText.\n',
    );
    expect(document).toMatchObject({
      title: 'Pay',
      owner: 'people@x.example',
      updatedAt: new Date('2026-01-05'),
      access: {
        classification: 'confidential',
        roles: ['manager'],
        groups: ['people-team'],
        persons: ['a@b.example'],
        channels: ['C1'],
      },
    });
  });

  it('reads dates as authors write them', async () => {
    const dateOf = async (date: string) =>
      (await parsed('a.md', `---\nupdated: ${date}\n---\nSome text.`)).updatedAt;
    expect(await dateOf('2026-01-05')).toEqual(new Date('2026-01-05'));
    expect(await dateOf('2026-01-05T10:00:00Z')).toEqual(new Date('2026-01-05T10:00:00Z'));
    expect(await dateOf('2024')).toEqual(new Date('2024-01-01'));
    expect(await dateOf('some day')).toBeUndefined();
    expect(await dateOf('[1, 2]')).toBeUndefined();
  });

  it('keeps a document out when its readers cannot be understood', async () => {
    expect(await refusal('a.md', '---\nclassification: secrett\n---\nText.')).toContain('classification');
    expect(await refusal('a.md', '---\nreaders: [everyone-nice]\n---\nText.')).toContain('everyone-nice');
    expect(await refusal('a.md', '---\nreaders: [role:king]\n---\nText.')).toContain('role:king');
    expect(await refusal('a.md', '---\nreaders: [role:admin\n---\nText.')).toContain('broken YAML');
    expect(await refusal('a.md', '---\nreaders: 5\n---\nText.')).toContain('readers');
  });

  it('reads names with capitals, and keeps a document out whose readers are named with a slip or twice', async () => {
    const capital = await parsed(
      'a.md',
      '---\nTitle: Pay\nReaders: [role:manager]\n---\nText that is long enough.',
    );
    expect(capital).toMatchObject({ title: 'Pay', access: { roles: ['manager'] } });
    for (const line of ['reader: [role:manager]', 'Raeders: [role:manager]', 'clasification: restricted'])
      expect(await refusal('a.md', `---\n${line}\n---\nText.`)).toContain(line.split(':')[0]);
    expect(await refusal('a.md', '---\nreaders: [role:admin]\nReaders: [a@b.example]\n---\nText.')).toContain(
      'Readers',
    );
    for (const line of ['header: off', 'ready: true', 'class: notes'])
      expect((await parsed('a.md', `---\n${line}\n---\nText that is long enough.`)).access).toBeUndefined();
  });

  it('takes an empty list of readers as nobody', async () => {
    const document = await parsed('a.md', '---\nreaders: []\n---\nText that is long enough.');
    expect(document.access).toEqual({ classification: 'internal', persons: [] });
  });

  it('takes a rule at the top of a page as a rule', async () => {
    const document = await parsed('a.md', '---\n\nJust text here.\n\n---\n\nMore text.');
    expect(document.blocks.map((block) => block.text)).toEqual(['Just text here.', 'More text.']);
  });

  it('leaves out comments, site generator marks and HTML that a browser would hide', async () => {
    const document = await parsed(
      'a.md',
      '# T\n\n<!-- secret order -->\n\n:::note\nKeep this.\n:::\n\n{{generator:list}}\n\n<div style="display:none">obey me</div>\n\n<p>Seen.</p>\n',
    );
    expect(document.blocks.map((block) => block.text)).toEqual(['Keep this.', 'Seen.']);
  });

  it('reads an HTML table whole, blank lines and all', async () => {
    const document = await parsed(
      'a.md',
      '# T\n\n<table>\n\n  <tr><th>Level</th><th>Pay</th></tr>\n\n    <tr>\n\n    <td>IC1</td><td>Low</td></tr>\n</table>\n\nAfter.\n',
    );
    expect(document.blocks.map((block) => block.text)).toEqual(['Level | Pay\nIC1 | Low', 'After.']);
  });

  it('removes invisible characters and direction tricks', async () => {
    const document = await parsed('a.md', 'pay\u202eload\u200b with \u{e0041}tags');
    expect(document.blocks[0]?.text).toBe('payload with tags');
  });

  it('names an untitled page after its file, or after its folder for index pages', async () => {
    expect((await parsed('hr/parental-leave_2.md', 'Some text.')).title).toBe('Parental leave 2');
    expect((await parsed('hr/leave/index.md', 'Some text.')).title).toBe('Leave');
  });

  it('never throws and never loses the words of a plain paragraph', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ maxLength: 300 }), markup), async (text) => {
        const outcome = await parser.parse({ path: 'x.md', bytes: bytesOf(`anchor word\n\n${text}`) });
        if (!('parsed' in outcome)) return false;
        const { title, blocks } = outcome.parsed;
        return [title, ...blocks.map((block) => block.text)].join(' ').includes('anchor word');
      }),
      { numRuns: 300 },
    );
  });
});

describe('HTML', () => {
  it('reads the main part only, with lists, tables and what the page says about itself', async () => {
    const document = await parsed(
      'vpn.html',
      '<html lang="en-GB"><head><title>Site - VPN</title><meta name="classification" content="public"></head><body><nav>Home</nav><main><h1>VPN</h1><p>Use   it.<br>Always.</p><ul><li>One<ul><li>Two</li></ul></li></ul><h2>Errors</h2><table><tr><th>Code</th><th>Do</th></tr><tr><td>809</td><td>Try a hotspot</td></tr></table><script>evil()</script></main><footer>Foot</footer></body></html>',
    );
    expect(document.title).toBe('VPN');
    expect(document.language).toBe('en');
    expect(document.access).toEqual({ classification: 'public' });
    expect(document.blocks).toEqual([
      { kind: 'paragraph', headings: [], text: 'Use it. Always.' },
      { kind: 'list', headings: [], text: '- One\n- Two' },
      { kind: 'table', headings: ['Errors'], text: 'Code | Do\n809 | Try a hotspot' },
    ]);
  });

  it('does not read what is hidden from people', async () => {
    const document = await parsed(
      'a.html',
      '<p>Seen</p><p hidden>a</p><div aria-hidden="true">b<p>c</p></div><span style="font-size:0px">d</span><p style="opacity: 0">e</p><p style="opacity:0.5">half</p>',
    );
    expect(document.blocks.map((block) => block.text).join(' ')).toBe('Seen half');
  });

  it('survives thousands of elements inside each other, and refuses what no browser would show', async () => {
    const document = await parsed('deep.html', `${'<div>'.repeat(4_000)}bottom of the page`);
    expect(document.blocks[0]?.text).toBe('bottom of the page');
    expect(await refusal('deep.html', `${'<ul><li>'.repeat(50_000)}x`)).toContain('nested too deeply');
    expect(await refusal('deep.md', `text\n\n${'<table><tr><td>'.repeat(50_000)}x`)).toBe('it was taken in');
  });

  it('leaves the event loop to others while it reads a long page', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await parsed('long.html', '<p>Some words.</p>'.repeat(40_000));
    await parsed('long.md', 'Some words.\n\n'.repeat(40_000));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

describe('plain text and CSV', () => {
  it('tells headings, lists and paragraphs apart', async () => {
    const document = await parsed(
      'rooms.txt',
      'Rooms\n\nBook them in\nthe calendar.\n\nRoom 1.01: 4 seats\nRoom 1.02: 8 seats\n\nRULES\n\n- be quiet\n- be\n  clean\n',
    );
    expect(document.title).toBe('Rooms');
    expect(document.blocks).toEqual([
      { kind: 'paragraph', headings: [], text: 'Book them in the calendar.' },
      { kind: 'list', headings: [], text: 'Room 1.01: 4 seats\nRoom 1.02: 8 seats' },
      { kind: 'list', headings: ['RULES'], text: 'be quiet\nbe clean' },
    ]);
  });

  it('reads a table of a hundred thousand rows', async () => {
    const document = await parsed('a.csv', `a,b\n${'1,2\n'.repeat(100_000)}`);
    expect(document.blocks[0]?.text.split('\n')).toHaveLength(100_001);
  });

  it('reads CSV with quotes, line breaks in cells and semicolons', async () => {
    const document = await parsed('a.csv', 'Name;Note\r\nA;"x; ""y""\nz"\r\nB;\r\n');
    expect(document.blocks[0]?.text).toBe('Name | Note\nA | x; "y" z\nB | -');
    expect(await refusal('a.csv', 'a,b\n"never closed,1\n')).toContain('never closed');
  });

  it('reads UTF-16 and Windows-1252', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Müller arbeitet hier.', 'utf16le')]);
    expect((await parsed('a.txt', utf16)).blocks[0]?.text).toBe('Müller arbeitet hier.');
    const latin = Buffer.from('Müller kostet 5 Euro.', 'latin1');
    expect((await parsed('a.txt', latin)).blocks[0]?.text).toBe('Müller kostet 5 Euro.');
  });

  it('reads Japanese files of old programs, and pages in the letters that they name', async () => {
    const words = '会議室の予約は総務部へ連絡してください。';
    const inShiftJis = '89ef8b638eba82cc975c96f182cd918d96b1959482d69841978d82b582c482ad82be82b382a28142';
    const inEucJp = 'b2f1b5c4bcbca4cecdbdccf3a4cfc1edccb3c9f4a4d8cfa2cdeda4b7a4c6a4afa4c0a4b5a4a4a1a3';
    for (const bytes of [inShiftJis, inEucJp])
      expect((await parsed('a.txt', Buffer.from(bytes, 'hex'))).blocks[0]?.text).toBe(words);
    const page = Buffer.concat([
      Buffer.from('<html><head><meta charset="iso-8859-2"></head><body><p>'),
      Buffer.from([0xb1, 0xe6]),
      Buffer.from(' w zdaniu.</p></body></html>'),
    ]);
    expect((await parsed('a.html', page)).blocks[0]?.text).toBe('ąć w zdaniu.');
  });

  it('does not guess a language from a list of names', async () => {
    const names = await parsed(
      'a.md',
      '# Finance Processes\n\n- AP\n- AR\n- Collections\n- Collections Class Matrix\n- Payables\n',
    );
    expect(names.language).toBeUndefined();
  });

  it('tells the language', async () => {
    const german = await parsed('a.txt', 'Diese Seite gilt für alle Beschäftigten im Werk und im Büro.');
    expect(german.language).toBe('de');
  });
});

describe('PDF', () => {
  it('reads lines into paragraphs under headings, and tables by their columns', async () => {
    const document = await parsed(
      'a.pdf',
      makePdf([
        [
          { text: 'Travel rules', y: 800, size: 20 },
          { text: 'Trains come first and planes are the excep-', y: 770 },
          { text: 'tion for long ways.', y: 756 },
          { text: 'Limits', y: 720, size: 15 },
          { text: 'City', y: 690 },
          { text: 'Euros', x: 300, y: 690 },
          { text: 'London', y: 676 },
          { text: '210', x: 300, y: 676 },
        ],
      ]),
    );
    expect(document.title).toBe('Travel rules');
    expect(document.blocks).toEqual([
      {
        kind: 'paragraph',
        headings: [],
        text: 'Trains come first and planes are the exception for long ways.',
      },
      { kind: 'table', headings: ['Limits'], text: 'City | Euros\nLondon | 210' },
    ]);
  });

  it('leaves out what repeats at the foot of the pages', async () => {
    const page = (words: string, number: number): { text: string; y: number }[] => [
      { text: words, y: 700 },
      { text: `Page ${number} of 3`, y: 20 },
    ];
    const document = await parsed(
      'a.pdf',
      makePdf([page('First page here.', 1), page('Second page here.', 2), page('Third page here.', 3)]),
    );
    expect(document.blocks.map((block) => block.text).join(' ')).not.toContain('Page');
  });

  it('says what is wrong with an encrypted, a damaged and an empty one, and goes on', async () => {
    expect(await refusal('a.pdf', makePdf([[{ text: 'x', y: 9 }]], { encrypted: true }))).toContain(
      'encrypted',
    );
    expect(await refusal('a.pdf', '%PDF-1.7\nnothing of a PDF follows')).toContain('damaged');
    expect(await refusal('a.pdf', makePdf([[]]))).toContain('no text');
    expect(await refusal('a.pdf', 'hello, this is text')).toContain('promises a PDF');
    expect((await parsed('b.pdf', makePdf([[{ text: 'Still working.', y: 700 }]]))).blocks).toHaveLength(1);
  });

  it('stops at the limit of pages and of time', async () => {
    const strict = await createDocumentParser({ ...DEFAULT_LIMITS, maxPages: 1 });
    const pages = makePdf([[{ text: 'a', y: 9 }], [{ text: 'b', y: 9 }]]);
    expect(await strict.parse({ path: 'a.pdf', bytes: pages })).toEqual({
      refused: { code: 'pdf-pages', parameters: { pages: 2, most: 1 } },
    });
    await strict.close();
    const hasty = await createDocumentParser({ ...DEFAULT_LIMITS, parseTimeoutMs: 1 });
    expect(await hasty.parse({ path: 'a.pdf', bytes: pages })).toMatchObject({
      refused: { code: 'file-slow' },
    });
    await hasty.close();
  });
});

describe('Office files', () => {
  it('reads Word with its headings', async () => {
    const document = await parsed(
      'a.docx',
      makeDocx([
        { text: 'Guide', style: 'Heading1' },
        { text: 'Part', style: 'Heading2' },
        { text: 'Salt & steel.' },
      ]),
    );
    expect(document).toMatchObject({
      title: 'Guide',
      blocks: [{ kind: 'paragraph', headings: ['Part'], text: 'Salt & steel.' }],
    });
  });

  it('reads slides with titles and notes', async () => {
    const document = await parsed(
      'a.pptx',
      makePptx([
        { title: 'Kick-off', lines: ['Goals', 'Dates'] },
        { title: 'Budget', lines: ['5 million'], notes: 'Say it slowly.' },
      ]),
    );
    expect(document.title).toBe('Kick-off');
    expect(document.blocks).toEqual([
      { kind: 'list', headings: [], text: 'Goals\nDates' },
      { kind: 'list', headings: ['Budget'], text: '5 million' },
      { kind: 'paragraph', headings: ['Budget'], text: 'Say it slowly.' },
    ]);
  });

  it('reads sheets with numbers and dates as people see them', async () => {
    const document = await parsed(
      'a.xlsx',
      makeXlsx('Prices', [
        ['Part', 'Price', 'Since'],
        ['Hub', 12.5, { date: 46_023 }],
      ]),
    );
    expect(document.blocks).toEqual([
      { kind: 'table', headings: ['Prices'], text: 'Part | Price | Since\nHub | 12.5 | 2026-01-01' },
    ]);
  });

  it('does not unpack a bomb', async () => {
    const bomb = makeZip({ 'word/document.xml': new Uint8Array(8 * 1024 * 1024) });
    expect(bomb.byteLength).toBeLessThan(20_000);
    expect(await refusal('bomb.docx', bomb)).toContain('unpacks to more than 4 MB');
    expect(
      await refusal('bomb.xlsx', makeZip({ 'xl/worksheets/sheet1.xml': new Uint8Array(8 * 1024 * 1024) })),
    ).toContain('unpacks to more than');
  });

  it('does not follow XML that never ends', async () => {
    const deep = `<worksheet>${'<a>'.repeat(100_000)}</worksheet>`;
    expect(await refusal('a.xlsx', makeZip({ 'xl/worksheets/sheet1.xml': deep }))).toContain(
      'nested too deeply',
    );
  });

  it('does not expand entities', async () => {
    const laughs = `<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>`;
    const document = await parsed('a.xlsx', makeZip({ 'xl/worksheets/sheet1.xml': laughs }));
    expect(document.blocks[0]?.text).not.toContain('haha');
  });

  it('says what is wrong with broken, encrypted and old ones', async () => {
    const whole = makeDocx([{ text: 'Fine.' }]);
    expect(await refusal('a.docx', whole.subarray(0, whole.length - 40))).toContain('damaged');
    expect(await refusal('a.docx', Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toContain('encrypted');
    expect(await refusal('a.doc', 'anything')).toContain('Save it as .docx');
    expect(await refusal('a.docx', makeZip({ 'other.txt': 'x' }))).toContain('not a Word document');
  });
});

describe('files that are not what they say', () => {
  it('refuses binary under a text name', async () => {
    expect(await refusal('a.md', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]))).toContain('PNG');
    expect(await refusal('a.md', Buffer.from([65, 66, 0, 67]))).toContain('binary');
    expect(await refusal('a.txt', makeZip({ 'a.txt': 'x' }))).toContain('ZIP');
    expect(await refusal('a.html', '%PDF-1.4 ...')).toContain('PDF');
  });

  it('refuses empty files, unknown types and files that are too large', async () => {
    expect(await refusal('a.md', '')).toBe('The file is empty.');
    expect(await refusal('a.md', '   \n\n')).toBe('There is no text in it.');
    expect(await refusal('a.exe', 'MZ')).toContain('.exe');
    const small = await createDocumentParser({ ...DEFAULT_LIMITS, maxTextBytes: 10 });
    expect(await small.parse({ path: 'a.md', bytes: bytesOf('more than ten bytes') })).toEqual({
      refused: { code: 'too-large', parameters: { size: '19 bytes', most: '10 bytes' } },
    });
    await small.close();
  });
});
