import { InvalidInput } from '../../core/kernel/errors.js';

/**
 * Reads a day such as 2027-01-31, as midnight in UTC.
 * @throws InvalidInput naming the option.
 */
export function dateOf(text: string, option: string): Date {
  const date = new Date(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(date.getTime())) {
    throw new InvalidInput('cli.bad-date', `${option} takes a day as 2027-01-31.`);
  }
  return date;
}
