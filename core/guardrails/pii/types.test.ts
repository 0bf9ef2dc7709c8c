import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../kernel/package-root.js';
import { ALWAYS_SECRET, PII_TYPES } from './types.js';

describe('the types of personal data', () => {
  const folder = join(packageRoot, 'core', 'guardrails', 'pii');
  const detectors = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !/test|types|screen/.test(name),
  );
  const reported = detectors.flatMap((name) =>
    Array.from(
      readFileSync(join(folder, name), 'utf8').matchAll(
        /(?:type: |\[|^\s+|[?:] )'([A-Z]+(?:_[A-Z]+)*)'(?=,)/gm,
      ),
      ([, type = '']) => type,
    ).filter((type) => type.length > 2),
  );

  it('hold every type that a detector reports', () => {
    expect(reported.length).toBeGreaterThan(40);
    expect(reported.filter((type) => !PII_TYPES.includes(type) && !/^[A-Z]{11,}$/.test(type))).toEqual([]);
  });

  it.each(['PL_PESEL', 'SE_PERSONNUMMER', 'KR_RRN', 'IN_AADHAAR', 'AU_MEDICARE', 'MX_CURP', 'JWT'])(
    'keep %s out of every answer',
    (type) => expect(ALWAYS_SECRET.has(type)).toBe(true),
  );
});
