import { evidentLanguage } from '../../core/kernel/evident-language.js';
import type { Person } from '../../core/kernel/person.js';
import type { InboxRecord } from '../../storage/mongo/inbox.js';

/** The language somebody is answered in: what the channel says, what is known of the person, or what they evidently write. */
export const localeOf = (
  { activity }: Pick<InboxRecord, 'activity'>,
  person?: Pick<Person, 'locale'>,
): string => activity.locale ?? person?.locale ?? evidentLanguage(activity.text) ?? 'en';
