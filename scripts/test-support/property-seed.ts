/**
 * Property tests draw the same cases in every run, so that a red run means that the code has changed. To look further,
 * QUDAG_TEST_SEED=<integer> draws others; what it finds becomes a test of its own.
 */
import fc from 'fast-check'

const defaultSeed = 20_261_122

const given = process.env.QUDAG_TEST_SEED
const seed = given === undefined || given === '' ? defaultSeed : Number(given)
if (!Number.isInteger(seed)) throw new Error('QUDAG_TEST_SEED is an integer')

fc.configureGlobal({ seed })
