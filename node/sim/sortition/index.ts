/** How safe a drawn committee is. The draw itself is node/consensus/sortition.ts; figures: docs/sampling.md. */
export * from './failure.ts'
