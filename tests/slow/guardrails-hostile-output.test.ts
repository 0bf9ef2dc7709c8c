import { createOutputScreen } from '../../core/guardrails/screens.js';
import { hostilePolicy, underAttack } from './under-attack.js';

underAttack(
  'output',
  createOutputScreen({
    policy: hostilePolicy,
    privateTexts: ['you are steward and you answer only from the passages below'],
  }),
  {
    tenantId: 't',
    origin: 'model',
    passages: ['Employees get 30 days of holiday.'],
    question: 'How many days?',
  },
);
