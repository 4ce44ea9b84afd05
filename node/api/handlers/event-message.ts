/** Events as they are sent: CloudEvents 1.0 over what the services announce, and cursors, which are their ids. */
import type { EventDelivery } from '../../services/types.ts'
import { type NodeEventMessage, nodeEvent } from '../contract/index.ts'
import { timestampOf } from './views.ts'

/** After this event of this run of the node. */
export interface Place {
  readonly run: string
  readonly sequence: number
}

export const cursorOf = ({ run, sequence }: Place): string => `${run}.${sequence}`

/** @param cursor as the contract lets it through */
export function placeOf(cursor: string): Place {
  const point = cursor.lastIndexOf('.')
  return { run: cursor.slice(0, point), sequence: Number(cursor.slice(point + 1)) }
}

/**
 * What the contract does not declare stays here.
 *
 * @param source `/chains/<chain id>`
 */
export function eventMessageOf(
  { run, sequence, atMs, event }: Extract<EventDelivery, { kind: 'event' }>,
  source: string,
): NodeEventMessage {
  const { type, subject, data } = event
  return nodeEvent.parse({
    specversion: '1.0',
    id: cursorOf({ run, sequence }),
    source,
    type,
    subject,
    time: timestampOf(atMs),
    datacontenttype: 'application/json',
    sequence,
    data: type === 'transaction.confirmed' ? { ...data, provisional: true } : data,
  })
}
