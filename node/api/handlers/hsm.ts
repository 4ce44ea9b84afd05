/** hsm.* */
import type { NodeServices } from '../../services/types.ts'
import type { Guarded } from './guard.ts'

export function hsmHandlers(os: Guarded['hsm'], hsm: NodeServices['hsm']) {
  return {
    list: os.list.handler(async () => [...(await hsm.list())]),
    unlock: os.unlock.handler(({ input }) => hsm.unlock(input.pairing)),
    cancel: os.cancel.handler(async ({ input }) => {
      await hsm.cancel(input.pairing)
      return {}
    }),
    lock: os.lock.handler(async ({ input }) => {
      await hsm.lock(input.pairing)
      return {}
    }),
    rename: os.rename.handler(({ input }) => hsm.rename(input)),
    forget: os.forget.handler(async ({ input }) => {
      await hsm.forget(input.pairing)
      return {}
    }),
    open: os.open.handler(async ({ input }) => {
      const { session, module, profile, tokens } = await hsm.open(input)
      return { session, module, profile: { ...profile, notes: [...profile.notes] }, tokens: [...tokens] }
    }),
    expectPin: os.expectPin.handler(({ input }) => hsm.expectPin(input)),
    pair: os.pair.handler(({ input }) => hsm.pair(input)),
    test: os.test.handler(async ({ input }) => {
      const { profile, mechanisms, checks, ...report } = await hsm.test(input)
      return {
        ...report,
        profile: { ...profile, notes: [...profile.notes] },
        mechanisms: [...mechanisms],
        checks: [...checks],
      }
    }),
    close: os.close.handler(async ({ input }) => {
      await hsm.close(input.session)
      return {}
    }),
  }
}
