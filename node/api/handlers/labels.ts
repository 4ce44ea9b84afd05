/** labels.* */
import type { NodeServices } from '../../services/types.ts'
import type { Guarded } from './guard.ts'

export function labelsHandlers(os: Guarded['labels'], labels: NodeServices['labels']) {
  return {
    list: os.list.handler(async ({ input }) => ({ items: [...(await labels.list(input))] })),
    put: os.put.handler(({ input }) => labels.put(input)),
    remove: os.remove.handler(({ input }) => labels.remove(input)),
    import: os.import.handler(({ input }) => labels.import(input.items)),
  }
}
