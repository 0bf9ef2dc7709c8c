import { personNamed, type PeopleRepository, type PersonRecord } from '../core/governance/identity/people.js';

/** Somebody active by id, mail address or name; undefined when several are called so. */
export async function findPerson(
  people: Pick<PeopleRepository, 'get' | 'byEmail' | 'search'>,
  words: string,
): Promise<PersonRecord | undefined> {
  const named = await personNamed(people, words);
  if (named) return named.active ? named : undefined;
  const [found, ...others] = words ? await people.search(words) : [];
  return others.length === 0 ? found : undefined;
}
