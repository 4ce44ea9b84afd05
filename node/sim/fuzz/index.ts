/** Mutated messages against the whole engine. */
export { defaultFuzzOptions, type FuzzCallbacks, type FuzzOptions, type FuzzResult, runFuzz } from './fuzz.ts'
