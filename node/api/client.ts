/** The typed client of the contract, over any port that carries messages: a MessagePort, or a framed socket. */
import { createORPCClient } from '@orpc/client'
import { RPCLink, type SupportedMessagePort } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { type Contract, jsonSerializers } from './contract/index.ts'

export type NodeClient = ContractRouterClient<Contract>

/** Calls reject with ORPCError: `code` of the contract's table, `data` as {hint?, details}. */
export function createNodeClient(port: SupportedMessagePort): NodeClient {
  return createORPCClient(new RPCLink({ port, customJsonSerializers: jsonSerializers }))
}
