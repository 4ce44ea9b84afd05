/** For tests: what the validators of a network have signed, read from the databases of ended nodes. */
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Every vertex that any of the nodes keeps: hashes by author, epoch and round. */
export function signedVertices(dataDirs: readonly string[]): Map<string, Set<string>> {
  const hashes = new Map<string, Set<string>>()
  const rows: { author: Uint8Array | null; epoch: number; position: number; hash: Uint8Array }[] = []
  for (const dataDir of dataDirs) {
    const db = new Database(join(dataDir, 'qudag.db'), { readonly: true })
    rows.push(
      ...db
        .prepare<[], (typeof rows)[number]>('SELECT author, epoch, position, hash FROM journal WHERE kind <> 2')
        .all(),
    )
    db.close()
  }
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const authors = new Map(rows.flatMap(({ author, hash }) => (author === null ? [] : [[hex(hash), hex(author)]])))
  for (const { author, epoch, position, hash } of rows) {
    // An own vertex that no other node has was never sent; it is of no other's round.
    const whose = author === null ? authors.get(hex(hash)) : hex(author)
    if (whose === undefined) continue
    const place = `${whose} ${epoch} ${position}`
    hashes.set(place, (hashes.get(place) ?? new Set()).add(hex(hash)))
  }
  return hashes
}
