/**
 * The HTTP listener (listener.ts: gate, limits, tokens, routes, upgrades) and what is served over it: the REST interface
 * made from the contract's routes, its OpenAPI document with a viewer, probes and metrics, and the browser interface.
 * Event streams and WebSocket add themselves by `route` and `onUpgrade`.
 */
export type { Caller } from './authenticate.ts'
export { createHttpApi, type HttpApi, type HttpApiDeps, type HttpApiOptions } from './http-api.ts'
export { type InterfaceFile, readInterfaceFiles } from './interface-files.ts'
export { interfacePolicy, noncePlaceholder } from './interface-pages.ts'
export { type HttpLimits, httpLimits } from './limits.ts'
export {
  type Answered,
  createHttpListener,
  type HttpListener,
  type HttpListenerDeps,
  type HttpListenerOptions,
} from './listener.ts'
export { type Problem, ProblemError, problem, sendProblem } from './problem.ts'
export { packageFolder, programVersion } from './program-version.ts'
export type { Access, HttpCall, HttpRoute, UpgradeHandler } from './types.ts'
