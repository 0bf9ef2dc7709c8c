import { describe, expect, it } from '@jest/globals';
import { InvalidInput, NotPermitted } from '../../core/kernel/errors.js';
import {
  because,
  inEnglish,
  reason,
  type ReasonCode,
  SENTENCES,
} from '../../core/knowledge/ingest/reason.js';
import { Unreadable } from '../../core/knowledge/ingest/unreadable.js';
import { LANGUAGES } from '../../manifest/commands.js';
import { createTexts } from '../texts.js';
import { refreshReport } from './refresh-content.js';
import { sayFault, sayReasons } from './reasons.js';

const texts = createTexts();
const CODES = Object.keys(SENTENCES) as ReasonCode[];

describe('a reason why a file was not taken in', () => {
  it('is said in chat in English as it stands in the report', () => {
    for (const code of CODES) {
      const names = [...SENTENCES[code].matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
      const why = { code, parameters: Object.fromEntries(names.map((name) => [name, `<${name}>`])) };
      expect(sayReasons(texts, 'en', [why])).toBe(inEnglish(why));
    }
  });

  it('is said in the language of whoever reads it, with its figures', () => {
    const why = [
      reason('too-large', { size: '100 MB', most: '5 MB' }),
      reason('version-stays', { version: 2 }),
    ];
    const said = LANGUAGES.map((language) => sayReasons(texts, language, why));
    expect(new Set(said).size).toBe(LANGUAGES.length);
    for (const each of said) expect(each).toMatch(/100 MB.*5 MB.*2/s);
    expect(sayReasons(texts, 'de', why)).toContain('Teilen Sie sie auf.');
  });

  it('evaluates nothing that stands in a file', () => {
    const reader = '{{roles}} $t(error.title)';
    expect(sayReasons(texts, 'fr', [reason('reader-unknown', { reader, roles: 'admin' })])).toContain(reader);
  });
});

describe('a source that could not be taken in', () => {
  it('says why in the reader’s language, whichever kind of error it was', () => {
    expect(sayFault(texts, 'de', new Unreadable(reason('pdf-encrypted')))).toContain('verschlüsselt');
    const refused = new NotPermitted(...because(reason('private-address', { host: 'wiki.example' })));
    expect(sayFault(texts, 'es', refused)).toContain('wiki.example está dentro de una red privada');
  });

  it('shows no internals of a fault that is not for readers', () => {
    const internal = new InvalidInput('storage.odd', 'collection documents at 10.0.0.3 is odd');
    for (const error of [internal, new Error('/srv/secret is gone')]) {
      expect(sayFault(texts, 'en', error)).not.toMatch(/10\.0\.0\.3|secret/);
    }
  });

  it('names refused files in the report in the reader’s language', () => {
    const counts = { added: 0, changed: 0, unchanged: 0, removed: 0, refused: 1, ignored: 0 };
    const lines = [
      {
        path: 'a.pdf',
        outcome: 'refused' as const,
        note: 'The PDF is encrypted.',
        reasons: [reason('pdf-encrypted')],
      },
    ];
    const source = { name: 'Guide', state: 'done' as const, done: 1, total: 1, counts, lines };
    const report = refreshReport(texts, 'fr', [source], 'personal');
    expect(report.text).toContain('Le PDF est chiffré');
    expect(report.text).not.toContain('encrypted');
  });
});
