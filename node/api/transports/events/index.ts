/**
 * The node's events for programs that do not use the client: over WebSocket (web-socket-events.ts) and as server-sent
 * events (server-sent-events.ts), both at /api/v1/events. What is sent: docs/events.md.
 */
export { type ServerSentEventLimits, serverSentEventLimits } from './limits.ts'
export { createServerSentEvents, type ServerSentEventsDeps } from './server-sent-events.ts'
export {
  createEventsEndpoint,
  type EventsEndpointDeps,
  eventsPath,
  eventsScope,
  eventsSubprotocol,
} from './web-socket-events.ts'
