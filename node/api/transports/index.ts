/**
 * Doors to the contract. Here: the local socket, for the command line and an attached desktop. A node opens one with
 * createLocalSocketServer; connectLocalSocket(socketPathOf(dataDir)) goes through it. Below: `message-port/` for the
 * desktop's windows, `http/` with REST, and over that listener `websocket/` and `events/`.
 */
export { type ApiContext, ownerContext, windowContext } from '../handlers/index.ts'
export {
  createFramedSocketPort,
  type FramedSocketPort,
  type FramedSocketPortOptions,
} from './framed-socket-port.ts'
export { protocolVersion } from './greeting.ts'
export { transportLimits } from './limits.ts'
export { type ConnectOptions, connectLocalSocket, type LocalConnection, localSocket } from './local-socket-client.ts'
export {
  createLocalSocketServer,
  type LocalSocketServer,
  type LocalSocketServerDeps,
  type LocalSocketServerOptions,
} from './local-socket-server.ts'
export {
  createMessagePortServer,
  type MessagePortServer,
  type MessagePortServerDeps,
  type MessagePortServerOptions,
} from './message-port/index.ts'
export { prepareSocketFolder, type SocketSurroundings, socketPathOf } from './socket-path.ts'
export { addStreams, type Streams, type StreamsDeps, type StreamsOptions } from './streams.ts'
