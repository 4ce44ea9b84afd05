/** The contract over message ports: createMessagePortServer(options, deps).serve(port, context). */
export {
  createMessagePortServer,
  type MessagePortServer,
  type MessagePortServerDeps,
  type MessagePortServerOptions,
} from './message-port-server.ts'
