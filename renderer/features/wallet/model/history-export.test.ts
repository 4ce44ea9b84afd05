import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Transaction, TransactionPage } from '../../../../node/api/contract/index.ts'
import { testAccount, testAddress, testId, testTransfer } from '../test-support.ts'
import { type ExportFormat, exportHistory } from './history-export.ts'
import { namesOf } from './names.ts'

const [mine, studio, stranger] = [testAddress(1), testAddress(2), testAddress(3)]
const names = namesOf([testAccount(mine)], [{ type: 'address', ref: studio, label: '=Render, studio' }])

/** Newest first, in pages of the sizes given, which may be short or empty, as a node's filtered pages are. */
function pagesOf(items: readonly Transaction[], sizes: readonly number[]) {
  const queries: { cursor?: string; search?: string }[] = []
  const list = async (query: { cursor?: string; search?: string; limit: number }): Promise<TransactionPage> => {
    queries.push(query)
    const at = Number(query.cursor ?? 0)
    const size = Math.min(sizes[queries.length - 1] ?? query.limit, query.limit)
    const end = at + size
    return { items: items.slice(at, end), cursor: end >= items.length ? null : String(end) }
  }
  return { list, queries }
}

function request(
  format: ExportFormat,
  list: ReturnType<typeof pagesOf>['list'],
  signal = new AbortController().signal,
) {
  return exportHistory({
    format,
    query: { search: 'x' },
    list,
    mine: new Set([mine]),
    names,
    notes: new Map([[testId(2), '+note']]),
    signal,
    onProgress: () => undefined,
    maxBytes: 1_000_000,
  })
}

const textOf = (result: Awaited<ReturnType<typeof request>>): string => {
  if (result.kind !== 'done') throw new Error(result.kind)
  return new TextDecoder().decode(result.bytes)
}

describe('exportHistory', () => {
  it('has every row once, in the order of the list, whatever the pages (property)', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.array(fc.nat(9), { maxLength: 40 }),
        async (own, sizes) => {
          const items = own.map((isOwn, n) =>
            testTransfer({ n: own.length - n, from: isOwn ? mine : stranger, to: studio }),
          )
          const { list, queries } = pagesOf(items, sizes)
          const exported = JSON.parse(textOf(await request('json', list))) as { txId: string }[]
          expect(exported.map(({ txId }) => txId)).toEqual(items.filter((_, n) => own[n]).map(({ txId }) => txId))
          expect(queries.every(({ search }) => search === 'x')).toBe(true)
        },
      ),
    ))

  it('leaves out what came twice because it moved between pages', async () => {
    const one = testTransfer({ n: 1, from: mine, to: studio })
    const { list } = pagesOf([one, testTransfer({ n: 2, from: mine, to: studio }), one], [2, 2])
    expect(
      textOf(await request('csv', list))
        .trim()
        .split('\r\n'),
    ).toHaveLength(3)
  })

  it('writes signed amounts and fees as figures, and guards names and notes', async () => {
    const sent = testTransfer({ n: 2, from: mine, to: studio, amount: 12_500_000n, memo: '@memo' })
    const failed = testTransfer({ n: 1, from: mine, to: studio, outcome: 'failed', code: 'INSUFFICIENT_BALANCE' })
    const lines = textOf(await request('csv', pagesOf([sent, failed], []).list)).split('\r\n')
    expect(lines[1]).toContain(`Everyday,${studio},"'=Render, studio",-12.5,12.5,0.004211,-12.504211,'@memo,'+note,2,`)
    expect(lines[2]).toContain(',-1,1,0.004211,-0.004211,')
    expect(lines[2]).toContain('Finalized,failed,INSUFFICIENT_BALANCE')
  })

  it('stops when it is cancelled, and where the file would be too large', async () => {
    const items = Array.from({ length: 30 }, (_, n) => testTransfer({ n, from: mine, to: studio }))
    const controller = new AbortController()
    const { list, queries } = pagesOf(items, [5, 5, 5])
    const cancelling: typeof list = async (query) => {
      const page = await list(query)
      if (queries.length === 2) controller.abort()
      return page
    }
    expect(await request('csv', cancelling, controller.signal)).toEqual({ kind: 'cancelled' })
    expect(queries).toHaveLength(2)
    const tooLarge = await exportHistory({
      format: 'csv',
      query: {},
      list: pagesOf(items, [10, 10]).list,
      mine: new Set([mine]),
      names,
      notes: new Map(),
      signal: new AbortController().signal,
      onProgress: () => undefined,
      maxBytes: 3_000,
    })
    expect(tooLarge).toEqual({ kind: 'too-large', rows: 10 })
  })

  it('is a JSON document with every transfer of a payment', async () => {
    const many = testTransfer({ n: 1, from: mine, to: [studio, stranger], amount: 2_000_000n })
    const [row] = JSON.parse(textOf(await request('json', pagesOf([many], []).list)))
    expect(row).toMatchObject({
      amount: '-4',
      operations: [
        { to: studio, amount: '2' },
        { to: stranger, amount: '2' },
      ],
    })
  })
})
