/** Stands in for `adaptivecards/src/schema`, whose TypeScript source the templating library's types pull in. */
export type IAdaptiveCard = object;
