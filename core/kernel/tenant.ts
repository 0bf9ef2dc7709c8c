export type Plan = 'free' | 'developer' | 'enterprise';

/** The organisation: the boundary of all data. */
export interface Tenant {
  id: string;
  name: string;
  plan: Plan;
}
