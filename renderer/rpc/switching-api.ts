/** The contract's procedures over whichever connection there is now: a desktop window gets another port with each start of the node. */
import { createORPCClient } from '@orpc/client'
import type { NodeClient } from '../../node/api/client/index.ts'
import { NodeError } from '../../node/core/node-error.ts'

type Call = (input: unknown, options: unknown) => Promise<unknown>

/** @param current undefined while there is no node to ask: then calls end in NODE_NOT_RUNNING and nothing was sent */
export function createSwitchingApi(current: () => NodeClient | undefined): NodeClient {
  return createORPCClient<NodeClient>({
    async call(path, input, options) {
      const api = current()
      if (api === undefined) throw new NodeError('NODE_NOT_RUNNING', 'The node is not running.')
      let target: unknown = api
      for (const name of path) target = (target as Record<string, unknown>)[name]
      return (target as Call)(input, options)
    },
  })
}
