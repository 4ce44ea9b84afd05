/**
 * The one way from the interface to its node: `useSession()` gives calls (`api`), the place it runs in (`platform`), and
 * `follow`, which everything shown is fed by. failureOf() puts errors into words.
 */
export type { NodeClient } from '../../node/api/client/index.ts'
export type { EventConsumer } from './consumer.ts'
export { codeOf, type Failure, type FailureDetails, failureOf, failureOfCode } from './errors.ts'
export type { DesktopClient, Platform, TokenWindows } from './platform.ts'
export { type PinPlace, sendPins } from './send-pins.ts'
export { type ConnectionState, type Session, SessionContext, useSession } from './session.ts'
