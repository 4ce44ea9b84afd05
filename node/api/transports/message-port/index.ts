/**
 * Over message ports: the contract, createMessagePortServer(options, deps).serve(port, context), and any other router,
 * createPortServer(router, options, report).
 */

/** How the errors of a router's procedures travel. */
export { toContractError } from '../../handlers/errors.ts'
export {
  createMessagePortServer,
  type MessagePortServer,
  type MessagePortServerDeps,
  type MessagePortServerOptions,
} from './message-port-server.ts'
export { createPortServer, type PortServer, type PortServerOptions } from './port-server.ts'
