import { createInputScreen } from '../../core/guardrails/screens.js';
import { hostilePolicy, underAttack } from './under-attack.js';

underAttack('input', createInputScreen({ policy: hostilePolicy }), { tenantId: 't', origin: 'user' });
