/** A real node on a temporary folder, and the little that its tests share. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../config/index.ts'
import { createNode, type Node, type NodeDeps } from '../node.ts'
import type { TransactionView } from './types.ts'

export const testPassword = 'a long enough password'

/** Fresh bytes each time: the vault zeroes what it is given. */
export function passwordBytes(text: string = testPassword): Uint8Array {
  return new TextEncoder().encode(text)
}

export function temporaryDataDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'qudag-node-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export async function startTestNode(
  dataDir: string,
  deps: NodeDeps = {},
  flags: Record<string, unknown> = {},
): Promise<Node> {
  const config = loadConfig({ flags: { dataDir, network: 'dev', apiPort: 0, verifierWorkers: 1, ...flags } })
  if (!config.ok) throw new Error(config.error.message)
  return createNode(config.value, deps)
}

/** The transaction once it has come to its end. */
export async function ended(node: Node, txId: string): Promise<TransactionView> {
  let last: TransactionView | undefined
  for await (const view of node.services.transactions.watch(txId)) last = view
  if (last === undefined) throw new Error('the stream ended before the transaction did')
  return last
}

/** Resolves once there is a checkpoint. One is made soon after something happened, and none while nothing does. */
export async function checkpointed(node: Node): Promise<void> {
  const over = new AbortController()
  const events = node.services.events.subscribe({ types: ['checkpoint.created'] }, over.signal)[Symbol.asyncIterator]()
  // Listened for before it is looked for, so that it cannot come in between.
  const next = events.next()
  if ((await node.services.node.status()).checkpoint === null) await next
  over.abort()
}

/** Resolves with the code an operation fails with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'no error'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
