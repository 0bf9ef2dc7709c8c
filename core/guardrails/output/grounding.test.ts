import { describe, expect, it } from '@jest/globals';
import { judgeGrounding, scoreGrounding } from './grounding.js';

const PASSAGES = [
  'Employees get 30 days of paid holiday a year. Unused days expire at the end of March. Requests go to the line manager.',
  'The office in Lisbon opened in 2019 and has 42 desks. It is closed on Sundays.',
];
const score = (text: string, question?: string): number => scoreGrounding(text, PASSAGES, question).score;

describe('grounding', () => {
  it.each([
    ['a quotation', 'Unused days expire at the end of March.'],
    ['a rewording', 'Each year, employees get 30 paid days of holiday.'],
    ['a short answer', '42 desks'],
    ['a courtesy before the answer', 'Of course! Requests go to the line manager.'],
  ])('is high for %s', (_, answer) => {
    expect(score(answer)).toBeGreaterThanOrEqual(0.7);
  });

  it.each([
    ['another number', 'The office in Lisbon opened in 2012 with 85 desks.'],
    ['something invented', 'The company pays for a yacht in Monaco.'],
    ['a name from nowhere', 'Requests go to Margarete Hollerbach in Vienna.'],
  ])('is low for %s', (_, answer) => {
    expect(score(answer)).toBeLessThan(0.7);
  });

  it('reads times, numbers and weeks however they are written, and words that say the same', () => {
    const of = (claim: string, source: string): number => scoreGrounding(claim, [source]).score;
    const night = 'The guest network is switched off between 22:00 and 06:00.';
    expect(of('The guest WiFi is off from 10 pm to 6 am.', night)).toBeGreaterThan(0.6);
    expect(of('The guest WiFi is off from 11 pm to 6 am.', night)).toBeLessThan(0.5);
    const update = 'Administrators can postpone updates by at most 14 days.';
    expect(of('Admins can delay updates by at most two weeks.', update)).toBeGreaterThan(0.7);
    expect(of('Admins can delay updates by at most three weeks.', update)).toBeLessThan(0.5);
    const urgent = 'Dringende Fälle kann der Vorsitzende allein entscheiden.';
    expect(of('In dringenden Fällen entscheidet der Vorsitzende.', urgent)).toBeGreaterThan(0.6);
    expect(of('In dringenden Fällen entscheidet die Geschäftsleitung.', urgent)).toBeLessThan(0.5);
  });

  it('judges a long row of numbers as a short one', () => {
    const row = (count: number): string => `Readings: ${'17 '.repeat(count)}`.trim();
    const of = (claim: string, count: number): number => scoreGrounding(claim, [row(count)]).score;
    expect(of(row(3_000), 3_000)).toBeCloseTo(of(row(30), 30));
    expect(of(`${row(3_000)} 99`, 3_000)).toBeLessThan(of(row(3_000), 3_000));
  });

  it('falls when a claim is turned into its opposite', () => {
    expect(score('Unused days never expire at the end of March.')).toBeLessThan(
      score('Unused days expire at the end of March.'),
    );
  });

  it.each([
    ['another number in words', 'Send requests four weeks ahead.', 'Send requests two weeks ahead.'],
    ['a number that belongs to something else', '2019 desks stand in Lisbon', '42 desks stand in Lisbon'],
    [
      'a denial near its matter',
      'Unused days do not expire at the end of March.',
      'Unused days expire at the end of March.',
    ],
    ['an opposite word', 'The office in Lisbon closed in 2019.', 'The office in Lisbon opened in 2019.'],
  ])('is clearly lower for %s', (_, wrong, right) => {
    const passages = [...PASSAGES, 'Requests must be sent 2 weeks ahead.'];
    const of = (answer: string): number => scoreGrounding(answer, passages).score;
    expect(of(wrong)).toBeLessThan(of(right) - 0.15);
  });

  it('is worth less when an answer only repeats the question', () => {
    const question = 'Does the office in Lisbon have 42 desks?';
    expect(score('The office in Lisbon has 42 desks', question)).toBeLessThan(
      score('It is closed on Sundays', question),
    );
  });

  it('is drawn down by one invented sentence among good ones', () => {
    const grounding = scoreGrounding(
      'Requests go to the line manager. Bonuses of 9,000 dollars are paid in gold.',
      PASSAGES,
    );
    expect(grounding.sentences.map((sentence) => sentence.score >= 0.7)).toEqual([true, false]);
    expect(grounding.score).toBeLessThan(0.7);
  });

  it('asks the judge only where words do not decide, and survives a judge that fails', async () => {
    const asked: string[] = [];
    const text = 'Requests go to the line manager. Employees may take thirty days off each year.';
    const judged = await judgeGrounding(text, PASSAGES, undefined, async (claim) => {
      asked.push(claim);
      return 1;
    });
    expect(asked).toEqual(['Employees may take thirty days off each year.']);
    expect(judged.score).toBeGreaterThan(scoreGrounding(text, PASSAGES).score);
    const failed = await judgeGrounding(text, PASSAGES, undefined, () =>
      Promise.reject(new Error('no model')),
    );
    expect(failed.score).toBe(scoreGrounding(text, PASSAGES).score);
  });

  describe('of sentences in another language than the passages', () => {
    const page = [
      'Full-time employees get 25 days of paid leave per year. Requests go to the manager two weeks before. ' +
        'Business trips above 1,000 euros need approval by the finance team. The office in Lisbon is closed on Fridays in August.',
    ];
    it.each([
      'Vollzeitmitarbeiter haben 25 Tage bezahlten Urlaub im Jahr.',
      'Dienstreisen über 1.000 Euro müssen vom Finanzteam genehmigt werden.',
      'Das Büro in Lissabon ist im August freitags geschlossen.',
      'Los empleados a tiempo completo tienen 25 días de vacaciones pagadas al año.',
      'Les salariés à temps plein ont 25 jours de congés payés par an.',
    ])('takes a true one for supported: %s', (claim) =>
      expect(scoreGrounding(claim, page).score).toBeGreaterThanOrEqual(0.7),
    );
    it.each([
      'Vollzeitmitarbeiter haben 30 Tage bezahlten Urlaub im Jahr.',
      'Dienstreisen über 1.000 Euro brauchen keine Genehmigung.',
      'Los becarios tienen 25 días de vacaciones.',
      'Les salariés à temps plein ont 25 semaines de congés payés par an.',
      'El seguro médico cubre a toda la familia.',
    ])('takes a wrong one for unsupported: %s', (claim) =>
      expect(scoreGrounding(claim, page).score).toBeLessThan(0.7),
    );
    it('reads German pages for English sentences as well', () => {
      const seite = [
        'Alle Mitarbeiter erhalten 30 Tage Urlaub im Jahr. Belege gehen binnen zwei Wochen an die Buchhaltung.',
      ];
      expect(
        scoreGrounding('All employees get 30 days of leave per year.', seite).score,
      ).toBeGreaterThanOrEqual(0.7);
      expect(scoreGrounding('All employees get 40 days of leave per year.', seite).score).toBeLessThan(0.7);
    });
  });
});
