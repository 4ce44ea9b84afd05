/** Looks for secrets among all that a page's JavaScript holds: in its texts, and in lists of texts. */
import type { Page } from 'playwright-core'
import { foundIn, type Needle, wordsInARow } from './needles.ts'

/** As V8 writes it: flat rows of numbers, whose columns `meta` names. */
interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      readonly edge_fields: readonly string[]
      readonly edge_types: readonly [readonly string[], ...unknown[]]
    }
  }
  readonly nodes: readonly number[]
  readonly edges: readonly number[]
  readonly strings: readonly string[]
}

/** What was found, each once. The snapshot is of the page alone, after a collection of what nobody holds any more. */
export async function secretsInHeap(
  page: Page,
  needles: readonly Needle[],
  words: readonly string[],
): Promise<string[]> {
  const snapshot = await takeSnapshot(page)
  const texts = foundIn(Buffer.from(snapshot.strings.join('\u0001'), 'utf8'), needles)
  return [...new Set([...texts.map((name) => `text: ${name}`), ...rowsOfWords(snapshot, words)])]
}

async function takeSnapshot(page: Page): Promise<HeapSnapshot> {
  const session = await page.context().newCDPSession(page)
  try {
    const chunks: string[] = []
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
    await session.send('HeapProfiler.enable')
    await session.send('HeapProfiler.collectGarbage')
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
    return JSON.parse(chunks.join('')) as HeapSnapshot
  } finally {
    await session.detach()
  }
}

/** Lists whose elements are words of the phrase in their order: the words are texts that stand apart in the heap. */
function rowsOfWords({ snapshot, nodes, edges, strings }: HeapSnapshot, words: readonly string[]): string[] {
  const { node_fields: nodeFields, edge_fields: edgeFields, edge_types: edgeTypes } = snapshot.meta
  const [nodeWidth, edgeWidth] = [nodeFields.length, edgeFields.length]
  const nameAt = nodeFields.indexOf('name')
  const countAt = nodeFields.indexOf('edge_count')
  const typeAt = edgeFields.indexOf('type')
  const targetAt = edgeFields.indexOf('to_node')
  const indexed = new Set(['element', 'hidden'].map((name) => edgeTypes[0].indexOf(name)))
  const found = new Set<string>()
  let edge = 0
  for (let node = 0; node < nodes.length; node += nodeWidth) {
    const row: string[] = []
    const end = edge + (nodes[node + countAt] as number) * edgeWidth
    for (; edge < end; edge += edgeWidth) {
      if (!indexed.has(edges[edge + typeAt] as number)) continue
      const target = edges[edge + targetAt] as number
      row.push(strings[nodes[target + nameAt] as number] ?? '')
    }
    for (const start of startsOfRows(row, words)) found.add(`list: words ${start + 1} to ${start + wordsInARow}`)
  }
  return [...found]
}

/** Where in the phrase a row of it begins that is among those texts. */
export function startsOfRows(texts: readonly string[], words: readonly string[]): number[] {
  const starts: number[] = []
  for (let at = 0; at + wordsInARow <= texts.length; at += 1) {
    for (let start = 0; start + wordsInARow <= words.length; start += 1) {
      let length = 0
      while (length < wordsInARow && texts[at + length] === words[start + length]) length += 1
      if (length === wordsInARow) starts.push(start)
    }
  }
  return starts
}
