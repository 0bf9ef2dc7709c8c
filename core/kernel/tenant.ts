/** How many requests an hour a tenant has; set in its guardrail policy. */
export type Plan = 'free' | 'developer' | 'enterprise';

/** The organisation: the boundary of all data. */
export interface Tenant {
  id: string;
  name: string;
}
