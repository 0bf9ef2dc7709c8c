import { type AnswerSigns, likelihoodOf, logOddsOf } from '../answer/confidence.js';
import { loadAppraisalNetwork, type Scale } from './network.js';

/**
 * What the signs' log odds count beside the network's. It was taught on many more questions, most of them near misses, and
 * the signs on those of everyday: together they tell more than each on handbooks that neither knew.
 */
const SIGNS_WEIGHT = 0.5;

/** Log odds of the network and of the signs as one score. */
export const joinedScore = (score: number, signsLogOdds: number): number =>
  score + SIGNS_WEIGHT * signsLogOdds;

/** Likelihood between 0 and 1 that an answer is right which the network scored so and that has these signs. */
export const confidenceOfBoth = (score: number, signs: AnswerSigns): number =>
  scaled(joinedScore(score, logOddsOf(signs)), loadAppraisalNetwork().scale);

/** A joined score as a likelihood. */
export const scaled = (joined: number, { slope, offset }: Scale): number =>
  likelihoodOf(slope * joined + offset);
