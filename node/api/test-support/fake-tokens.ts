/** For tests only: tokens in memory, made in a fixed order; nothing is ever spent by them unless a test says so. */
import { NodeError } from '../../core/node-error.ts'
import type { NodeServices, TokenView } from '../../services/types.ts'

export interface FakeTokens {
  readonly services: NodeServices['tokens']
  /** What was asked for, as it came. */
  readonly created: Parameters<NodeServices['tokens']['create']>[0][]
  setSpent(id: string, spentTodayMicroRuv: bigint): void
}

const startMs = 1_750_000_000_000

export function createFakeTokens(): FakeTokens {
  const created: FakeTokens['created'] = []
  const views = new Map<string, TokenView>()
  const idByToken = new Map<string, string>()
  return {
    created,
    setSpent(id, spentTodayMicroRuv) {
      const view = views.get(id)
      if (view === undefined) throw new Error(`the test names an unknown token: ${id}`)
      views.set(id, { ...view, spentTodayMicroRuv })
    },
    services: {
      async create(input) {
        created.push(input)
        if ([...views.values()].some(({ label }) => label === input.label)) {
          throw new NodeError('TOKEN_LABEL_TAKEN', 'another token has this label')
        }
        const number = created.length
        const view: TokenView = {
          id: number.toString(16).padStart(12, '0'),
          label: input.label,
          scopes: input.scopes,
          limits: input.limits ?? {},
          createdAtMs: startMs,
          expiresAtMs: input.expiresAtMs ?? null,
          spentTodayMicroRuv: 0n,
        }
        const token = `qdx_${String(number).padStart(49, 'A')}`
        views.set(view.id, view)
        idByToken.set(token, view.id)
        return { token, view }
      },
      list: async () => [...views.values()],
      async revoke(id) {
        if (!views.delete(id)) throw new NodeError('TOKEN_UNKNOWN', 'there is no token with this id')
      },
      async authenticate(token) {
        const view = views.get(idByToken.get(token) ?? '')
        return view === undefined ? null : { id: view.id, scopes: view.scopes }
      },
    },
  }
}
