/** The Scheduler of a running program, for every transport. */
export { systemScheduler } from '../handlers/index.ts'
