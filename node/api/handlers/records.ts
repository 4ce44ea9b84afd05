/** audit.* and storage.*: what is kept, and whether it still adds up. */
import type { NodeServices } from '../../services/types.ts'
import type { Guarded } from './guard.ts'
import { auditEntryShape } from './views.ts'

export function auditHandlers(os: Guarded['audit'], audit: NodeServices['audit']) {
  return {
    show: os.show.handler(async ({ input }) => {
      const { entries } = await audit.show(input)
      return { entries: entries.map(auditEntryShape) }
    }),
    verify: os.verify.handler(() => audit.verify()),
  }
}

export function storageHandlers(os: Guarded['storage'], storage: NodeServices['storage']) {
  return {
    status: os.status.handler(() => storage.status()),
    verify: os.verify.handler(async () => {
      const verdict = await storage.verify()
      return { ...verdict, problems: [...verdict.problems] }
    }),
  }
}
