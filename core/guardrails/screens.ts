export { createInputScreen, type InputScreenOptions, type SecondOpinion } from './input-screen.js';
export { createOutputScreen, type OutputScreenOptions } from './output-screen.js';
