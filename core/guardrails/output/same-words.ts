import { stem } from './stem.js';

/** Words that say the same at work, a group a line, the first standing for all. */
const SAME = new Map(
  `expire lapse
  get receive obtain
  reimburse refund repay
  agree consent permission agreement
  buy purchase bought
  begin start commence launch
  help assist assistance
  need require necessary
  company firm employer
  holiday vacation
  sick ill illness sickness
  vehicle car
  repair fix
  postpone delay defer
  choose select pick
  display show
  remove delete erase
  allow permit
  forbid prohibit ban
  notify inform
  fast quick rapid
  network wifi wi-fi wlan
  telephone phone
  administrator admin admins
  manager boss supervisor
  journey trip travel
  write written writing wrote
  pay paid payment
  hold held
  give given gave
  send sent
  keep kept
  build built construct
  month monthly monatlich monat mensual mes mensuel mois
  year yearly annual annually jährlich jahr anual año annuel
  city town
  movie film
  child children kids
  cost price
  store shop`
    .split('\n')
    .flatMap((line) => {
      const [first = '', ...others] = line.trim().split(' ').map(stem);
      return others.map((other) => [other, first] as const);
    }),
);

/** The stem that stands for a stem and for those that say the same. */
export const sameStem = (of: string): string => SAME.get(of) ?? of;
