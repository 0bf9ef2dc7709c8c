import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../kernel/clock.js';
import { silentLogger } from '../../kernel/logger.js';
import { noMetrics } from '../../kernel/telemetry.js';
import { memoryExecutions } from '../../../tests/fakes/memory-tools.js';
import type { CallOrigin } from '../../gateway/model.js';
import { createRegistry, type ToolRegistry } from '../tools/registry.js';
import type { ToolContext } from '../tools/tool.js';
import { createToolDesk } from '../tools/tool-desk.js';
import { agentAbilities } from './abilities.js';
import { deriveTests } from './derive-tests.js';
import { reviewText } from './review-text.js';

type Think = (request: { origin: CallOrigin }) => Promise<string>;
const abilities = (think: Think = () => Promise.resolve('A verdict.')): ToolRegistry =>
  createRegistry(
    agentAbilities({
      thinking: { 'red-team': think, 'first-principles': think, council: think },
      ask: () => Promise.reject(new Error('not asked')),
      passages: () => Promise.resolve([]),
      languageOf: () => 'en',
    }),
  );

describe('test cases from requirements', () => {
  it.each([
    ['A password must have at least 12 characters.', ['11 refused', '12 accepted']],
    ['Ein Passwort muss mindestens 12 Zeichen haben.', ['11 refused', '12 accepted']],
    ['Una contraseña debe tener al menos 12 caracteres.', ['11 refused', '12 accepted']],
    ['Un mot de passe doit avoir au moins 12 caractères.', ['11 refused', '12 accepted']],
    ['パスワードは12文字以上でなければならない。', ['11 refused', '12 accepted']],
    ['A user may try 5 times.', ['5 accepted', '6 refused']],
    ['Le nom compte entre 2 et 40 lettres.', ['1 refused', '2 accepted', '40 accepted', '41 refused']],
    ['Orders above 5,000 euros need two approvals.', ['5000 does not apply', '5001 applies']],
    ['Nach 5 Fehlversuchen wird das Konto gesperrt.', ['4 does not apply', '5 applies']],
    ['A name has no more than 40 letters.', ['40 accepted', '41 refused']],
    ['名前は40文字以内。', ['40 accepted', '41 refused']],
  ])('hold the limits of: %s', (text, limits) => {
    const cases = deriveTests(text).map(
      ({ name, expect: outcome }) => `${/\d+$/.exec(name)?.[0]} ${outcome}`,
    );
    expect(cases.sort()).toEqual([...limits].sort());
  });

  it('are one for each rule, without the words that ask for them', () => {
    expect(
      deriveTests('write test cases for: the date must not lie in the future; age at least 16').map(
        ({ name, expect: outcome }) => `${name} ${outcome}`,
      ),
    ).toEqual([
      'the date must not lie in the future holds',
      '"age at least 16" with 15 refused',
      '"age at least 16" with 16 accepted',
    ]);
  });

  it('take a time after which something happens for no number of tries', () => {
    expect(deriveTests('After 5 days the order must be sent.').map(({ expect: outcome }) => outcome)).toEqual(
      ['holds'],
    );
  });

  it('hold a rule without a limit as it stands, and nothing else', () => {
    expect(deriveTests('Der Zugang darf nicht geteilt werden. Heute regnet es.')).toEqual([
      { name: 'Der Zugang darf nicht geteilt werden', expect: 'holds' },
    ]);
  });
});

describe('dangers in a text', () => {
  const dangersIn = async (text: string): Promise<string> => {
    const tool = abilities().get('text.dangers');
    const outcome = await tool?.execute({ text }, {} as ToolContext);
    return outcome?.ok ? outcome.summary : '';
  };

  it('are named one by one, each command as far as it goes', async () => {
    expect(
      await dangersIn('First rm -rf /srv/data, then kubectl delete namespace prod; terraform destroy'),
    ).toBe(
      [
        'Dangerous:',
        '- `rm -rf /srv/data` (danger.remove-all)',
        '- `kubectl delete namespace prod` (danger.cloud-destroy)',
        '- `terraform destroy` (danger.cloud-destroy)',
      ].join('\n'),
    );
  });
});

describe('the review of a text', () => {
  it.each([
    [
      'en',
      'Please be advised that the utilisation of the form is mandatory. Click here.',
      /utilisation.*use/,
    ],
    [
      'de',
      'Die Inanspruchnahme des Formulars ist erforderlich. Klicken Sie hier.',
      /inanspruchnahme.*Nutzung/,
    ],
    ['es', 'Rellene el formulario con el fin de avanzar. Haga clic aquí.', /con el fin de.*para/],
    ['fr', 'Remplissez le formulaire afin de continuer. Cliquez ici.', /afin de.*pour/],
    ['ja', '料金につきましては別紙をご覧ください。詳しくはこちら', /につきましては.*は/],
  ])('names office words and empty labels in %s', (language, text, plain) => {
    const lines = reviewText(text, language);
    expect(lines.join('\n')).toMatch(plain);
    expect(lines.at(-1)).toMatch(/Name what happens/);
  });

  it('measures short words as easier than long ones, by each language’s own measure', () => {
    const ease = (text: string, language: string): number =>
      Number(/Reading ease (-?\d+)/.exec(reviewText(text, language)[0] ?? '')?.[1]);
    expect(ease('Der Hund ist da. Er will raus.', 'de')).toBeGreaterThan(
      ease('Verwaltungsgerichtsordnungen vereinheitlichen Zuständigkeitsvorschriften.', 'de'),
    );
    expect(reviewText('短い文です。', 'ja')[0]).toMatch(/^\d+ words in 1 sentences; there is no measure/);
  });
});

describe('a thinking tool that an agent uses', () => {
  it('has its model calls recorded for the run that they are part of', async () => {
    const origins: CallOrigin[] = [];
    const think = (request: { origin: CallOrigin }): Promise<string> => {
      origins.push(request.origin);
      return Promise.resolve('A verdict.');
    };
    const desk = createToolDesk(abilities(think), {
      executions: memoryExecutions(),
      timeoutMs: 1_000,
      clock: systemClock,
      logger: silentLogger,
      metrics: noMetrics,
    });
    const { outcome } = await desk.run({
      key: 'k',
      tenantId: 't',
      tool: 'think.council',
      parameters: { subject: 'Four days a week' },
      requester: { id: 'priya', name: 'Priya' },
      agent: 'analyst',
      runId: 'run-1',
      origin: { channel: 'web', channelTenantId: 't', conversationId: 'c', scope: 'personal' },
      correlationId: 'corr',
      approvedBy: [],
    });
    expect(outcome.kind).toBe('done');
    expect(origins).toMatchObject([{ runId: 'run-1', agent: 'analyst', tenantId: 't' }]);
  });
});
