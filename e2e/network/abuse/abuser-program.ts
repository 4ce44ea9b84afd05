/** An abusive peer in a process of its own. Told by its parent what to do and for how long; tells what came of it. */
import { fromHex } from '../../../node/core/bytes.ts'
import { attacks } from './attacks.ts'
import { victimAt } from './intruder.ts'

export interface AbuserOptions {
  readonly chainId: string
  /** Multiaddrs with peer ids. */
  readonly victims: readonly string[]
}

export type AbuserTask =
  | { readonly type: 'attack'; readonly names: readonly string[]; readonly ms: number }
  | { readonly type: 'stop' }

/** What was done, by attack. */
export interface AbuserReport {
  readonly type: 'done'
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Peer ids that it came under. */
  readonly ids: Readonly<Record<string, readonly string[]>>
  /** Processor time that it took, ms. */
  readonly cpuMs: number
}

const options = JSON.parse(process.argv[2] ?? '') as AbuserOptions
const chainId = fromHex(options.chainId) ?? new Uint8Array()
const victims = options.victims.map(victimAt)

async function attackWith(names: readonly string[], ms: number): Promise<AbuserReport> {
  const signal = AbortSignal.timeout(Math.round(ms))
  const counts: Record<string, Record<string, number>> = {}
  const ids: Record<string, string[]> = {}
  const before = process.cpuUsage()
  await Promise.all(
    names.map(async (name) => {
      const run = attacks[name]
      if (run === undefined) throw new Error(`no attack is called ${name}`)
      const own: Record<string, number> = {}
      const under: string[] = []
      counts[name] = own
      ids[name] = under
      await run({
        ...{ chainId, victims, signal },
        count: (what, by = 1) => {
          own[what] = (own[what] ?? 0) + by
        },
        used: (id) => void under.push(id),
      })
    }),
  )
  const { user, system } = process.cpuUsage(before)
  return { type: 'done', counts, ids, cpuMs: (user + system) / 1_000 }
}

process.on('message', (task: AbuserTask) => {
  if (task.type === 'stop') process.exit(0)
  attackWith(task.names, task.ms).then(
    (report) => process.send?.(report),
    (cause: unknown) => {
      console.error(cause)
      process.exit(1)
    },
  )
})
// What an attack leaves behind fails in its own time.
process.on('unhandledRejection', () => undefined)
process.on('uncaughtException', (cause) => {
  if ((cause as { code?: string }).code === undefined) console.error(cause)
})
process.on('disconnect', () => process.exit(0))
