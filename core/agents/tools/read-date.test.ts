import { expect, it } from '@jest/globals';
import { readTime } from './read-date.js';

const now = new Date('2026-11-28T10:00:00Z'); // a Saturday

it.each([
  ['entregar el 5 de diciembre', '2026-12-05'],
  ['antes del 3 de enero de 2028', '2028-01-03'],
  ['pour le 5 décembre', '2026-12-05'],
  ["d'ici au 1er août 2027", '2027-08-01'],
  ['avant le 12 févr. 2027', '2027-02-12'],
  ['bis zum 24. Dezember', '2026-12-24'],
  ['by 5 December', '2026-12-05'],
  ['by December 5th, 2027', '2027-12-05'],
  ['on the 5th of May', '2027-05-05'],
  ['12月5日までに注文する', '2026-12-05'],
  ['2027年1月9日', '2027-01-09'],
  ['明日提出してください', '2026-11-29'],
  ['明後日', '2026-11-30'],
  ['来週の金曜日まで', '2026-12-04'],
  ['el viernes', '2026-12-04'],
  ['vendredi', '2026-12-04'],
])('finds the day in "%s"', (text, day) => {
  expect(readTime(text, now)?.at.toISOString().slice(0, 10)).toBe(day);
});

it.each([
  ['明日の午後3時半', '2026-11-29T15:30'],
  ['12月5日9時15分に', '2026-12-05T09:15'],
  ['30分後', '2026-11-28T10:30'],
  ['2週間後', '2026-12-12T10:00'],
])('finds the time in "%s"', (text, at) => {
  expect(readTime(text, now)?.at.toISOString().slice(0, 16)).toBe(at);
});

it.each([
  'march through the list',
  'mars rover',
  'the sept team',
  'version 5 decided',
  '日本語で書く',
  '料金は5時間分',
])('finds no day in "%s"', (text) => {
  expect(readTime(text, now)?.at.toISOString().slice(0, 10)).not.toBe('2026-12-05');
  expect(readTime(text, now)?.hasTime ?? false).toBe(false);
});

it('takes the words before a day with it', () => {
  for (const text of ['antes del 3 de enero', 'pour le 5 décembre', 'bis zum 24. Dezember'])
    expect(readTime(text, now)?.start).toBe(0);
});
