/** The two ways to a node that the pipeline benchmark measures: its services in this process, and its local socket. */
import { isNodeEvent } from '../node/api/contract/index.ts'
import { connectLocalSocket, transportLimits } from '../node/api/transports/index.ts'
import { toHex } from '../node/core/bytes.ts'
import type { Node } from '../node/node.ts'
import type { LoadTarget } from './pipeline-load.ts'

const endTypes = ['transaction.finalized', 'transaction.rejected'] as const
/** Events taken between two acknowledgements; the credit is 1,000. */
const acknowledgeEvery = 200

export function inProcess({ services }: Node): LoadTarget {
  return {
    submit: (bytes) => services.transactions.submit(bytes),
    async followEnds(onEnd, signal) {
      let after = services.events.position()
      // A burst above what a reader may leave unread ends the stream; it goes on after the last event.
      while (!signal.aborted) {
        for await (const delivery of services.events.subscribe({ types: endTypes, after }, signal)) {
          if (delivery.kind === 'gap') break
          after = { run: delivery.run, sequence: delivery.sequence }
          onEnd(delivery.event.subject, outcomeOf(delivery.event.data))
        }
      }
    },
  }
}

/** @returns the target, how many calls it takes at once, and how to end it */
export async function overSocket(
  socketPath: string,
): Promise<{ target: LoadTarget; concurrency: number; close(): void }> {
  const senders = await Promise.all([1, 2, 3].map(() => connectLocalSocket(socketPath)))
  const follower = await connectLocalSocket(socketPath)
  let turn = 0
  const target: LoadTarget = {
    submit(bytes) {
      const { client } = senders[turn++ % senders.length] as (typeof senders)[number]
      return client.transactions.create({ signed: toHex(bytes) })
    },
    async followEnds(onEnd, signal) {
      const { client } = follower
      let after: string | undefined
      while (!signal.aborted) {
        const types = [...endTypes]
        const stream = await client.events.subscribe(after === undefined ? { types } : { types, after }, { signal })
        let subscription = ''
        let taken = 0
        try {
          for await (const message of stream) {
            if (message.type === 'subscribed') {
              subscription = message.subscription
              after ??= message.position
            }
            if (message.type === 'gap' && message.ended) break
            if (!isNodeEvent(message)) continue
            after = message.id
            onEnd(message.subject, outcomeOf(message.data))
            if (++taken % acknowledgeEvery === 0) await client.events.acknowledge({ subscription, id: message.id })
          }
        } catch (cause) {
          if (!signal.aborted) throw cause
        }
      }
    },
  }
  return {
    target,
    // The pumps take turns over the connections, so the calls of one may exceed its even share for a moment.
    concurrency: Math.floor((senders.length * transportLimits.maxOutstandingCalls) / 2),
    close() {
      for (const connection of [...senders, follower]) connection.close()
    },
  }
}

function outcomeOf(data: object): string | undefined {
  return 'outcome' in data && typeof data.outcome === 'string' ? data.outcome : undefined
}
