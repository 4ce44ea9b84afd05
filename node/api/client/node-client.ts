/** The contract's procedures as typed functions. */
import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { type Contract, jsonSerializers } from '../contract/index.ts'
import type { ClientChannel } from './channel.ts'

/** Calls reject with ORPCError: `code` of the contract's table, `data` as {hint?, details}. */
export type NodeClient = ContractRouterClient<Contract>

export type Link = ClientLink<ClientContext>

export function createLink(channel: ClientChannel): Link {
  return new RPCLink({ port: channel, customJsonSerializers: jsonSerializers })
}

export function createNodeClient(link: Link): NodeClient {
  return createORPCClient(link)
}
