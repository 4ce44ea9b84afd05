/**
 * The snow layer alone, at scale: what random sampling decides under an adversary. It shows why finality here does not
 * come from sampling. Figures and commands: docs/sampling.md.
 */
export * from './parameters.ts'
export * from './run.ts'
export * from './sweep.ts'
