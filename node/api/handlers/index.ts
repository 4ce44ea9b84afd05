/**
 * The contract implemented over NodeServices: scopes, conversion of values, and codes of errors. Transports take the
 * router, the options for their handler, and a context that says who calls.
 */
export { rpcHandlerOptions } from './answer.ts'
export { type ApiContext, ownerContext, windowContext } from './context.ts'
export { contractError, type ReportFault } from './errors.ts'
export type { EventFeed, EventFeedOptions } from './event-feed.ts'
export { eventLimits } from './event-limits.ts'
export { createEventFeeds, type EventFeedsDeps, type OpenEventFeed } from './events.ts'
export { type ApiRouter, type ApiServices, createRouter, type RouterDeps } from './router.ts'
export { type StreamError, streamError } from './stream-error.ts'
export { systemScheduler } from './system-scheduler.ts'
