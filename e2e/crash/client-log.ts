/**
 * What the client asked for and what it was told, on disk outside the node's process: each request before it is sent,
 * each answer after it arrived, each end of a transaction that was seen. The checker believes this file and nothing else.
 */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** One transfer, as asked for. */
export interface LoggedTransfer {
  readonly to: string
  readonly amountMicroRuv: string
}

export type ClientRequest =
  /** To be signed by the vault. The key is also the memo of every transfer, so that the ledger tells whose it is. */
  | { readonly kind: 'pay'; readonly key: string; readonly from: string; readonly transfers: readonly LoggedTransfer[] }
  /** The amount is another for each request. */
  | { readonly kind: 'faucet'; readonly key: string; readonly from: string; readonly amountMicroRuv: string }
  /** Signed by the client. The key is the memo, the transaction id is known before it is sent. */
  | {
      readonly kind: 'signed'
      readonly key: string
      readonly from: string
      readonly txId: string
      readonly nonce: number
      readonly bytes: string
      readonly transfers: readonly LoggedTransfer[]
    }
  | { readonly kind: 'createAccount'; readonly key: string }

/** What must never change once it was seen. */
export interface SeenEnd {
  readonly txId: string
  readonly state: 'Finalized' | 'Rejected'
  readonly outcome: string | null
  readonly code: string | null
  readonly fee: string
  readonly nonce: number
  readonly account: string
}

export type LogEntry =
  | { readonly type: 'request'; readonly run: number; readonly request: ClientRequest }
  /** The request is about to be sent, for the first time or again. */
  | { readonly type: 'send'; readonly run: number; readonly key: string }
  /** `result` is the transaction id, or the address of an account. */
  | { readonly type: 'acknowledged'; readonly run: number; readonly key: string; readonly result: string }
  | { readonly type: 'refused'; readonly run: number; readonly key: string; readonly code: string }
  | { readonly type: 'ended'; readonly run: number; readonly end: SeenEnd }

export interface ClientLog {
  readonly path: string
  /** Durable when this returns. */
  append(entry: LogEntry): void
  read(): LogEntry[]
  close(): void
}

export function openClientLog(path: string): ClientLog {
  const descriptor = openSync(path, 'a', 0o600)
  return {
    path,
    append(entry) {
      writeSync(descriptor, `${JSON.stringify(entry)}\n`)
      fsyncSync(descriptor)
    },
    read: () =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as LogEntry),
    close: () => closeSync(descriptor),
  }
}

/** What the log says of one request. */
export interface RequestRecord {
  readonly request: ClientRequest
  sends: number
  answers: number
  /** Each once: more than one is a contradiction. */
  readonly results: Set<string>
  /** Null before the first answer. */
  lastAnswer: { readonly code: string | null } | null
}

export interface ClientView {
  readonly requests: ReadonlyMap<string, RequestRecord>
  /** By transaction id, as first seen. */
  readonly ends: ReadonlyMap<string, SeenEnd>
  /** Two ends of one transaction that were seen and differ. */
  readonly contradictions: readonly string[]
}

export function viewOfLog(entries: readonly LogEntry[]): ClientView {
  const requests = new Map<string, RequestRecord>()
  const ends = new Map<string, SeenEnd>()
  const contradictions: string[] = []
  const recordOf = (key: string): RequestRecord => {
    const record = requests.get(key)
    if (record === undefined) throw new Error(`the log answers a request it does not have: ${key}`)
    return record
  }
  for (const entry of entries) {
    switch (entry.type) {
      case 'request': {
        const { request } = entry
        requests.set(request.key, { request, sends: 0, answers: 0, results: new Set(), lastAnswer: null })
        break
      }
      case 'send':
        recordOf(entry.key).sends += 1
        break
      case 'acknowledged': {
        const record = recordOf(entry.key)
        record.answers += 1
        record.results.add(entry.result)
        record.lastAnswer = { code: null }
        break
      }
      case 'refused': {
        const record = recordOf(entry.key)
        record.answers += 1
        record.lastAnswer = { code: entry.code }
        break
      }
      case 'ended': {
        const known = ends.get(entry.end.txId)
        if (known === undefined) ends.set(entry.end.txId, entry.end)
        else if (JSON.stringify(known) !== JSON.stringify(entry.end)) {
          contradictions.push(`${JSON.stringify(known)} became ${JSON.stringify(entry.end)} in run ${entry.run}`)
        }
      }
    }
  }
  return { requests, ends, contradictions }
}
