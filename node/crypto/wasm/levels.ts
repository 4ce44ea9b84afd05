import type { MlDsaSuite } from '../suites.ts'

/** The parameter sets as the modules call them. */
export const levels: Readonly<Record<MlDsaSuite, number>> = { 'ML-DSA-44': 44, 'ML-DSA-65': 65, 'ML-DSA-87': 87 }
